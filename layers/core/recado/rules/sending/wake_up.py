"""Wake-ups: the messages of the redelivery queue."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WakeUp:
    """A message that asks for a webhook's backlog to be sent; `token` says whether it is the owner."""

    message_id: str
    receipt_handle: str
    account_id: str
    webhook_id: str
    token: str


def wake_up_body(account_id: str, webhook_id: str, token: str) -> str:
    """The text of a wake-up."""
    return json.dumps({"accountId": account_id, "webhookId": webhook_id, "token": token})


def read_wake_up(message_id: str, receipt_handle: str, body: str) -> WakeUp | None:
    """The wake-up that a message carries; None if it carries none."""
    try:
        content = json.loads(body)
        account_id, webhook_id, token = content["accountId"], content["webhookId"], content["token"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not all(isinstance(value, str) for value in (account_id, webhook_id, token)):
        return None
    return WakeUp(message_id, receipt_handle, account_id, webhook_id, token)
