"""What is set aside in DynamoDB: a partition of its own for each webhook, with the keys that it had in the backlog.

An original stands in the log as `PENDING` meanwhile, so that whoever looks for what is known needs no third key. A copy
does not: the log has how the delivery ended before it was asked for again.
"""

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.conditions import Fill, accepted, accepted_together
from recado.adapters.dynamodb.deliveries.aside_moves import aside_place, moving_back, renewing
from recado.adapters.dynamodb.deliveries.delivery_items import delivery_from_item, delivery_to_item
from recado.adapters.dynamodb.pages import counted_page
from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, BACKLOG_SUFFIX, COPY_SUFFIX, DeliveryItem, connection_of
from recado.adapters.faults import as_our_fault
from recado.ports.sending import Waiting
from recado.rules.delivery.delivery import Delivery, DeliveryStatus


class DynamoAside:
    """Moves deliveries aside, back, and into the log; fills the port `AsideStore`."""

    def __init__(self, table: type[DeliveryItem], retention_days: int) -> None:
        self._table = table
        self._retention_days = retention_days
        self._connection = connection_of(table)

    @as_our_fault("setting a delivery aside")
    def put(self, delivery: Delivery, *, waits: bool) -> bool:
        """Move it from the backlog, if it waits there; one that is not known yet is new in both places.

        What waits there may be set aside already, where two had the same event: then it is there in one place again.
        """
        table = self._table
        known = table.key.does_not_exist() | self._is_pending() if waits else table.key.does_not_exist()

        def fill(transaction: TransactWrite) -> None:
            if waits:
                place = table(delivery.webhook_id + BACKLOG_SUFFIX, _key(delivery))
                transaction.delete(place, condition=table.key.exists())
            transaction.save(self._item(delivery))
            if not delivery.is_copy:
                transaction.save(self._logged(delivery), condition=known)

        return self._moved(fill)

    @as_our_fault("keeping a delivery aside")
    def keep(self, delivery: Delivery) -> bool:
        """Store it anew, if it still is set aside."""
        return accepted(lambda: self._item(delivery).save(condition=self._table.key.exists()))

    @as_our_fault("ending a delivery that is set aside")
    def end(self, delivery: Delivery) -> bool:
        """Delete it and log its end, if it still is set aside and the log has no end of it."""
        table = self._table

        def fill(transaction: TransactWrite) -> None:
            transaction.delete(aside_place(table, delivery), condition=table.key.exists())
            if delivery.requested_at is None:
                transaction.save(self._item(delivery), condition=self._is_pending())
            elif delivery.status is DeliveryStatus.DELIVERED:
                transaction.save(self._item(delivery))

        return self._moved(fill)

    @as_our_fault("moving a delivery back into the backlog")
    def back(self, delivery: Delivery) -> bool:
        """Move it, if it still is set aside, and the log still says so."""
        return self._moved(moving_back(self._table, delivery, self._retention_days))

    @as_our_fault("putting a copy into the backlog")
    def renew(self, copy: Delivery) -> None:
        """Put it there, and delete the one that is set aside, if there is one: whoever puts that back is refused."""
        self._moved(renewing(self._table, copy, self._retention_days))

    def next(self, webhook_id: str, after: str | None) -> Delivery | None:
        """The one behind that event's key, in the order of keys, which begins anew at the end.

        What has ended by other hands meanwhile, as the log says, is only deleted; what was moved back and set aside
        anew since it was read is not.
        """
        with as_our_fault("reading what is set aside"):
            while (item := self._behind(webhook_id, after)) is not None:
                delivery = delivery_from_item(item)
                if delivery.is_copy or self._waits(delivery):
                    return delivery
                self._forget(item)
            return None

    @as_our_fault("counting what is set aside")
    def size(self, webhook_id: str) -> Waiting:
        """How many are set aside, counted by one query."""
        return Waiting(*counted_page(self._table, webhook_id + ASIDE_SUFFIX))

    def _behind(self, webhook_id: str, after: str | None) -> DeliveryItem | None:
        partition, table = webhook_id + ASIDE_SUFFIX, self._table
        behind = None if after is None else table.key > after + COPY_SUFFIX
        found = next(table.query(partition, behind, consistent_read=True, limit=1), None)
        if found is None and behind is not None:
            return next(table.query(partition, consistent_read=True, limit=1), None)
        return found

    def _forget(self, item: DeliveryItem) -> None:
        accepted(lambda: item.delete(condition=self._table.set_aside_at == item.set_aside_at))

    def _waits(self, delivery: Delivery) -> bool:
        try:
            logged = self._table.get(delivery.webhook_id, delivery.event.key, consistent_read=True)
        except self._table.DoesNotExist:
            return False
        return bool(logged.status == DeliveryStatus.PENDING.value)

    def _moved(self, fill: Fill) -> bool:
        return accepted_together(self._connection, fill)

    def _is_pending(self) -> Condition:
        return self._table.status == DeliveryStatus.PENDING.value

    def _item(self, delivery: Delivery) -> DeliveryItem:
        return delivery_to_item(self._table, delivery, self._retention_days)

    def _logged(self, delivery: Delivery) -> DeliveryItem:
        """The delivery as the log has it meanwhile."""
        item = self._item(delivery)
        item.partition = delivery.webhook_id
        return item


def _key(delivery: Delivery) -> str:
    return delivery.event.key + (COPY_SUFFIX if delivery.is_copy else "")
