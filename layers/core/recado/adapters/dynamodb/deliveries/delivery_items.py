"""Deliveries as items of their table, and back."""

from dataclasses import asdict

from recado.adapters.dynamodb.compressed import compressed, decompressed
from recado.adapters.dynamodb.deliveries.attempt_items import attempt_from_bytes, attempt_to_bytes
from recado.adapters.dynamodb.failure_json import failure_from_json, failure_to_json
from recado.adapters.dynamodb.retention import removable_at
from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, BACKLOG_SUFFIX, COPY_SUFFIX, DeliveryItem
from recado.adapters.dynamodb.webhooks.webhook_items import whole
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.event.event import Event
from recado.rules.shaping.trouble import ExpressionKind, ExpressionTrouble


def delivery_to_item(table: type[DeliveryItem], delivery: Delivery, retention_days: int) -> DeliveryItem:
    """The item for a delivery: set aside or in the webhook's backlog while it is pending, else in its log.

    It is kept for `retention_days` from when it was last asked for; DynamoDB's TTL counts in seconds since 1970.
    """
    event = delivery.event
    return table(
        delivery.webhook_id + _suffix(delivery),
        event.key + COPY_SUFFIX if delivery.is_copy else event.key,
        status=delivery.status.value,
        account_id=event.account_id,
        account_text=event.account_text,
        event_name=event.name,
        event=compressed(event.text),
        traceparent=event.traceparent,
        created_at=delivery.created_at,
        requested_at=delivery.requested_at,
        requested_by=delivery.requested_by,
        finished_at=delivery.finished_at,
        withdrawn_at=delivery.withdrawn_at,
        cancelled_because=delivery.cancelled_because,
        message_id=None if delivery.message_id == event.event_id else delivery.message_id,
        last_attempt_at=delivery.last_attempt_at,
        latency_ms=delivery.latency_ms,
        status_code=delivery.status_code,
        error=failure_to_json(delivery.error),
        refused_with=delivery.refused_with or None,
        trouble=None if delivery.trouble is None else asdict(delivery.trouble),
        set_aside_at=delivery.set_aside_at,
        retry_at=delivery.retry_at,
        tries=delivery.tries or None,
        attempt=None if delivery.attempt is None else attempt_to_bytes(delivery.attempt),
        expires_at=removable_at(delivery.wanted_since, retention_days),
    )


def _suffix(delivery: Delivery) -> str:
    if delivery.status is not DeliveryStatus.PENDING:
        return ""
    return BACKLOG_SUFFIX if delivery.set_aside_at is None else ASIDE_SUFFIX


LISTED_ATTRIBUTES = (
    "partition",
    "key",
    "status",
    "account_id",
    "account_text",
    "event_name",
    "created_at",
    "requested_at",
    "requested_by",
    "finished_at",
    "withdrawn_at",
    "cancelled_because",
    "message_id",
    "last_attempt_at",
    "latency_ms",
    "status_code",
    "error",
    "refused_with",
    "trouble",
    "set_aside_at",
    "retry_at",
    "tries",
)
"""What `listed_from_item` needs of an item: all but what was sent and answered."""


def delivery_from_item(item: DeliveryItem) -> Delivery:
    """The delivery that an item holds."""
    return _delivery(item, decompressed(item.event))


def listed_from_item(item: DeliveryItem) -> Delivery:
    """The delivery as a list shows it, of `LISTED_ATTRIBUTES`: the event's text is empty, and it holds no attempt."""
    return _delivery(item, text="")


def _delivery(item: DeliveryItem, text: str) -> Delivery:
    key = event_key(item)
    timestamp, _, event_id = key.partition("#")
    event = Event(item.account_id, item.account_text, event_id, item.event_name, int(timestamp), text, item.traceparent)
    webhook_id = webhook_of(item)
    return Delivery(
        webhook_id=webhook_id,
        event=event,
        status=DeliveryStatus(item.status),
        created_at=int(item.created_at),
        requested_at=whole(item.requested_at),
        requested_by=item.requested_by,
        finished_at=whole(item.finished_at),
        withdrawn_at=whole(item.withdrawn_at),
        cancelled_because=None if item.cancelled_because is None else CancelReason(item.cancelled_because),
        message_id=event_id if item.message_id is None and item.last_attempt_at is not None else item.message_id,
        last_attempt_at=whole(item.last_attempt_at),
        latency_ms=whole(item.latency_ms),
        status_code=whole(item.status_code),
        error=failure_from_json(item.error),
        refused_with=int(item.refused_with or 0),
        trouble=_trouble(item.trouble),
        set_aside_at=whole(item.set_aside_at),
        retry_at=whole(item.retry_at),
        tries=int(item.tries or 0),
        attempt=None if item.attempt is None else attempt_from_bytes(item.attempt, webhook_id, (key,)),
    )


def _trouble(stored: dict[str, str] | None) -> ExpressionTrouble | None:
    return None if stored is None else ExpressionTrouble(ExpressionKind(stored["expression"]), stored["reason"])


def webhook_of(item: DeliveryItem) -> str:
    """The webhook whose item it is, in whichever of its partitions."""
    return item.partition.partition("#")[0]


def event_key(item: DeliveryItem) -> str:
    """The key of the event that an item is about: a copy has one of its own beside it."""
    return item.key.removesuffix(COPY_SUFFIX)
