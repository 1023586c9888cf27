"""Deliveries in JSON."""

from typing import Annotated, Any

from pydantic import WithJsonSchema

from recado.http_api.schemas import ErrorView, Shown, Time, error_view
from recado.http_api.webhook_schemas import iso_or_none
from recado.rules import strict_json
from recado.rules.delivery import Delivery, DeliveryStatus
from recado.rules.timestamps import to_iso


class DeliveryView(Shown):
    """One event on its way to one webhook. `attempts` counts the POSTs that carried it."""

    delivery_id: str
    webhook_id: str
    event_id: str
    event_name: str
    timestamp: Time
    status: DeliveryStatus
    attempts: int
    created_at: Time
    expires_at: Time | None = None
    last_attempt_at: Time | None = None
    finished_at: Time | None = None
    message_id: str | None = None
    status_code: int | None = None
    latency_ms: int | None = None
    error: ErrorView | None = None


class DeliveryDetail(DeliveryView):
    """A delivery with its event as it is sent."""

    account_id: Annotated[Any, WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]})]
    event: dict[str, Any]


class DeliveryList(Shown):
    """A page of deliveries, newest first; `nextCursor` leads to the next one, and is missing on the last."""

    deliveries: list[DeliveryView]
    next_cursor: str | None = None


def delivery_view(delivery: Delivery, now_ms: int) -> DeliveryView:
    """A delivery in a list."""
    return DeliveryView(**_fields(delivery, now_ms))


def delivery_detail(delivery: Delivery, now_ms: int) -> DeliveryDetail:
    """A delivery on its own."""
    return DeliveryDetail(
        **_fields(delivery, now_ms),
        account_id=strict_json.loads(delivery.event.account_text),
        event=strict_json.loads(delivery.event.text),
    )


def _fields(delivery: Delivery, now_ms: int) -> dict[str, Any]:
    status = delivery.status_at(now_ms)
    return {
        "delivery_id": delivery.delivery_id,
        "webhook_id": delivery.webhook_id,
        "event_id": delivery.event.event_id,
        "event_name": delivery.event.name,
        "timestamp": to_iso(delivery.event.timestamp_ms),
        "status": status,
        "attempts": delivery.attempts,
        "created_at": to_iso(delivery.created_at),
        "expires_at": to_iso(delivery.expires_at) if status is DeliveryStatus.PENDING else None,
        "last_attempt_at": iso_or_none(delivery.last_attempt_at),
        "finished_at": iso_or_none(delivery.finished_at),
        "message_id": delivery.message_id,
        "status_code": delivery.status_code,
        "latency_ms": delivery.latency_ms,
        "error": error_view(delivery.error),
    }
