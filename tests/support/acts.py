"""Acts for tests that change webhooks by the stores themselves."""

import uuid
from typing import Any

from recado.rules.activity.activity import Activity, ActivityKind, Once, Requester
from recado.rules.webhook.webhook import Webhook
from tests.support.events import NOON_MS

ADMIN = Requester("an admin", client="console", address="192.0.2.1")
"""Who asks, in tests to which it does not matter."""


def act_on(webhook: Webhook, kind: ActivityKind = ActivityKind.CHANGED, **fields: Any) -> Activity:
    """Build what is kept of an act of this admin on a webhook, under an id of its own."""
    known: dict[str, Any] = {"at": NOON_MS, "requester": ADMIN} | fields
    return Activity(f"act_{uuid.uuid4().hex}", webhook.account_id, webhook.webhook_id, kind, **known)


def once(key: str = "a key", request: str = "a request") -> Requester:
    """Build somebody whose request is to have its effect once."""
    return Requester(ADMIN.name, once=Once(key, request))
