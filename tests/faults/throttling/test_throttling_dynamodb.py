"""The double does what DynamoDB documents: its limits, answers and troubles, as PynamoDB and botocore see them."""

from collections import Counter
from typing import Any

import pytest
from pynamodb.exceptions import GetError, PutError, QueryError, TransactWriteError, UpdateError
from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.tables import DeliveryItem, WebhookItem, connection_of
from tests.faults.throttling.buckets import Place
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.faults.throttling.throttling_dynamodb import CALL_SECONDS, READ_TIMEOUT_SECONDS, ThrottlingDynamoDB
from tests.faults.throttling.troubles import Trouble, at_random

THROTTLED = "ProvisionedThroughputExceededException"
BOTOCORE_TRIES = 5


def item(table: type[DeliveryItem], number: int, kilobytes: int = 1, partition: str = "log") -> DeliveryItem:
    """Return an item that costs so many units."""
    return table(partition, f"{number:04}", event=b"x" * (1024 * kilobytes - 100), expires_at=1)


def batch(table: type[DeliveryItem], *items: DeliveryItem) -> Any:
    """Put items with one call; return the keys that it has left out."""
    answer = table._get_connection().batch_write_item(put_items=[each.serialize() for each in items])
    left_out = answer["UnprocessedItems"].get(table.Meta.table_name, [])
    return [request["PutRequest"]["Item"]["key"]["S"] for request in left_out]


def keys(dynamodb: ThrottlingDynamoDB, table: type[DeliveryItem], partition: str = "log") -> list[str]:
    """Return what is stored of a partition."""
    return sorted(dynamodb.stored.partition(table.Meta.table_name, partition))


def place(table: Any, partition: str, *, index: str | None = None, kind: Any = "write") -> Place:
    """Return a partition of a table."""
    return Place(table.Meta.table_name, index, partition, kind)


def code(error: Any) -> str:
    """Return DynamoDB's word for what went wrong."""
    return str(error.value.cause.response["Error"]["Code"])


def keep_empty(dynamodb: ThrottlingDynamoDB, *places: Place) -> None:
    """Let others take all of these partitions from now on."""

    def taken(_operation: str, _body: Any) -> None:
        for each in places:
            dynamodb.buckets.empty(each)

    dynamodb.troubles = taken


# Limits


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


# Transactions


def together(*items: DeliveryItem) -> None:
    """Put items in one transaction."""
    with TransactWrite(connection=connection_of(type(items[0]))) as transaction:
        for each in items:
            transaction.save(each)


def test_a_transaction_costs_twice_and_is_written_as_a_whole(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]
) -> None:
    """Where one partition is full nothing of it is written, and the SDK does not repeat it."""
    together(item(deliveries, 0, 7), item(deliveries, 0, partition="other"))
    assert dynamodb.buckets.spent[place(deliveries, "log")] == 14
    keep_empty(dynamodb, place(deliveries, "other"))

    with pytest.raises(TransactWriteError) as refused:
        together(item(deliveries, 1), item(deliveries, 1, partition="other"))

    assert [reason and reason.code for reason in refused.value.cancellation_reasons] == [None, "ThrottlingError"]
    assert dynamodb.tries["TransactWriteItems"] == 2
    assert keys(dynamodb, deliveries) == keys(dynamodb, deliveries, "other") == ["0000"]


def test_a_write_that_turns_out_too_large_leaves_nothing_behind(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]
) -> None:
    """What an update makes of an item is known only afterwards."""
    item(deliveries, 0).save()
    full = place(deliveries, "log")
    dynamodb.troubles = lambda _operation, _body: dynamodb.buckets.charge({full: dynamodb.buckets.left(full) - 5})

    with pytest.raises(UpdateError) as refused:
        item(deliveries, 0).update([deliveries.event.set(b"x" * 9000)])

    assert code(refused) == THROTTLED
    assert len(deliveries.get("log", "0000").event) == 1024 - 100


# The index


def due(table: type[WebhookItem], number: int, partition: int, at: int) -> None:
    """Make a webhook due."""
    item = table("1010", f"wh_{number}")
    item.update([table.due_partition.set(partition), table.due_at.set(at)])


