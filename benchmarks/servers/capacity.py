"""What a call is, and what it consumes: by operation and table or queue, and in DynamoDB's units.

Write units are the emulator's own (`ReturnConsumedCapacity`): it rounds as DynamoDB does, indexes and transactions
included. A read costs a constant there, so what it read is read once more, unfiltered and whole, and its size added up.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ministack.services.dynamodb import (  # type: ignore[import-untyped]  # ships no types
    _item_size_bytes as item_bytes,
)

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})
_READ_UNIT_BYTES = 4096
_NARROWING = {"FilterExpression", "ProjectionExpression", "AttributesToGet", "Select"}


def call_name(operation: str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the operation, and the names of the tables or the URL of the queue that it is about."""
    transaction = [part["TableName"] for entry in parameters.get("TransactItems", ()) for part in entry.values()]
    targets = {parameters.get("TableName"), parameters.get("QueueUrl"), *transaction}
    targets.update(parameters.get("RequestItems", ()))
    return (operation, *sorted(filter(None, targets)))


def bytes_put(parameters: Mapping[str, Any]) -> int:
    """Return the size of the items that a put, or a batch of them, writes."""
    batch = (entry.get("PutRequest") for entries in parameters.get("RequestItems", {}).values() for entry in entries)
    puts = [parameters, *(put for put in batch if put)]
    return sum(item_bytes(put["Item"]) for put in puts if "Item" in put)


def read_units(read: Callable[[dict[str, Any]], Any], operation: str, parameters: dict[str, Any]) -> float:
    """Return what this call costs as a read, 0 for a write; raises `LookupError` for a read that is not known here."""
    if operation in {"Query", "Scan"}:
        return _units(sum(map(item_bytes, read(_whole(parameters))["Items"])), parameters)
    if operation == "GetItem":
        return _units(item_bytes(read(_whole(parameters)).get("Item", {})), parameters)
    if operation == "BatchGetItem":
        tables = parameters["RequestItems"]
        found = read({"RequestItems": {name: _whole(wanted) for name, wanted in tables.items()}})["Responses"]
        return sum(_each(found.get(name, []), wanted) for name, wanted in tables.items())
    if operation.startswith("Transact") and not operation.endswith("WriteItems"):
        raise LookupError(f"it is not known here what {operation} costs")
    return 0.0


def consumed(capacity: Any) -> float:
    """Return the units of one table's capacity, or in a batch or transaction of a list of them."""
    return sum((one["CapacityUnits"] for one in (capacity if isinstance(capacity, list) else [capacity])), 0.0)


def _each(items: Iterable[Any], wanted: dict[str, Any]) -> float:
    """In a batch each item is rounded up by itself, and one that is not there costs a unit."""
    sizes = [item_bytes(item) for item in items]
    missing = len(wanted["Keys"]) - len(sizes)
    return sum(_units(size, wanted) for size in sizes + [0] * missing)


def _units(size: int, parameters: dict[str, Any]) -> float:
    return max(1, math.ceil(size / _READ_UNIT_BYTES)) * (1.0 if parameters.get("ConsistentRead") else 0.5)


def _whole(parameters: dict[str, Any]) -> dict[str, Any]:
    """The same read without what narrows its answer but not its cost, and without the names that only that used."""
    used = set(re.findall(r"[#:]\w+", parameters.get("KeyConditionExpression", "")))
    whole = {name: value for name, value in parameters.items() if name not in _NARROWING}
    for field in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        placeholders = {name: value for name, value in whole.pop(field, {}).items() if name in used}
        if placeholders:
            whole[field] = placeholders
    return whole
