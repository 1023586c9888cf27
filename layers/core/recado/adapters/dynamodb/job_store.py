"""Redelivery jobs in DynamoDB: one item for each webhook's last job."""

from typing import Any

from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.conditions import accepted, accepted_together
from recado.adapters.dynamodb.lane_store import lane_change
from recado.adapters.dynamodb.tables import JOB_KEY_PREFIX, WebhookItem, connection_of
from recado.adapters.dynamodb.webhook_items import whole
from recado.adapters.dynamodb.webhook_store import set_or_remove
from recado.adapters.faults import as_our_fault
from recado.ports import Expect, JobRunningError
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job, JobState
from recado.rules.webhook.webhook import Webhook


class DynamoJobs:
    """Keeps jobs; fills the port `JobStore`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table
        self._connection = connection_of(table)

    @as_our_fault("starting a redelivery job")
    def start(self, job: Job, before: Webhook, after: Webhook) -> bool:
        """Put the job, if the webhook's last one is done, and give the webhook its new owner; in one transaction."""
        table = self._table
        actions, condition = lane_change(table, before, after, Expect.ANYTHING)

        def fill(transaction: TransactWrite) -> None:
            save_job(table, job, transaction)
            transaction.update(table(job.account_id, job.webhook_id), actions=actions, condition=condition)

        if accepted_together(self._connection, fill):
            return True
        last = self.get(job.account_id, job.webhook_id)
        if last is not None and last.state is JobState.RUNNING and last.job_id != job.job_id:
            raise JobRunningError
        return last is not None and last.job_id == job.job_id

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
            off_since=whole(item.off_since),
            state=JobState(item.state),
            page_after=item.page_after,
            position=item.position,
            requeued=int(item.requeued),
        )

    @as_our_fault("storing a redelivery job's progress")
    def advance(self, current: Job, progressed: Job) -> bool:
        """Store the progress if the job still is `current`: a run whose lease has ended may carry it on, too."""
        table = self._table
        unchanged = (table.job_id == current.job_id) & (table.state == current.state.value)
        unchanged &= table.position.does_not_exist() if current.position is None else table.position == current.position
        item = table(current.account_id, JOB_KEY_PREFIX + current.webhook_id)
        actions = set_or_remove(table, _progress(progressed))
        if accepted(lambda: item.update(actions=actions, condition=unchanged)):
            return True
        return self.get(current.account_id, current.webhook_id) == progressed


def save_job(table: type[WebhookItem], job: Job, transaction: TransactWrite) -> None:
    """Let a transaction put a new job, if the webhook's last one is done."""
    item = table(
        job.account_id,
        JOB_KEY_PREFIX + job.webhook_id,
        job_id=job.job_id,
        status=job.status.value,
        from_ms=job.from_ms,
        to_ms=job.to_ms,
        created_at=job.created_at,
        requested_by=job.requested_by,
        off_since=job.off_since,
        **_progress(job),
    )
    transaction.save(item, condition=table.state.does_not_exist() | (table.state == JobState.DONE.value))


def _progress(job: Job) -> dict[str, Any]:
    return {
        "state": job.state.value,
        "page_after": job.page_after,
        "position": job.position,
        "requeued": job.requeued,
        "updated_at": job.updated_at,
    }
