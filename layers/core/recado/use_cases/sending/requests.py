"""What an admin asks of what waits, or has ended: send it now, one again, one withdrawn.

Whoever asks for sending makes a new wake-up the owner and writes into the backlog in one transaction, and sends the
wake-up last: a run that ends meanwhile cannot miss what is written, and a sweep wakes what was not sent.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from recado.ports.activity import DoneBeforeError
from recado.ports.managing import DeliveryReader, VersionConflictError, WaitingSummary
from recado.ports.requests import RequestStore, Withdrawals
from recado.rules.activity.activity import Activity, ActivityKind, Requester
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.webhook.lane import asked_for
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.asking import TRIES, Asking, NotActiveError


class NotWantedError(Exception):
    """The webhook does not want events of this name any more: nothing would be sent."""


class NotWaitingError(Exception):
    """The delivery has ended, and no copy of it waits."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked of a delivery as it stands: to be moved back from aside, or copied; nothing where it waits."""

    delivery: Delivery
    back: Delivery | None = None
    copy: Delivery | None = None


class Requests:
    """Answers requests about deliveries of a webhook that the admin has been shown.

    A request that has had its effect before, by its `Idempotency-Key`, is answered with what there is now.
    """

    def __init__(
        self, asking: Asking, *, reader: DeliveryReader, store: RequestStore, withdrawals: Withdrawals
    ) -> None:
        self._asking = asking
        self._reader = reader
        self._store = store
        self._withdrawals = withdrawals

    def has_done(self, webhook: Webhook, requester: Requester) -> bool:
        """Whether a request of the same key has had its effect already."""
        try:
            self._asking.check(webhook, requester)
        except DoneBeforeError:
            return True
        return False

    def send_now(self, webhook: Webhook, requester: Requester) -> WaitingSummary:
        """Let what waits leave now, whatever it was waiting for; what that is. Raises `NotActiveError`.

        Raises `VersionConflictError`, as every request here, where others go on changing the webhook.
        """
        summary = self._reader.waiting_of(webhook.webhook_id)
        with suppress(DoneBeforeError):
            self._asking.check(webhook, requester)
            for _ in range(TRIES):
                act = self._asking.acts.on(ActivityKind.SENT_NOW, requester, webhook, self._asking.clock())
                if self._ask(webhook, act):
                    return summary
                webhook = self._asking.as_it_is(webhook)
            raise VersionConflictError
        return summary

    def one(self, webhook: Webhook, delivery: Delivery, requester: Requester) -> Delivery:
        """Deliver once more; what waits gets no copy, and is sent sooner. Raises `NotActiveError`, `NotWantedError`.

        A copy waits for seven days at most, whatever became of the delivery before; the log keeps that.
        """
        try:
            return self._again(webhook, delivery, requester)
        except DoneBeforeError:
            return self._read_again(delivery)

    def cancel(self, webhook: Webhook, delivery: Delivery, requester: Requester) -> Delivery:
        """Withdraw what waits: a pending delivery, or the copy of one that has ended; raises `NotWaitingError`.

        The delivery of a POST that is on its way at this moment is `DELIVERED` if it succeeds.
        """
        with suppress(DoneBeforeError):
            self._withdraw(webhook, delivery, requester)
        return self._read_again(delivery)

    def _again(self, webhook: Webhook, delivery: Delivery, requester: Requester) -> Delivery:
        self._asking.check(webhook, requester)
        if not webhook.wants(delivery.event.name):
            raise NotWantedError
        for _ in range(TRIES):
            act = self._act(ActivityKind.REDELIVERED, requester, webhook, delivery)
            wanted = self._wanted(delivery, act.at, requester)
            if self._ask(webhook, act, back=wanted.back, copy=wanted.copy):
                return wanted.delivery
            webhook, delivery = self._asking.as_it_is(webhook), self._read_again(delivery)
        raise VersionConflictError

    def _withdraw(self, webhook: Webhook, delivery: Delivery, requester: Requester) -> None:
        self._asking.check(webhook, requester)
        for _ in range(TRIES):
            act = self._act(ActivityKind.CANCELLED, requester, webhook, delivery)
            if delivery.status_at(act.at) is not DeliveryStatus.PENDING and not delivery.waits_again:
                raise NotWaitingError
            if self._withdrawals.withdraw(delivery, act.at, CancelReason.WITHDRAWN, act):
                self._asking.acts.tell(act)
                return
            refused, delivery = delivery, self._read_again(delivery)
            if delivery == refused:  # its end is logged: whoever did that has not deleted it yet, or died before
                raise NotWaitingError
        raise VersionConflictError

    def _act(self, kind: ActivityKind, requester: Requester, webhook: Webhook, delivery: Delivery) -> Activity:
        at = self._asking.clock()
        return self._asking.acts.on(kind, requester, webhook, at, delivery_id=delivery.delivery_id)

    def _wanted(self, delivery: Delivery, now: int, requester: Requester) -> _Wanted:
        if delivery.is_aside and delivery.status_at(now) is DeliveryStatus.PENDING:
            return _Wanted(delivery.moved_back(), back=delivery)
        if delivery.status is not delivery.status_at(now):
            # It has expired, and nobody has noticed: a copy stands beside an end in the log.
            self._withdrawals.note_expired(delivery)
            delivery = delivery.expired()
        if delivery.status is DeliveryStatus.PENDING:
            return _Wanted(delivery)
        copy = delivery.waiting_copy()
        if delivery.waits_again and copy.status_at(now) is DeliveryStatus.PENDING:
            return _Wanted(delivery.moved_back(), back=copy) if copy.is_aside else _Wanted(delivery)
        copy = delivery.again(max(now, delivery.finished_at or 0), requester.name)
        return _Wanted(delivery.requested_like(copy), copy=copy)

    def _ask(
        self, webhook: Webhook, act: Activity, *, back: Delivery | None = None, copy: Delivery | None = None
    ) -> bool:
        """Make a new wake-up the owner, and send it; False where something is not as it was read."""
        if webhook.status is not Status.ACTIVE:
            raise NotActiveError
        after = replace(webhook, lane=asked_for(webhook.lane, self._asking.token(), act.at))
        if not self._store.ask(webhook, after, act, back=back, copy=copy):
            return False
        self._asking.wake(after, act)
        return True

    def _read_again(self, delivery: Delivery) -> Delivery:
        current = self._reader.get(delivery.webhook_id, delivery.event.key, self._asking.clock())
        if current is None:
            raise NotWaitingError
        return current
