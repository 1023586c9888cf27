"""Deliveries in DynamoDB: each webhook has a log and a backlog, partitions of one table with the same sort key.

A third partition holds the attempts that do not live in a delivery.
"""

from collections.abc import Collection, Iterable, Mapping

from recado.adapters.dynamodb.attempt_items import attempt_to_item
from recado.adapters.dynamodb.delivery_items import delivery_from_item, delivery_to_item
from recado.adapters.dynamodb.tables import BACKLOG_SUFFIX, DeliveryItem
from recado.adapters.faults import as_our_fault
from recado.ports import Recorded
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.event.event import Event


class DynamoDeliveries:
    """Writes and reads deliveries for the senders; fills the port `DeliveryStore`."""

    def __init__(self, table: type[DeliveryItem], retention_days: int) -> None:
        self._table = table
        self._retention_days = retention_days

    @as_our_fault("looking up deliveries")
    def recorded(self, wanted: Mapping[str, Collection[Event]]) -> dict[tuple[str, str], Recorded]:
        """Which of these deliveries are known, by (webhook id, event key); one batch read for up to 100 keys."""
        keys = [
            (partition, event.key)
            for webhook_id, events in wanted.items()
            for event in events
            for partition in (webhook_id, webhook_id + BACKLOG_SUFFIX)
        ]
        attributes = ["partition", "key", "status", "event_name"]
        # Each key once: two events may have the same one, and DynamoDB refuses to be asked twice.
        found = self._table.batch_get(dict.fromkeys(keys), consistent_read=True, attributes_to_get=attributes)
        # The log first: a delivery that is in both waits, and must be found waiting.
        return {
            (item.partition.removesuffix(BACKLOG_SUFFIX), item.key): Recorded(
                DeliveryStatus(item.status), item.event_name
            )
            for item in sorted(found, key=lambda item: item.partition)
        }

    @as_our_fault("recording deliveries")
    def record(self, deliveries: Iterable[Delivery], attempts: Iterable[Attempt] = ()) -> None:
        """Write new or requested deliveries, and attempts, 25 in a batch write."""
        with self._table.batch_write() as batch:
            for delivery in deliveries:
                batch.save(self._item(delivery))
            for attempt in attempts:
                batch.save(attempt_to_item(self._table, attempt, self._retention_days))

    @as_our_fault("finishing deliveries")
    def finish(self, deliveries: Iterable[Delivery], attempts: Iterable[Attempt] = ()) -> None:
        """Write deliveries into their logs, delete them from their backlogs, and write the attempts.

        The log comes first: a death between the two repeats a delivery, and loses none.
        """
        with self._table.batch_write() as batch:
            for attempt in attempts:
                batch.save(attempt_to_item(self._table, attempt, self._retention_days))
            for delivery in deliveries:
                batch.save(self._item(delivery))
                batch.delete(self._table(delivery.webhook_id + BACKLOG_SUFFIX, delivery.event.key))

    @as_our_fault("reading a backlog")
    def backlog(self, webhook_id: str, limit: int) -> list[Delivery]:
        """The oldest pending deliveries, read consistently."""
        found = self._table.query(webhook_id + BACKLOG_SUFFIX, consistent_read=True, limit=limit)
        return [delivery_from_item(item) for item in found]

    @as_our_fault("counting a backlog")
    def backlog_size(self, webhook_id: str, at_most: int) -> int:
        """How many deliveries are pending, counted no further than `at_most`."""
        return self._table.count(webhook_id + BACKLOG_SUFFIX, consistent_read=True, limit=at_most)

    def _item(self, delivery: Delivery) -> DeliveryItem:
        return delivery_to_item(self._table, delivery, self._retention_days)
