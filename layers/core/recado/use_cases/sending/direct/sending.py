"""The DIRECT lane: whoever has a webhook's events POSTs them, one batch after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from recado.deadline import Within
from recado.ports.sending import Deadline
from recado.ports.tokens import NoTokenYetError
from recado.rules.event.event import Event
from recado.rules.sending import payload
from recado.rules.sending.attempt import DIRECT_ATTEMPT_SECONDS
from recado.rules.sending.cutting import UNCUT, Cut
from recado.rules.sending.payload import Filling
from recado.rules.shaping.formats import Writing
from recado.rules.webhook.sifting import Filtered
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.posting import Posted, post

LONGEST_SENDING_MS = 10_000
"""So long a webhook is sent to before the rest of its events joins its backlog: others wait behind it."""


@dataclass(frozen=True, slots=True)
class Clash:
    """An event of which nobody can say whether it is new: its id and time are those of one with another name."""

    event: Event
    reason: str


@dataclass(slots=True)
class Sending:
    """What one webhook gets out of one dispatch, filled while it is sent.

    Of the `fresh` events, some are in `posts`, those in `waiting` are to join the backlog, and those in `skipped` came
    while the webhook was off, as was found at `skipped_at`. `cut` is how large POSTs are by now. `began_at` is when the
    POST began that is under way, None where none is. Those in `filtered` were fresh, too, but the filter has left them
    out; `filter_errors` say why it gave nothing, by event key.
    """

    webhook: Webhook
    fresh: Sequence[Event]
    clashing: list[Clash]
    already_pending: bool
    filtered: Sequence[Filtered] = ()
    filter_errors: Mapping[str, str] = field(default_factory=dict)
    posts: list[tuple[list[Event], Posted]] = field(default_factory=list)
    waiting: Sequence[Event] = field(default_factory=list)
    skipped: Sequence[Event] = field(default_factory=list)
    cut: Cut = UNCUT
    skipped_at: int | None = None
    began_at: int | None = None
    found_slow: bool = False
    fault: Exception | None = None

    @property
    def refused(self) -> list[tuple[Event, Posted]]:
        """The events that the receiver has named as those it did not take, each with its POST."""
        return [(event, posted) for batch, posted in self.posts for event in batch if event.key in posted.refused]

    @property
    def failed(self) -> Posted | None:
        """The failed POST, if there was one: it is always the last."""
        return next((posted for _, posted in self.posts if not posted.result.delivered), None)

    def is_slow_at(self, now_ms: int, slow_after_ms: int) -> bool:
        """Whether the receiver has taken longer than that: in a POST that is under way, or in one that has ended."""
        if self.began_at is not None and now_ms - self.began_at >= slow_after_ms:
            return True
        return any(posted.result.latency_ms > slow_after_ms for _, posted in self.posts)

    def longest_ms(self, now_ms: int) -> int:
        """How long the receiver has taken to answer, at most, until now."""
        under_way = 0 if self.began_at is None else now_ms - self.began_at
        return max([under_way, *(posted.result.latency_ms for _, posted in self.posts)])


def send_directly(ports: SendingPorts, sending: Sending, deadline: Deadline) -> None:
    """POST the fresh events of a DIRECT webhook; what follows a failure waits with it, and so does what takes too long.

    Before each further POST the webhook is read again: what an admin has changed counts, and so does that another
    sender has found it failing or slow.
    """
    try:
        _send(ports, sending, deadline)
    except Exception as error:  # noqa: BLE001 - one webhook's trouble must not keep the others from being recorded
        sending.fault = error


def _send(ports: SendingPorts, sending: Sending, deadline: Deadline) -> None:
    began = ports.clock()
    rest = sending.fresh
    sending.cut = sending.webhook.lane.cut.known_at(began)
    webhook: Webhook | None = sending.webhook
    while rest and webhook is not None:
        if webhook.status is not Status.ACTIVE:
            # A catch-up goes by this time: the events may have arrived while the webhook was on.
            sending.skipped, sending.skipped_at = rest, ports.clock()
            return
        if webhook.queued or (sending.posts and _holds_others(ports, began, deadline)):
            sending.waiting = rest
            return
        opened = ports.vault.open(webhook)
        if opened is None or opened.webhook.secret_version != webhook.secret_version:
            # Its secret was changed since the webhook was read: all that was read of it may have changed.
            webhook = None if opened is None else opened.webhook
            continue
        writing = Writing(webhook.shape)
        filling = Filling(sending.cut.limits(webhook.limits), writing)
        batch = payload.first_batch(rest, filling)
        sending.began_at = ports.clock()
        try:
            within = Within(deadline, DIRECT_ATTEMPT_SECONDS)
            posted = post(ports, ports.sender, opened, batch, deadline=within, writing=writing)
        except NoTokenYetError:
            sending.waiting = rest
            return
        finally:
            sending.began_at = None
        sending.posts.append((batch, posted))
        rest = rest[len(batch) :]
        if not posted.result.delivered:
            sending.waiting = rest
            return
        sending.cut = sending.cut.after_success(
            batch[-1].key, webhook.limits, by_events=filling.by_events, by_bytes=filling.by_bytes
        )
        if rest:
            webhook = ports.webhooks.get(webhook.account_id, webhook.webhook_id)


def _holds_others(ports: SendingPorts, began: int, deadline: Deadline) -> bool:
    # Cut short by our own end, an attempt would count against the receiver.
    return ports.clock() - began >= LONGEST_SENDING_MS or deadline.remaining_seconds() < DIRECT_ATTEMPT_SECONDS
