"""Digests through the function: made by the sweep, sent by the owner."""

import json
from collections import Counter

import pytest

from local.listener import Listener
from recado.rules.delivery.counts import HOUR_MS, hour_of
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.digest import digest_id
from recado.rules.shaping.formats import Format
from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.integration.sending.queued.digests import (
    LATE_LOOK_SECONDS,
    add_webhook,
    change,
    digests,
    entries,
    kept,
    sweep,
    wait_until_due,
)
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.delivery_stream import DeliveryStream
from tests.support.events import ACCOUNT
from tests.support.system import System


@pytest.fixture
def stream(system: System) -> DeliveryStream:
    """Give the stream of the table, from its beginning on."""
    return DeliveryStream(system)


def test_a_digest_tells_what_became_of_an_hours_events(
    system: System, receiver: Listener, stream: DeliveryStream
) -> None:
    """In each of its states, wherever it is kept, and which was the first and the last."""
    webhook = add_webhook(system, receiver)
    hour = wait_until_due(system)
    states = [status for status in DeliveryStatus if status is not DeliveryStatus.PENDING]
    system.record(
        *(kept(webhook, f"e{place}", hour + 10 + place, status) for place, status in enumerate(states)),
        kept(webhook, "early", hour - HOUR_MS, DeliveryStatus.SKIPPED),
        kept(webhook, "last", hour + HOUR_MS - 1, DeliveryStatus.PENDING),
        kept(webhook, "next", hour + HOUR_MS, DeliveryStatus.DELIVERED),
        # The digest of the hour before stands at the begin of this one.
        kept(webhook, digest_id(webhook.webhook_id, hour - HOUR_MS), hour, DeliveryStatus.DELIVERED, "recado.digest"),
    )
    stream.count()
    sweep(system)

    [digest] = digests(receiver)
    data = digest["data"]
    assert digest["eventId"] == digest_id(webhook.webhook_id, hour)
    assert (data["first"]["eventId"], data["last"]["eventId"]) == ("e0", "last")
    [before, now] = data["hours"]
    numbers = {name: now[name] for name in now if name != "from"}
    assert numbers == {"delivered": 1, "pending": 1, "skipped": 1, "cancelled": 1, "expired": 1}
    assert (before["skipped"], before["delivered"]) == (1, 0)
    assert now["from"] == data["from"]
    assert system.outcomes(webhook)[digest_id(webhook.webhook_id, hour)] == "DELIVERED"


def test_digests_are_not_counted(system: System, receiver: Listener, stream: DeliveryStream) -> None:
    """Counts are of what was published, and a webhook without events has hours without any."""
    webhook = add_webhook(system, receiver)
    for _ in range(3):
        wait_until_due(system)
        sweep(system)
        stream.count()

    assert [digest["data"]["hours"] for digest in digests(receiver)] == [[], [], []]
    api = ApiClient(system, ApiDocument(), str(ACCOUNT))
    answer = api.get(f"{api.webhooks}/{webhook.webhook_id}/delivery-counts")
    assert {hour["delivered"] for hour in answer.json["hours"]} == {0}


def test_whatever_a_webhook_is_registered_for_it_gets_its_digest(system: System, receiver: Listener) -> None:
    """Neither its event names, nor its filter, nor its transform are asked; signed and formatted it is as all are."""
    webhook = add_webhook(
        system,
        receiver,
        event_names=("CI_STATS",),
        filter="data.total > `100`",
        transform="data.missing",
        format=Format.RAW,
        ordered=True,
    )
    hour = wait_until_due(system)
    sweep(system)

    [request] = receiver.received
    assert request.headers["webhook-id"] == digest_id(webhook.webhook_id, hour)
    assert json.loads(request.body)["hours"] == []


