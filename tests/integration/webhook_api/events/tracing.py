"""What the tests of tracing share: an event that is traced, and what the answer says of each webhook."""

from typing import Any

from recado.rules.delivery.delivery import Delivery
from tests.support.api.client import Answer, ApiClient
from tests.support.delivery_log import delivery


def traced(api: ApiClient, event_id: str = "e", /, **query: Any) -> Answer:
    """Trace an event."""
    return api.get(f"{api.events}/{event_id}", {name: str(value) for name, value in query.items()})


def outcomes(answer: Answer) -> dict[str, str]:
    """Return the outcome by webhook, in the order of the answer."""
    assert answer.status == 200, answer.text
    return {one["webhookId"]: one["outcome"] for one in answer.json["webhooks"]}


def old_webhook(api: ApiClient, **fields: Any) -> tuple[Any, int]:
    """Make a webhook for everything, and return it with a time after which an event may come."""
    webhook = api.create(**{"eventNames": ["*"], **fields})
    api.system.clock.advance(1)
    return webhook, int(api.system.clock.milliseconds())


def kept(webhook: Any, at: int, **fields: Any) -> Delivery:
    """Build a delivery of the event `e` of that time."""
    return delivery(webhook["webhookId"], "e", **{"timestamp": at, "created_at": at, **fields})
