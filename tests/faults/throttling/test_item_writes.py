"""Deliveries are written in bulk although DynamoDB refuses many of them: all of them, each as it was to be."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from pynamodb.exceptions import PutError

from recado.adapters.dynamodb.item_writes import ItemWriter, Unwritten
from recado.adapters.dynamodb.tables import DeliveryItem
from tests.faults.throttling.buckets import Place
from tests.faults.throttling.filling import items
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.faults.throttling.throttling_dynamodb import CALL_SECONDS, ThrottlingDynamoDB
from tests.faults.throttling.troubles import at_random
from tests.support.deep import deep_but

LOG, BACKLOG = "wh_1", "wh_1#backlog"
INVOCATION_SECONDS = 240


def serialized(items: Sequence[DeliveryItem]) -> dict[str, Any]:
    """Return items by sort key as they are stored."""
    return {item.key: item.serialize() for item in items}


def stored(dynamodb: ThrottlingDynamoDB, table: type[DeliveryItem], partition: str) -> dict[str, Any]:
    """Return what is stored of a partition by sort key."""
    return dynamodb.stored.partition(table.Meta.table_name, partition)


def place(table: type[DeliveryItem], partition: str) -> Place:
    """Return where the writes of a partition are counted."""
    return Place(table.Meta.table_name, None, partition, "write")


@pytest.mark.parametrize(
    ("webhooks", "count", "size", "units", "calls"),
    [(5, 1_000, 1_900, 2, 200), (1, 1_000, 1_900, 2, 60), (1, 1_000, 5_400, 6, 80), (1, 100, 250_000, 245, 100)],
    ids=["5 x 1,000 x 1.9 KB", "1,000 x 1.9 KB", "1,000 x 5.4 KB", "100 x 250 KB"],
)
@pytest.mark.deep
def test_a_drain_is_recorded_as_fast_as_its_partitions_take_it(
    dynamodb: ThrottlingDynamoDB,
    deliveries: type[DeliveryItem],
    time: SimulatedTime,
    *,
    webhooks: int,
    count: int,
    size: int,
    units: int,
    calls: int,
) -> None:
    """Everything is stored as it was to be, written once, and at most two seconds after the limit allows it."""
    logs = {f"wh_{number}": items(deliveries, f"wh_{number}", count, size) for number in range(webhooks)}
    whole = [item for log in logs.values() for item in log]

    answer = ItemWriter(deliveries).put_all(whole, time.deadline(INVOCATION_SECONDS))

    assert answer == Unwritten([])
    for webhook, log in logs.items():
        assert stored(dynamodb, deliveries, webhook) == serialized(log)
        assert dynamodb.buckets.spent[place(deliveries, webhook)] == count * units
    assert time.seconds < max(count * units / 1_000 - 1, len(whole) / 25 * CALL_SECONDS) + 2
    assert dynamodb.tries["BatchWriteItem"] <= calls


def test_a_delivery_is_always_in_backlog_or_log(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem], time: SimulatedTime
) -> None:
    """Three others fill the log meanwhile; what is confirmed there is deleted from the backlog, and nothing else."""
    writer = ItemWriter(deliveries)
    moved = items(deliveries, BACKLOG, 100)
    assert writer.put_all(moved, time.deadline(60)) == Unwritten([])
    wanted = set(serialized(moved))

    def look(_operation: str, _body: Any) -> None:
        table, keys = deliveries.Meta.table_name, dynamodb.stored.keys
        assert wanted <= keys(table, LOG) | keys(table, BACKLOG)

    dynamodb.troubles = look

    def finish() -> list[str]:
        time.sleep(0.5)  # until the others have used up what the log takes at once
        unwritten = writer.put_all(items(deliveries, LOG, 100), time.deadline(1.1))
        left = {item.key for item in unwritten.items}
        writer.delete_all([item for item in moved if item.key not in left], time.deadline(20))
        return sorted(left)

    def fill(name: str) -> Unwritten:
        others = [
            deliveries(LOG, f"{name}{item.key}", event=item.event, expires_at=1) for item in items(deliveries, "", 600)
        ]
        return writer.put_all(others, time.deadline(INVOCATION_SECONDS))

    unwritten, *others = time.together(finish, *(partial(fill, name) for name in "abc"))

    assert others == [Unwritten([])] * 3
    assert 0 < len(unwritten) < 100  # or the others would have been no trouble
    assert sorted(stored(dynamodb, deliveries, BACKLOG)) == unwritten
    assert len(stored(dynamodb, deliveries, LOG)) == 100 - len(unwritten) + 3 * 600


def test_a_log_that_takes_nothing_keeps_no_other_from_being_written(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem], time: SimulatedTime
) -> None:
    """The others are written first, and the deadline is kept."""
    written_at: list[float] = []

    def taken(_operation: str, _body: Any) -> None:
        dynamodb.buckets.empty(place(deliveries, "hot"))
        if len(dynamodb.stored.keys(deliveries.Meta.table_name, "cool")) == 200 and not written_at:
            written_at.append(time.seconds)

    dynamodb.troubles = taken
    both = items(deliveries, "hot", 200) + items(deliveries, "cool", 200)

    answer = ItemWriter(deliveries).put_all(both, time.deadline(10))

    assert {item.partition for item in answer.items} == {"hot"}
    assert len(answer.items) == 200
    assert isinstance(answer.error, PutError)
    assert written_at[0] < 0.5
    assert time.seconds < 10


@pytest.mark.parametrize("seed", deep_but([0], range(5)))
def test_what_was_written_and_not_answered_is_written_again(
    seed: int, dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem], time: SimulatedTime
) -> None:
    """A put or a delete that happens twice is harmless."""
    dynamodb.troubles = at_random(seed, lost=0.1)
    writer, log = ItemWriter(deliveries), items(deliveries, LOG, 400)

    assert writer.put_all(log, time.deadline(INVOCATION_SECONDS)) == Unwritten([])
    assert stored(dynamodb, deliveries, LOG) == serialized(log)
    assert writer.delete_all(log, time.deadline(INVOCATION_SECONDS)) == Unwritten([])
    assert stored(dynamodb, deliveries, LOG) == {}
    assert dynamodb.tries["BatchWriteItem"] > 32
