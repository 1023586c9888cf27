"""Events that are made of the catalogue's samples."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from recado_cli.calls import ask
from recado_cli.editing import edited
from recado_cli.exits import Exit, Stop
from recado_cli.output import Document
from recado_client import Recado
from recado_client.generated.api.events import list_event_types
from recado_client.generated.api.webhooks import read_webhook


def event_type(recado: Recado, name: str) -> Document:
    """The catalogue's entry of that name; raises `Stop` where there is none, and names what is near."""
    catalogue = ask(list_event_types, recado).document["eventTypes"]
    entry: Document | None = next((entry for entry in catalogue if entry["eventName"] == name), None)
    if entry is None:
        near = [known["eventName"] for known in catalogue if name.lower() in known["eventName"].lower()]
        hint = f"there are {', '.join(near[:5])}" if near else "`recado event-types` lists them"
        raise Stop(f"there is no event type {name!r}", Exit.NOT_FOUND, hint)
    return entry


def wanted_type(recado: Recado, account: str, webhook_id: str) -> str:
    """The first event type of the catalogue that the webhook wants; raises `Stop` where it wants none of it."""
    wanted = ask(read_webhook, recado, account, webhook_id).document["eventNames"]
    for entry in ask(list_event_types, recado).document["eventTypes"]:
        if any(matches(pattern, entry["eventName"]) for pattern in wanted):
            return str(entry["eventName"])
    raise Stop(f"the catalogue holds none of the events that {webhook_id} wants", hint="--event names one")


def sample_event(entry: Document, settings: Iterable[str]) -> Document:
    """An event of a type, with a new id and the time that it is now, its `data` as the sample's and then edited."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    data = edited(entry["sampleData"], settings)
    return {"eventName": entry["eventName"], "eventId": str(uuid.uuid4()), "timestamp": now, "data": data}


def matches(pattern: str, name: str) -> bool:
    """Whether one of a webhook's `eventNames` means an event of that name."""
    return pattern in ("*", name) or (pattern.endswith(".*") and name.startswith(pattern[:-1]))
