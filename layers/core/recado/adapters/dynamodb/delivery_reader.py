"""Deliveries in DynamoDB, as people read them: log and backlog merged, newest first."""

from collections.abc import Iterator
from heapq import merge
from itertools import islice

from recado.adapters.dynamodb.delivery_items import LISTED_ATTRIBUTES, delivery_from_item, listed_from_item
from recado.adapters.dynamodb.key_ranges import newest_first, oldest_first
from recado.adapters.dynamodb.pages import NewestFirst, each_key_once, key_of_item, page_of
from recado.adapters.dynamodb.tables import BACKLOG_SUFFIX, DeliveryItem
from recado.adapters.faults import as_our_fault
from recado.ports import DeliveryPage, DeliveryQuery
from recado.rules.delivery.delivery import Delivery, DeliveryStatus

_PAGE_SIZE_WITH_FILTER = 200


class DynamoDeliveryReader:
    """Lists and reads deliveries; fills the port `DeliveryReader`."""

    def __init__(self, table: type[DeliveryItem]) -> None:
        self._table = table

    @as_our_fault("listing deliveries")
    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """One page, newest first, without payloads; it may be short where much had to be read, the cursor goes on."""

        def wanted(item: DeliveryItem) -> Delivery | None:
            delivery = listed_from_item(item)
            return delivery if _passes(delivery, query) else None

        return DeliveryPage(*page_of(self._merged(query), wanted, query.limit))

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
        condition = oldest_first(self._table, from_ms, to_ms, after)
        streams = [
            self._table.query(partition, condition, consistent_read=True, page_size=limit)
            for partition in (webhook_id + BACKLOG_SUFFIX, webhook_id)
        ]
        items = each_key_once(merge(*streams, key=key_of_item))
        return [delivery_from_item(item) for item in islice(items, limit)]

    def _merged(self, query: DeliveryQuery) -> Iterator[DeliveryItem]:
        filtered = query.status is not None or query.event_name is not None
        # Without a filter one call is enough: the limit, one more that shows there is another page, and the next key.
        most_items = _PAGE_SIZE_WITH_FILTER if filtered else query.limit + 2
        keys = newest_first(self._table, query.from_ms, query.to_ms, query.before)
        reading = NewestFirst(self._table, keys, LISTED_ATTRIBUTES, most_items)
        streams = map(reading.of, _partitions(query))
        return each_key_once(merge(*streams, key=key_of_item, reverse=True))


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
