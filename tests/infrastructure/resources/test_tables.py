"""Tables: their keys, and that nothing written to them is lost before its time or readable on a disk."""

import json
from typing import Any

import pytest

from tests.infrastructure.cloudformation import Stack, referred
from tests.support.functions import ROOT

KEYS = {
    "WebhooksTable": [("account_id", "HASH"), ("webhook_id", "RANGE")],
    "DeliveriesTable": [("partition", "HASH"), ("key", "RANGE")],
    "IdempotencyTable": [("id", "HASH")],
}
LASTING = ("WebhooksTable", "DeliveriesTable")


def key_of(schema: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Return a key schema as pairs."""
    return [(element["AttributeName"], element["KeyType"]) for element in schema]


def test_tables_are_the_known_ones(stack: Stack) -> None:
    """There is no table that these tests do not know."""
    assert set(stack.of_type("AWS::DynamoDB::Table")) == set(KEYS)


@pytest.mark.parametrize(("table", "expected"), KEYS.items())
def test_table_has_its_key(stack: Stack, table: str, expected: list[tuple[str, str]]) -> None:
    """A table has the key that its items are written with."""
    assert key_of(stack.properties(table)["KeySchema"]) == expected


@pytest.mark.parametrize("table", KEYS)
def test_table_is_paid_by_request(stack: Stack, table: str) -> None:
    """A table follows the traffic, and costs nothing without."""
    assert stack.properties(table)["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("table", LASTING)
def test_table_can_be_restored(stack: Stack, table: str) -> None:
    """A table can be restored to any second of the last five weeks."""
    assert stack.properties(table)["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


@pytest.mark.parametrize("table", KEYS)
def test_table_is_encrypted(stack: Stack, table: str) -> None:
    """A table is encrypted with a key whose use is recorded."""
    assert stack.properties(table)["SSESpecification"] == {"SSEEnabled": True}


@pytest.mark.parametrize("table", LASTING)
def test_table_outlives_the_stack(stack: Stack, table: str) -> None:
    """Removing the stack, replacing a table, or a slip in the console leaves the data."""
    resource = stack.document["Resources"][table]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert resource["Properties"]["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize("table", LASTING)
def test_what_has_an_end_is_removed(stack: Stack, table: str) -> None:
    """DynamoDB removes a delivery, or a count, once its time has come."""
    expiry = stack.properties(table)["TimeToLiveSpecification"]
    assert expiry == {"AttributeName": "expires_at", "Enabled": True}


def test_kept_answers_are_gone_after_their_day(stack: Stack) -> None:
    """DynamoDB removes them, no backup keeps them, and they go with the stack."""
    resource = stack.document["Resources"]["IdempotencyTable"]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Delete", "Delete")
    assert resource["Properties"]["TimeToLiveSpecification"] == {"AttributeName": "expiration", "Enabled": True}
    assert resource["Properties"].keys().isdisjoint({"PointInTimeRecoverySpecification", "DeletionProtectionEnabled"})


def test_deliveries_are_counted_by_what_each_write_changes(stack: Stack) -> None:
    """Each write is handed on with both images, in order, from the first one on; a batch that fails comes again."""
    assert stack.properties("DeliveriesTable")["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    mapping = stack.properties("DeliveriesStreamMapping")
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["DeliveriesTable", "StreamArn"]}
    assert referred(mapping["FunctionName"]) == "DeliveryCounterFunction"
    assert (mapping["StartingPosition"], mapping["ParallelizationFactor"]) == ("TRIM_HORIZON", 1)
    assert mapping["BisectBatchOnFunctionError"] is True
    assert "MaximumRetryAttempts" not in mapping


def test_what_is_counted_is_collected_first(stack: Stack) -> None:
    """For a minute by default, and a full batch leaves at once."""
    mapping = stack.properties("DeliveriesStreamMapping")
    assert mapping["BatchSize"] == 10_000
    assert mapping["MaximumBatchingWindowInSeconds"] == {"Ref": "CountingWindow"}


@pytest.mark.parametrize(
    ("name", "is_handed_on"),
    [
        ("delivered", True),
        ("joins_backlog", True),
        ("redelivered", True),
        ("attempt", False),
        ("removed_by_age", False),
    ],
)
def test_only_what_can_change_a_count_is_handed_on(stack: Stack, name: str, *, is_handed_on: bool) -> None:
    """Neither attempts nor what the log forgets: the filters' patterns, asked about the shipped records."""
    filters = stack.properties("DeliveriesStreamMapping")["FilterCriteria"]["Filters"]
    patterns = [json.loads(one["Pattern"]) for one in filters]
    records = json.loads((ROOT / "events/delivery_counter" / f"{name}.json").read_text(encoding="utf-8"))["Records"]
    assert {any(matches(pattern, record) for pattern in patterns) for record in records} == {is_handed_on}


def matches(pattern: Any, value: Any) -> bool:
    """Return whether a filter lets a value through: objects by their fields, lists by one of their values."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(matches(part, value.get(name)) for name, part in pattern.items())
    return value in pattern or (value is not None and {"exists": True} in pattern)


def test_writes_that_cannot_be_counted_make_way(stack: Stack) -> None:
    """A defect holds up the counts of a shard for six hours; what was given up is told to a queue without redrive."""
    mapping = stack.properties("DeliveriesStreamMapping")
    assert mapping["MaximumRecordAgeInSeconds"] == 6 * 3600
    assert referred(mapping["DestinationConfig"]["OnFailure"]["Destination"]) == "UncountedQueue"


def test_what_the_sweep_looks_at_is_listed_by_when_it_is_due(stack: Stack) -> None:
    """It can be found without reading the others."""
    table = stack.properties("WebhooksTable")
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "due"
    assert key_of(index["KeySchema"]) == [("due_partition", "HASH"), ("due_at", "RANGE")]
    how_it_stands = ["owner", "health", "slow_at", "has_aside"]
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": how_it_stands}
    types = {definition["AttributeName"]: definition["AttributeType"] for definition in table["AttributeDefinitions"]}
    assert types == {"account_id": "S", "webhook_id": "S", "due_partition": "N", "due_at": "N"}
