"""Counts AWS calls by operation and table or queue, and the capacity units that DynamoDB would bill for them.

Write units are the emulator's own (`ReturnConsumedCapacity`): it rounds as DynamoDB does, indexes and transactions
included. A read costs a constant there, so what it read is read once more, unfiltered and whole, and its size added up.
"""

import math
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import Any, Self

from ministack.services.dynamodb import (  # type: ignore[import-untyped]  # ships no types
    _item_size_bytes as item_bytes,
)

from tests.support.api_calls import MakeCall, around_calls

_READ_UNIT_BYTES = 4096
_NARROWING = {"FilterExpression", "ProjectionExpression", "AttributesToGet", "Select"}


class Meter:
    """Measures the calls of all clients while it is entered; `names` gives tables and queues their logical ids.

    Units are those of writes and of strongly consistent reads of 4 KB; without `units` only calls are counted, and
    nothing is called in addition.
    """

    def __init__(self, names: Mapping[str, str], *, units: bool = True) -> None:
        self.calls: Counter[str] = Counter()
        self.write_units = 0.0
        self.read_units = 0.0
        self._names = names
        self._lock = threading.Lock()
        self._units = units
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        self._entered.enter_context(around_calls(self._observing))
        return self

    def __exit__(self, *_details: object) -> None:
        self._entered.close()

    def _observing(self, make: MakeCall) -> MakeCall:
        def observed(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            with self._lock:
                self.calls[self._name(operation, parameters)] += 1
            if not self._units or client.meta.service_model.service_name != "dynamodb":
                return make(client, operation, parameters)
            reads = read_units(lambda wanted: make(client, operation, wanted), operation, parameters)
            answer = make(client, operation, {**parameters, "ReturnConsumedCapacity": "TOTAL"})
            with self._lock:
                self.read_units += reads
                self.write_units += 0 if reads else _consumed(answer["ConsumedCapacity"])
            return answer

        return observed

    def _name(self, operation: str, parameters: dict[str, Any]) -> str:
        transaction = [part["TableName"] for entry in parameters.get("TransactItems", ()) for part in entry.values()]
        targets = {parameters.get("TableName"), parameters.get("QueueUrl"), *transaction}
        targets.update(parameters.get("RequestItems", ()))
        known = sorted(self._names[target] for target in targets if target in self._names)
        return " ".join([operation, *known])


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
        raise LookupError(f"the meter does not know what {operation} costs")
    return 0.0


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


def _consumed(capacity: Any) -> float:
    """One table's capacity, or in a batch or transaction a list of them."""
    return sum((one["CapacityUnits"] for one in (capacity if isinstance(capacity, list) else [capacity])), 0.0)
