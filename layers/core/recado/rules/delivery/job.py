"""Redelivery jobs: all deliveries of a time range and status, again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from recado.rules.delivery.delivery import Delivery, DeliveryStatus


class JobState(StrEnum):
    """Whether a job is still looking for deliveries."""

    RUNNING = "RUNNING"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class Job:
    """A request to deliver again; times are milliseconds since 1970, those of the range are of events.

    `position` is the key up to which the deliveries have been looked at, `page_after` that after which the last page
    began; `requeued` is how many of them were put into the backlog, `requested_by` who asked.
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
    state: JobState = JobState.RUNNING
    page_after: str | None = None
    position: str | None = None
    requeued: int = 0

    def wants(self, delivery: Delivery) -> bool:
        """Whether the job delivers this one again.

        What arrived after the job was asked for is not meant, nor what was delivered, cancelled or ended otherwise
        since.
        """
        moments = (delivery.created_at, delivery.wanted_since, delivery.finished_at or 0, delivery.withdrawn_at or 0)
        return delivery.status_at(self.created_at) is self.status and max(moments) <= self.created_at

    def advanced(self, looked_at: Sequence[Delivery], requeued: int, now_ms: int, *, done: bool) -> "Job":
        """The job after one more page, of which so many deliveries were put into the backlog."""
        return replace(
            self,
            state=JobState.DONE if done else JobState.RUNNING,
            page_after=self.position,
            position=looked_at[-1].event.key if looked_at else self.position,
            requeued=self.requeued + requeued,
            updated_at=now_ms,
        )
