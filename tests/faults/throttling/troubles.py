"""What goes wrong with calls for no reason of their own."""

from collections.abc import Callable, Mapping
from enum import Enum
from random import Random
from typing import Any

SINGLE_WRITES = ("PutItem", "UpdateItem", "DeleteItem")

Body = Mapping[str, Any]


class Trouble(Enum):
    """What may happen to a call besides."""

    LOST = "it is done, and its answer is lost"
    CONFLICT = "another's transaction is under way on its item"


Troubles = Callable[[str, Body], Trouble | None]
"""Says for each try of a call, by its operation and parameters, what happens to it."""


def at_random(seed: int, *, lost: float = 0.0, conflict: float = 0.0) -> Troubles:
    """Return troubles that befall these shares of all writes (conflicts: of those that know them) by lot."""
    random = Random(seed)

    def befall(operation: str, _body: Body) -> Trouble | None:
        drawn = random.random()
        if operation not in (*SINGLE_WRITES, "TransactWriteItems", "BatchWriteItem"):
            return None
        if drawn < lost:
            return Trouble.LOST
        return Trouble.CONFLICT if drawn < lost + conflict and operation != "BatchWriteItem" else None

    return befall
