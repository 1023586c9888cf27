"""Withdrawing deliveries in DynamoDB: what waits is deleted and its end is logged, in one transaction."""

from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.conditions import Fill, accepted_together
from recado.adapters.dynamodb.deliveries.delivery_items import delivery_to_item
from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, BACKLOG_SUFFIX, COPY_SUFFIX, DeliveryItem, connection_of
from recado.adapters.faults import as_our_fault
from recado.rules.activity.activity import Activity
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus


class DynamoWithdrawals:
    """Takes back what waits; fills the port `Withdrawals`."""

    def __init__(self, table: type[DeliveryItem], activities: DynamoActivities) -> None:
        self._table = table
        self._activities = activities
        self._connection = connection_of(table)

    @as_our_fault("withdrawing a delivery")
    def withdraw(
        self, delivery: Delivery, now_ms: int, because: CancelReason, activity: Activity | None = None
    ) -> bool:
        """Withdraw the delivery, if it still waits, and the log has no end of it; of one that has, its copy.

        A copy whose original the log has forgotten ends as an original does.
        """
        ended = self._ending(delivery, delivery.cancelled(now_ms, because))
        if not delivery.waits_again and not delivery.is_copy:
            return self._made(ended, activity)
        if self._made(self._copy(delivery, now_ms, because), activity):
            return True
        return delivery.is_copy and self._made(ended, activity)

    @as_our_fault("expiring a delivery")
    def note_expired(self, delivery: Delivery) -> None:
        """Log that a delivery has expired that still waits, unless somebody ends it at this moment."""
        self._made(self._ending(delivery, delivery.expired()), None)

    def _made(self, fill: Fill, activity: Activity | None) -> bool:
        if activity is None:
            return accepted_together(self._connection, fill)
        return self._activities.together(activity, fill)

    def _ending(self, delivery: Delivery, end: Delivery) -> Fill:
        table, retention_days = self._table, self._activities.retention_days
        ended = delivery_to_item(table, end, retention_days)
        waiting = delivery_to_item(table, delivery, retention_days)
        is_logged = delivery.is_aside and not delivery.is_copy

        def fill(transaction: TransactWrite) -> None:
            transaction.delete(waiting, condition=table.key.exists())
            still = table.status == DeliveryStatus.PENDING.value
            # What waits in the backlog may be set aside, too, where two had the same event.
            transaction.save(ended, condition=still if is_logged else still | table.key.does_not_exist())

        return fill

    def _copy(self, delivery: Delivery, now_ms: int, because: CancelReason) -> Fill:
        """The log keeps how the delivery ended, and when its copy was withdrawn: a repeated page leaves it out."""
        table = self._table
        place = BACKLOG_SUFFIX if delivery.set_aside_at is None else ASIDE_SUFFIX
        copy = table(delivery.webhook_id + place, delivery.event.key + COPY_SUFFIX)

        def fill(transaction: TransactWrite) -> None:
            transaction.delete(copy, condition=table.key.exists())
            transaction.update(
                table(delivery.webhook_id, delivery.event.key),
                actions=[table.withdrawn_at.set(now_ms), table.cancelled_because.set(because.value)],
                condition=table.key.exists(),
            )

        return fill
