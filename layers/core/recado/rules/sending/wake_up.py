"""Wake-ups: the messages of the redelivery queue."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WakeUp:
    """A message that asks for a webhook's backlog to be sent, or with a `job_id` for a redelivery job to go on."""

    message_id: str
    receipt_handle: str
    account_id: str
    webhook_id: str
    job_id: str | None = None


def wake_up_body(account_id: str, webhook_id: str, job_id: str | None = None) -> str:
    """The text of a wake-up."""
    content = {"accountId": account_id, "webhookId": webhook_id}
    return json.dumps(content if job_id is None else {**content, "jobId": job_id})


def read_wake_up(message_id: str, receipt_handle: str, body: str) -> WakeUp | None:
    """The wake-up that a message carries; None if it carries none."""
    try:
        content = json.loads(body)
        account_id, webhook_id, job_id = content["accountId"], content["webhookId"], content.get("jobId")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not isinstance(account_id, str) or not isinstance(webhook_id, str) or not isinstance(job_id, str | None):
        return None
    return WakeUp(message_id, receipt_handle, account_id, webhook_id, job_id)
