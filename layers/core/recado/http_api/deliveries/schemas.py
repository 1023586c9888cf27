"""Deliveries in JSON."""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from recado.http_api.shared.schemas import ErrorView, Shown, Time, error_view, iso_or_none
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.event import strict_json
from recado.rules.event.timestamps import to_iso
from recado.rules.sending.outgoing import OutgoingRequest, outgoing_request
from recado.rules.shaping.trouble import ExpressionKind, ExpressionTrouble
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.waiting import next_attempt_at, waiting_reason
from recado.rules.webhook.webhook import Webhook


class RedeliveryView(Shown):
    """When a delivery was last asked for again, and by whom; and whether the copy of it still waits."""

    requested_at: Time
    requested_by: str
    waiting: bool


class SetAsideView(Shown):
    """A delivery that the receiver does not take, though it takes others: out of their way, and tried alone.

    Since when, how many POSTs in a row have failed with it in the lead, and when the next leaves at the earliest.
    """

    since: Time
    tries: int
    next_attempt_at: Time


class ExpressionErrorView(Shown):
    """An expression of the webhook that gave nothing for this event, which went as if there were none."""

    expression: ExpressionKind
    reason: str


class DeliveryView(Shown):
    """One event on its way to one webhook.

    `messageId` and what follows is of the attempt that ended it, of a pending one that of its first, where it had one;
    `…/attempts` has them all.
    """

    delivery_id: str
    webhook_id: str
    event_id: str
    event_name: str
    timestamp: Time
    status: DeliveryStatus
    created_at: Time
    redelivery: RedeliveryView | None = None
    set_aside: SetAsideView | None = None
    expires_at: Time | None = None
    last_attempt_at: Time | None = None
    finished_at: Time | None = None
    cancel_reason: CancelReason | None = None
    message_id: str | None = None
    status_code: int | None = None
    latency_ms: int | None = None
    error: ErrorView | None = Field(default=None, description="Why it failed, where it failed alone.")
    expression_error: ExpressionErrorView | None = None
    refused_with: int | None = Field(
        default=None,
        description="With how many others it was in a POST that was refused as a whole: it need not be to blame.",
    )


class RequestView(Shown):
    """A POST as the receiver gets it; `[hidden]` stands for a value that proves who sends."""

    headers: dict[str, str]
    body: str


class WaitView(Shown):
    """What a pending delivery, or the copy of one that had ended, waits for, and until when."""

    reason: str
    next_attempt_at: Time | None = None
    expires_at: Time


class DeliveryDetail(DeliveryView):
    """A delivery with its event as it is sent; `request` is a POST of this event alone, by the webhook as it is now."""

    account_id: Annotated[Any, WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]})]
    event: dict[str, Any]
    request: RequestView
    waiting: WaitView | None = None


class DeliveryList(Shown):
    """A page of deliveries, newest first; `nextCursor` leads to the next one, and is missing on the last."""

    deliveries: list[DeliveryView]
    next_cursor: str | None = None


class AccountDeliveryView(DeliveryView):
    """A delivery among those of other webhooks."""

    webhook_name: str


class AccountDeliveryList(Shown):
    """A page of the deliveries of all webhooks, newest first; `nextCursor` is missing on the last."""

    deliveries: list[AccountDeliveryView]
    next_cursor: str | None = None


def account_delivery_view(delivery: Delivery, webhook_name: str, now_ms: int) -> AccountDeliveryView:
    """A delivery in a list of all webhooks'."""
    return AccountDeliveryView(**_fields(delivery, now_ms), webhook_name=webhook_name)


def delivery_view(delivery: Delivery, now_ms: int) -> DeliveryView:
    """A delivery in a list."""
    return DeliveryView(**_fields(delivery, now_ms))


def delivery_detail(webhook: Webhook, delivery: Delivery, now_ms: int) -> DeliveryDetail:
    """A delivery on its own."""
    # What would need credentials is hidden, so none are decrypted.
    at, requested = delivery.last_attempt_at or now_ms, delivery.requested_by is not None
    request = outgoing_request(webhook, Credentials(), [delivery.event], at, requested=requested)
    if webhook.authentication is AuthenticationType.OAUTH2:
        request = request.bearing("")  # whoever sends has fetched a token by then
    return DeliveryDetail(
        **_fields(delivery, now_ms),
        account_id=strict_json.loads(delivery.event.account_text),
        event=strict_json.loads(delivery.event.text),
        request=request_view(request),
        waiting=_waiting_view(webhook, delivery, now_ms),
    )


def request_view(request: OutgoingRequest) -> RequestView:
    """A POST as it is shown."""
    return RequestView(headers=request.shown_headers, body=request.body.decode())


def expression_error_view(trouble: ExpressionTrouble | None) -> ExpressionErrorView | None:
    """What went wrong in an expression, as it is shown."""
    return None if trouble is None else ExpressionErrorView(expression=trouble.expression, reason=trouble.reason)


def _waiting_view(webhook: Webhook, delivery: Delivery, now_ms: int) -> WaitView | None:
    if delivery.status_at(now_ms) is not DeliveryStatus.PENDING and not delivery.waits_again:
        return None
    return WaitView(
        reason=waiting_reason(webhook, is_aside=_waits_aside(delivery)),
        next_attempt_at=iso_or_none(delivery.retry_at if _waits_aside(delivery) else next_attempt_at(webhook)),
        expires_at=to_iso(delivery.expires_at),
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
        "created_at": to_iso(delivery.created_at),
        "redelivery": _redelivery_view(delivery),
        "set_aside": _set_aside_view(delivery),
        "expires_at": to_iso(delivery.expires_at) if status is DeliveryStatus.PENDING else None,
        "last_attempt_at": iso_or_none(delivery.last_attempt_at),
        "finished_at": iso_or_none(delivery.finished_at),
        "cancel_reason": delivery.cancelled_because if status is DeliveryStatus.CANCELLED else None,
        "message_id": delivery.message_id,
        "status_code": delivery.status_code,
        "latency_ms": delivery.latency_ms,
        "error": error_view(delivery.error),
        "refused_with": delivery.refused_with or None,
        "expression_error": expression_error_view(delivery.trouble),
    }


def _waits_aside(delivery: Delivery) -> bool:
    """Whether it, or the copy of it that waits, is set aside."""
    return delivery.is_aside or (delivery.waits_again and delivery.set_aside_at is not None)


def _set_aside_view(delivery: Delivery) -> SetAsideView | None:
    if not _waits_aside(delivery) or delivery.set_aside_at is None or delivery.retry_at is None:
        return None
    return SetAsideView(
        since=to_iso(delivery.set_aside_at),
        tries=delivery.tries,
        next_attempt_at=to_iso(delivery.retry_at),
    )


def _redelivery_view(delivery: Delivery) -> RedeliveryView | None:
    if delivery.requested_at is None or delivery.requested_by is None:
        return None
    return RedeliveryView(
        requested_at=to_iso(delivery.requested_at),
        requested_by=delivery.requested_by,
        waiting=delivery.waits_again or delivery.is_copy,
    )
