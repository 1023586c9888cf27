"""Jobs: many deliveries again, many withdrawn, or all that came while the webhook was off."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.webhook import Webhook

MOST_UNFINISHED = 5
"""So many unfinished jobs a webhook may have."""

MOST_FINISHED = 10
"""So many finished jobs of a webhook are shown, the last ones."""


class JobKind(StrEnum):
    """What a job does."""

    REDELIVERY = "REDELIVERY"
    CATCH_UP = "CATCH_UP"
    CANCELLATION = "CANCELLATION"


class JobState(StrEnum):
    """How far a job is: one that somebody ends takes back first what it has put into the backlog."""

    RUNNING = "RUNNING"
    ENDING = "ENDING"
    DONE = "DONE"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class Job:
    """A request about many deliveries of a webhook; times are milliseconds since 1970.

    `position` is the key up to which the deliveries have been looked at, `page_after` that after which the last page
    began; `requeued` is how many of them were put into the backlog, `cancelled` how many withdrawn, `requested_by` who
    asked. Nothing behind the page of one that catches up is sent before it.
    """

    account_id: str
    webhook_id: str
    job_id: str
    kind: JobKind
    selection: Selection
    created_at: int
    updated_at: int
    requested_by: str
    state: JobState = JobState.RUNNING
    page_after: str | None = None
    position: str | None = None
    requeued: int = 0
    cancelled: int = 0

    @property
    def is_unfinished(self) -> bool:
        """Whether the webhook's owner has to carry it on."""
        return self.state in (JobState.RUNNING, JobState.ENDING)

    @property
    def withdraws(self) -> bool:
        """Whether it takes deliveries back: that is done before anything is sent, and while the webhook is off."""
        return self.kind is JobKind.CANCELLATION or self.state is JobState.ENDING

    @property
    def can_be_ended(self) -> bool:
        """Whether somebody may end it: also where it has put all into the backlog, since that may wait for days."""
        puts = self.kind is not JobKind.CANCELLATION
        return self.is_unfinished or (puts and self.state is JobState.DONE)

    def wants(self, delivery: Delivery) -> bool:
        """Whether the job is about this one, as it stands now.

        What arrived after the job was asked for is not meant, nor what was asked for again, delivered, cancelled or
        ended otherwise since. One that is ending means what it has put into the backlog itself.
        """
        if self.state is JobState.ENDING:
            return (delivery.waits_again or delivery.is_copy) and delivery.requested_at == self.created_at
        selection = self.selection
        if not selection.takes(delivery) or delivery.wanted_since > self.created_at:
            return False
        if selection.status is None:
            waits = delivery.status_at(self.created_at) is DeliveryStatus.PENDING or delivery.waits_again
            return waits and (delivery.set_aside_at is not None or not selection.set_aside)
        moments = (delivery.created_at, delivery.finished_at or 0, delivery.withdrawn_at or 0)
        return delivery.status_at(self.created_at) is selection.status and max(moments) <= self.created_at

    def advanced(
        self, position: str | None, now_ms: int, *, done: bool, requeued: int = 0, cancelled: int = 0
    ) -> "Job":
        """The job after one more page, up to that key, of which so many were put into the backlog, or withdrawn."""
        finished = JobState.ENDED if self.state is JobState.ENDING else JobState.DONE
        return replace(
            self,
            state=finished if done else self.state,
            page_after=self.position,
            position=position,
            requeued=self.requeued + requeued,
            cancelled=self.cancelled + cancelled,
            updated_at=now_ms,
        )

    def ending(self, now_ms: int) -> "Job":
        """The job as it is ended by somebody: of every page something may wait, set aside if not in the backlog."""
        return replace(self, state=JobState.ENDING, position=None, page_after=None, updated_at=now_ms)


def next_of(jobs: Iterable[Job], *, active: bool) -> Job | None:
    """Which of a webhook's jobs is carried on; while it is off, only those that take back.

    Those that take back come first, before any POST; then those that catch up; then the oldest.
    """
    ranked = [
        (not job.withdraws, job.kind is not JobKind.CATCH_UP, job.created_at, job.job_id, job)
        for job in jobs
        if job.is_unfinished and (active or job.withdraws)
    ]
    return min(ranked, key=lambda ranks: ranks[:-1])[-1] if ranked else None


def job_id_of(created_at: int, token: str) -> str:
    """The id of a job: in the order of ids, jobs are in that of their beginnings."""
    return f"job_{created_at:015d}_{token}"


def catch_up(webhook: Webhook, job_id: str, requested_by: str, now_ms: int) -> Job:
    """The job that sends a webhook, as it is while it is off, what was skipped since it was switched off.

    Events are selected by when they were skipped. Their own times may be any: published late, or by a clock that is
    ahead. So the whole log is looked through, on DynamoDB's side.
    """
    return Job(
        account_id=webhook.account_id,
        webhook_id=webhook.webhook_id,
        job_id=job_id,
        kind=JobKind.CATCH_UP,
        selection=Selection(DeliveryStatus.SKIPPED, skipped_from=skipped_since(webhook)),
        created_at=now_ms,
        updated_at=now_ms,
        requested_by=requested_by,
    )


def skipped_since(webhook: Webhook) -> int:
    """From when on a webhook that is off has skipped events; from its beginning where that is not known."""
    return webhook.created_at if webhook.off_since is None else webhook.off_since
