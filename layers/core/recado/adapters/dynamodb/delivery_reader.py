"""Deliveries in DynamoDB, as people read them: log, backlog and what is set aside merged, newest first."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from recado.adapters.dynamodb.delivery_items import LISTED_ATTRIBUTES, delivery_from_item, listed_from_item
from recado.adapters.dynamodb.key_ranges import newest_first, oldest_first
from recado.adapters.dynamodb.pages import NewestFirst, by_event, page_of
from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, BACKLOG_SUFFIX, COPY_SUFFIX, DeliveryItem
from recado.adapters.faults import as_our_fault
from recado.ports import DeliveryPage, DeliveryQuery
from recado.rules.delivery.delivery import Delivery, DeliveryStatus

_PAGE_SIZE_WITH_FILTER = 200
_PAGE_SIZE_OF_A_JOB = 100


class DynamoDeliveryReader:
    """Lists and reads deliveries; fills the port `DeliveryReader`."""

    def __init__(self, table: type[DeliveryItem]) -> None:
        self._table = table

    @as_our_fault("listing deliveries")
    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """One page, newest first, without payloads; it may be short where much had to be read, the cursor goes on."""
        filtered = query.status is not None or query.event_name is not None
        # Without a filter one call is enough: the limit, one more that shows there is another page, and the next key.
        most_items = _PAGE_SIZE_WITH_FILTER if filtered else query.limit + 2
        keys = newest_first(self._table, query.from_ms, query.to_ms, query.before)
        streams = map(NewestFirst(self._table, keys, LISTED_ATTRIBUTES, most_items).of, _partitions(query))

        def wanted(row: Sequence[DeliveryItem]) -> Delivery | None:
            delivery = _together([listed_from_item(item) for item in row], query.now_ms)
            return delivery if _passes(delivery, query) else None

        return DeliveryPage(*page_of(by_event(streams, newest_first=True), wanted, query.limit))

    @as_our_fault("reading a delivery")
    def get(self, webhook_id: str, key: str, now_ms: int) -> Delivery | None:
        """One delivery, as it stands in all places together.

        The log is read last: a delivery that is finished meanwhile is found there. One that is moved back from aside
        meanwhile is found when it is looked for again.
        """
        row = self._found(webhook_id, key) or self._found(webhook_id, key)
        return _together([delivery_from_item(item) for item in row], now_ms) if row else None

    def oldest(self, webhook_id: str, from_ms: int, to_ms: int, after: str | None, now_ms: int) -> Iterator[Delivery]:
        """Deliveries of a time range above the key `after`, oldest first, as they stand then."""
        condition = oldest_first(self._table, from_ms, to_ms, after)
        with as_our_fault("reading deliveries"):
            streams = [
                self._table.query(partition, condition, consistent_read=True, page_size=_PAGE_SIZE_OF_A_JOB)
                for partition in (webhook_id + BACKLOG_SUFFIX, webhook_id + ASIDE_SUFFIX, webhook_id)
            ]
            for row in by_event(streams):
                yield _together([delivery_from_item(item) for item in row], now_ms)

    def _found(self, webhook_id: str, key: str) -> list[DeliveryItem]:
        own_keys = self._table.key.between(key, key + COPY_SUFFIX)
        places = (webhook_id + BACKLOG_SUFFIX, webhook_id + ASIDE_SUFFIX)
        row = [item for place in places for item in self._table.query(place, own_keys, consistent_read=True)]
        with suppress(self._table.DoesNotExist):
            row.append(self._table.get(webhook_id, key, consistent_read=True))
        return row


def _together(known: Sequence[Delivery], now_ms: int) -> Delivery:
    """A delivery of which several places tell: waiting if it waits, else as it ended, and whether a copy waits.

    The log has the end of what is in both, even where the copy waits; a copy whose original has been forgotten stands
    for itself. What is set aside stands in the log as pending; where that has its end, it is set aside no longer.
    """
    if known[0].is_aside and not known[0].is_copy and known[-1].status is not DeliveryStatus.PENDING:
        known = known[1:]
    copy = next((one for one in known if one.is_copy), None)
    others = [one for one in known if one is not copy]
    if copy is None or not others:
        return known[0]
    first = others[0]
    if first.status is DeliveryStatus.PENDING:
        if first.status_at(now_ms) is DeliveryStatus.PENDING:
            return first
        first = first.expired()
    return first.requested_like(copy)


def _partitions(query: DeliveryQuery) -> list[str]:
    """Where to look: the log last, so that what is finished meanwhile is found there."""
    log, waiting = query.webhook_id, [query.webhook_id + BACKLOG_SUFFIX, query.webhook_id + ASIDE_SUFFIX]
    if query.status in (DeliveryStatus.DELIVERED, DeliveryStatus.SKIPPED, DeliveryStatus.CANCELLED):
        return [log]
    if query.status is DeliveryStatus.PENDING:
        return waiting
    return [*waiting, log]


def _passes(delivery: Delivery, query: DeliveryQuery) -> bool:
    # In the backlog alone nobody can tell how a copy's original ended, but that it did.
    if query.status is DeliveryStatus.PENDING and delivery.is_copy:
        return False
    return (query.status is None or delivery.status_at(query.now_ms) is query.status) and (
        query.event_name is None or delivery.event.name == query.event_name
    )
