"""Deliveries in DynamoDB: each webhook has a log and a backlog, partitions of one table with the same sort key.

A third partition holds the attempts that do not live in a delivery. In a backlog, the copy of a delivery that somebody
asked for again has a key of its own, so that nothing takes one for the other.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from pynamodb.expressions.condition import Condition

from recado.adapters.dynamodb import key_ranges
from recado.adapters.dynamodb.deliveries.attempt_items import attempt_to_item
from recado.adapters.dynamodb.deliveries.delivery_items import delivery_from_item, delivery_to_item
from recado.adapters.dynamodb.item_writes import ItemWriter, Unwritten
from recado.adapters.dynamodb.pages import counted_page
from recado.adapters.dynamodb.tables import ATTEMPTS_SUFFIX, BACKLOG_SUFFIX, COPY_SUFFIX, DeliveryItem
from recado.adapters.faults import as_our_fault
from recado.ports.sending import Deadline, OurFaultError, Page, Recorded, Waiting
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.event.event import Event


class DynamoDeliveries:
    """Writes and reads deliveries for the senders; fills the port `DeliveryStore`."""

    def __init__(self, table: type[DeliveryItem], retention_days: int, writer: ItemWriter | None = None) -> None:
        self._table = table
        self._retention_days = retention_days
        self._writer = writer or ItemWriter(table)

    @as_our_fault("looking up deliveries")
    def recorded(self, wanted: Mapping[str, Collection[Event]]) -> dict[tuple[str, str], Recorded]:
        """Which of these deliveries are known, by (webhook id, event key); one batch read for up to 100 keys."""
        keys = [
            (partition, event.key)
            for webhook_id, events in wanted.items()
            for event in events
            for partition in (webhook_id, webhook_id + BACKLOG_SUFFIX)
        ]
        # The log first: a delivery that is in both waits, and must be found waiting.
        return {
            (item.partition.removesuffix(BACKLOG_SUFFIX), item.key): Recorded(
                DeliveryStatus(item.status), item.event_name
            )
            for item in sorted(self._statuses(keys), key=lambda item: item.partition)
        }

    def record(
        self, deliveries: Iterable[Delivery], attempts: Iterable[Attempt], deadline: Deadline
    ) -> Mapping[str, OurFaultError]:
        """Write new or requested deliveries, and attempts, 25 in a batch write."""
        unwritten = self._writer.put_all([*map(self._item, deliveries), *map(self._attempt_item, attempts)], deadline)
        webhooks: dict[str, int] = defaultdict(int)
        for item in unwritten.items:
            webhooks[item.partition.removesuffix(BACKLOG_SUFFIX).removesuffix(ATTEMPTS_SUFFIX)] += 1
        return {
            webhook_id: _fault("recording deliveries", unwritten, number) for webhook_id, number in webhooks.items()
        }

    def finish(self, deliveries: Sequence[Delivery], attempts: Iterable[Attempt], deadline: Deadline) -> None:
        """Write deliveries into the log, and attempts; once that is confirmed, delete them from the backlog."""
        self._put([*map(self._item, deliveries), *map(self._attempt_item, attempts)], deadline)
        copies = [delivery for delivery in deliveries if delivery.requested_at is not None]
        self._delete([*map(self._waiting, deliveries), *(self._waiting(one, COPY_SUFFIX) for one in copies)], deadline)

    @as_our_fault("expiring deliveries")
    def expire(self, deliveries: Sequence[Delivery], deadline: Deadline) -> None:
        """Write originals that have waited for too long into the log, unless they ended there, then delete them."""
        originals = [delivery for delivery in deliveries if delivery.requested_at is None]
        ended = self._ended(originals)
        self._put([self._item(one) for one in originals if one.event.key not in ended], deadline)
        self._delete(
            [self._waiting(one, "" if one.requested_at is None else COPY_SUFFIX) for one in deliveries], deadline
        )

    @as_our_fault("looking up whether a delivery has ended")
    def forget_ended(self, delivery: Delivery, deadline: Deadline) -> bool:
        """Look into the log, and delete what has ended there: somebody died before that."""
        if not self._ended([delivery]):
            return False
        self._delete([self._waiting(delivery)], deadline)
        return True

    def backlog(
        self,
        webhook_id: str,
        at_once: int,
        *,
        copies_of: Page | None = None,
        beside: Page | None = None,
        up_to: str | None = None,
    ) -> Iterator[Delivery]:
        """The pending deliveries, oldest first; each is taken apart only when it is asked for."""
        ranges: list[Condition | None] = [None]
        if copies_of is not None:
            ranges = [key_ranges.copies_between(self._table, *copies_of)]
        elif beside is not None:
            ranges = [*key_ranges.beside(self._table, *beside)]
        elif up_to is not None:
            ranges = [key_ranges.up_to(self._table, up_to)]
        with as_our_fault("reading a backlog"):
            for keys in ranges:
                for item in self._table.query(
                    webhook_id + BACKLOG_SUFFIX, keys, consistent_read=True, page_size=at_once
                ):
                    if copies_of is None or item.key.endswith(COPY_SUFFIX):
                        yield delivery_from_item(item)

    @as_our_fault("counting a backlog")
    def backlog_size(self, webhook_id: str) -> Waiting:
        """How many deliveries are pending, counted by one query."""
        return Waiting(*counted_page(self._table, webhook_id + BACKLOG_SUFFIX))

    def _ended(self, deliveries: Sequence[Delivery]) -> set[str]:
        """The keys of those that have an end in the log."""
        logged = self._statuses([(one.webhook_id, one.event.key) for one in deliveries])
        return {item.key for item in logged if item.status != DeliveryStatus.PENDING.value}

    def _statuses(self, keys: Sequence[tuple[str, str]]) -> list[DeliveryItem]:
        attributes = ["partition", "key", "status", "event_name"]
        # Each key once: two events may have the same one, and DynamoDB refuses to be asked twice.
        return list(self._table.batch_get(dict.fromkeys(keys), consistent_read=True, attributes_to_get=attributes))

    def _put(self, items: Sequence[DeliveryItem], deadline: Deadline) -> None:
        _confirmed("writing deliveries", self._writer.put_all, items, deadline)

    def _delete(self, items: Sequence[DeliveryItem], deadline: Deadline) -> None:
        _confirmed("deleting deliveries", self._writer.delete_all, items, deadline)

    def _waiting(self, delivery: Delivery, suffix: str = "") -> DeliveryItem:
        return self._table(delivery.webhook_id + BACKLOG_SUFFIX, delivery.event.key + suffix)

    def _item(self, delivery: Delivery) -> DeliveryItem:
        return delivery_to_item(self._table, delivery, self._retention_days)

    def _attempt_item(self, attempt: Attempt) -> DeliveryItem:
        return attempt_to_item(self._table, attempt, self._retention_days)


def _confirmed(
    action: str,
    write: Callable[[Sequence[DeliveryItem], Deadline], Unwritten],
    items: Sequence[DeliveryItem],
    deadline: Deadline,
) -> None:
    """Write, and raise `OurFaultError` unless all of it was confirmed."""
    unwritten = write(items, deadline) if items else None
    if unwritten is not None and unwritten.items:
        raise _fault(action, unwritten, len(unwritten.items))


def _fault(action: str, unwritten: Unwritten, number: int) -> OurFaultError:
    reason = "DynamoDB took no more of them in time" if unwritten.error is None else str(unwritten.error)
    return OurFaultError(f"{action}: {number} of the items were not written: {reason}")
