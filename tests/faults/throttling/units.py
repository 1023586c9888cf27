"""What reading and writing an item costs.

Sizes and units are those of the developer guide:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html (sizes) and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html (units).
Items are as DynamoDB's JSON has them: {"name": {"S": "text"}, …}.
"""

import base64
from collections.abc import Callable, Mapping
from functools import cached_property
from math import ceil
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

_WRITE_UNIT_BYTES = 1024
_READ_UNIT_BYTES = 4096
_DOCUMENT_BYTES = 3  # of a list or map, and one more for each of its elements


def item_size(item: Item | None) -> int:
    """Bytes of an item: of its attributes' names and values; none where there is no item."""
    return item.size if isinstance(item, SizedItem) else _size(item)


class SizedItem(dict[str, Mapping[str, Any]]):
    """An item that does not change any more, and whose size is reckoned once."""

    @cached_property
    def size(self) -> int:
        """Tell its bytes."""
        return _size(self)


def _size(item: Item | None) -> int:
    return sum(len(name.encode()) + _value_size(value) for name, value in (item or {}).items())


def write_units(*items: Item | None, transaction: bool = False) -> int:
    """Units of a write: the larger of what was there and what is there afterwards counts, one at least.

    A delete costs what was there. In a transaction everything costs twice as much, since it is prepared and committed
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html).
    """
    units = max(1, ceil(max(map(item_size, items)) / _WRITE_UNIT_BYTES))
    return 2 * units if transaction else units


def read_units(size: int, *, consistent: bool) -> float:
    """Units of a read of so many bytes: of one item, or of all that a query went through, whatever it answers."""
    units = max(1, ceil(size / _READ_UNIT_BYTES))
    return units if consistent else units / 2


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    return _SIZES[kind](content)


def _number_size(content: str) -> int:
    """About a byte for two significant digits, one more, and one for a minus."""
    digits = content.lstrip("-").replace(".", "").strip("0")
    return ceil(len(digits) / 2) + 1 + content.startswith("-")


def _set_size(kind: str) -> Callable[[list[Any]], int]:
    return lambda content: sum(_SIZES[kind](each) for each in content)


_SIZES: Mapping[str, Callable[[Any], int]] = {
    "S": lambda content: len(content.encode()),
    "N": _number_size,
    "B": lambda content: len(content if isinstance(content, bytes) else base64.b64decode(content)),
    "SS": _set_size("S"),
    "NS": _set_size("N"),
    "BS": _set_size("B"),
    "L": lambda content: _DOCUMENT_BYTES + sum(1 + _value_size(each) for each in content),
    "M": lambda content: (
        _DOCUMENT_BYTES + sum(1 + len(name.encode()) + _value_size(each) for name, each in content.items())
    ),
    "BOOL": lambda _content: 1,
    "NULL": lambda _content: 1,
}
