"""Webhooks as items of their table, and back."""

from typing import Any

from recado.adapters.dynamodb.failure_json import failure_from_json, failure_to_json
from recado.adapters.dynamodb.tables import WebhookItem
from recado.adapters.dynamodb.webhooks.authentication_json import authentication_attributes, authentication_of_item
from recado.adapters.dynamodb.webhooks.cut_json import cut_from_json, cut_to_json, stuck_from_json, stuck_to_json
from recado.adapters.dynamodb.webhooks.due import due_attributes
from recado.rules.shaping.formats import Format
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import Lane, Turns
from recado.rules.webhook.webhook import Health, HealthState, Status, Webhook

OWNERSHIP = ("owner", "due_partition", "due_at", "asked_at", "rest_until")
"""The attributes that say who sends the backlog, when it is due, and what somebody has asked of its owner."""


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
        **authentication_attributes(webhook),
        "secret_version": webhook.secret_version,
        "secret_created_at": webhook.secret_created_at,
        "secret_rotated_at": webhook.secret_rotated_at,
        "previous_until": list(webhook.previous_until) or None,
        "declared_as": webhook.declared_as,
        "ordered": webhook.ordered,
        "delivery": webhook.delivery.chosen or None,
        "filter": webhook.filter,
        "transform": webhook.transform,
        "format": None if webhook.format is Format.ENVELOPE else webhook.format.value,
        "status": webhook.status.value,
        "off_since": webhook.off_since,
        "created_at": webhook.created_at,
        "updated_at": webhook.updated_at,
        "version": webhook.version,
    }


def health_attributes(health: Health) -> dict[str, Any]:
    """The health of a webhook as attributes; None where there is nothing to store."""
    return {
        "health": health.state.value,
        "failing_since": health.failing_since,
        "attempts": health.attempts or None,
        "last_error": failure_to_json(health.last_error),
        "alerted_at": health.alerted_at,
        "stuck": stuck_to_json(health.stuck),
    }


def lane_attributes(webhook: Webhook) -> dict[str, Any]:
    """The lane of a webhook as attributes; None where there is nothing to store."""
    lane = webhook.lane
    return {
        "owner": lane.owner,
        **due_attributes(webhook.account_id, webhook.webhook_id, lane.next_at),
        "lease_holder": lane.lease_holder,
        "lease_until": lane.lease_until,
        "slow_at": lane.slow_at,
        "quick": lane.quick or None,
        "turn_at": lane.turn_at,
        "aside_gives_way": lane.turns.aside_gives_way or None,
        "copies_give_way": lane.turns.copies_give_way or None,
        "faults": lane.faults or None,
        "cut": cut_to_json(lane.cut),
        "asked_at": lane.asked_at,
        "rest_until": lane.rest_until,
        "has_aside": lane.has_aside or None,
        "aside_after": lane.aside_after,
        "slow_told_at": lane.slow_told_at,
        "aside_told_at": lane.aside_told_at,
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
        **authentication_of_item(item),
        secret_version=item.secret_version,
        secret_created_at=whole(item.secret_created_at),
        secret_rotated_at=whole(item.secret_rotated_at),
        secret_downloaded_at=whole(item.secret_downloaded_at),
        previous_until=tuple(map(int, item.previous_until or ())),
        declared_as=item.declared_as,
        ordered=bool(item.ordered),
        delivery=DeliverySettings(**item.delivery or {}),
        filter=item.filter,
        transform=item.transform,
        format=Format(item.format or Format.ENVELOPE),
        status=Status(item.status),
        off_since=whole(item.off_since),
        created_at=int(item.created_at),
        updated_at=int(item.updated_at),
        version=int(item.version),
        health=_health_from_item(item),
        lane=_lane_from_item(item),
    )


def _health_from_item(item: WebhookItem) -> Health:
    return Health(
        state=HealthState(item.health),
        failing_since=whole(item.failing_since),
        attempts=int(item.attempts or 0),
        last_error=failure_from_json(item.last_error),
        alerted_at=whole(item.alerted_at),
        stuck=stuck_from_json(item.stuck),
    )


def _lane_from_item(item: WebhookItem) -> Lane:
    return Lane(
        owner=item.owner,
        next_at=whole(item.due_at),
        lease_holder=item.lease_holder,
        lease_until=whole(item.lease_until),
        slow_at=whole(item.slow_at),
        quick=int(item.quick or 0),
        turn_at=whole(item.turn_at),
        turns=Turns(bool(item.aside_gives_way), bool(item.copies_give_way)),
        faults=int(item.faults or 0),
        jobs=frozenset(item.jobs or ()),
        cut=cut_from_json(item.cut),
        asked_at=whole(item.asked_at),
        rest_until=whole(item.rest_until),
        has_aside=bool(item.has_aside),
        aside_after=item.aside_after,
        slow_told_at=whole(item.slow_told_at),
        aside_told_at=whole(item.aside_told_at),
    )


def whole(value: float | None) -> int | None:
    """DynamoDB knows one kind of number; ours are whole."""
    return None if value is None else int(value)
