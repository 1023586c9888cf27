"""Deliveries of a webhook as senders leave them, for tests that read them."""

import json
from typing import Any

from recado.deadline import InvocationDeadline
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.event.event import parse_event
from tests.support.events import NOON_MS
from tests.support.functions import LambdaContext
from tests.support.system import System

IN_TIME = InvocationDeadline(LambdaContext())
"""A deadline that does not come."""


def delivery(
    webhook_id: str,
    event_id: str,
    *,
    timestamp: int | str = NOON_MS,
    name: str = "COURSE_ENROLLMENT",
    account: int | str = 1010,
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> Delivery:
    """Build a delivered event, with what it is about and what became of it changed as told."""
    detail = {"accountId": account, "eventId": event_id, "timestamp": timestamp, "data": data or {"userId": 1}}
    event = parse_event(name, json.loads(json.dumps(detail)))
    values = {"status": DeliveryStatus.DELIVERED, "created_at": event.timestamp_ms, **fields}
    return Delivery(webhook_id=webhook_id, event=event, **values)


def record(system: System, *deliveries: Delivery) -> list[str]:
    """Keep deliveries, and return their ids in the order in which they are to be listed."""
    assert not system.store.record(deliveries, [], IN_TIME)
    newest_first = sorted(deliveries, key=lambda one: one.event.key, reverse=True)
    return [one.delivery_id for one in newest_first]
