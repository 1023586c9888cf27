"""Readings that may miss a write that came before: each is of a kind that decides nothing by itself."""

from collections.abc import Iterable
from typing import Any

from tests.support.aws.aws_calls import Call

_READINGS = ("GetItem", "BatchGetItem", "Query", "Scan")


def readings_that_may_be_behind(calls: Iterable[Call]) -> list[Call]:
    """Those of these calls that read a table of DynamoDB eventually, though something depends on what they find."""
    return [call for call in calls if call.operation in _READINGS and not (_is_consistent(call) or _only_shows(call))]


def _is_consistent(call: Call) -> bool:
    asked: Iterable[Any] = call.parameters.get("RequestItems", {"": call.parameters}).values()
    return all(each.get("ConsistentRead") for each in asked)


def _only_shows(call: Call) -> bool:
    # DynamoDB reads no index consistently: the sweep takes what it finds there for a proposal.
    if "IndexName" in call.parameters:
        return True
    # Counts of hours are a picture, which is behind by the stream anyway.
    values = call.parameters.get("ExpressionAttributeValues", {}).values()
    return any(value.get("S", "").startswith("counts#") for value in values)
