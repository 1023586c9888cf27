"""What is set aside of a webhook: its owner tries it alone, one at a time, out of the way of the backlog."""

from recado.rules.delivery.aside import set_aside
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus, attempted
from recado.rules.sending.attempt import AttemptResult
from recado.rules.webhook.webhook import HealthState, Webhook
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.posting import Posted
from recado.use_cases.sending.queued.hold import Hold
from recado.use_cases.sending.queued.parcel import Parcel, Source
from recado.use_cases.sending.queued.progress import Progress

_MOST_ENDED = 100


class Aside:
    """What is set aside of the webhook that a run holds.

    They are tried in turn, each in the order of their keys, and in turns with the POSTs of the backlog; once one has
    failed, or is not due, no other is tried in this run.
    """

    def __init__(self, ports: SendingPorts, hold: Hold, progress: Progress) -> None:
        self._ports = ports
        self._hold = hold
        self._progress = progress
        self._is_open = True

    def comes_first(self, webhook: Webhook) -> bool:
        """Whether one that is due may go before the backlog: not while the receiver fails."""
        return self._hold.has_aside and self._is_open and webhook.health.state is not HealthState.FAILING

    def next(self, webhook: Webhook) -> Parcel | None:
        """The one that is due; None where none is, or none is to be tried any more."""
        for _ in range(_MOST_ENDED):
            if not self._is_open:
                break
            one = self._ports.aside.next(webhook.webhook_id, self._hold.aside_after)
            self._hold.has_aside = one is not None
            if one is None or not self._is_due(one, webhook):
                self._is_open = False
                self._hold.aside_error = None if one is None else one.error
            elif one.status_at(self._ports.clock()) is DeliveryStatus.EXPIRED:
                self._progress.expired += self._ports.aside.end(one.expired())
            elif not webhook.wants(one.event.name):
                self._ports.withdrawals.withdraw(one, self._ports.clock(), CancelReason.UNSUBSCRIBED)
            else:
                return Parcel(Source.ASIDE, [one])
        return None

    def put(self, delivery: Delivery, tries: int, result: AttemptResult) -> None:
        """Set one aside that waits in the backlog; what does not wait there any more has ended, or was moved."""
        if self._ports.aside.put(set_aside(delivery, tries, result, self._ports.clock()), waits=True):
            self._hold.has_aside, self._hold.aside_error = True, delivery.error

    def tried(self, delivery: Delivery, posted: Posted) -> tuple[Delivery, list[Attempt]]:
        """The delivery after a try, and the attempt where it needs an item of its own; after a failure none follows."""
        (after,), apart = attempted([delivery], posted.attempt)
        self._hold.aside_after = delivery.event.key
        if posted.result.delivered:
            return after, apart
        self._is_open = False
        self._hold.aside_error = after.error
        return set_aside(after, delivery.tries + 1, posted.result, self._ports.clock()), apart

    def _is_due(self, one: Delivery, webhook: Webhook) -> bool:
        # It may have been set aside after somebody asked, by a run that had tried it before.
        is_asked_for = webhook.lane.asked_at is not None and (one.last_attempt_at or 0) < webhook.lane.asked_at
        return is_asked_for or (one.retry_at or 0) <= self._ports.clock()
