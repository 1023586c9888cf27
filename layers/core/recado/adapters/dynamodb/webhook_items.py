"""Webhooks as items of their table, and back."""

from typing import Any

from recado.adapters.dynamodb.due import due_attributes
from recado.adapters.dynamodb.failure_json import failure_from_json, failure_to_json
from recado.adapters.dynamodb.tables import WebhookItem
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import AuthenticationType, Health, HealthState, Status, Webhook


def admin_attributes(webhook: Webhook) -> dict[str, Any]:
    """What an admin decides about a webhook, as attributes; None where there is nothing to store.

    When its secret was last shown is not among them: a change that began before a download must not forget it.
    """
    return {
        "name": webhook.name,
        "description": webhook.description,
        "target_url": webhook.target_url,
        "event_names": list(webhook.event_names),
        "headers": dict(webhook.headers),
        "authentication": webhook.authentication.value,
        "username": webhook.username,
        "secret_version": webhook.secret_version,
        "secret_created_at": webhook.secret_created_at,
        "secret_rotated_at": webhook.secret_rotated_at,
        "previous_until": list(webhook.previous_until) or None,
        "ordered": webhook.ordered,
        "delivery": webhook.delivery.chosen or None,
        "status": webhook.status.value,
        "created_at": webhook.created_at,
        "updated_at": webhook.updated_at,
        "version": webhook.version,
    }


def health_attributes(webhook: Webhook, health: Health, status: Status) -> dict[str, Any]:
    """The health of a webhook as attributes, but for its version; None where there is nothing to store.

    Only a webhook that is due at some time and `ACTIVE` is in the sparse index: nobody has to be woken for the others.
    """
    return {
        "health": health.state.value,
        **due_attributes(
            webhook.account_id, webhook.webhook_id, health.next_attempt_at if status is Status.ACTIVE else None
        ),
        "failing_since": health.failing_since,
        "attempts": health.attempts or None,
        "next_attempt_at": health.next_attempt_at,
        "last_error": failure_to_json(health.last_error),
        "owner": health.owner,
        "alerted_at": health.alerted_at,
    }


def webhook_from_item(item: WebhookItem) -> Webhook:
    """The webhook that an item holds."""
    return Webhook(
        account_id=item.account_id,
        webhook_id=item.webhook_id,
        name=item.name,
        description=item.description or "",
        target_url=item.target_url,
        event_names=tuple(item.event_names),
        headers=item.headers or {},
        authentication=AuthenticationType(item.authentication),
        username=item.username,
        secret_version=item.secret_version,
        secret_created_at=whole(item.secret_created_at),
        secret_rotated_at=whole(item.secret_rotated_at),
        secret_downloaded_at=whole(item.secret_downloaded_at),
        previous_until=tuple(map(int, item.previous_until or ())),
        ordered=bool(item.ordered),
        delivery=DeliverySettings(**item.delivery or {}),
        status=Status(item.status),
        created_at=int(item.created_at),
        updated_at=int(item.updated_at),
        version=int(item.version),
        health=_health_from_item(item),
    )


def _health_from_item(item: WebhookItem) -> Health:
    return Health(
        state=HealthState(item.health),
        version=int(item.health_version or 0),
        failing_since=whole(item.failing_since),
        attempts=int(item.attempts or 0),
        next_attempt_at=whole(item.next_attempt_at),
        last_error=failure_from_json(item.last_error),
        owner=item.owner,
        alerted_at=whole(item.alerted_at),
    )


def whole(value: float | None) -> int | None:
    """DynamoDB knows one kind of number; ours are whole."""
    return None if value is None else int(value)
