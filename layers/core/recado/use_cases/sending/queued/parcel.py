"""A parcel: what one POST of a run carries, and where that was taken from."""

from dataclasses import dataclass, field
from enum import Enum

from recado.rules.delivery.delivery import Delivery
from recado.rules.sending.attempt import AttemptResult
from recado.rules.shaping.formats import Writing
from recado.rules.webhook.failing import Failing
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.sending.queued.head import Bounds, Head


class Source(Enum):
    """Where the deliveries of a POST come from."""

    HEAD = "the head of the backlog"
    BEHIND = "behind a head that fails alone"
    ASIDE = "what is set aside"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one POST carries; `by_events` and `by_bytes` say which limit has cut it short.

    `bounds` is the part of the backlog that it leads, `writing` has written the batch where it was measured.
    """

    source: Source
    batch: list[Delivery]
    by_events: bool = False
    by_bytes: bool = False
    bounds: Bounds = field(default_factory=Bounds)
    writing: Writing | None = None

    def attempt_of(self, webhook: Webhook) -> int:
        """Which POST in a row this is for what leads it: one more than have failed."""
        first = self.batch[0]
        if self.source is Source.ASIDE:
            return first.tries + 1
        return webhook.health.stuck.tries_of(first.event.key) + 1


@dataclass(frozen=True, slots=True)
class Suspect:
    """A head that has failed alone, while an event behind it is tried; and what follows if that fails, too."""

    head: Delivery
    bounds: Bounds
    failing: Failing
    result: AttemptResult


def head_parcel(head: Head) -> Parcel:
    """The parcel of a head, as it was measured."""
    return Parcel(Source.HEAD, head.batch, head.by_events, head.by_bytes, head.bounds, head.writing)
