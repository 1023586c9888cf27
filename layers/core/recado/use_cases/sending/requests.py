"""What an admin asks of what waits, or has ended: send it now, one again, one withdrawn.

Whoever asks for sending makes a new wake-up the owner and writes into the backlog in one transaction, and sends the
wake-up last: a run that ends meanwhile cannot miss what is written, and a sweep wakes what was not sent.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from recado.ports import (
    ActivityStore,
    Clock,
    DeliveryReader,
    DoneBeforeError,
    RequestStore,
    WaitingSummary,
    WakeUps,
    WebhookReader,
    Withdrawals,
)
from recado.rules.activity.activity import Activity, ActivityKind, Requester
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.webhook.lane import asked_for
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.acts import Acts

_TRIES = 3


class NotActiveError(Exception):
    """The webhook is retired or disabled: nothing would be sent."""


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
        self,
        *,
        webhooks: WebhookReader,
        reader: DeliveryReader,
        store: RequestStore,
        withdrawals: Withdrawals,
        wake_ups: WakeUps,
        activities: ActivityStore,
        acts: Acts,
        clock: Clock,
        token: Callable[[], str],
    ) -> None:
        self._webhooks = webhooks
        self._reader = reader
        self._store = store
        self._withdrawals = withdrawals
        self._wake_ups = wake_ups
        self._activities = activities
        self._acts = acts
        self._clock = clock
        self._token = token

    def send_now(self, webhook: Webhook, requester: Requester) -> WaitingSummary:
        """Let what waits leave now, whatever it was waiting for; what that is. Raises `NotActiveError`."""
        summary = self._reader.waiting_of(webhook.webhook_id)
        with suppress(DoneBeforeError):
            self._activities.check(webhook.account_id, requester, self._clock())
            for _ in range(_TRIES):
                if self._ask(webhook, self._acts.on(ActivityKind.SENT_NOW, requester, webhook, self._clock())):
                    return summary
                webhook = self._as_it_is(webhook)
            raise NotActiveError
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
        self._activities.check(webhook.account_id, requester, self._clock())
        if not webhook.wants(delivery.event.name):
            raise NotWantedError
        for _ in range(_TRIES):
            act = self._act(ActivityKind.REDELIVERED, requester, webhook, delivery)
            wanted = self._wanted(delivery, act.at, requester)
            if self._ask(webhook, act, back=wanted.back, copy=wanted.copy):
                return wanted.delivery
            webhook, delivery = self._as_it_is(webhook), self._read_again(delivery)
        raise NotActiveError

    def _withdraw(self, webhook: Webhook, delivery: Delivery, requester: Requester) -> None:
        self._activities.check(webhook.account_id, requester, self._clock())
        for _ in range(_TRIES):
            act = self._act(ActivityKind.CANCELLED, requester, webhook, delivery)
            if delivery.status_at(act.at) is not DeliveryStatus.PENDING and not delivery.waits_again:
                break
            if self._withdrawals.withdraw(delivery, act.at, CancelReason.WITHDRAWN, act):
                self._acts.tell(act)
                return
            delivery = self._read_again(delivery)
        raise NotWaitingError

    def _act(self, kind: ActivityKind, requester: Requester, webhook: Webhook, delivery: Delivery) -> Activity:
        return self._acts.on(kind, requester, webhook, self._clock(), delivery_id=delivery.delivery_id)

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
        copy = delivery.again(now, requester.name)
        return _Wanted(delivery.requested_like(copy), copy=copy)

    def _ask(
        self, webhook: Webhook, act: Activity, *, back: Delivery | None = None, copy: Delivery | None = None
    ) -> bool:
        """Make a new wake-up the owner, and send it; False where something is not as it was read."""
        if webhook.status is not Status.ACTIVE:
            raise NotActiveError
        after = replace(webhook, lane=asked_for(webhook.lane, self._token(), act.at))
        if not self._store.ask(webhook, after, act, back=back, copy=copy):
            return False
        try:
            self._wake_ups.send(after, 0)
        finally:
            self._acts.tell(act)
        return True

    def _as_it_is(self, webhook: Webhook) -> Webhook:
        current = self._webhooks.get(webhook.account_id, webhook.webhook_id)
        if current is None:
            raise NotActiveError
        return current

    def _read_again(self, delivery: Delivery) -> Delivery:
        current = self._reader.get(delivery.webhook_id, delivery.event.key, self._clock())
        if current is None:
            raise NotWaitingError
        return current
