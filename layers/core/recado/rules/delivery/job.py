"""Redelivery jobs: all deliveries of a time range and status, again; or all that came while the webhook was off."""

from dataclasses import dataclass, replace
from enum import StrEnum

from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.event.timestamps import LATEST_MS
from recado.rules.webhook.webhook import Webhook


class JobState(StrEnum):
    """Whether a job is still looking for deliveries."""

    RUNNING = "RUNNING"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class Job:
    """A request to deliver again; times are milliseconds since 1970, those of the range are of events.

    `position` is the key up to which the deliveries have been looked at, `page_after` that after which the last page
    began; `requeued` is how many of them were put into the backlog, `requested_by` who asked. A job that catches up has
    `off_since`: of its range it takes what was skipped from then on, and nothing behind its page is sent before it.
    """

    account_id: str
    webhook_id: str
    job_id: str
    status: DeliveryStatus
    from_ms: int
    to_ms: int
    created_at: int
    updated_at: int
    requested_by: str
    off_since: int | None = None
    state: JobState = JobState.RUNNING
    page_after: str | None = None
    position: str | None = None
    requeued: int = 0

    def wants(self, delivery: Delivery) -> bool:
        """Whether the job delivers this one again.

        What arrived after the job was asked for is not meant, nor what was delivered, cancelled or ended otherwise
        since; nor, where the job catches up, what was skipped before the webhook was switched off.
        """
        if self.off_since is not None and (delivery.finished_at or 0) < self.off_since:
            return False
        moments = (delivery.created_at, delivery.wanted_since, delivery.finished_at or 0, delivery.withdrawn_at or 0)
        return delivery.status_at(self.created_at) is self.status and max(moments) <= self.created_at

    def advanced(self, position: str | None, requeued: int, now_ms: int, *, done: bool) -> "Job":
        """The job after one more page, up to that key, of which so many deliveries were put into the backlog."""
        return replace(
            self,
            state=JobState.DONE if done else JobState.RUNNING,
            page_after=self.position,
            position=position,
            requeued=self.requeued + requeued,
            updated_at=now_ms,
        )


def catch_up(webhook: Webhook, job_id: str, requested_by: str, now_ms: int) -> Job:
    """The job that sends a webhook, as it is while it is off, what was skipped since it was switched off.

    Events are selected by when they were skipped. Their own times may be any: published late, or by a clock that is
    ahead. So the whole log is looked through, on DynamoDB's side.
    """
    since = skipped_since(webhook)
    return Job(
        account_id=webhook.account_id,
        webhook_id=webhook.webhook_id,
        job_id=job_id,
        status=DeliveryStatus.SKIPPED,
        from_ms=0,
        to_ms=LATEST_MS,
        created_at=now_ms,
        updated_at=now_ms,
        requested_by=requested_by,
        off_since=since,
    )


def skipped_since(webhook: Webhook) -> int:
    """From when on a webhook that is off has skipped events; from its beginning where that is not known."""
    return webhook.created_at if webhook.off_since is None else webhook.off_since
