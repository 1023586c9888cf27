"""Recado's own plain form: webhooks as the API takes them, with `secret` for the signing secret; JSON, or CSV of it.

It is what `recado export` writes, and what one's own system or a page that is typed off is written as.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from recado_cli.exits import Exit, Stop
from recado_cli.importing.found import Found, Item, name_of
from recado_cli.output import Document

_COPIED = ("description", "headers", "ordered", "filter", "transform", "format", "delivery")
_TAKEN = frozenset(
    {
        *("id", "webhookId", "account", "accountId", "name", "targetUrl", "eventNames", "authentication", "secret"),
        *("active", *_COPIED),
        # What the API shows of a webhook, and nobody enters.
        *("status", "offSince", "lane", "health", "waiting", "backlog", "lastDeliveredAt", "createdAt", "updatedAt"),
        *("version", "removedEventNames"),
    }
)


def read(values: Sequence[Any]) -> list[Found]:
    """The webhooks: one a value, a list of them, or what the API answers as `webhooks`; raises `Stop`."""
    return [_found(webhook) for webhook in _webhooks(values)]


def _webhooks(values: Sequence[Any]) -> Iterator[Item]:
    for number, value in enumerate(values, start=1):
        place = f"value {number} of the file"
        listed = value if isinstance(value, list) else value.get("webhooks") if isinstance(value, dict) else None
        if listed is None:
            yield Item.of(value, place)
        else:
            yield from Item({"webhooks": listed}, place).items("webhooks")


def _found(webhook: Item) -> Found:
    url = webhook.required("targetUrl")
    authentication = webhook.authentication()
    secret = webhook.text("secret") or str(authentication.pop("secret", "") or "")
    signs = bool(secret) or authentication.get("type") == "SIGNATURE"
    kept = {} if authentication == {"type": "NONE"} else authentication
    fields: Document = {name: webhook.document[name] for name in _COPIED if webhook.document.get(name) is not None}
    return Found(
        source_id=webhook.text("id") or webhook.text("webhookId"),
        tenant=webhook.text("accountId") or webhook.text("account"),
        fields={
            "name": name_of(webhook.text("name"), url=url),
            "targetUrl": url,
            **fields,
            **({"authentication": kept} if kept else {}),
        },
        event_names=webhook.texts("eventNames"),
        signs=signs,
        secret=secret or None,
        enabled=webhook.document.get("active") is not False,
        notes=tuple(webhook.left_out(_TAKEN)),
    )


def rows(text: str, name: str) -> list[Document]:
    """CSV as the plain form: a column a field, `headers.X-Tenant` within one; raises `Stop` that names the line.

    `eventNames` are separated by blanks. A value that is empty is not there.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        return [_document(row, f"line {reader.line_num} of {name}") for row in reader]
    except csv.Error as error:
        raise Stop(f"line {reader.line_num} of {name} is no CSV: {error}", Exit.USAGE) from None


def _document(row: dict[str | Any, str | Any], place: str) -> Document:
    if None in row or None in row.values():
        raise Stop(f"{place} has not as many values as there are columns", Exit.USAGE)
    document: Document = {}
    for column, value in row.items():
        outer, dot, inner = str(column).strip().partition(".")
        if value == "":
            continue
        within = document.setdefault(outer, {}) if dot else document
        if not isinstance(within, dict):
            raise Stop(f"{place} has {outer} and {column}, of which one says all", Exit.USAGE)
        if dot:
            within[inner] = _value(outer, value, place)
        else:
            document[outer] = _value(outer, value, place)
    return document


def _value(field: str, value: str, place: str) -> Any:  # noqa: ANN401 - any JSON
    """A value as its field wants it: texts stay texts."""
    if field == "eventNames":
        return value.split()
    if field not in ("active", "ordered", "delivery"):
        return value
    try:
        return json.loads(value.lower())
    except ValueError:
        raise Stop(f"{field} of {place} must be true, false or a number", Exit.USAGE) from None
