"""A webhook's lane as it is stored: before a change, and as it stands."""

from dataclasses import replace
from typing import Any

from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Webhook
from tests.support.aws.items import changed_item
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.system import System

LATER = NOON_MS + 60_000
DAY = 24 * 60 * 60 * 1000
WAKE_UP = WakeUp("a message", "a receipt", str(ACCOUNT), "wh_1", "own")
DUE = Lane(next_at=NOON_MS)
OWNED = Lane(owner="own", next_at=NOON_MS)
LEASED = Lane(owner="own", next_at=LATER, lease_holder="mine", lease_until=LATER)
SLOW = replace(LEASED, slow_at=NOON_MS, quick=1)
OFF: tuple[dict[str, Any], ...] = ({"status": "RETIRED"}, {"status": "DISABLED"})


def stored(system: System, before: Lane, **fields: Any) -> Webhook:
    """Register a webhook whose lane is this one."""
    system.add_webhook("https://127.0.0.1/")
    due_partition = None if before.next_at is None else 3
    changed_item(
        system,
        "wh_1",
        owner=before.owner,
        due_at=before.next_at,
        due_partition=due_partition,
        lease_holder=before.lease_holder,
        lease_until=before.lease_until,
        slow_at=before.slow_at,
        quick=before.quick or None,
        slow_told_at=before.slow_told_at,
        **fields,
    )
    return current(system)


def current(system: System) -> Webhook:
    """Return the webhook as it is."""
    webhook = system.registry.get(str(ACCOUNT), "wh_1")
    assert webhook
    return webhook
