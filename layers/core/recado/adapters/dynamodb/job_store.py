"""Redelivery jobs in DynamoDB: one item for each webhook's last job, in the sparse index while it runs."""

from typing import Any

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.due import due_attributes
from recado.adapters.dynamodb.tables import JOB_KEY_PREFIX, WebhookItem
from recado.adapters.dynamodb.webhook_store import set_or_remove
from recado.adapters.faults import as_our_fault
from recado.ports import JobRunningError
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job, JobState


class DynamoJobs:
    """Keeps jobs; fills the port `JobStore`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("starting a redelivery job")
    def start(self, job: Job) -> None:
        """Put the job, if the webhook's last one is done; raises `JobRunningError`."""
        table = self._table
        item = table(
            job.account_id,
            JOB_KEY_PREFIX + job.webhook_id,
            job_id=job.job_id,
            status=job.status.value,
            from_ms=job.from_ms,
            to_ms=job.to_ms,
            created_at=job.created_at,
            requested_by=job.requested_by,
            **_progress(job),
        )
        no_other = table.state.does_not_exist() | (table.state == JobState.DONE.value)
        if not accepted(lambda: item.save(condition=no_other)):
            raise JobRunningError

    @as_our_fault("reading a redelivery job")
    def get(self, account_id: str, webhook_id: str) -> Job | None:
        """The webhook's running or last job, read consistently."""
        try:
            item = self._table.get(account_id, JOB_KEY_PREFIX + webhook_id, consistent_read=True)
        except self._table.DoesNotExist:
            return None
        return Job(
            account_id=account_id,
            webhook_id=webhook_id,
            job_id=item.job_id,
            status=DeliveryStatus(item.status),
            from_ms=int(item.from_ms),
            to_ms=int(item.to_ms),
            created_at=int(item.created_at),
            updated_at=int(item.updated_at),
            requested_by=item.requested_by,
            state=JobState(item.state),
            position=item.position,
            requeued=int(item.requeued),
        )

    @as_our_fault("storing a redelivery job's progress")
    def advance(self, current: Job, progressed: Job) -> bool:
        """Store the progress if the job still is `current`: two invocations may carry it on at once."""
        table = self._table
        unchanged = (table.job_id == current.job_id) & (table.requeued == current.requeued)
        unchanged &= table.position.does_not_exist() if current.position is None else table.position == current.position
        item = table(current.account_id, JOB_KEY_PREFIX + current.webhook_id)
        actions = set_or_remove(table, _progress(progressed))
        return accepted(lambda: item.update(actions=actions, condition=unchanged))


def _progress(job: Job) -> dict[str, Any]:
    due_at = job.updated_at if job.state is JobState.RUNNING else None
    return {
        "state": job.state.value,
        "position": job.position,
        "requeued": job.requeued,
        "updated_at": job.updated_at,
        **due_attributes(job.account_id, JOB_KEY_PREFIX + job.webhook_id, due_at),
    }
