"""Redelivery on request in JSON."""

from typing import Literal

from pydantic import Field

from recado.http_api.shared.schemas import Entered, Shown, Time, TimeEntered
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job, JobState
from recado.rules.event import timestamps
from recado.rules.event.timestamps import to_iso


class RedeliveryEntered(Entered):
    """Which deliveries are to be sent again: those of this status whose events lie in the time range."""

    status: Literal["DELIVERED", "EXPIRED", "SKIPPED"]
    from_time: TimeEntered = Field(alias="from", description=f"Of the event: {timestamps.ACCEPTED}.")
    to_time: TimeEntered = Field(default=None, alias="to", description="As `from`; now, where it is left out.")


class RedeliveryJobView(Shown):
    """A redelivery job and its progress. `requeued` deliveries have been put into the backlog so far.

    One of kind `CATCH_UP` began when the webhook was switched on; its time range is that in which it was off.
    """

    job_id: str
    webhook_id: str
    kind: Literal["REDELIVERY", "CATCH_UP"]
    state: JobState
    status: DeliveryStatus
    from_time: Time = Field(alias="from")
    to_time: Time = Field(alias="to")
    requeued: int
    created_at: Time
    updated_at: Time
    requested_by: str


def job_view(job: Job) -> RedeliveryJobView:
    """A job as it is shown."""
    return RedeliveryJobView(
        job_id=job.job_id,
        webhook_id=job.webhook_id,
        kind="REDELIVERY" if job.off_since is None else "CATCH_UP",
        state=job.state,
        status=job.status,
        from_time=to_iso(job.from_ms if job.off_since is None else job.off_since),
        to_time=to_iso(job.to_ms if job.off_since is None else job.created_at),
        requeued=job.requeued,
        created_at=to_iso(job.created_at),
        updated_at=to_iso(job.updated_at),
        requested_by=job.requested_by,
    )
