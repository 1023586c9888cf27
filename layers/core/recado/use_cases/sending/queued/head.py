"""The head of a backlog: what the next POST holds, read no further than that; and who is behind it."""

from dataclasses import dataclass, field, replace
from typing import TypedDict

from recado.ports.sending import Page
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.sending.cutting import Cut
from recado.rules.sending.payload import Filling
from recado.rules.sending.stuck import DRAWN_FROM
from recado.rules.shaping.formats import Writing
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.sending.ports import SendingPorts

_MOST_ENDED = 100


class Bounds(TypedDict, total=False):
    """Which part of a backlog is meant, as `DeliveryStore.backlog` takes it."""

    copies_of: Page | None
    beside: Page | None
    up_to: str | None


@dataclass(slots=True)
class Head:
    """The deliveries of the next POST, and those before them that have waited for too long, as they ended.

    `unwanted` are those among them of which the webhook wants no more.

    `by_events` and `by_bytes` say which limit has cut it short; `bounds` is the part of the backlog that may be sent.
    `writing` has written the batch, to measure it.
    """

    batch: list[Delivery] = field(default_factory=list)
    expired: list[Delivery] = field(default_factory=list)
    unwanted: list[Delivery] = field(default_factory=list)
    by_events: bool = False
    by_bytes: bool = False
    bounds: Bounds = field(default_factory=Bounds)
    writing: Writing | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self.batch and not self.expired and not self.unwanted


class HeadReader:
    """Reads heads of one webhook's backlog, one after the other.

    How many deliveries are read at once follows from the size of those before: large ones are not read only to find
    that they do not fit.
    """

    def __init__(self, ports: SendingPorts) -> None:
        self._ports = ports
        self._at_once: int | None = None

    def read(
        self,
        webhook: Webhook,
        cut: Cut,
        *,
        copies_of: Page | None = None,
        beside: Page | None = None,
        up_to: str | None = None,
    ) -> Head:
        """The head as it is now.

        With `copies_of` that of a job's page alone, with `beside` that of what else waits, with `up_to` that of what
        waits up to this key, its copy included.
        """
        part = Bounds(copies_of=copies_of, beside=beside, up_to=up_to)
        head = Head(bounds=Bounds(up_to=up_to))
        now = self._ports.clock()
        limits = cut.limits(webhook.limits)
        if webhook.health.stuck.goes_alone:
            limits = replace(limits, max_events=1)
        head.writing = Writing(webhook.shape)
        filling = Filling(limits, head.writing)
        at_once = min(self._at_once or limits.max_events, limits.max_events)
        for delivery in self._ports.deliveries.backlog(webhook.webhook_id, at_once, **part):
            if delivery.status_at(now) is DeliveryStatus.EXPIRED:
                head.expired.append(delivery.expired())
            elif not webhook.wants(delivery.event.name):
                head.unwanted.append(delivery)
            elif _is_like(head.batch, delivery) and filling.takes(delivery.event):
                head.batch.append(delivery)
            else:
                break
            if filling.is_full or len(head.expired) + len(head.unwanted) == _MOST_ENDED:
                break
        head.by_events, head.by_bytes = filling.by_events, filling.by_bytes
        if head.batch:
            # One more than fits, if they are as large as these: it shows that the POST is full.
            self._at_once = webhook.delivery.max_bytes * len(head.batch) // filling.size + 1
        return head

    def behind(self, webhook: Webhook, suspect: Delivery, bounds: Bounds, *, drawn: bool) -> Delivery | None:
        """An event that waits behind the suspect, and that the webhook wants; None where none does.

        It is the next or, where `drawn`, any of a hundred.

        It may be asked for again where the suspect is not, and the other way round; one before it does as well, where a
        job has put that there.
        """
        now = self._ports.clock()
        before: Delivery | None = None
        found: Delivery | None = None
        seen = 0
        waiting = self._ports.deliveries.backlog(suspect.webhook_id, DRAWN_FROM if drawn else 2, **bounds)
        for delivery in waiting:
            if _place(delivery) == _place(suspect) or delivery.status_at(now) is DeliveryStatus.EXPIRED:
                continue
            if not webhook.wants(delivery.event.name):
                continue
            if _place(delivery) < _place(suspect):
                before = before or delivery
                continue
            seen += 1
            # Each of those seen so far is as likely: only one of them is held, however large they are.
            if found is None or self._ports.chance() * seen < 1:
                found = delivery
            if not drawn or seen == DRAWN_FROM:
                break
        return found or before


def _place(delivery: Delivery) -> tuple[str, bool]:
    return delivery.event.key, delivery.is_copy


def _is_like(batch: list[Delivery], delivery: Delivery) -> bool:
    """Whether it may travel with these: an attempt says who asked for it, a person or nobody."""
    return not batch or (batch[0].is_copy, batch[0].requested_by) == (delivery.is_copy, delivery.requested_by)
