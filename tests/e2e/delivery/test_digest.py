"""A receiver that missed events, and learns of it by its digest, through the running stack."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from local.listener import Listener, signature_holds
from local.stack_file import Stack
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.waiting import ARRIVES, until

AwsClient = Callable[[str], Any]
SweepWhenDue = Callable[[str], None]

NAME = "COURSE_UNENROLLMENT"
HOUR_MS = 60 * 60 * 1000
MOMENTS = 60.0


@pytest.fixture
def sweep_when_due(stack: Stack, aws_client: AwsClient) -> SweepWhenDue:
    """`sweep_when_due(webhook_id)` lets the webhook's digest be due now, and sweeps."""

    def sweep(webhook_id: str) -> None:
        aws_client("dynamodb").update_item(
            TableName=stack.tables["WebhooksTable"],
            Key={"account_id": {"S": ACCOUNT}, "webhook_id": {"S": f"digest#{webhook_id}"}},
            UpdateExpression="SET due_at = :now",
            ConditionExpression="attribute_exists(due_at)",
            ExpressionAttributeValues={":now": {"N": str(int(time.time() * 1000))}},
        )
        answer = aws_client("lambda").invoke(FunctionName=stack.functions["RedeliveryFunction"], Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()

    return sweep


def last_hour() -> int:
    """The start of the hour that is over, in milliseconds; not in the last moments of the one that is under way."""
    left = 60 * 60 - time.time() % (60 * 60)
    if left < MOMENTS:
        time.sleep(left)
    now = int(time.time() * 1000)
    return now - now % HOUR_MS - HOUR_MS


def test_a_digest_shows_what_its_receiver_has_missed(
    api: ApiClient,
    add_webhook: Callable[..., dict[str, Any]],
    listeners: Callable[..., Listener],
    publish: Callable[..., str],
    *,
    sweep_when_due: SweepWhenDue,
) -> None:
    """One event came, two came while the webhook was off: the signed digest tells three, and which was the last."""
    hour = last_hour()
    listener = listeners()
    webhook = add_webhook(listener.url, NAME, delivery={"digest": True}, authentication={"type": "SIGNATURE"})
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    secret = api.get(f"{address}/signature").json()["secret"]

    def counted() -> dict[str, int]:
        hours = api.get(f"{address}/delivery-counts").json()["hours"]
        return {name: sum(each[name] for each in hours) for name in ("delivered", "skipped", "cancelled")}

    first = publish(NAME, timestamp=hour + 1000)
    listener.wait_for(1, ARRIVES)
    assert api.patch(address, json={"active": False}).ok
    publish(NAME, timestamp=hour + 2000)
    last = publish(NAME, timestamp=hour + 3000)
    until(lambda: counted() == {"delivered": 1, "skipped": 2, "cancelled": 0}, "what was skipped is counted")
    assert api.patch(address, json={"active": True}).ok

    sweep_when_due(webhook["webhookId"])
    came, digest = listener.wait_for(2, ARRIVES)
    assert signature_holds(secret, digest.headers, digest.body)
    [told] = json.loads(digest.body)["events"]
    assert (told["eventName"], told["eventId"]) == ("recado.digest", f"digest-{hour}-{webhook['webhookId']}")
    assert (told["data"]["first"]["eventId"], told["data"]["last"]["eventId"]) == (first, last)
    [numbers] = told["data"]["hours"]
    had = [event_id for event_id in came.event_ids if event_id != told["eventId"]]
    missed = sum(numbers[name] for name in numbers if name != "from") - len(had)
    assert (numbers["from"], numbers["skipped"], missed) == (told["data"]["from"], 2, 2)

    assert api.post(f"{address}/redeliver", json={"status": "SKIPPED", "from": hour}).ok
    until(lambda: {first, last} <= set(listener.event_ids), "what was missed")
