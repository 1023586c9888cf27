"""What an admin asks of deliveries: one again, many again as a job, or one withdrawn.

Whoever asks for sending makes a new wake-up the owner first, then writes into the backlog, and sends the wake-up last:
a run that ends meanwhile cannot miss what is written, and a sweep wakes what was not sent.
"""

from collections.abc import Callable
from dataclasses import replace

from recado.ports import (
    AsideStore,
    Clock,
    DeliveryReader,
    Expect,
    JobStore,
    LaneStore,
    WakeUps,
    Withdrawals,
)
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.job import Job
from recado.rules.webhook.lane import asked_for
from recado.rules.webhook.webhook import Status, Webhook

_TRIES = 3


class NotActiveError(Exception):
    """The webhook is retired or disabled: nothing would be sent."""


class NotWaitingError(Exception):
    """The delivery has ended, and no copy of it waits."""


class Requests:
    """Answers requests about deliveries of a webhook that the admin has been shown."""

    def __init__(
        self,
        *,
        reader: DeliveryReader,
        aside: AsideStore,
        withdrawals: Withdrawals,
        jobs: JobStore,
        lanes: LaneStore,
        wake_ups: WakeUps,
        clock: Clock,
        token: Callable[[], str],
    ) -> None:
        self._reader = reader
        self._aside = aside
        self._withdrawals = withdrawals
        self._jobs = jobs
        self._lanes = lanes
        self._wake_ups = wake_ups
        self._clock = clock
        self._token = token

    def one(self, webhook: Webhook, delivery: Delivery, requested_by: str) -> Delivery:
        """Deliver once more; what waits gets no copy, and is sent sooner. Raises `NotActiveError`.

        A copy waits for seven days at most, whatever became of the delivery before; the log keeps that.
        """
        _check_active(webhook)
        now = self._clock()
        after = self._with_owner(webhook, now)
        if not self._lanes.change(webhook, after, Expect.ANYTHING):
            raise NotActiveError
        if delivery.status is not delivery.status_at(now):
            # It has expired, and nobody has noticed: a copy stands beside an end in the log.
            self._withdrawals.note_expired(delivery)
            delivery = delivery.expired()
        if delivery.is_aside:
            self._aside.back(delivery)
            delivery = delivery.moved_back()
        if delivery.status is not DeliveryStatus.PENDING:
            copy = delivery.again(now, requested_by)
            self._aside.renew(copy)
            delivery = delivery.requested_like(copy)
        self._wake_ups.send(after, 0)
        return delivery

    def many(self, webhook: Webhook, status: DeliveryStatus, from_ms: int, to_ms: int, requested_by: str) -> Job:
        """Start a job; raises `NotActiveError`, or `JobRunningError` while another one of this webhook runs.

        The webhook gets its new owner in the same transaction; a process that dies before the wake-up is sent leaves a
        webhook that is due.
        """
        _check_active(webhook)
        now = self._clock()
        job = Job(
            account_id=webhook.account_id,
            webhook_id=webhook.webhook_id,
            job_id=f"job_{self._token()}",
            status=status,
            from_ms=from_ms,
            to_ms=to_ms,
            created_at=now,
            updated_at=now,
            requested_by=requested_by,
        )
        after = self._with_owner(webhook, now, job.job_id)
        if not self._jobs.start(job, webhook, after):
            raise NotActiveError
        self._wake_ups.send(after, 0)
        return job

    def cancel(self, delivery: Delivery) -> Delivery:
        """Withdraw what waits: a pending delivery, or the copy of one that has ended; raises `NotWaitingError`.

        The delivery of a POST that is on its way at this moment is `DELIVERED` if it succeeds.
        """
        for _ in range(_TRIES):
            now = self._clock()
            if delivery.status_at(now) is not DeliveryStatus.PENDING and not delivery.waits_again:
                break
            withdrawn = self._withdrawals.withdraw(delivery, now)
            current = self._reader.get(delivery.webhook_id, delivery.event.key, now)
            if current is None:
                break
            if withdrawn:
                return current
            delivery = current
        raise NotWaitingError

    def latest(self, webhook: Webhook) -> Job | None:
        """The webhook's running or last job."""
        return self._jobs.get(webhook.account_id, webhook.webhook_id)

    def _with_owner(self, webhook: Webhook, now: int, job: str | None = None) -> Webhook:
        lane = asked_for(webhook.lane, self._token(), now)
        return replace(webhook, lane=lane if job is None else replace(lane, job=job))


def _check_active(webhook: Webhook) -> None:
    if webhook.status is not Status.ACTIVE:
        raise NotActiveError
