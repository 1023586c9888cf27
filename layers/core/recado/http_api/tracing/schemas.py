"""What became of an event, in JSON."""

from typing import Any, cast

from pydantic import Field, GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer
from pydantic_core import CoreSchema

from recado.http_api.shared.schemas import ErrorView, Shown, Time, error_view, iso_or_none
from recado.rules.delivery.tracing import Known, Outcome, Step
from recado.rules.event import strict_json
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.tracing import Traced


class TracedWebhookView(Shown):
    """What became of the event at one webhook; `detail` says it in a sentence.

    Down to `EXPIRED` a delivery says so (`deliveryId`). The other outcomes follow from the webhook as it is now.
    """

    webhook_id: str
    name: str
    outcome: Outcome
    detail: str
    delivery_id: str | None = None
    event_name: str | None = Field(
        default=None, description="Of its delivery, where another webhook got the same id and time by another name."
    )
    finished_at: Time | None = None
    status_code: int | None = None
    next_attempt_at: Time | None = None
    expires_at: Time | None = Field(default=None, description="When what waits is given up.")
    next_drain_at: Time | None = Field(default=None, description="When a drain brings it, at the latest.")
    last_error: ErrorView | None = Field(default=None, description="Of its delivery, or why what waits has to.")
    filter: str | None = Field(default=None, description="The expression that took the event out.")
    value: Any = Field(default=None, description="What the filter made of the event, beside `filter`.")

    @model_serializer(mode="wrap")
    def _with_value(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Show a value that is null, where there is a filter: everywhere else what is null is left out."""
        fields: dict[str, Any] = handler(self)
        return fields if self.filter is None else {**fields, "value": self.value}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Of the fields: to pydantic, the serializer above would make any object of it."""
        return handler(cast(CoreSchema, {key: part for key, part in schema.items() if key != "serialization"}))


class TracedEventView(Shown):
    """Where an event went and why not elsewhere, oldest webhook first.

    `event` is there as soon as one webhook has a delivery of it. Without webhooks, but with `nextCursor`, it has not
    been found so far: the cursor goes on.
    """

    event_id: str
    event_name: str | None = None
    timestamp: Time | None = None
    event: dict[str, Any] | None = None
    webhooks: list[TracedWebhookView]
    next_cursor: str | None = None


def traced_event_view(event_id: str, traced: Traced, next_cursor: str | None) -> TracedEventView:
    """What became of an event."""
    known = traced.known
    return TracedEventView(
        event_id=event_id,
        event_name=known.name,
        timestamp=iso_or_none(known.timestamp_ms),
        event=None if known.event is None else strict_json.loads(known.event.text),
        webhooks=[_webhook_view(webhook, step, known) for webhook, step in traced.webhooks],
        next_cursor=next_cursor,
    )


def _webhook_view(webhook: Webhook, step: Step, known: Known) -> TracedWebhookView:
    delivery = step.delivery
    waits = delivery is not None and (step.outcome in (Outcome.PENDING, Outcome.SET_ASIDE) or delivery.waits_again)
    return TracedWebhookView(
        webhook_id=webhook.webhook_id,
        name=webhook.name,
        outcome=step.outcome,
        detail=step.detail,
        delivery_id=None if delivery is None else delivery.delivery_id,
        event_name=None if delivery is None or delivery.event.name == known.name else delivery.event.name,
        finished_at=None if delivery is None else iso_or_none(delivery.finished_at),
        status_code=None if delivery is None else delivery.status_code,
        next_attempt_at=iso_or_none(step.next_attempt_at),
        expires_at=iso_or_none(delivery.expires_at) if delivery is not None and waits else None,
        next_drain_at=iso_or_none(step.next_drain_at),
        last_error=error_view(step.last_error),
        filter=step.filter,
        value=step.value,
    )
