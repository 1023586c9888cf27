"""How what is set aside gets back among what waits: parts of transactions."""

from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.conditions import Fill
from recado.adapters.dynamodb.deliveries.delivery_items import delivery_to_item
from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, COPY_SUFFIX, DeliveryItem
from recado.rules.delivery.delivery import Delivery, DeliveryStatus


def moving_back(table: type[DeliveryItem], delivery: Delivery, retention_days: int) -> Fill:
    """Move it into the backlog, if it still is set aside, and the log still says so."""

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(aside_place(table, delivery), condition=table.key.exists())
        transaction.save(delivery_to_item(table, delivery.moved_back(), retention_days))
        if not delivery.is_copy:
            logged = table(delivery.webhook_id, delivery.event.key)
            transaction.delete(logged, condition=table.status == DeliveryStatus.PENDING.value)

    return fill


def renewing(table: type[DeliveryItem], copy: Delivery, retention_days: int) -> Fill:
    """Put a copy into the backlog, and delete the one that is set aside, if there is one."""

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(aside_place(table, copy))
        transaction.save(delivery_to_item(table, copy, retention_days))

    return fill


def aside_place(table: type[DeliveryItem], delivery: Delivery) -> DeliveryItem:
    """Where a delivery is set aside, also after its end."""
    suffix = "" if delivery.requested_at is None else COPY_SUFFIX
    return table(delivery.webhook_id + ASIDE_SUFFIX, delivery.event.key + suffix)
