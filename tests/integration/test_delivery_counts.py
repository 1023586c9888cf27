"""Counts of deliveries: from the dispatchers' writes over the table's stream to what the API shows."""

from typing import Any

import boto3
import pytest

from local.listener import Listener
from recado.ports.sending import OurFaultError
from recado.rules.delivery.counts import HOUR_MS, hour_of
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.event.timestamps import to_iso
from recado.rules.webhook.webhook import Webhook
from tests.support.api.client import ApiClient
from tests.support.aws.aws_calls import COUNT, USED, AwsCalls
from tests.support.aws.delivery_stream import DeliveryStream
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS, detail, envelope
from tests.support.redeliveries import publish
from tests.support.system import System

RANGE = {"from": to_iso(NOON_MS), "to": to_iso(NOON_MS + HOUR_MS)}
NOTHING = {"delivered": 0, "pending": 0, "expired": 0, "skipped": 0, "cancelled": 0}


@pytest.fixture
def stream(system: System) -> DeliveryStream:
    """Give the stream of the table, from its beginning on."""
    return DeliveryStream(system)


def shown(api: ApiClient) -> tuple[int, str | None]:
    """Return the webhook's backlog and last delivery, which the list and a reading tell alike."""
    (listed,) = api.get(api.webhooks).json["webhooks"]
    read = api.get(api.path(listed)).json
    assert read == {**listed, "waiting": read["waiting"]}
    return listed["backlog"], listed.get("lastDeliveredAt")


def hours(api: ApiClient, **query: str) -> list[dict[str, Any]]:
    """Return the hours of a range, that of noon unless told otherwise."""
    answer = api.get(f"{api.webhooks}/wh_1/delivery-counts", query or RANGE)
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["hours"]
    return found


def unlimited(aws: AwsCalls) -> list[str]:
    """Return the operations of the calls that are not about the account's budget."""
    return [call.operation for call in aws.seen if call.name not in (USED, COUNT)]


def counts(api: ApiClient) -> dict[str, int]:
    """Return what the hour of noon counts."""
    (hour,) = hours(api)
    return {name: hour[name] for name in NOTHING}


def test_a_webhook_without_deliveries_has_zeros(api: ApiClient, webhook: Webhook) -> None:
    """For every hour, and nothing to tell of a last delivery."""
    assert webhook
    assert (shown(api), counts(api)) == ((0, None), NOTHING)
    assert "latency" not in hours(api)[0]


def test_a_backlog_grows_and_is_gone_after_the_recovery(
    system: System, api: ApiClient, stream: DeliveryStream, webhook: Webhook, receiver: Listener
) -> None:
    """Pending while the receiver fails, delivered once it is back, each event once."""
    publish(system, "e0")
    stream.count()
    backlog, last = shown(api)
    assert (backlog, counts(api)) == (0, {**NOTHING, "delivered": 1})
    latency = hours(api)[0]["latency"]
    assert latency["p50Ms"] == latency["p95Ms"] == latency["maxMs"]

    receiver.break_down()
    publish(system, "e1", "e2", "e3")
    stream.count()
    assert (shown(api), counts(api)) == ((3, last), {**NOTHING, "delivered": 1, "pending": 3})

    receiver.recover()
    system.clock.advance(5)
    system.redeliver()
    stream.count()
    backlog, latest = shown(api)
    assert (backlog, counts(api)) == (0, {**NOTHING, "delivered": 4})
    assert last
    assert latest
    assert latest > last
    assert set(system.outcomes(webhook).values()) == {"DELIVERED"}


