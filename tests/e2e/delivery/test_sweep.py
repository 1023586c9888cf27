"""The sweep, and what an operator is told, through the running stack."""

import json
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest

from local.listener import Answer, Listener
from local.stack_file import Stack
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.waiting import ARRIVES, until

AwsClient = Callable[[str], Any]
Alerts = Callable[[], list[tuple[str, str]]]
SweepAfter = Callable[[int, str], dict[str, int]]

OVERDUE_MS = 60 * 1000
HOUR_MS = 60 * OVERDUE_MS
# Long enough for the webhook's own wake-up to be as good as lost.
LATER = Answer(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "900"})


@pytest.fixture
def alerts(stack: Stack, aws_client: AwsClient) -> Iterator[Alerts]:
    """`alerts()` returns kind and text of every alert on the topic, seen so far."""
    sqs, sns = aws_client("sqs"), aws_client("sns")
    url = sqs.create_queue(QueueName=f"alerts-{uuid4().hex[:8]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    subscription = sns.subscribe(
        TopicArn=stack.alert_topic_arn, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True
    )
    seen: list[tuple[str, str]] = []

    def receive() -> list[tuple[str, str]]:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            notification = json.loads(message["Body"])
            seen.append((notification["MessageAttributes"]["kind"]["Value"], notification["Message"]))
        return seen

    yield receive
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def sweep_after(stack: Stack, aws_client: AwsClient) -> SweepAfter:
    """`sweep_after(ms, webhook_id)` lets the webhook be overdue for so long, and fail for an hour, and sweeps."""

    def sweep(overdue_ms: int, webhook_id: str) -> dict[str, int]:
        now = int(time.time() * 1000)
        aws_client("dynamodb").update_item(
            TableName=stack.tables["WebhooksTable"],
            Key={"account_id": {"S": ACCOUNT}, "webhook_id": {"S": webhook_id}},
            UpdateExpression="SET due_at = :due, failing_since = :since",
            ExpressionAttributeValues={":due": {"N": str(now - overdue_ms)}, ":since": {"N": str(now - HOUR_MS)}},
        )
        answer = aws_client("lambda").invoke(FunctionName=stack.functions["RedeliveryFunction"], Payload=b"{}")
        report: dict[str, int] = json.loads(answer["Payload"].read())
        return report

    return sweep


def test_the_sweep_wakes_a_webhook_whose_wake_up_was_lost(
    api: ApiClient,
    add_webhook: Callable[..., dict[str, Any]],
    listener: Listener,
    publish: Callable[..., str],
    *,
    alerts: Alerts,
    sweep_after: SweepAfter,
) -> None:
    """What waits is sent, and the webhook is healthy again; failing and recovery arrive as alerts on the topic."""
    webhook = add_webhook(listener.url, "CERTIFICATION_UNENROLLMENT")
    address = f"{WEBHOOKS}/{webhook['webhookId']}"

    def told(kind: str) -> str | None:
        return next((text for told, text in alerts() if told == kind and webhook["webhookId"] in text), None)

    listener.usual_answer = LATER
    event_id = publish("CERTIFICATION_UNENROLLMENT")
    until(lambda: api.get(address).json()["health"]["state"] == "FAILING", "it fails")
    assert told("WEBHOOK_FAILING") is None
    assert sweep_after(OVERDUE_MS + 1000, webhook["webhookId"])["woken"] == 1
    failing: str = until(lambda: told("WEBHOOK_FAILING"), "that it fails")
    assert f"account {ACCOUNT} is failing." in failing
    assert "Last error: SERVER_ERROR" in failing
    assert "What to do: " in failing
    listener.recover()

    assert sweep_after(OVERDUE_MS + 1000, webhook["webhookId"])["woken"] == 1

    requests = listener.wait_for(3, ARRIVES)
    assert [request.event_ids for request in requests] == [[event_id]] * 3
    until(lambda: api.get(address).json()["health"] == {"state": "HEALTHY"}, "the webhook is healthy again")
    recovered: str = until(lambda: told("WEBHOOK_RECOVERED"), "that it has recovered")
    assert "Events waiting: 0\n" in recovered