def test_a_receiver_of_two_webhooks_takes_neithers_digest_for_the_others(system: System, receiver: Listener) -> None:
    """It knows by the id what comes twice; what they tell differs."""
    both = [add_webhook(system, receiver, name=name).webhook_id for name in ("wh_1", "wh_2")]
    due_at = max(entry.due_at for entry in entries(system))
    system.clock.advance((due_at - system.clock.milliseconds()) // 1000 + 1)
    sweep(system)

    ids = [digest_id(one, hour_of(due_at) - HOUR_MS) for one in both]
    assert sorted(digest["eventId"] for digest in digests(receiver)) == ids


def test_who_asks_for_none_gets_none_though_registered_for_everything(system: System, receiver: Listener) -> None:
    """And costs a sweep one query of the index."""
    system.add_webhook(receiver.url, event_names=("*",))
    system.clock.advance(2 * 60 * 60)
    sweep(system)

    assert receiver.received == []
    assert entries(system) == []


def test_digests_cost_a_sweep_one_query_where_none_is_due(system: System, receiver: Listener, aws: AwsCalls) -> None:
    """However many webhooks ask for them."""
    for name in ("wh_1", "wh_2"):
        add_webhook(system, receiver, name=name)
    sweep(system)
    aws.clear()
    sweep(system)

    partitions = [
        int(call.parameters["ExpressionAttributeValues"][":0"]["N"]) for call in aws.seen if call.operation == "Query"
    ]
    assert partitions.count(17) == 1
    assert len(partitions) == 18
    assert {call.operation for call in aws.seen} <= {"Query", "GetQueueAttributes", "ReceiveMessage"}


def calls_of_a_sweep(system: System, aws: AwsCalls) -> Counter[str]:
    """Count what a sweep calls beside the queries of the index, and its look at the queue."""
    aws.clear()
    system.invoke("redelivery", {})
    names = Counter(call.operation for call in aws.seen if call.parameters.get("IndexName") != "due")
    return names - Counter({"GetQueueAttributes": 1})


def test_what_a_digest_costs(system: System, receiver: Listener, aws: AwsCalls, stream: DeliveryStream) -> None:
    """Eight calls, and six more in an hour that had events."""
    webhook = add_webhook(system, receiver)
    wait_until_due(system)
    quiet = calls_of_a_sweep(system, aws)
    system.redeliver()
    system.clock.advance(LATE_LOOK_SECONDS)
    sweep(system)
    hour = wait_until_due(system)
    system.record(kept(webhook, "e", hour, DeliveryStatus.DELIVERED))
    stream.count()
    busy = calls_of_a_sweep(system, aws)

    usual = {"GetItem": 2, "BatchGetItem": 1, "Query": 1, "BatchWriteItem": 1, "UpdateItem": 2, "SendMessage": 1}
    assert quiet == usual
    assert busy == {**usual, "Query": 7}


def test_a_digest_can_be_asked_for_again(system: System, receiver: Listener) -> None:
    """Like any event; not where the webhook wants none any more."""
    webhook = add_webhook(system, receiver)
    hour = wait_until_due(system)
    sweep(system)
    api = ApiClient(system, ApiDocument(), str(ACCOUNT))
    [listed] = api.get(f"{api.webhooks}/{webhook.webhook_id}/deliveries", {"eventName": "recado.digest"}).json[
        "deliveries"
    ]
    again = f"{api.webhooks}/{webhook.webhook_id}/deliveries/{listed['deliveryId']}/redeliver"
    assert api.call("POST", again).status == 202
    system.redeliver()

    assert [digest["eventId"] for digest in digests(receiver)] == [digest_id(webhook.webhook_id, hour)] * 2
    change(system, webhook, delivery=DeliverySettings())
    assert api.call("POST", again).status == 409


def test_nobody_else_publishes_a_digest(system: System, receiver: Listener) -> None:
    """The name is in no catalogue."""
    webhook = add_webhook(system, receiver)
    api = ApiClient(system, ApiDocument(), str(ACCOUNT))
    entered = {"eventName": "recado.digest", "eventId": "e", "data": {}}
    answer = api.call("POST", f"/accounts/{ACCOUNT}/events", {"events": [entered]})

    assert answer.status == 422
    assert system.outcomes(webhook) == {}
    refused = api.call("PATCH", f"{api.webhooks}/{webhook.webhook_id}", {"eventNames": ["recado.*"]})
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "eventNames[0]")
