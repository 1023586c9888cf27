"""What reads consume, as DynamoDB would report it: moto reports a constant, however much was read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.servers.capacity import read_units
from tests.support.aws.api_calls import MakeCall, around_calls

_READS = ("GetItem", "BatchGetItem", "Query")


@contextmanager
def reported() -> Iterator[list[float]]:
    """Let each read report what it would consume, and return these units, read by read.

    What narrows an answer does not narrow its cost, so all is read once more. Entered before `AwsCalls`, which then
    sees each call once.
    """
    consumed: list[float] = []

    def wrap(make: MakeCall) -> MakeCall:
        def reporting(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            answer = make(client, operation, parameters)
            if operation in _READS and "ReturnConsumedCapacity" in parameters:
                units = read_units(lambda wanted: make(client, operation, wanted), operation, parameters)
                consumed.append(units)
                one = {"CapacityUnits": units}
                answer["ConsumedCapacity"] = [one] if operation == "BatchGetItem" else one
            return answer

        return reporting

    with around_calls(wrap):
        yield consumed
