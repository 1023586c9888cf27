"""Drains on tables that refuse what is too much: nothing is lost, and nothing is sent twice."""

from base64 import b64encode
from collections import Counter
from random import Random

import pytest

from local.listener import Listener
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.faults.throttling.throttling_dynamodb import ThrottlingDynamoDB
from tests.support.events import NOON_MS, batch_event
from tests.support.system import System

MOST_DRAINS = 3
BATCH_SCHEDULE_SECONDS = 15 * 60


def publish(system: System, count: int, size: int) -> set[str]:
    """Let so many events of this size wait for a drain, which compresses by a quarter only; return their ids."""
    random = Random(size)
    for number in range(count):
        data = {"text": b64encode(random.randbytes(size * 3 // 4)).decode()}
        system.put_into_batch_queue(batch_event(f"e{number:04}", timestamp=NOON_MS + number, data=data))
    return {f"e{number:04}" for number in range(count)}


@pytest.mark.parametrize(
    ("webhooks", "count", "size"),
    [(5, 1_000, 1_900), (1, 1_000, 5_400), (1, 100, 250_000)],
    ids=["5 x 1,000 x 1.9 KB", "1,000 x 5.4 KB", "100 x 250 KB"],
)
@pytest.mark.deep
def test_a_drain_of_many_events_sends_each_once(
    dynamodb: ThrottlingDynamoDB,
    system: System,
    time: SimulatedTime,
    receiver: Listener,
    *,
    webhooks: int,
    count: int,
    size: int,
) -> None:
    """In one drain, also of an account alone whose events come faster than they are recorded; each is recorded."""
    registered = [system.add_webhook(f"{receiver.url}/{n}", name=f"wh_{n}") for n in range(webhooks)]
    published = publish(system, count, size)
    drains = 0
    while system.waiting_in("BatchQueue") and drains < MOST_DRAINS:
        system.invoke("batch_dispatcher", {})
        time.clock.advance(BATCH_SCHEDULE_SECONDS)
        drains += 1

    sent = Counter((request.path, event) for request in receiver.received for event in request.event_ids)
    assert sent == {(f"/{n}", event): 1 for n in range(webhooks) for event in published}
    for webhook in registered:
        log = dynamodb.stored.partition(system.stack.physical_id("DeliveriesTable"), webhook.webhook_id)
        assert {key.partition("#")[2]: item["status"]["S"] for key, item in log.items()} == dict.fromkeys(
            published, "DELIVERED"
        )
    assert drains == 1
