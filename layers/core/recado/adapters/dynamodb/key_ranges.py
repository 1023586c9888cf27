"""Reading along sort keys, which all begin with a time: ranges of them, and how far one request goes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from typing import TypeVar

from pynamodb.expressions.condition import Condition

from recado.adapters.dynamodb.delivery_items import event_key
from recado.adapters.dynamodb.tables import COPY_SUFFIX, DeliveryItem

T = TypeVar("T")

# Bounds what one request reads when few items are wanted; the cursor carries on from there. By size too, as an event
# may have 256 KB.
_MOST_ITEMS_READ = 2000
_MOST_BYTES_READ = 16_000_000
_FIRST_KEY, _AFTER_LAST_KEY = "0", "9" * 16
_LEAST_SUFFIX = "!"  # what follows a key in the order of texts, before any other key
_NEXT_AFTER_HASH = "$"  # the character after '#', so that `{time}$` lies above all keys of that time


def newest_first(table: type[DeliveryItem], from_ms: int | None, to_ms: int | None, before: str | None) -> Condition:
    """The keys of a time range (both ends included, None where it is open), below the key `before`."""
    lowest = _FIRST_KEY if from_ms is None else _lowest(from_ms)
    highest = _AFTER_LAST_KEY if to_ms is None else _highest(to_ms)
    if before is not None and before < highest:
        # BETWEEN includes its ends; the greatest key below `before` is bounded by its predecessor text.
        highest = _just_below(before)
    return table.key.between(lowest, max(lowest, highest))


def oldest_first(table: type[DeliveryItem], from_ms: int, to_ms: int, after: str | None) -> Condition:
    """The keys of a time range (both ends included), above the key `after`."""
    lowest = _lowest(from_ms)
    if after is not None:
        lowest = max(lowest, after + _LEAST_SUFFIX)
    return table.key.between(lowest, max(lowest, _highest(to_ms)))


def copies_between(table: type[DeliveryItem], after: str | None, until: str) -> Condition:
    """The keys that the copies of deliveries above the first key, up to and with the second, can have."""
    lowest = _FIRST_KEY if after is None else after + COPY_SUFFIX + _LEAST_SUFFIX
    return table.key.between(lowest, until + COPY_SUFFIX)


def counted_page(table: type[DeliveryItem], partition: str) -> tuple[int, bool]:
    """How many items a partition has, as far as one consistent query of up to 1 MB counts, and whether there are more.

    PynamoDB's own `count` goes on to the end, whatever its limit.
    """
    answer = table._get_connection().query(partition, consistent_read=True, select="COUNT")  # noqa: SLF001
    return int(answer["Count"]), "LastEvaluatedKey" in answer


def by_event(streams: Iterable[Iterable[DeliveryItem]], *, newest_first: bool = False) -> Iterator[list[DeliveryItem]]:
    """Items of several partitions in one order, those of one event together: those of the first stream first.

    A delivery may be in two partitions (finished just now), and has a copy where somebody asked for it again.
    """
    for _, same in groupby(merge(*streams, key=event_key, reverse=newest_first), key=event_key):
        yield list(same)


def page_of(
    rows: Iterable[Sequence[DeliveryItem]], wanted: Callable[[Sequence[DeliveryItem]], T | None], limit: int
) -> tuple[list[T], str | None]:
    """Up to `limit` of what is `wanted` of the rows, and the key after which the next page begins, None at the end.

    A page may be short where little is wanted: what one request reads is bounded.
    """
    found: list[T] = []
    last_read: str | None = None
    size = 0
    for read, row in enumerate(rows):
        if len(found) == limit or read == _MOST_ITEMS_READ or size >= _MOST_BYTES_READ:
            return found, last_read
        last_read = event_key(row[0])
        size += sum(len(part) for item in row for part in (item.event, item.attempt, item.keys) if part)
        one = wanted(row)
        if one is not None:
            found.append(one)
    return found, None


def _lowest(from_ms: int) -> str:
    return f"{from_ms:015d}"


def _highest(to_ms: int) -> str:
    return f"{to_ms:015d}{_NEXT_AFTER_HASH}"


def _just_below(key: str) -> str:
    """A text above all keys below `key` (they consist of ASCII up to 'z') and below `key` itself."""
    return key[:-1] + chr(ord(key[-1]) - 1) + "~"
