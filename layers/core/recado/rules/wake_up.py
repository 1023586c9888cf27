"""Wake-ups: the messages of the redelivery queue."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WakeUp:
    """A message that asks for a webhook's backlog to be sent."""

    message_id: str
    receipt_handle: str
    account_id: str
    webhook_id: str


def wake_up_body(account_id: str, webhook_id: str) -> str:
    """The text of a wake-up."""
    return json.dumps({"accountId": account_id, "webhookId": webhook_id})


def read_wake_up(message_id: str, receipt_handle: str, body: str) -> WakeUp | None:
    """The wake-up that a message carries; None if it carries none."""
    try:
        content = json.loads(body)
        account_id, webhook_id = content["accountId"], content["webhookId"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(account_id, str) or not isinstance(webhook_id, str):
        return None
    return WakeUp(message_id, receipt_handle, account_id, webhook_id)
