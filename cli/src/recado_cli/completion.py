"""Completion in the shell: ids of webhooks, names of event types and of profiles; silent where it cannot be known."""

from __future__ import annotations

from typing import Any

import typer

from recado_cli.calls import ask
from recado_cli.session import Invocation, account_of, connected

Found = list[tuple[str, str]]


def webhook_ids(context: typer.Context, incomplete: str) -> Found:
    """The account's webhooks, with their names."""
    return [
        (webhook["webhookId"], webhook["name"])
        for webhook in _known(context, "webhooks")
        if webhook["webhookId"].startswith(incomplete)
    ]


def event_types(context: typer.Context, incomplete: str) -> Found:
    """The catalogue, with descriptions."""
    return [
        (entry["eventName"], entry["description"].get("en", ""))
        for entry in _known(context, "eventTypes")
        if entry["eventName"].startswith(incomplete)
    ]


def profile_names(incomplete: str) -> list[str]:
    """The profiles."""
    from recado_cli.profiles import files  # noqa: PLC0415 - only completion needs it
    from recado_cli.profiles.profile import LOCAL  # noqa: PLC0415 - as above

    return [name for name in (*files.saved(), LOCAL) if name.startswith(incomplete)]


def _known(context: typer.Context, key: str) -> list[dict[str, Any]]:
    from recado_client.generated.api.events import list_event_types  # noqa: PLC0415 - slow to import
    from recado_client.generated.api.webhooks import list_webhooks  # noqa: PLC0415 - as above

    context.ensure_object(Invocation)
    try:
        with connected(context) as recado:
            if key == "eventTypes":
                return list(ask(list_event_types, recado).document[key])
            return list(ask(list_webhooks, recado, account_of(context)).document[key])
    except Exception:  # noqa: BLE001 - whoever presses a key asks for no error
        return []