def test_a_changed_place_in_the_index_is_two_writes_there(
    dynamodb: ThrottlingDynamoDB, webhooks: type[WebhookItem]
) -> None:
    """Entering and leaving it is one, and what changes nothing there is none."""
    spent = dynamodb.buckets.spent
    index = place(webhooks, "3", index="due")

    seen = []
    for at in (1000, 1000, 2000):
        due(webhooks, 1, 3, at)
        seen.append(spent[index])
    item = webhooks("1010", "wh_1")
    item.update([webhooks.name.set("other")])
    seen.append(spent[index])
    item.update([webhooks.due_partition.remove(), webhooks.due_at.remove()])
    seen.append(spent[index])

    assert seen == [1, 1, 3, 3, 4]
    assert spent[place(webhooks, "1010")] == 5


def test_a_hot_index_has_the_writes_of_its_table_refused(
    dynamodb: ThrottlingDynamoDB, webhooks: type[WebhookItem]
) -> None:
    """Those that concern its partition, of whatever account; the others are written."""
    due(webhooks, 1, 3, 1000)
    keep_empty(dynamodb, place(webhooks, "3", index="due"))

    with pytest.raises(UpdateError) as refused:
        due(webhooks, 1, 3, 2000)
    due(webhooks, 2, 4, 2000)
    webhooks("1010", "wh_1").update([webhooks.name.set("other")])

    assert code(refused) == THROTTLED
    assert webhooks.get("1010", "wh_1").due_at == 1000
    assert [each.webhook_id for each in webhooks.due_index.query(4)] == ["wh_2"]


# Trouble


def test_an_answer_is_lost_after_the_write(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem], time: SimulatedTime
) -> None:
    """Botocore makes it again after its time-out, and meets what it has written."""
    lost = iter([Trouble.LOST])
    dynamodb.troubles = lambda _operation, _body: next(lost, None)

    with pytest.raises(PutError) as refused:
        item(deliveries, 0).save(condition=deliveries.key.does_not_exist())

    assert code(refused) == "ConditionalCheckFailedException"
    assert dynamodb.tries["PutItem"] == 2
    assert time.seconds > READ_TIMEOUT_SECONDS


def test_a_transaction_that_comes_again_is_not_made_again(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]
) -> None:
    """Its token tells."""
    lost = iter([Trouble.LOST])
    dynamodb.troubles = lambda _operation, _body: next(lost, None)

    with TransactWrite(connection=connection_of(deliveries), client_request_token="once") as transaction:
        transaction.save(item(deliveries, 0), condition=deliveries.key.does_not_exist())

    assert keys(dynamodb, deliveries) == ["0000"]
    assert dynamodb.tries["TransactWriteItems"] == 2


def test_a_write_may_meet_a_transaction(dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]) -> None:
    """Nobody below PynamoDB repeats it, of one item or of several."""
    dynamodb.troubles = lambda _operation, _body: Trouble.CONFLICT

    with pytest.raises(PutError) as single:
        item(deliveries, 0).save()
    with pytest.raises(TransactWriteError) as several:
        together(item(deliveries, 0), item(deliveries, 1))

    assert code(single) == "TransactionConflictException"
    assert [reason and reason.code for reason in several.value.cancellation_reasons] == [None, "TransactionConflict"]
    assert dynamodb.tries == {"PutItem": 1, "TransactWriteItems": 1}


def test_troubles_befall_their_share_of_writes() -> None:
    """The same ones with the same seed; batches know no conflicts, and reads no trouble."""
    operations = [*["PutItem"] * 1000, *["BatchWriteItem"] * 1000, *["Query"] * 1000]
    once, again = at_random(7, lost=0.1, conflict=0.2), at_random(7, lost=0.1, conflict=0.2)

    drawn = [once(operation, {}) for operation in operations]

    assert drawn == [again(operation, {}) for operation in operations]
    puts, batches, queries = (Counter(drawn[start : start + 1000]) for start in (0, 1000, 2000))
    assert puts[Trouble.LOST] == pytest.approx(100, abs=30)
    assert puts[Trouble.CONFLICT] == pytest.approx(200, abs=30)
    assert batches[Trouble.LOST] == pytest.approx(100, abs=30)
    assert batches[Trouble.CONFLICT] == queries[Trouble.LOST] == queries[Trouble.CONFLICT] == 0


def test_a_batch_that_names_a_key_twice_is_refused(
    dynamodb: ThrottlingDynamoDB, deliveries: type[DeliveryItem]
) -> None:
    """Also where one of the two is a delete."""
    assert dynamodb
    connection = deliveries._get_connection()

    with pytest.raises(PutError) as refused:
        connection.batch_write_item(
            put_items=[item(deliveries, 0).serialize()], delete_items=[{"partition": "log", "key": "0000"}]
        )

    assert code(refused) == "ValidationException"
