"""Backlogs, requests and lost messages on tables that refuse what is too much."""

from functools import partial
from typing import Any

import pytest

from local.listener import BROKEN, Listener
from recado.adapters.dynamodb.item_writes import ItemWriter, Unwritten
from recado.adapters.dynamodb.tables import DeliveryItem
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import Lane
from tests.faults.throttling.buckets import Place
from tests.faults.throttling.driving import Driving, pending, sent
from tests.faults.throttling.filling import events, items
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.faults.throttling.throttling_dynamodb import ThrottlingDynamoDB
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import ACCOUNT, NOON_MS, detail, envelope
from tests.support.system import System


@pytest.fixture
def driving(system: System, time: SimulatedTime, dynamodb: ThrottlingDynamoDB) -> Driving:
    """Give what hands wake-ups over, and sweeps."""
    assert dynamodb
    return Driving(system, time)


@pytest.mark.deep
def test_a_backlog_is_recovered_while_others_write_into_its_log(
    driving: Driving,
    dynamodb: ThrottlingDynamoDB,
    deliveries: type[DeliveryItem],
    receiver: Listener,
    record_property: Any,
) -> None:
    """A thousand events of 1.9 KB, three other writers: each is sent once, and recorded."""
    system, time = driving.system, driving.time
    webhook = system.add_webhook(receiver.url)
    waiting = pending(webhook, events(1_000, 1_900), int(time.clock.milliseconds()))
    assert not system.store.record(waiting, [], time.deadline(60))
    system.wake(webhook)

    def fill(name: str) -> Unwritten:
        others = [deliveries(webhook.webhook_id, f"{name}{one.key}", event=one.event, expires_at=1) for one in other]
        return ItemWriter(deliveries).put_all(others, time.deadline(240))

    other = items(deliveries, "", 1_500)
    minutes, *answers = time.together(
        partial(driving.until_delivered, [webhook], minutes=6), *(partial(fill, name) for name in "abc")
    )

    record_property("recovery", f"{minutes * 60:.0f} s, {len(receiver.received)} POSTs, {dynamodb.left_out} left out")
    assert answers == [Unwritten([])] * 3
    assert sent(receiver) == {("/", one.event.event_id): 1 for one in waiting}
    log = dynamodb.stored.partition(deliveries.Meta.table_name, webhook.webhook_id)
    assert [log[one.event.key]["status"]["S"] for one in waiting] == ["DELIVERED"] * 1_000


@pytest.mark.deep
def test_large_events_are_read_little_more_than_once(
    driving: Driving,
    dynamodb: ThrottlingDynamoDB,
    deliveries: type[DeliveryItem],
    receiver: Listener,
    record_property: Any,
) -> None:
    """A hundred events of 250 KB leave a backlog in a hundred POSTs, for less than 60 MB that are read."""
    system, time = driving.system, driving.time
    webhook = system.add_webhook(receiver.url)
    waiting = pending(webhook, events(100, 250_000), int(time.clock.milliseconds()))
    assert not system.store.record(waiting, [], time.deadline(240))
    system.wake(webhook)

    minutes = driving.until_delivered([webhook], minutes=10)

    place = Place(deliveries.Meta.table_name, None, f"{webhook.webhook_id}#backlog", "read")
    read = dynamodb.buckets.spent[place] * 4096
    record_property("large", f"{len(receiver.received)} POSTs, {read / 1e6:.1f} MB read, {minutes:.1f} min")
    assert sent(receiver) == {("/", one.event.event_id): 1 for one in waiting}
    assert len(receiver.received) == 100
    assert read <= 60_000_000


def test_a_purge_of_the_redelivery_queue_strands_nothing(
    driving: Driving, receiver: Listener, record_property: Any
) -> None:
    """What an ordered, a slow and a failing webhook wait for is delivered within six minutes of being due."""
    system, time = driving.system, driving.time
    ordered = system.add_webhook(f"{receiver.url}/ordered", name="wh_ordered", ordered=True)
    slow = system.add_webhook(f"{receiver.url}/slow", name="wh_slow", delivery=DeliverySettings(timeout_seconds=6))
    receiver.answers.append(BROKEN)
    failing = system.add_webhook(f"{receiver.url}/failing", name="wh_failing")
    for number in range(5):
        content = detail(f"e{number}", timestamp=NOON_MS + number)
        system.invoke("realtime_dispatcher", envelope(content=content))
    assert system.waiting_in("RedeliveryQueue") == 3
    driving.purge()

    minutes = driving.until_delivered([ordered, slow, failing], minutes=11)

    record_property("purge", f"all delivered after {minutes:.1f} minutes, by {driving.sweeps} sweeps")
    assert minutes < 6 + 1  # the first wait after the failure included
    for webhook in (ordered, slow, failing):
        assert system.outcomes(webhook) == {f"e{number}": "DELIVERED" for number in range(5)}
    assert time.seconds > 60


def test_a_request_whose_wake_up_is_refused_is_met_all_the_same(
    driving: Driving, aws: AwsCalls, receiver: Listener, record_property: Any
) -> None:
    """It is answered with 503, and the sweep sees to it within six minutes."""
    system = driving.system
    webhook = system.add_webhook(receiver.url)
    system.invoke("realtime_dispatcher", envelope(content=detail("e0", timestamp=NOON_MS)))
    api = ApiClient(system, ApiDocument(), str(ACCOUNT))
    [delivery] = system.deliveries(webhook)
    aws.refuse("SendMessage")

    path = f"{api.webhooks}/{webhook.webhook_id}/deliveries/{delivery.delivery_id}/redeliver"
    answer = api.send(api.request("POST", path))
    aws.allow("SendMessage")
    assert answer.status == 503

    minutes = driving.until_delivered([webhook], minutes=6)

    record_property("refused", f"503, delivered after {minutes:.1f} minutes")
    assert sent(receiver) == {("/", "e0"): 2}
    assert system.webhook(webhook).lane == Lane(next_at=system.webhook(webhook).lane.next_at)
