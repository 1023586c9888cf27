"""Transactions, the index and troubles of the double are as DynamoDB documents them, as PynamoDB sees them."""

from collections import Counter

import pytest
from pynamodb.exceptions import PutError, TransactWriteError, UpdateError
from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.tables import DeliveryItem, WebhookItem, connection_of
from tests.faults.throttling.asking import THROTTLED, code, item, keep_empty, keys, place
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.faults.throttling.throttling_dynamodb import READ_TIMEOUT_SECONDS, ThrottlingDynamoDB
from tests.faults.throttling.troubles import Trouble, at_random

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
    """Entering and leaving it is one, as is what it keeps beside its keys, and what changes nothing there is none."""
    spent = dynamodb.buckets.spent
    index = place(webhooks, "3", index="due")

    seen = []
    for at in (1000, 1000, 2000):
        due(webhooks, 1, 3, at)
        seen.append(spent[index])
    item = webhooks("1010", "wh_1")
    item.update([webhooks.name.set("other")])
    seen.append(spent[index])
    item.update([webhooks.health.set("FAILING")])
    seen.append(spent[index])
    item.update([webhooks.due_partition.remove(), webhooks.due_at.remove()])
    seen.append(spent[index])

    assert seen == [1, 1, 3, 3, 4, 5]
    assert spent[place(webhooks, "1010")] == 6


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
