"""Withdrawing deliveries in DynamoDB: what waits is deleted and its end is logged, in one transaction."""

from collections.abc import Callable

from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.conditions import accepted_together
from recado.adapters.dynamodb.delivery_items import delivery_to_item
from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, BACKLOG_SUFFIX, COPY_SUFFIX, DeliveryItem, connection_of
from recado.adapters.faults import as_our_fault
from recado.rules.delivery.delivery import Delivery, DeliveryStatus


class DynamoWithdrawals:
    """Takes back what waits; fills the port `Withdrawals`."""

    def __init__(self, table: type[DeliveryItem], retention_days: int) -> None:
        self._table = table
        self._retention_days = retention_days
        self._connection = connection_of(table)

    @as_our_fault("withdrawing a delivery")
    def withdraw(self, delivery: Delivery, now_ms: int) -> bool:
        """Withdraw the delivery, if it still waits, and the log has no end of it; of one that has, its copy."""
        ended = delivery.cancelled(now_ms)
        fill = self._copy(delivery, now_ms) if delivery.waits_again else self._ending(delivery, ended)
        return accepted_together(self._connection, fill)

    @as_our_fault("expiring a delivery")
    def note_expired(self, delivery: Delivery) -> None:
        """Log that a delivery has expired that still waits, unless somebody ends it at this moment."""
        accepted_together(self._connection, self._ending(delivery, delivery.expired()))

    def _ending(self, delivery: Delivery, end: Delivery) -> Callable[[TransactWrite], None]:
        table = self._table
        ended = delivery_to_item(table, end, self._retention_days)
        waiting = delivery_to_item(table, delivery, self._retention_days)

        def fill(transaction: TransactWrite) -> None:
            transaction.delete(waiting, condition=table.key.exists())
            still = table.status == DeliveryStatus.PENDING.value
            # What waits in the backlog may be set aside, too, where two had the same event.
            transaction.save(ended, condition=still if delivery.is_aside else still | table.key.does_not_exist())

        return fill

    def _copy(self, delivery: Delivery, now_ms: int) -> Callable[[TransactWrite], None]:
        """The log keeps how the delivery ended, and when its copy was withdrawn: a repeated page leaves it out."""
        table = self._table
        place = BACKLOG_SUFFIX if delivery.set_aside_at is None else ASIDE_SUFFIX
        copy = table(delivery.webhook_id + place, delivery.event.key + COPY_SUFFIX)

        def fill(transaction: TransactWrite) -> None:
            transaction.delete(copy, condition=table.key.exists())
            transaction.update(
                table(delivery.webhook_id, delivery.event.key),
                actions=[table.withdrawn_at.set(now_ms)],
                condition=table.key.exists(),
            )

        return fill
