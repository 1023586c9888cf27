"""Deliveries in DynamoDB, as people read them: log, backlog and what is set aside merged, newest first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from recado.adapters.dynamodb.deliveries.delivery_items import (
    LISTED_ATTRIBUTES,
    delivery_from_item,
    event_key,
    listed_from_item,
)
from recado.adapters.dynamodb.deliveries.selections import selected
from recado.adapters.dynamodb.key_ranges import newest_first, oldest_first
from recado.adapters.dynamodb.pages import (
    NewestFirst,
    by_event,
    counted_page,
    first_keys,
    looked_through,
    looked_through_together,
    page_of,
)
from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, BACKLOG_SUFFIX, COPY_SUFFIX, DeliveryItem
from recado.adapters.faults import as_our_fault
from recado.ports import DeliveryPage, DeliveryQuery, SelectedPage, Waiting, WaitingSummary
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.selection import Selection

_PAGE_SIZE_WITH_FILTER = 200
_PAGE_SIZE_OF_A_JOB = 100
_KEYS_AT_ONCE = 25  # in both places where they may wait, and those of their copies: what one batch read takes


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

    @as_our_fault("looking for deliveries")
    def ended(self, webhook_id: str, selection: Selection, after: str | None, now_ms: int) -> SelectedPage:
        """The next that stand so in the log; DynamoDB leaves out the others, and says how far it has looked."""
        keys = oldest_first(self._table, selection.from_ms, selection.to_ms, after)
        found, looked_to = looked_through(self._table, webhook_id, keys, selected(self._table, selection))
        return SelectedPage(self._as_they_stand(webhook_id, found, now_ms), looked_to)

    @as_our_fault("looking for what waits")
    def waiting(
        self, webhook_id: str, selection: Selection, after: str | None, now_ms: int, requested_at: int | None = None
    ) -> SelectedPage:
        """The next that wait in either place, each read again with what the log has of it."""
        keys = oldest_first(self._table, selection.from_ms, selection.to_ms, after)
        wanted = selected(self._table, selection, requested_at)
        places = [ASIDE_SUFFIX] if selection.set_aside else [BACKLOG_SUFFIX, ASIDE_SUFFIX]
        looked = [looked_through(self._table, webhook_id + place, keys, wanted) for place in places]
        found, looked_to = looked_through_together(looked)
        return SelectedPage(self._as_they_stand(webhook_id, found, now_ms), looked_to)

    @as_our_fault("looking at what waits")
    def waiting_of(self, webhook_id: str) -> WaitingSummary:
        """What waits, by one query of each place."""
        backlog, more = first_keys(self._table, webhook_id + BACKLOG_SUFFIX)
        aside, more_aside = first_keys(self._table, webhook_id + ASIDE_SUFFIX)
        oldest = min([*backlog[:1], *aside[:1]], default=None)
        return WaitingSummary(
            waiting=Waiting(len(backlog) + len(aside), more or more_aside),
            aside=Waiting(len(aside), more_aside),
            oldest_ms=None if oldest is None else int(oldest.partition("#")[0]),
        )

    def _as_they_stand(self, webhook_id: str, keys: Sequence[str], now_ms: int) -> Iterator[Delivery]:
        """The deliveries of these keys, read as they are asked for.

        Of each where it may wait first, and then the log once more: one that ends meanwhile is found so.
        """
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            some = keys[start : start + _KEYS_AT_ONCE]
            with as_our_fault("reading what was skipped"):
                known = defaultdict(list)
                waiting = [webhook_id + BACKLOG_SUFFIX, webhook_id + ASIDE_SUFFIX]
                places = [(place, key + suffix) for place in waiting for key in some for suffix in ("", COPY_SUFFIX)]
                for item in (*self._read_all(places), *self._read_all([(webhook_id, key) for key in some])):
                    known[event_key(item)].append(delivery_from_item(item))
            yield from (_together(known[key], now_ms) for key in some if key in known)

    def _read_all(self, places: Iterable[tuple[str, str]]) -> list[DeliveryItem]:
        return list(self._table.batch_get(dict.fromkeys(places), consistent_read=True))

    @as_our_fault("counting what was skipped")
    def count_skipped(self, webhook_id: str, since_ms: int) -> Waiting:
        """How many were skipped, counted by one query, the newest first."""
        table = self._table
        since = (table.status == DeliveryStatus.SKIPPED.value) & (table.finished_at >= since_ms)
        keys = newest_first(table, None, None, None)
        return Waiting(*counted_page(table, webhook_id, keys, since, newest_first=True))


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
