"""The outbox in DynamoDB loses nothing, whoever dies when."""

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.integration.outbox.bus import Bus
from tests.support.aws.stack import aws
from tests.support.examples import outbox_module

ORDERS, OUTBOX = "orders", "outbox"
NEAR = [f"e{number}" for number in range(12)]
LONG_AGO = 1_727_438_400


@pytest.fixture
def tables() -> Iterator[None]:
    """Give an empty table of orders, and an empty outbox."""
    with aws():
        for table, key in ((ORDERS, "orderId"), (OUTBOX, "eventId")):
            boto3.client("dynamodb").create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            )
        yield
        for table in (ORDERS, OUTBOX):
            boto3.client("dynamodb").delete_table(TableName=table)


@pytest.fixture
def bus() -> Bus:
    """Give a bus that takes everything until told otherwise."""
    return Bus()


@pytest.fixture
def app(tables: None, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> ModuleType:  # noqa: ARG001  they must be there
    """Give the functions, as Lambda loads them."""
    for name, value in {"OUTBOX_TABLE": OUTBOX, "EVENT_BUS": "recado", "EVENT_SOURCE": "recado.publisher"}.items():
        monkeypatch.setenv(name, value)
    module = outbox_module("dynamodb/app")
    monkeypatch.setattr(module, "events", bus)
    return module


def write(*event_ids: str, data: object = None, written_at: int = LONG_AGO) -> list[dict[str, Any]]:
    """Write these events, and return what the stream brings of it."""
    records = []
    for number, event_id in enumerate(event_ids):
        detail = json.dumps({"accountId": 1010, "eventId": event_id, "timestamp": 1, "data": data or {}})
        texts = {"eventId": event_id, "eventName": "order.paid", "detail": detail}
        item: Any = {**{name: {"S": text} for name, text in texts.items()}, "writtenAt": {"N": str(written_at)}}
        boto3.client("dynamodb").put_item(TableName=OUTBOX, Item=item)
        image = {"NewImage": item, "SequenceNumber": f"{number:03}"}
        records.append({"eventName": "INSERT", "dynamodb": image})
    return records


def waiting() -> set[str]:
    """Return the ids of what the outbox holds."""
    return {item["eventId"]["S"] for item in boto3.client("dynamodb").scan(TableName=OUTBOX)["Items"]}


def stream(app: ModuleType, records: list[dict[str, Any]]) -> list[str]:
    """Bring these records; returns from where the stream has to come again."""
    return [failure["itemIdentifier"] for failure in app.on_stream({"Records": records}, None)["batchItemFailures"]]


def test_what_was_written_is_published_and_leaves(app: ModuleType, bus: Bus) -> None:
    """In the order of the stream; what left the table is no news."""
    records = write(*NEAR)
    removed = {"eventName": "REMOVE", "dynamodb": {"Keys": {}, "SequenceNumber": "999"}}

    assert stream(app, [*records, removed]) == []
    assert (bus.ids, waiting()) == (NEAR, set())


def test_what_fails_comes_again(app: ModuleType, bus: Bus) -> None:
    """The call succeeds, the entry does not: the stream begins there again, and what came behind it stays one event."""
    records = write("e0", "e1", "e2")
    bus.refused = {"e1": "ThrottlingException"}

    assert stream(app, records) == ["001"]
    assert (bus.ids, waiting()) == (["e0", "e2"], {"e1"})
    bus.refused = {}
    assert stream(app, records[1:]) == []
    assert waiting() == set()
    assert len(set(bus.published)) == len(NEAR[:3])


def test_a_death_after_publishing_publishes_again(app: ModuleType, bus: Bus) -> None:
    """The same event, byte for byte, which is delivered once."""
    records = write("e1")
    bus.dies = True
    with pytest.raises(ConnectionError):
        stream(app, records)
    assert waiting() == {"e1"}
    bus.dies = False
    stream(app, records)

    assert (bus.ids, waiting()) == (["e1", "e1"], set())
    assert len(set(bus.published)) == 1


def test_what_the_stream_has_given_up_is_swept(app: ModuleType, bus: Bus) -> None:
    """It is in the table; what was written just now is the stream's."""
    write("new", written_at=2**40)
    write(*NEAR)
    app.on_schedule({}, None)

    assert (set(bus.ids), waiting()) == (set(NEAR), {"new"})


def test_an_event_that_the_bus_never_takes_holds_up_nobody(app: ModuleType, bus: Bus) -> None:
    """One that makes the whole call fail is found out; it stays in the table, and the sweep says so by failing."""
    bus.most_bytes = 500
    write("large", data={"text": "x" * 500})
    write("e0", "e1")

    with pytest.raises(RuntimeError, match="1 events cannot be published, the first is large"):
        app.on_schedule({}, None)
    assert (set(bus.ids), waiting()) == ({"e0", "e1"}, {"large"})


def test_an_order_is_placed_with_its_event(app: ModuleType, bus: Bus) -> None:
    """Both or neither: an order that was there already publishes nothing, and takes no event's place."""
    place = outbox_module("dynamodb/place_order").place
    place({"orderId": "o-1001", "status": "paid"}, ORDERS, OUTBOX)
    with pytest.raises(ClientError):
        place({"orderId": "o-1001", "status": "paid twice"}, ORDERS, OUTBOX)
    assert app.publish(boto3.client("dynamodb").scan(TableName=OUTBOX)["Items"]) == []

    [event] = map(json.loads, bus.published)
    assert (event["eventId"], event["data"]) == ("o-1001-paid", {"orderId": "o-1001", "status": "paid"})
