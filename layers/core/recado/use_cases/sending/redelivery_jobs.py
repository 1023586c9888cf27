"""Redelivery on request: one delivery again, or all of a time range and status as a job.

Both go through the backlog, so that a receiver gets them in batches, one sender at a time.
"""

import uuid
from dataclasses import replace

from recado.ports import Clock, Deadline, DeliveryReader, DeliveryStore, JobStore, WakeUps, WebhookReader
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.job import Job, JobState
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.waking import wake_if_idle

PAGE = 100
_SECONDS_FOR_A_PAGE = 10


class NotActiveError(Exception):
    """The webhook is retired or disabled: nothing would be sent."""


class RedeliveryRequests:
    """Starts and reads redeliveries, for the webhook that an admin has been shown."""

    def __init__(
        self, *, deliveries: DeliveryStore, jobs: JobStore, webhooks: WebhookReader, wake_ups: WakeUps, clock: Clock
    ) -> None:
        self._deliveries = deliveries
        self._jobs = jobs
        self._webhooks = webhooks
        self._wake_ups = wake_ups
        self._clock = clock

    def one(self, webhook: Webhook, delivery: Delivery, requested_by: str) -> Delivery:
        """Put one delivery into the backlog again, with seven days to live; raises `NotActiveError`."""
        _check_active(webhook)
        waiting = delivery.again(self._clock(), requested_by)
        self._deliveries.record([waiting])
        wake_if_idle(self._webhooks, self._wake_ups, webhook.account_id, webhook.webhook_id)
        return waiting

    def many(self, webhook: Webhook, status: DeliveryStatus, from_ms: int, to_ms: int, requested_by: str) -> Job:
        """Start a job; raises `NotActiveError`, or `JobRunningError` while another one of this webhook runs.

        A process that dies before the message is sent leaves a job that the sweep takes up.
        """
        _check_active(webhook)
        now = self._clock()
        job = Job(
            account_id=webhook.account_id,
            webhook_id=webhook.webhook_id,
            job_id=f"job_{uuid.uuid4().hex}",
            status=status,
            from_ms=from_ms,
            to_ms=to_ms,
            created_at=now,
            updated_at=now,
            requested_by=requested_by,
        )
        self._jobs.start(job)
        self._wake_ups.send_job(job)
        return job

    def latest(self, webhook: Webhook) -> Job | None:
        """The webhook's running or last job."""
        return self._jobs.get(webhook.account_id, webhook.webhook_id)


class JobRunner:
    """Carries jobs on, page by page; a page that is done twice puts the same deliveries under the same keys."""

    def __init__(self, ports: SendingPorts, *, reader: DeliveryReader, jobs: JobStore) -> None:
        self._ports = ports
        self._reader = reader
        self._jobs = jobs

    def run(self, wake_up: WakeUp, deadline: Deadline) -> int | None:
        """Work until the job is done (None) or time is nearly up (seconds after which the message comes back)."""
        while True:
            job = self._jobs.get(wake_up.account_id, wake_up.webhook_id)
            if job is None or job.job_id != wake_up.job_id or job.state is JobState.DONE:
                return None
            if deadline.remaining_seconds() < _SECONDS_FOR_A_PAGE:
                return 0
            self._page(job)

    def _page(self, job: Job) -> None:
        """One page: into the backlog, wake-up, then the job's progress."""
        now = self._ports.clock()
        found = self._reader.oldest(job.webhook_id, job.from_ms, job.to_ms, job.position, PAGE)
        wanted = [delivery.again(now, job.requested_by) for delivery in found if job.wants(delivery)]
        if wanted:
            self._ports.deliveries.record(wanted)
        # A run that died after its write has left the page pending, with nobody woken for it.
        if wanted or any(delivery.status is DeliveryStatus.PENDING for delivery in found):
            wake_if_idle(self._ports.webhooks, self._ports.wake_ups, job.account_id, job.webhook_id)
        done = len(found) < PAGE
        progressed = replace(
            job,
            state=JobState.DONE if done else JobState.RUNNING,
            position=found[-1].event.key if found else job.position,
            requeued=job.requeued + len(wanted),
            updated_at=now,
        )
        self._jobs.advance(job, progressed)


def _check_active(webhook: Webhook) -> None:
    if webhook.status is not Status.ACTIVE:
        raise NotActiveError
