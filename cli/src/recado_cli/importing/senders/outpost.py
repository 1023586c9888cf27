"""Hookdeck Outpost: the answers of `GET /api/v1/tenants/{id}/destinations`, asked with the admin's key.

By the API of 1.2: destinations with `type`, `topics`, `config.url` and `credentials.secret`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from recado_cli.exits import Exit, Stop
from recado_cli.importing.found import Found, Item, Loss, name_of
from recado_cli.output import Document

_TAKEN = frozenset(
    {
        *("id", "tenant_id", "type", "topics", "config", "credentials", "filter", "disabled_at", "delivery_metadata"),
        *("created_at", "updated_at", "target", "target_url"),
    }
)


def read(values: Sequence[Any]) -> list[Found]:
    """The destinations; those that are no webhooks are refused. Raises `Stop`."""
    return [_found(destination) for destination in _destinations(values)]


def _destinations(values: Sequence[Any]) -> Iterator[Item]:
    for number, value in enumerate(values, start=1):
        place = f"value {number} of the export"
        if isinstance(value, list):
            yield from Item({"data": value}, place).items("data")
            continue
        answer = Item.of(value, place)
        listed = next((name for name in ("data", "models") if isinstance(answer.document.get(name), list)), "")
        if answer.text("next") if listed == "data" else answer.item("pagination").text("next"):
            raise Stop(f"{place} is one page of several", Exit.USAGE, "fetch the next ones too")
        if listed:
            yield from answer.items(listed)
        else:
            yield answer


def _found(destination: Item) -> Found:
    source_id, kind = destination.required("id"), destination.required("type")
    if kind != "webhook":
        return Found(source_id, destination.text("tenant_id"), refusals=(f"it is no webhook but {kind}",))
    config, credentials = destination.item("config"), destination.item("credentials")
    url = config.required("url")
    losses: tuple[Loss, ...] = ()
    if destination.document.get("filter"):
        losses = (*losses, Loss("filter", "it filters by content, in a language that is not JMESPath"))
    if sent := destination.mapping("delivery_metadata"):
        losses = (*losses, Loss("delivery_metadata", f"{', '.join(sent)} were sent as headers of their own"))
    headers = _headers(config)
    fields: Document = {
        "name": name_of(destination.item("metadata").text("name"), url=url),
        "targetUrl": url,
        **({"headers": headers} if headers else {}),
    }
    note = "its previous secret does not sign along" if credentials.text("previous_secret") else ""
    return Found(
        source_id=source_id,
        tenant=destination.text("tenant_id"),
        fields=fields,
        event_names=("*",) if destination.document.get("topics") == "*" else destination.texts("topics"),
        secret=credentials.text("secret") or None,
        enabled=not destination.text("disabled_at"),
        losses=losses,
        notes=(*filter(None, (note,)), *destination.left_out(_TAKEN)),
    )


def _headers(config: Item) -> dict[str, str]:
    """`custom_headers`, which Outpost keeps as JSON in a text."""
    given = config.document.get("custom_headers")
    if not isinstance(given, str) or not given:
        return config.mapping("custom_headers")
    try:
        return Item({"custom_headers": json.loads(given)}, config.place).mapping("custom_headers")
    except ValueError:
        raise Stop(f"custom_headers of {config.place} is no JSON", Exit.USAGE) from None
