"""What a read costs: by what it read, not by what it answers."""

from typing import Any

import pytest

from benchmarks.servers.capacity import read_units

ITEM = {"webhook_id": {"S": "wh_1"}, "event": {"S": "x" * 5_000}}


class Table:
    """Answers every read with so many items, and remembers what was asked."""

    def __init__(self, items: int) -> None:
        self.items = [ITEM] * items
        self.asked: dict[str, Any] = {}

    def read(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Answer as a query, a read of one item and a batch at once."""
        self.asked = parameters
        return {"Items": self.items, "Item": ITEM, "Responses": {"table": self.items}}


@pytest.mark.parametrize(("consistent", "units"), [(True, 4.0), (False, 2.0)])
def test_a_query_costs_the_sum_of_what_it_read(consistent: bool, units: float) -> None:
    """Three items of 5 KB are 15 KB, four units of 4 KB; half of it where the read need not be consistent."""
    assert read_units(Table(3).read, "Query", {"ConsistentRead": consistent}) == units


def test_each_item_of_a_batch_is_rounded_up() -> None:
    """Two items of 5 KB cost two units each, and a third that is not there costs one."""
    wanted = {"RequestItems": {"table": {"Keys": [{}, {}, {}], "ConsistentRead": True}}}

    assert read_units(Table(2).read, "BatchGetItem", wanted) == 5.0


def test_what_a_filter_drops_is_paid_for() -> None:
    """The read is repeated without filter and projection, and without the names that only those used."""
    table = Table(1)
    read_units(
        table.read,
        "Query",
        {
            "KeyConditionExpression": "#0 = :0",
            "FilterExpression": "#1 = :1",
            "ProjectionExpression": "#2",
            "ExpressionAttributeNames": {"#0": "partition", "#1": "status", "#2": "key"},
            "ExpressionAttributeValues": {":0": {"S": "wh_1"}, ":1": {"S": "PENDING"}},
        },
    )

    assert table.asked == {
        "KeyConditionExpression": "#0 = :0",
        "ExpressionAttributeNames": {"#0": "partition"},
        "ExpressionAttributeValues": {":0": {"S": "wh_1"}},
    }


def test_a_write_reads_nothing() -> None:
    """Its units are those that the emulator tells."""
    assert read_units(Table(1).read, "PutItem", {}) == 0.0


def test_a_read_that_the_meter_does_not_know_is_told() -> None:
    """Rather than counted as nothing."""
    with pytest.raises(LookupError, match="TransactGetItems"):
        read_units(Table(1).read, "TransactGetItems", {})
