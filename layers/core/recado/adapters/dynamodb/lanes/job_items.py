"""Jobs as items of the webhooks table, and back; in the order of their keys they are in that of their beginnings."""

from dataclasses import asdict
from typing import Any

from recado.adapters.dynamodb.retention import removable_at
from recado.adapters.dynamodb.tables import JOB_KEY_PREFIX, WebhookItem
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job, JobKind, JobState
from recado.rules.delivery.selection import Selection


def job_key(webhook_id: str, job_id: str) -> str:
    """The sort key of a job, under its account."""
    return f"{JOB_KEY_PREFIX}{webhook_id}#{job_id}"


def job_to_item(table: type[WebhookItem], job: Job, retention_days: int) -> WebhookItem:
    """The item of a job: kept as long as the deliveries of which it tells."""
    return table(
        job.account_id,
        job_key(job.webhook_id, job.job_id),
        job_id=job.job_id,
        of_webhook=job.webhook_id,
        kind=job.kind.value,
        selection=asdict(job.selection),
        created_at=job.created_at,
        requested_by=job.requested_by,
        expires_at=removable_at(job.created_at, retention_days),
        **progress_attributes(job),
    )


def job_from_item(item: WebhookItem) -> Job:
    """The job that an item holds."""
    return Job(
        account_id=item.account_id,
        webhook_id=item.of_webhook,
        job_id=item.job_id,
        kind=JobKind(item.kind),
        selection=_selection(item.selection),
        created_at=int(item.created_at),
        updated_at=int(item.updated_at),
        requested_by=item.requested_by,
        state=JobState(item.state),
        page_after=item.page_after,
        position=item.position,
        requeued=int(item.requeued),
        cancelled=int(item.cancelled),
    )


def progress_attributes(job: Job) -> dict[str, Any]:
    """What changes of a job, as attributes; None where there is nothing to store."""
    return {
        "state": job.state.value,
        "page_after": job.page_after,
        "position": job.position,
        "requeued": job.requeued,
        "cancelled": job.cancelled,
        "updated_at": job.updated_at,
    }


def _selection(kept: dict[str, Any]) -> Selection:
    status = kept["status"]
    kept = {**kept, "status": status and DeliveryStatus(status), "event_names": tuple(kept["event_names"])}
    return Selection(**kept)
