"""Jobs of a webhook, begun and ended at the store, and what the tables hold of them."""

from dataclasses import replace
from typing import Any

from recado.rules.activity.activity import ActivityKind
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job, JobKind, job_id_of
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.lane import owned
from recado.rules.webhook.webhook import Webhook
from tests.support.acts import act_on
from tests.support.aws.items import changed_item
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.system import System


def numbered(number: int, **fields: Any) -> Job:
    """Build a job that was asked for so many milliseconds after noon."""
    at = NOON_MS + number
    values = {
        "job_id": job_id_of(at, f"{number:02}"),
        "kind": JobKind.REDELIVERY,
        "selection": Selection(DeliveryStatus.DELIVERED, arrived_from=7, event_names=("CI_STATS",)),
        "created_at": at,
        "updated_at": at,
        "requested_by": "an admin",
        **fields,
    }
    return Job(str(ACCOUNT), "wh_1", **values)


JOB = numbered(1, requeued=100)
SECOND = numbered(2)
OWNER = f"owner of {JOB.job_id}"
KEY = f"job#wh_1#{JOB.job_id}"
FURTHER = "001727438400000#e9"


def start(system: System, webhook: Webhook, job: Job) -> bool:
    """Start a job, whose owner is called like it."""
    after = replace(webhook, lane=owned(webhook.lane, f"owner of {job.job_id}", NOON_MS))
    return system.jobs.start(job, webhook, after, started(webhook, job))


def started(webhook: Webhook, job: Job) -> Any:
    """Build the act of starting a job."""
    return act_on(webhook, ActivityKind.REDELIVERY_STARTED, job_id=job.job_id)


def end(system: System, webhook: Webhook, job: Job) -> bool:
    """End a job, as it was read, by a new owner."""
    after = replace(webhook, lane=owned(webhook.lane, "who ends it", NOON_MS))
    act = act_on(webhook, ActivityKind.JOB_ENDED, job_id=job.job_id)
    return system.jobs.end(job, job.ending(NOON_MS + 9), webhook, after, act)


def of(system: System, webhook: Webhook) -> tuple[list[Job], str | None, set[str]]:
    """Return the webhook's unfinished jobs, its owner, and which jobs it names."""
    current = system.webhook(webhook)
    jobs = sorted(system.jobs.unfinished(current), key=lambda job: job.job_id)
    return jobs, current.lane.owner, set(current.lane.jobs)


def written(system: System) -> tuple[Any, Any, list[ActivityKind]]:
    """Return what there is of the webhook, the job and what was done."""
    return changed_item(system, "wh_1"), changed_item(system, KEY), system.kinds()
