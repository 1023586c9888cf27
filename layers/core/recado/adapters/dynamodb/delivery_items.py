"""Deliveries as items of their table, and back."""

from recado.adapters.dynamodb.tables import BACKLOG_SUFFIX, DeliveryItem
from recado.adapters.dynamodb.webhook_items import failure_from_json, failure_to_json, whole
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.event.event import Event

_SECONDS_A_DAY = 24 * 60 * 60


def delivery_to_item(table: type[DeliveryItem], delivery: Delivery, retention_days: int) -> DeliveryItem:
    """The item for a delivery: in the webhook's backlog while it is pending, else in its log.

    It is kept for `retention_days` from its arrival; DynamoDB's TTL counts in seconds since 1970.
    """
    pending = delivery.status is DeliveryStatus.PENDING
    event = delivery.event
    return table(
        delivery.webhook_id + BACKLOG_SUFFIX if pending else delivery.webhook_id,
        event.key,
        status=delivery.status.value,
        account_id=event.account_id,
        account_text=event.account_text,
        event_name=event.name,
        event=event.text,
        created_at=delivery.created_at,
        attempts=delivery.attempts,
        message_id=delivery.message_id,
        finished_at=delivery.finished_at,
        last_attempt_at=delivery.last_attempt_at,
        latency_ms=delivery.latency_ms,
        status_code=delivery.status_code,
        error=failure_to_json(delivery.error),
        expires_at=delivery.created_at // 1000 + retention_days * _SECONDS_A_DAY,
    )


def delivery_from_item(item: DeliveryItem) -> Delivery:
    """The delivery that an item holds."""
    timestamp, _, event_id = item.key.partition("#")
    return Delivery(
        webhook_id=item.partition.removesuffix(BACKLOG_SUFFIX),
        event=Event(item.account_id, item.account_text, event_id, item.event_name, int(timestamp), item.event),
        status=DeliveryStatus(item.status),
        created_at=int(item.created_at),
        attempts=int(item.attempts),
        message_id=item.message_id,
        finished_at=whole(item.finished_at),
        last_attempt_at=whole(item.last_attempt_at),
        latency_ms=whole(item.latency_ms),
        status_code=whole(item.status_code),
        error=failure_from_json(item.error),
    )
