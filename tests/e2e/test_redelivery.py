"""Redelivery on request, order, alerts and the sweep, through the running stack."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from local.listener import Listener
from local.stack_file import Stack
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.waiting import ARRIVES, until

AddWebhook = Callable[..., dict[str, Any]]
AwsClient = Callable[[str], Any]
Drain = Callable[[], dict[str, Any]]
Publish = Callable[..., str]
Alerts = Callable[[], list[tuple[str, str]]]
SweepAfter = Callable[[int, str], dict[str, int]]

NOON_MS = 1_727_438_400_000
QUARTER_MS = 15 * 60 * 1000


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
    """`sweep_after(ms, webhook_id)` purges the wake-ups, lets the webhook be overdue for so long, and sweeps."""

    def sweep(overdue_ms: int, webhook_id: str) -> dict[str, int]:
        aws_client("sqs").purge_queue(QueueUrl=stack.queues["RedeliveryQueue"])
        aws_client("dynamodb").update_item(
            TableName=stack.tables["WebhooksTable"],
            Key={"account_id": {"S": "1010"}, "webhook_id": {"S": webhook_id}},
            UpdateExpression="SET next_attempt_at = :due",
            ExpressionAttributeValues={":due": {"N": str(int(time.time() * 1000) - overdue_ms)}},
        )
        answer = aws_client("lambda").invoke(FunctionName=stack.functions["RedeliveryFunction"], Payload=b"{}")
        report: dict[str, int] = json.loads(answer["Payload"].read())
        return report

    return sweep


def publish_over_http(api: ApiClient, name: str, count: int) -> list[str]:
    """Publish so many events, a millisecond apart, and return their ids in order."""
    ids = [str(uuid4()) for _ in range(count)]
    events = [
        {"eventId": event_id, "eventName": name, "timestamp": NOON_MS + position, "data": {}}
        for position, event_id in enumerate(ids)
    ]
    for start in range(0, count, 50):
        answer = api.post("/accounts/1010/events", json={"events": events[start : start + 50]})
        assert all(result["accepted"] for result in answer.json()["results"]), answer.text
    return ids


def sent(listener: Listener) -> list[str]:
    """Return the ids of all events that the listener got, in order."""
    return [event_id for request in listener.received for event_id in request.event_ids]


def test_a_job_delivers_150_events_again_in_two_posts(
    api: ApiClient, add_webhook: AddWebhook, listener: Listener, drain: Drain
) -> None:
    """Its progress is readable; the receiver gets them in order, 100 in a POST."""
    drain()
    webhook = add_webhook(listener.url, "COURSE_UNENROLLMENT_BATCH")
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    ids = publish_over_http(api, "COURSE_UNENROLLMENT_BATCH", 150)
    until(lambda: drain() and len(sent(listener)) == 150, "150 events at first")
    before = len(listener.received)

    started = api.post(f"{address}/redeliver", json={"status": "DELIVERED", "from": NOON_MS, "to": NOON_MS + 150})

    assert started.status_code == 202, started.text
    assert started.headers["Location"] == f"{address}/redeliver"
    listener.wait_until(lambda requests: sum(len(r.event_ids) for r in requests) == 300, ARRIVES, "150 events again")
    again = listener.received[before:]
    assert [event_id for request in again for event_id in request.event_ids] == ids
    assert [len(request.event_ids) for request in again] == [100, 50]
    job = until(lambda: found if (found := api.get(f"{address}/redeliver").json())["state"] == "DONE" else None, "done")
    assert (job["jobId"], job["requeued"]) == (started.json()["jobId"], 150)


def test_one_delivery_is_sent_again(
    api: ApiClient, add_webhook: AddWebhook, listener: Listener, publish: Publish
) -> None:
    """With the same id and the same body."""
    webhook = add_webhook(listener.url, "LEARNING_OBJECT_MODIFICATION")
    publish("LEARNING_OBJECT_MODIFICATION")
    listener.wait_for(1, ARRIVES)
    deliveries = f"{WEBHOOKS}/{webhook['webhookId']}/deliveries"
    [delivery] = until(lambda: api.get(deliveries).json()["deliveries"], "the delivery")

    assert api.post(f"{deliveries}/{delivery['deliveryId']}/redeliver").status_code == 202

    [first, second] = listener.wait_for(2, ARRIVES)
    assert second.body == first.body
    assert second.headers["webhook-id"] == first.headers["webhook-id"] == delivery["eventId"]


def test_an_ordered_webhook_is_never_overtaken(
    api: ApiClient, add_webhook: AddWebhook, listener: Listener, publish: Publish
) -> None:
    """What comes while the first event fails arrives after it, in the order of its time."""
    webhook = add_webhook(listener.url, "LEARNING_PATH_ENROLLMENT", ordered=True)
    listener.break_down()
    ids = [publish("LEARNING_PATH_ENROLLMENT", timestamp=NOON_MS)]
    listener.wait_for(1, ARRIVES)
    pending = {"status": "PENDING"}
    address = f"{WEBHOOKS}/{webhook['webhookId']}/deliveries"
    later = [publish("LEARNING_PATH_ENROLLMENT", timestamp=NOON_MS + 10 - position) for position in range(3)]
    ids += later[::-1]
    until(lambda: len(api.get(address, params=pending).json()["deliveries"]) == 4, "four events wait")

    listener.recover()

    listener.wait_until(lambda requests: set(requests[-1].event_ids) == set(ids), ARRIVES, "all four")
    assert listener.received[-1].event_ids == ids


def test_failing_and_recovery_arrive_as_alerts(
    add_webhook: AddWebhook, listener: Listener, publish: Publish, alerts: Alerts
) -> None:
    """On the topic, with the webhook and what to do."""
    webhook = add_webhook(listener.url, "CERTIFICATION_ENROLLMENT")
    listener.break_down()
    publish("CERTIFICATION_ENROLLMENT")

    def told(kind: str) -> str | None:
        return next((text for told, text in alerts() if told == kind and webhook["webhookId"] in text), None)

    failing: str = until(lambda: told("WEBHOOK_FAILING"), "that it fails")
    assert "account 1010 is failing." in failing
    assert "Last error: SERVER_ERROR" in failing
    assert "What to do: " in failing

    listener.recover()

    recovered: str = until(lambda: told("WEBHOOK_RECOVERED"), "that it has recovered")
    assert "Events waiting: 0\n" in recovered


def test_an_unknown_name_is_kept_with_the_reason(publish: Publish, dead_letters: Callable[[], dict[str, str]]) -> None:
    """An event that nobody could ever subscribe to does not vanish."""
    event_id = publish("COURSE_ENROLMENT")

    reason: str = until(lambda: dead_letters().get(event_id), "a dead letter")

    assert reason.startswith("eventName: is not in the catalogue")


def test_the_sweep_wakes_a_webhook_whose_wake_up_was_lost(
    api: ApiClient, add_webhook: AddWebhook, listener: Listener, publish: Publish, sweep_after: SweepAfter
) -> None:
    """What waits is sent, and the webhook is healthy again."""
    webhook = add_webhook(listener.url, "CERTIFICATION_UNENROLLMENT")
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    listener.break_down()
    event_id = publish("CERTIFICATION_UNENROLLMENT")
    until(lambda: api.get(address).json()["health"]["state"] == "FAILING", "the webhook is failing")
    listener.recover()

    assert sweep_after(QUARTER_MS + 1000, webhook["webhookId"])["webhooksWoken"] == 1

    requests = listener.wait_for(2, ARRIVES)
    assert [request.event_ids for request in requests] == [[event_id], [event_id]]
    until(lambda: api.get(address).json()["health"] == {"state": "HEALTHY"}, "the webhook is healthy again")
