"""Attempts in DynamoDB, as people read them: those with items of their own, and those that live in their deliveries."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from recado.adapters.dynamodb.deliveries.attempt_items import (
    attempt_from_bytes,
    attempt_from_item,
    attempt_to_item,
    carries,
)
from recado.adapters.dynamodb.deliveries.delivery_items import event_key, webhook_of
from recado.adapters.dynamodb.key_ranges import newest_first
from recado.adapters.dynamodb.pages import NewestFirst, by_event, page_of
from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, ATTEMPTS_SUFFIX, BACKLOG_SUFFIX, DeliveryItem
from recado.adapters.faults import as_our_fault
from recado.ports.managing import AttemptPage, AttemptQuery
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery

_PAGE_SIZE = 100
# Two senders that take the same event at once write it one after the other: an attempt may begin after the end that
# the delivery shows.
_OVERLAP_MS = 60_000
_SHOWN = ("partition", "key", "attempt", "keys", "first_key", "last_key")


class DynamoAttemptReader:
    """Lists attempts; fills the port `AttemptReader`."""

    def __init__(self, table: type[DeliveryItem]) -> None:
        self._table = table

    @as_our_fault("listing a webhook's attempts")
    def of_webhook(self, query: AttemptQuery) -> AttemptPage:
        """One page, newest first: the partitions of the webhook in one order."""
        keys, reading = newest_first(self._table, query.from_ms, query.to_ms, query.before), self._reading()
        partitions = [query.webhook_id + suffix for suffix in (BACKLOG_SUFFIX, ASIDE_SUFFIX, "", ATTEMPTS_SUFFIX)]
        rows = by_event([reading.of(partition, keys) for partition in partitions], newest_first=True)
        return _page(rows, _attempt, query.limit)

    @as_our_fault("listing a delivery's attempts")
    def of_delivery(self, delivery: Delivery, before: str | None, limit: int) -> AttemptPage:
        """One page, newest first, of the time between the event's arrival and the delivery's end."""
        key = delivery.event.key
        ended = None if delivery.waits_again else delivery.finished_at
        until = None if ended is None else max(ended, delivery.withdrawn_at or 0) + _OVERLAP_MS
        keys = newest_first(self._table, delivery.created_at, until, before)
        items = self._reading().of(delivery.webhook_id + ATTEMPTS_SUFFIX, keys)
        rows = by_event([items, self._living_in(delivery, before)], newest_first=True)

        def wanted(row: Sequence[DeliveryItem]) -> Attempt | None:
            return attempt_from_item(row[0]) if carries(row[0], key) else None

        return _page(rows, wanted, limit)

    def _reading(self) -> NewestFirst:
        return NewestFirst(self._table, _SHOWN, _PAGE_SIZE)

    def _living_in(self, delivery: Delivery, before: str | None) -> Iterator[DeliveryItem]:
        if delivery.attempt is not None:
            item = attempt_to_item(self._table, delivery.attempt, retention_days=0)
            if before is None or item.key < before:
                yield item


def _page(
    rows: Iterable[Sequence[DeliveryItem]], wanted: Callable[[Sequence[DeliveryItem]], Attempt | None], limit: int
) -> AttemptPage:
    attempts, last = page_of(rows, wanted, limit)
    return AttemptPage(attempts, None if last is None else last.key)


def _attempt(row: Sequence[DeliveryItem]) -> Attempt | None:
    item = row[0]
    if item.attempt is None:
        return None
    if item.partition.endswith(ATTEMPTS_SUFFIX):
        return attempt_from_item(item)
    return attempt_from_bytes(item.attempt, webhook_of(item), (event_key(item),))
