"""Redelivery jobs: all deliveries of a time range and status, again."""

from dataclasses import dataclass
from enum import StrEnum

from recado.rules.delivery.delivery import Delivery, DeliveryStatus


class JobState(StrEnum):
    """Whether a job is still looking for deliveries."""

    RUNNING = "RUNNING"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class Job:
    """A request to deliver again; times are milliseconds since 1970, those of the range are of events.

    `position` is the key up to which the deliveries have been looked at, `requeued` how many of them were put into the
    backlog, `requested_by` who asked; a page whose progress was lost counts only what was left to do when it was
    repeated.
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
    position: str | None = None
    requeued: int = 0

    def wants(self, delivery: Delivery) -> bool:
        """Whether the job delivers this one again: what arrived after the job was asked for is not meant."""
        return delivery.status_at(self.created_at) is self.status and delivery.wanted_since <= self.created_at
