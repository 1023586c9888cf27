"""What the tests of digests share: a webhook that asks for them, its entry, and sweeps."""

import json
from dataclasses import replace
from typing import Any

from local.listener import Listener
from recado.ports.digests import DueDigest
from recado.rules.delivery.counts import HOUR_MS, hour_of
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.event.event import parse_event
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import Webhook
from tests.support.acts import act_on
from tests.support.events import ACCOUNT
from tests.support.system import System

FOREVER = 10**14
ON = DeliverySettings(digest=True)
NAME = "COURSE_ENROLLMENT"
LATE_LOOK_SECONDS = 10 * 60


def add_webhook(system: System, receiver: Listener, **fields: Any) -> Webhook:
    """Register a webhook that asks for digests."""
    return system.add_webhook(receiver.url, delivery=ON, **fields)


def entries(system: System) -> list[DueDigest]:
    """Return what the index has."""
    return list(system.digests.due(FOREVER, 100))


def change(system: System, webhook: Webhook, **changes: Any) -> Webhook:
    """Store a change of the webhook."""
    current = system.webhook(webhook)
    changed = replace(current, version=current.version + 1, updated_at=int(system.clock.milliseconds()), **changes)
    system.registry.replace(current, changed, act_on(changed))
    return changed


def kept(webhook: Webhook, event_id: str, timestamp: int, status: DeliveryStatus, name: str = NAME) -> Delivery:
    """Build a delivery of this time that stands so."""
    detail = {"accountId": ACCOUNT, "eventId": event_id, "timestamp": timestamp, "data": {}}
    ended = None if status is DeliveryStatus.PENDING else timestamp + 20
    because = CancelReason.WITHDRAWN if status is DeliveryStatus.CANCELLED else None
    latency = 20 if status is DeliveryStatus.DELIVERED else None
    event = parse_event(name, detail)
    return Delivery(
        webhook.webhook_id,
        event,
        status,
        timestamp,
        finished_at=ended,
        cancelled_because=because,
        latency_ms=latency,
    )


def wait_until_due(system: System) -> int:
    """Let the time come at which the one digest is due; the start of the hour that it tells of."""
    [entry] = entries(system)
    system.clock.advance((entry.due_at - system.clock.milliseconds()) // 1000 + 1)
    return hour_of(entry.due_at) - HOUR_MS


def sweep(system: System) -> None:
    """Let the schedule tick, and the wake-ups be answered."""
    system.invoke("redelivery", {"source": "aws.events", "detail": {}})
    system.redeliver()


def digests(receiver: Listener) -> list[Any]:
    """Return the digests that the receiver got, as events of envelopes."""
    events = [event for request in receiver.received for event in json.loads(request.body)["events"]]
    return [event for event in events if event["eventName"] == "recado.digest"]