def test_events_count_in_the_hours_of_their_timestamps(
    system: System, api: ApiClient, stream: DeliveryStream, webhook: Webhook
) -> None:
    """Whenever they came; the hours between have zeros."""
    for event_id, timestamp in (("a", NOON_MS), ("b", NOON_MS + HOUR_MS - 1), ("c", NOON_MS + 2 * HOUR_MS)):
        system.invoke("realtime_dispatcher", envelope(content=detail(event_id, timestamp=timestamp)))
    record(system, delivery(webhook.webhook_id, "d", timestamp=NOON_MS + HOUR_MS, status=DeliveryStatus.SKIPPED))
    record(system, delivery(webhook.webhook_id, "c", timestamp=NOON_MS + HOUR_MS, status=DeliveryStatus.CANCELLED))
    record(system, delivery(webhook.webhook_id, "e", timestamp=NOON_MS - 1, status=DeliveryStatus.EXPIRED))
    stream.count()

    found = hours(api, **{"from": to_iso(NOON_MS - 1), "to": to_iso(NOON_MS + 3 * HOUR_MS + 1)})

    assert [(hour["hour"][11:13], [hour[name] for name in NOTHING]) for hour in found] == [
        ("11", [0, 0, 1, 0, 0]),
        ("12", [2, 0, 0, 0, 0]),
        ("13", [0, 0, 0, 1, 1]),
        ("14", [1, 0, 0, 0, 0]),
        ("15", [0, 0, 0, 0, 0]),
    ]


def test_a_batch_that_comes_again_counts_once(
    system: System, api: ApiClient, stream: DeliveryStream, webhook: Webhook, aws: AwsCalls
) -> None:
    """After a fault in its midst, as a whole, in halves, and with what came since."""
    publish(system, "e0", "e1", "e2", "e3")
    records = stream.take()
    aws.before("PutItem", lambda: None, lambda: aws.refuse("PutItem"))
    with pytest.raises(OurFaultError):
        stream.hand_on(records)
    aws.allow("PutItem")
    for again in (records, records[:2], records[2:], records[1:]):
        stream.hand_on(again)
    publish(system, "e4")
    stream.hand_on([*records[3:], *stream.take()])

    assert counts(api) == {**NOTHING, "delivered": 5}
    assert webhook


def test_two_that_count_the_same_do_not_overwrite_each_other(
    system: System, api: ApiClient, stream: DeliveryStream, webhook: Webhook, aws: AwsCalls
) -> None:
    """An invocation that Lambda took for dead goes on: the slower one fails, comes again, and finds all counted."""
    publish(system, "e0")
    records = stream.take()
    aws.before("PutItem", lambda: stream.hand_on(records))

    with pytest.raises(OurFaultError):
        stream.hand_on(records)
    stream.hand_on(records)

    assert counts(api) == {**NOTHING, "delivered": 1}
    assert webhook


def test_what_the_log_forgets_stays_counted_and_what_waited_for_nothing_does_not(
    system: System, api: ApiClient, stream: DeliveryStream, webhook: Webhook
) -> None:
    """Deliveries that the table removes once their time has come."""
    waiting = delivery(webhook.webhook_id, "b", status=DeliveryStatus.PENDING)
    record(system, delivery(webhook.webhook_id, "a", latency_ms=3, finished_at=NOON_MS), waiting)
    stream.count()
    table = boto3.resource("dynamodb").Table(system.stack.physical_id("DeliveriesTable"))
    for item in table.scan()["Items"]:
        table.delete_item(Key={"partition": item["partition"], "key": item["key"]})
    stream.count()

    assert shown(api)[0] == 0
    assert counts(api) == {**NOTHING, "delivered": 1}


def test_counts_end_with_their_deliveries(
    system: System, stream: DeliveryStream, webhook: Webhook, receiver: Listener
) -> None:
    """Each has the time at which the table removes it, two weeks after it removes the last delivery in it."""
    publish(system, "e0")
    receiver.break_down()
    publish(system, "e1")
    stream.count()
    kept_until = max(int(record["expires_at"]["N"]) for record in scan(system, "DeliveriesTable"))

    items = [item for item in scan(system, "WebhooksTable") if "counted_to" in item]

    assert [item["webhook_id"]["S"] for item in items] == [
        f"counts#{webhook.webhook_id}#{NOON_MS:015d}#backlog",
        f"counts#{webhook.webhook_id}#{NOON_MS:015d}#log",
        f"sums#{webhook.webhook_id}#backlog",
        f"sums#{webhook.webhook_id}#log",
    ]
    assert kept_until - 60 <= min(int(item["expires_at"]["N"]) for item in items) - 14 * 24 * 60 * 60 <= kept_until


