"""Pages of lists: several partitions in the order of their sort keys, as much of them as one request reads."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import TypeVar

from pynamodb.expressions.condition import Condition

from recado.adapters.dynamodb import read_allowance
from recado.adapters.dynamodb.deliveries.delivery_items import event_key, webhook_of
from recado.adapters.dynamodb.read_allowance import ReadAllowance
from recado.adapters.dynamodb.tables import COPY_SUFFIX, DeliveryItem, WebhookItem, connection_of
from recado.ports.log_place import LogPlace

T = TypeVar("T")

_BEFORE_ANY_ID = ""
_FEW = 100
_MOST_ITEMS_READ = 2000  # small ones: what takes time then is to take them apart


class EnoughReadError(Exception):
    """One request has read as much as it may: the page ends here, and its cursor carries on."""


@dataclass(frozen=True, slots=True)
class ReadUpTo:
    """The end of what was read of a partition that has more: all of it down to the event of this key."""

    key: str


class NewestFirst:
    """What one request reads of some partitions, the newest items first; no more than about 250 read units.

    The first item of each partition is read whatever it costs: without it nobody could say which comes next. So the
    most there can be is a call above 250, and an item more for each further partition. Where the partitions are those
    of several webhooks, `shares`, each is asked at first for `first_items` at most, and for its share of what is left,
    so that none of them uses up what all may read.
    """

    def __init__(
        self,
        table: type[DeliveryItem],
        attributes: Sequence[str],
        most_items_a_call: int,
        *,
        first_items: int | None = None,
        shares: int = 1,
    ) -> None:
        self._table = table
        self._attributes = list(attributes)  # PynamoDB takes any other sequence for one attribute
        self._first_items = most_items_a_call if first_items is None else first_items
        self._shares = shares
        self._allowance = ReadAllowance(table, most_items_a_call)

    def of(self, partition: str, keys: Condition) -> Iterator[DeliveryItem | ReadUpTo]:
        """The items of these keys; where there are more, but enough has been read, then how far that is.

        All that the partition has of the last event is among them: behind a copy it is looked for its original.
        """
        pages = self._table.query(
            partition, keys, consistent_read=True, scan_index_forward=False, attributes_to_get=self._attributes
        ).page_iter
        copy: DeliveryItem | None = None
        for page in self._allowance.pages(pages, self._first_items, self._shares):
            items = list(map(self._table.from_raw_data, page["Items"]))
            if copy is not None:
                yield from (item for item in items[:1] if place_of(item) == place_of(copy))
                yield ReadUpTo(event_key(copy))
                return
            yield from items
            if items and pages.last_evaluated_key is not None and self._allowance.is_used:
                if not items[-1].key.endswith(COPY_SUFFIX):
                    yield ReadUpTo(event_key(items[-1]))
                    return
                copy = items[-1]


def batches_within_allowance(table: type[DeliveryItem], ids: Sequence[str], at_once: int) -> Iterator[Sequence[str]]:
    """Of each of which something is read, as many as one request may look at, so many at once; at least the first."""
    allowance = ReadAllowance(table, at_once)
    start = 0
    while start < len(ids) and (start == 0 or not allowance.is_used):
        some = ids[start : start + at_once]
        start += len(some)
        yield some


def newest_wanted(
    table: type[WebhookItem],
    partition: str,
    prefix: str,
    wanted: Condition,
    *,
    limit: int,
    below: str | None,
    most_items_a_call: int,
) -> tuple[list[WebhookItem], str | None]:
    """Up to `limit` wanted items whose keys have the prefix, below a key, newest first; and where the next page begins.

    DynamoDB leaves out what is not wanted, of up to so many items a call. The page begins below the key that is
    returned, None at the end; it may be short, even empty, because one request reads about 250 read units at most.
    """
    pages = table.query(
        partition,
        table.webhook_id.startswith(prefix),
        wanted,
        consistent_read=True,
        scan_index_forward=False,
        last_evaluated_key=None if below is None else {"account_id": {"S": partition}, "webhook_id": {"S": below}},
    ).page_iter
    allowance = ReadAllowance(table, most_items_a_call)
    found: list[WebhookItem] = []
    for page in allowance.pages(pages):
        found += map(table.from_raw_data, page["Items"])
        if len(found) > limit:
            return found[:limit], found[limit - 1].webhook_id
        if allowance.is_used:
            break
    last = pages.last_evaluated_key
    return found, None if last is None else str(last["webhook_id"]["S"])


def by_event(
    streams: Iterable[Iterable[DeliveryItem | ReadUpTo]], *, newest_first: bool = False
) -> Iterator[list[DeliveryItem]]:
    """Items of several partitions in one order, those of one delivery together: those of the first stream first.

    A delivery may be in two partitions (finished just now), and has a copy where somebody asked for it again. Raises
    `EnoughReadError` behind the last one that is whole, before which there is at least one.
    """
    row: list[DeliveryItem] = []
    for item in merge(*streams, key=_in_order, reverse=newest_first):
        if row and (isinstance(item, ReadUpTo) or place_of(row[0]) != place_of(item)):
            yield row
            row = []
        if isinstance(item, ReadUpTo):
            raise EnoughReadError
        row.append(item)
    if row:
        yield row


def _in_order(item: DeliveryItem | ReadUpTo) -> LogPlace:
    """What to sort by: where a partition was read up to comes, newest first, behind all that others have of the event.

    What else it has is of older events.
    """
    return LogPlace(item.key, _BEFORE_ANY_ID) if isinstance(item, ReadUpTo) else place_of(item)


def place_of(item: DeliveryItem) -> LogPlace:
    """Where an item stands in the order of events, and of the webhooks that got the same one."""
    return LogPlace(event_key(item), webhook_of(item))


def page_of(
    rows: Iterable[Sequence[DeliveryItem]], wanted: Callable[[Sequence[DeliveryItem]], T | None], limit: int
) -> tuple[list[T], LogPlace | None]:
    """Up to `limit` of what is `wanted` of the rows, and the place after which the next page begins, None at the end.

    A page may be short, even empty, where little is wanted or items are large: what one request reads is bounded.
    """
    found: list[T] = []
    last_read: LogPlace | None = None
    try:
        for read, row in enumerate(rows):
            if len(found) == limit or read == _MOST_ITEMS_READ:
                return found, last_read
            last_read = place_of(row[0])
            one = wanted(row)
            if one is not None:
                found.append(one)
    except EnoughReadError:
        return found, last_read
    return found, None


def looked_through(
    table: type[DeliveryItem], partition: str, keys: Condition, wanted: Condition | None
) -> tuple[list[str], str | None]:
    """The keys of the oldest wanted items, a hundred at most, and the key up to which was looked, None at the end.

    It looks at some hundred and, while few of them are wanted, at four times as many with each call; at a megabyte, and
    a call above it, at most.
    """
    connection = connection_of(table)
    before = connection.read_units
    found: list[str] = []
    pages = table.query(
        partition, keys, wanted, consistent_read=True, page_size=_FEW, attributes_to_get=["key"]
    ).page_iter
    for page in pages:
        found += (item["key"]["S"] for item in page["Items"])
        if len(found) >= _FEW or connection.read_units - before >= read_allowance.MOST_UNITS_READ:
            break
        pages.page_size = (pages.page_size or _FEW) * 4
    if len(found) > _FEW:
        return found[:_FEW], found[_FEW - 1]
    last = pages.last_evaluated_key
    return found, None if last is None else str(last["key"]["S"])


def looked_through_together(places: Sequence[tuple[list[str], str | None]]) -> tuple[list[str], str | None]:
    """The same of several partitions that were looked through from one key on: as far as each of them was.

    The keys are those of the events, a hundred at most, each once.
    """
    ends = [_event_of(looked_to) for _, looked_to in places if looked_to is not None]
    keys = sorted({_event_of(key) for found, _ in places for key in found})
    if ends:
        keys = [key for key in keys if key <= min(ends)]
    if len(keys) > _FEW:
        return keys[:_FEW], keys[_FEW - 1]
    return keys, min(ends) if ends else None


def first_keys(table: type[DeliveryItem], partition: str) -> tuple[list[str], bool]:
    """The first hundred keys of a partition, or those of its first megabyte, and whether there may be more."""
    page = connection_of(table).query(
        table.Meta.table_name, partition, attributes_to_get=["key"], limit=_FEW, consistent_read=True
    )
    return [item["key"]["S"] for item in page["Items"]], "LastEvaluatedKey" in page


def _event_of(key: str) -> str:
    return key.removesuffix(COPY_SUFFIX)


def counted_page(
    table: type[DeliveryItem],
    partition: str,
    keys: Condition | None = None,
    wanted: Condition | None = None,
    *,
    newest_first: bool = False,
) -> tuple[int, bool]:
    """How many items a partition, or a range of it, has in its first megabyte, and whether there may be more.

    Only those that are `wanted` count; it is one call.

    DynamoDB charges a count as if it read the items, 256 read units for a whole megabyte, and so do the pages of
    PynamoDB's own `count`, which goes on to the end whatever its limit. There may be more: DynamoDB also says so where
    the megabyte ends with the last item.
    """
    page = connection_of(table).query(
        table.Meta.table_name,
        partition,
        keys,
        wanted,
        consistent_read=True,
        scan_index_forward=not newest_first,
        select="COUNT",
    )
    return int(page["Count"]), "LastEvaluatedKey" in page
