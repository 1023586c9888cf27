"""Deliveries in DynamoDB, as people read them: log, backlog and what is set aside merged, newest first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from pynamodb.expressions.condition import Condition

from recado.adapters.dynamodb.deliveries.delivery_items import (
    LISTED_ATTRIBUTES,
    delivery_from_item,
    event_key,
    listed_from_item,
    webhook_of,
)
from recado.adapters.dynamodb.deliveries.selections import selected
from recado.adapters.dynamodb.key_ranges import LAST_MS, newest_first, oldest_first
from recado.adapters.dynamodb.pages import (
    EnoughReadError,
    NewestFirst,
    batches_within_allowance,
    by_event,
    counted_page,
    first_keys,
    looked_through,
    looked_through_together,
    page_of,
)
from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, BACKLOG_SUFFIX, COPY_SUFFIX, DeliveryItem
from recado.adapters.faults import as_our_fault
from recado.ports.managing import DeliveryPage, DeliveryQuery, EventDeliveries, SelectedPage, WaitingSummary
from recado.ports.sending import Waiting
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.selection import Selection
from recado.rules.delivery.wanted import EVERYTHING
from recado.rules.event.event import Event
from recado.rules.receiving.window import ArrivedWindow

_PAGE_SIZE_WITH_FILTER = 200
_PAGE_SIZE_OF_A_JOB = 100
_LOG = ""
_FORMS = [(place, suffix) for place in (BACKLOG_SUFFIX, ASIDE_SUFFIX) for suffix in ("", COPY_SUFFIX)] + [(_LOG, "")]
"""In which of a webhook's partitions, and under which key, an event may stand."""

_WEBHOOKS_AT_ONCE = 100 // len(_FORMS)  # what one batch read takes
_LISTED_WITH_EVENT = [*LISTED_ATTRIBUTES, "event"]
_KEYS_AT_ONCE = 25  # in both places where they may wait, and those of their copies: what one batch read takes


class DynamoDeliveryReader:
    """Lists and reads deliveries; fills the port `DeliveryReader`."""

    def __init__(self, table: type[DeliveryItem]) -> None:
        self._table = table

    @as_our_fault("listing deliveries")
    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """One page, newest first, without payloads; it may be short where much had to be read, the cursor goes on."""
        # Without a filter one call is enough: the limit, one more that shows there is another page, and the next key.
        most_items = query.limit + 2 if query.wanted == EVERYTHING else _PAGE_SIZE_WITH_FILTER
        places, webhooks = _places(query.wanted.status), max(1, len(query.webhook_ids))
        reading = NewestFirst(
            self._table,
            LISTED_ATTRIBUTES,
            most_items,
            first_items=-(-most_items // webhooks),
            shares=webhooks,
        )
        streams = [
            reading.of(webhook_id + place, self._keys(query, webhook_id))
            for webhook_id in query.webhook_ids
            for place in places
        ]

        def wanted(row: Sequence[DeliveryItem]) -> Delivery | None:
            delivery = _together([listed_from_item(item) for item in row], query.now_ms)
            return delivery if query.wanted.takes(delivery, query.now_ms) else None

        return DeliveryPage(*page_of(by_event(streams, newest_first=True), wanted, query.limit))

    def _keys(self, query: DeliveryQuery, webhook_id: str) -> Condition:
        """What is left of a webhook below the page's place: its own part of that event, if it comes behind."""
        before = query.before
        if before is None:
            return newest_first(self._table, query.from_ms, query.to_ms, None)
        is_behind = webhook_id < before.webhook_id
        return newest_first(self._table, query.from_ms, query.to_ms, before.key, including=is_behind)

    @as_our_fault("reading the last events")
    def recent_events(self, webhook_ids: Sequence[str], limit: int) -> list[Event]:
        """The newest events, each once, of what these webhooks keep; fewer where much had to be read."""
        reading = NewestFirst(
            self._table,
            _LISTED_WITH_EVENT,
            limit,
            first_items=-(-limit // max(1, len(webhook_ids))),
            shares=max(1, len(webhook_ids)),
        )
        everything = newest_first(self._table, None, None, None)
        streams = [reading.of(one + place, everything) for one in webhook_ids for place in _places(None)]
        events: dict[str, Event] = {}
        with suppress(EnoughReadError):
            for row in by_event(streams, newest_first=True):
                events.setdefault(event_key(row[0]), delivery_from_item(row[0]).event)
                if len(events) == limit:
                    break
        return list(events.values())

    @as_our_fault("looking an event up")
    def of_event(self, webhook_ids: Sequence[str], key: str, now_ms: int) -> EventDeliveries:
        """What became of an event, by batch reads of a hundred keys; none is begun where 250 units are used."""
        rows: dict[str, list[DeliveryItem]] = defaultdict(list)
        looked_at = 0
        for some in batches_within_allowance(self._table, webhook_ids, _WEBHOOKS_AT_ONCE):
            looked_at += len(some)
            places = [(webhook_id + place, key + suffix) for webhook_id in some for place, suffix in _FORMS]
            found = self._table.batch_get(places, consistent_read=True, attributes_to_get=_LISTED_WITH_EVENT)
            for item in sorted(found, key=lambda one: _FORMS.index(_form_of(one))):
                rows[webhook_of(item)].append(item)
        kept = next((delivery_from_item(items[0]).event for items in rows.values()), None)
        deliveries = {one: _together([*map(listed_from_item, items)], now_ms) for one, items in rows.items()}
        return EventDeliveries(deliveries, kept, looked_at)

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

    @as_our_fault("looking for what has arrived")
    def arrived(self, webhook_id: str, window: ArrivedWindow, after: str | None, now_ms: int) -> SelectedPage:
        """The next that have arrived, in all places; DynamoDB leaves out the others."""
        keys = oldest_first(self._table, window.from_ms, LAST_MS, after)
        since = self._table.created_at >= window.arrived_from
        looked = [looked_through(self._table, webhook_id + place, keys, since) for place in _places(None)]
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


def _places(status: DeliveryStatus | None) -> list[str]:
    """Where to look for what stands so: the log last, so that what is finished meanwhile is found there."""
    waiting = [BACKLOG_SUFFIX, ASIDE_SUFFIX]
    if status in (DeliveryStatus.DELIVERED, DeliveryStatus.SKIPPED, DeliveryStatus.CANCELLED):
        return [_LOG]
    if status is DeliveryStatus.PENDING:
        return waiting
    return [*waiting, _LOG]


def _form_of(item: DeliveryItem) -> tuple[str, str]:
    return item.partition.removeprefix(webhook_of(item)), item.key.removeprefix(event_key(item))