def test_a_removed_webhook_has_no_counts_to_show(
    system: System, api: ApiClient, stream: DeliveryStream, webhook: Webhook
) -> None:
    """Also where its last deliveries are counted after it has gone; nor are counts taken for webhooks."""
    publish(system, "e0")
    api.call("DELETE", f"{api.webhooks}/{webhook.webhook_id}")
    stream.count()

    assert api.get(f"{api.webhooks}/{webhook.webhook_id}/delivery-counts").is_nothing
    assert api.get(api.webhooks).json["webhooks"] == []
    assert system.registry.of_account("1010") == []


def test_counts_do_not_disturb_dispatch(
    system: System, stream: DeliveryStream, webhook: Webhook, aws: AwsCalls
) -> None:
    """Three calls an event still, and the function that counts makes one read and four writes a batch."""
    publish(system, "e0")
    stream.count()
    aws.clear()
    publish(system, "e1")
    assert aws.counts == {"dynamodb.Query": 1, "dynamodb.BatchGetItem": 1, "dynamodb.BatchWriteItem": 1}

    record(system, *(delivery(webhook.webhook_id, f"w{number}", status=DeliveryStatus.PENDING) for number in range(50)))
    records = stream.take()
    aws.clear()
    stream.hand_on(records)
    assert len(records) == 51
    assert aws.counts == {"dynamodb.BatchGetItem": 1, "dynamodb.PutItem": 4}


def test_a_list_and_a_week_of_hours_cost_one_call_more(
    system: System, api: ApiClient, stream: DeliveryStream, webhook: Webhook, aws: AwsCalls
) -> None:
    """However many webhooks the account has, and however many hours are asked for."""
    for number in range(2, 6):
        system.add_webhook("http://127.0.0.1/", name=f"wh_{number}")
    record(system, *(delivery("wh_1", "e", timestamp=NOON_MS + number * HOUR_MS) for number in range(168)))
    stream.count()
    aws.clear()

    assert len(api.get(api.webhooks).json["webhooks"]) == 5
    assert unlimited(aws) == ["Query", "BatchGetItem"]
    aws.clear()
    week = hours(api, **{"from": str(NOON_MS), "to": str(NOON_MS + 168 * HOUR_MS)})
    assert [hour["delivered"] for hour in week] == [1] * 168
    assert unlimited(aws) == ["GetItem", "Query"]
    assert webhook


def test_a_write_that_is_not_of_a_delivery_holds_nothing_up(
    system: System, api: ApiClient, stream: DeliveryStream, webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    """Something that was put into the table by hand: it is logged, and the rest is counted."""
    table = boto3.resource("dynamodb").Table(system.stack.physical_id("DeliveriesTable"))
    table.put_item(Item={"partition": webhook.webhook_id, "key": "by hand", "note": "hunter2"})
    publish(system, "e0")
    stream.count()

    (line,) = (line for line in caplog.records if "was not counted" in line.message)
    assert line.levelname == "ERROR"
    assert "hunter2" not in str(vars(line))
    assert counts(api) == {**NOTHING, "delivered": 1}


def test_the_last_24_hours_are_shown_unless_told_otherwise(
    system: System, api: ApiClient, stream: DeliveryStream, webhook: Webhook
) -> None:
    """The current one last."""
    now = int(system.clock.milliseconds())
    record(system, delivery(webhook.webhook_id, "e", timestamp=now))
    stream.count()

    answer = api.get(f"{api.webhooks}/wh_1/delivery-counts").json

    assert [hour["delivered"] for hour in answer["hours"]] == [0] * 23 + [1]
    assert answer["from"] == answer["hours"][0]["hour"] == to_iso(hour_of(now) - 23 * HOUR_MS)
    assert answer["to"] == to_iso(hour_of(now) + HOUR_MS)


def scan(system: System, table: str) -> list[dict[str, Any]]:
    """Return all items of a table, in the order of their keys."""
    items: list[dict[str, Any]] = boto3.client("dynamodb").scan(TableName=system.stack.physical_id(table))["Items"]
    return sorted(items, key=lambda item: str(item.get("webhook_id") or item.get("partition")))
