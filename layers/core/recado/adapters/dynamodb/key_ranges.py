"""Ranges of sort keys, which all begin with a time."""

from pynamodb.expressions.condition import Condition

from recado.adapters.dynamodb.tables import COPY_SUFFIX, DeliveryItem

LAST_MS = 10**15 - 1
"""The last time that a key can begin with."""

_FIRST_KEY, _AFTER_LAST_KEY = "0", "9" * 16
_LEAST_SUFFIX = "!"  # what follows a key in the order of texts, before any other key
_NEXT_AFTER_HASH = "$"  # the character after '#', so that `{time}$` lies above all keys of that time


def newest_first(
    table: type[DeliveryItem],
    from_ms: int | None,
    to_ms: int | None,
    before: str | None,
    *,
    including: bool = False,
) -> Condition:
    """The keys of a time range (both ends included, None where it is open), below the key `before`.

    With `including` that key, and that of its copy, belongs to them.
    """
    lowest = _FIRST_KEY if from_ms is None else _lowest(from_ms)
    highest = _AFTER_LAST_KEY if to_ms is None else _highest(to_ms)
    if before is not None and before < highest:
        # BETWEEN includes its ends; the greatest key below `before` is bounded by its predecessor text.
        highest = before + COPY_SUFFIX if including else _just_below(before)
    return table.key.between(lowest, max(lowest, highest))


def oldest_first(table: type[DeliveryItem], from_ms: int, to_ms: int, after: str | None) -> Condition:
    """The keys of a time range (both ends included), above the key `after` and that of its copy."""
    lowest = _lowest(from_ms)
    if after is not None:
        lowest = max(lowest, after + COPY_SUFFIX + _LEAST_SUFFIX)
    return table.key.between(lowest, max(lowest, _highest(to_ms)))


def copies_between(table: type[DeliveryItem], after: str | None, until: str) -> Condition:
    """The keys that the copies of deliveries above the first key, up to and with the second, can have."""
    lowest = _FIRST_KEY if after is None else after + COPY_SUFFIX + _LEAST_SUFFIX
    return table.key.between(lowest, until + COPY_SUFFIX)


def beside(table: type[DeliveryItem], after: str | None, until: str) -> list[Condition]:
    """The ranges of keys, in order, that `copies_between` leaves out."""
    behind = table.key.between(until + COPY_SUFFIX + _LEAST_SUFFIX, _AFTER_LAST_KEY)
    return [behind] if after is None else [table.key.between(_FIRST_KEY, after + COPY_SUFFIX), behind]


def up_to(table: type[DeliveryItem], until: str) -> Condition:
    """The keys up to and with this one and that of its copy."""
    return copies_between(table, None, until)


def _lowest(from_ms: int) -> str:
    return f"{from_ms:015d}"


def _highest(to_ms: int) -> str:
    return f"{to_ms:015d}{_NEXT_AFTER_HASH}"


def _just_below(key: str) -> str:
    """A text above all keys below `key` (they consist of ASCII up to 'z') and below `key` itself."""
    return key[:-1] + chr(ord(key[-1]) - 1) + "~"
