"""Deliveries in DynamoDB, as people read them: log and backlog merged, newest first."""

from collections.abc import Iterator
from heapq import merge
from itertools import groupby, islice

from pynamodb.expressions.condition import Condition

from recado.adapters.dynamodb.delivery_items import delivery_from_item
from recado.adapters.dynamodb.tables import BACKLOG_SUFFIX, DeliveryItem
from recado.adapters.faults import as_our_fault
from recado.ports import DeliveryPage, DeliveryQuery
from recado.rules.delivery.delivery import Delivery, DeliveryStatus

# Bounds what one request reads when few deliveries pass the filter; the cursor carries on from there. By size too, as
# an event may have 256 KB.
_MOST_ITEMS_READ = 2000
_MOST_CHARACTERS_READ = 16_000_000
_PAGE_SIZE_WITH_FILTER = 200
_FIRST_KEY, _AFTER_LAST_KEY = "0", "9" * 16
_LEAST_SUFFIX = "!"  # what follows a key in the order of texts, before any other key
_NEXT_AFTER_HASH = "$"  # the character after '#', so that `{time}$` lies above all keys of that time


class DynamoDeliveryReader:
    """Lists and reads deliveries; fills the port `DeliveryReader`."""

    def __init__(self, table: type[DeliveryItem]) -> None:
        self._table = table

    @as_our_fault("listing deliveries")
    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """One page, newest first; a page may be short where the filter passes little, the cursor goes on."""
        found: list[Delivery] = []
        last_read: str | None = None
        characters = 0
        for read, item in enumerate(self._merged(query)):
            if len(found) == query.limit or read == _MOST_ITEMS_READ or characters >= _MOST_CHARACTERS_READ:
                return DeliveryPage(found, last_read)
            last_read = item.key
            characters += len(item.event)
            delivery = delivery_from_item(item)
            if _passes(delivery, query):
                found.append(delivery)
        return DeliveryPage(found, None)

    @as_our_fault("reading a delivery")
    def get(self, webhook_id: str, key: str) -> Delivery | None:
        """One delivery: from the backlog, where it waits even if it was delivered before, else from the log.

        In this order a delivery that is finished meanwhile is found in the log.
        """
        for partition in (webhook_id + BACKLOG_SUFFIX, webhook_id):
            try:
                return delivery_from_item(self._table.get(partition, key, consistent_read=True))
            except self._table.DoesNotExist:
                continue
        return None

    @as_our_fault("reading deliveries")
    def oldest(self, webhook_id: str, from_ms: int, to_ms: int, after: str | None, limit: int) -> list[Delivery]:
        """Deliveries of a time range above the key `after`, oldest first."""
        lowest = _lowest(from_ms)
        if after is not None:
            lowest = max(lowest, after + _LEAST_SUFFIX)
        condition = self._table.key.between(lowest, max(lowest, _highest(to_ms)))
        streams = [
            self._table.query(partition, condition, consistent_read=True, page_size=limit)
            for partition in (webhook_id + BACKLOG_SUFFIX, webhook_id)
        ]
        items = _each_key_once(merge(*streams, key=_key))
        return [delivery_from_item(item) for item in islice(items, limit)]

    def _merged(self, query: DeliveryQuery) -> Iterator[DeliveryItem]:
        condition = self._key_range(query)
        filtered = query.status is not None or query.event_name is not None
        # Without a filter one page is enough: the limit, one more that shows there is another page, and the next key.
        page_size = _PAGE_SIZE_WITH_FILTER if filtered else query.limit + 2
        streams = [
            self._table.query(partition, condition, consistent_read=True, scan_index_forward=False, page_size=page_size)
            for partition in _partitions(query)
        ]
        return _each_key_once(merge(*streams, key=_key, reverse=True))

    def _key_range(self, query: DeliveryQuery) -> Condition:
        lowest = _FIRST_KEY if query.from_ms is None else _lowest(query.from_ms)
        highest = _AFTER_LAST_KEY if query.to_ms is None else _highest(query.to_ms)
        if query.before is not None and query.before < highest:
            # BETWEEN includes its ends; the greatest key below `before` is bounded by its predecessor text.
            highest = _just_below(query.before)
        return self._table.key.between(lowest, max(lowest, highest))


def _lowest(from_ms: int) -> str:
    return f"{from_ms:015d}"


def _highest(to_ms: int) -> str:
    return f"{to_ms:015d}{_NEXT_AFTER_HASH}"


def _partitions(query: DeliveryQuery) -> list[str]:
    """Where to look: the backlog first, so that what is finished meanwhile is found in the log."""
    log, backlog = query.webhook_id, query.webhook_id + BACKLOG_SUFFIX
    if query.status in (DeliveryStatus.DELIVERED, DeliveryStatus.SKIPPED):
        return [log]
    if query.status is DeliveryStatus.PENDING:
        return [backlog]
    return [backlog, log]


def _passes(delivery: Delivery, query: DeliveryQuery) -> bool:
    return (query.status is None or delivery.status_at(query.now_ms) is query.status) and (
        query.event_name is None or delivery.event.name == query.event_name
    )


def _just_below(key: str) -> str:
    """A text above all keys below `key` (they consist of ASCII up to 'z') and below `key` itself."""
    return key[:-1] + chr(ord(key[-1]) - 1) + "~"


def _each_key_once(items: Iterator[DeliveryItem]) -> Iterator[DeliveryItem]:
    """A delivery in both partitions (to be delivered again, or finished just now) is shown once, as waiting."""
    for _, same in groupby(items, key=_key):
        yield next(same)


def _key(item: DeliveryItem) -> str:
    return item.key
