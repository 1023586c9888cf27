"""An event that is published over HTTP, and what the bus gets of it."""

import json
from typing import Any

from tests.support.api.client import Answer, ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS


def event(event_id: str = "e1", **changes: Any) -> dict[str, Any]:
    """Return an event as it is published, with some fields changed; `...` takes a field out."""
    fields = {"eventId": event_id, "eventName": "CI_STATS", "timestamp": NOON_MS, "data": {"seatLimit": 25}, **changes}
    return {name: value for name, value in fields.items() if value is not ...}


def publish(api: ApiClient, *events: Any, **fields: Any) -> Answer:
    """Publish events, with further fields beside them."""
    return api.call("POST", api.events, {"events": list(events), **fields})


def entries(aws: AwsCalls) -> list[Any]:
    """Return what was put onto the bus."""
    return [entry for call in aws.of("PutEvents") for entry in call.parameters["Entries"]]


def details(aws: AwsCalls) -> list[Any]:
    """Return the details of what was put onto the bus."""
    found = [json.loads(entry["Detail"]) for entry in entries(aws)]
    return [json.loads(detail["detailText"]) if "detailText" in detail else detail for detail in found]
