"""The double has the limits that DynamoDB documents, as PynamoDB and botocore see them."""

from typing import Any

import pytest
from pynamodb.exceptions import GetError, PutError, QueryError, UpdateError

from recado.adapters.dynamodb.tables import DeliveryItem
from tests.faults.throttling.asking import BOTOCORE_TRIES, THROTTLED, batch, code, item, keep_empty, keys, place
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.faults.throttling.throttling_dynamodb import CALL_SECONDS, ThrottlingDynamoDB


def test_a_partition_takes_a_thousand_units_and_then_a_thousand_a_second(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem], time: SimulatedTime
) -> None:
    """What is too much of a batch comes back unprocessed, drawn at random; other partitions take theirs."""
    for call in range(4):
        assert batch(deliveries, *(item(deliveries, 25 * call + n, 10) for n in range(25))) == []
    more = [item(deliveries, 100 + n, 10) for n in range(24)]

    left_out = batch(deliveries, item(deliveries, 0, partition="other"), *more)

    written = 4  # 12 units came in with each of the four calls before
    assert len(left_out) == 24 - written
    assert set(left_out) != {each.key for each in more[written:]}
    assert keys(dynamodb, deliveries) == sorted({f"{n:04}" for n in range(124)} - set(left_out))
    assert keys(dynamodb, deliveries, "other") == ["0000"]
    assert dynamodb.left_out == len(left_out)
    assert dynamodb.buckets.spent[place(deliveries, "log")] == 1040

    time.sleep(3)
    assert dynamodb.buckets.left(place(deliveries, "log")) == 1000


def test_a_batch_of_which_nothing_is_written_fails(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]
) -> None:
    """Botocore is told not to repeat it."""
    keep_empty(dynamodb, place(deliveries, "log"))

    with pytest.raises(PutError) as refused:
        batch(deliveries, item(deliveries, 0), item(deliveries, 1))

    assert code(refused) == THROTTLED
    assert dynamodb.tries["BatchWriteItem"] == dynamodb.refused["BatchWriteItem"] == 1
    assert keys(dynamodb, deliveries) == []


def test_botocore_waits_and_repeats_a_single_write_five_times(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem], time: SimulatedTime
) -> None:
    """On the simulated clock, and on no other."""
    keep_empty(dynamodb, place(deliveries, "log"))

    with pytest.raises(PutError) as refused:
        item(deliveries, 0).save()

    assert code(refused) == THROTTLED
    assert dynamodb.tries["PutItem"] == dynamodb.refused["PutItem"] == BOTOCORE_TRIES
    assert time.seconds > BOTOCORE_TRIES * CALL_SECONDS


def test_a_single_write_is_repeated_until_its_partition_takes_it(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]
) -> None:
    """Each try is seen."""
    dynamodb.buckets.empty(place(deliveries, "log"))

    item(deliveries, 0, 300).save()

    assert keys(dynamodb, deliveries) == ["0000"]
    assert dynamodb.tries["PutItem"] == dynamodb.refused["PutItem"] + 1 > 1


def test_a_delete_costs_what_was_there(dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]) -> None:
    """Of nothing, one unit."""
    item(deliveries, 0, 7).save()

    item(deliveries, 0).delete()
    item(deliveries, 0).delete()

    assert dynamodb.buckets.spent[place(deliveries, "log")] == 7 + 7 + 1


def test_a_condition_that_does_not_hold_costs_a_write_too(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]
) -> None:
    """Of what is stored."""
    item(deliveries, 0, 7).save()

    with pytest.raises(UpdateError):
        item(deliveries, 0).update([deliveries.status.set("SENT")], condition=deliveries.status == "PENDING")

    assert dynamodb.buckets.spent[place(deliveries, "log")] == 7 + 7


@pytest.mark.parametrize("what", ["all of it", "a projection", "a filter", "a count"])
def test_a_query_costs_all_that_it_goes_through(
    what: str, dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]
) -> None:
    """Whatever it answers of that."""
    batch(deliveries, *(item(deliveries, number, 10) for number in range(10)))

    if what == "a count":
        assert deliveries.count("log", consistent_read=True) == 10
    else:
        options: Any = {
            "all of it": {},
            "a projection": {"attributes_to_get": ["key"]},
            "a filter": {"filter_condition": deliveries.status == "PENDING"},
        }[what]
        found = list(deliveries.query("log", consistent_read=True, **options))
        assert len(found) == (0 if what == "a filter" else 10)
        assert [each.event is None for each in found] == [what == "a projection"] * len(found)

    assert dynamodb.buckets.spent[place(deliveries, "log", kind="read")] == 25


def test_reads_that_may_be_behind_cost_half(dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]) -> None:
    """Of one item, of many and of a query."""
    item(deliveries, 0, 10).save()

    deliveries.get("log", "0000")
    list(deliveries.batch_get([("log", "0000"), ("log", "none")]))
    list(deliveries.query("log"))

    assert dynamodb.buckets.spent[place(deliveries, "log", kind="read")] == 1.5 + 1.5 + 0.5 + 1.5


def test_a_partition_that_is_read_too_much_lets_no_query_through(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]
) -> None:
    """Nor the read of an item."""
    keep_empty(dynamodb, place(deliveries, "log", kind="read"))

    with pytest.raises(QueryError) as several:
        list(deliveries.query("log"))
    with pytest.raises(GetError) as one:
        deliveries.get("log", "0000")

    assert code(several) == code(one) == THROTTLED


def test_keys_of_a_batch_read_come_back_one_by_one(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]
) -> None:
    """PynamoDB asks for them again."""
    item(deliveries, 0, partition="a").save()
    item(deliveries, 0, partition="b").save()
    dynamodb.buckets.charge({place(deliveries, "a", kind="read"): 3050})

    assert [each.partition for each in deliveries.batch_get([("a", "0000"), ("b", "0000")])] == ["b", "a"]
    assert dynamodb.left_out == 1
    assert dynamodb.tries["BatchGetItem"] == 2
