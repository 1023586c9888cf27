"""Convoy: the answers of `GET /api/v1/projects/{id}/endpoints`, and of `/subscriptions`, which hold the event types.

By the API of 26.7: endpoints with `url` and `name`; those of versions before 2024-04 say `target_url` and `title`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from recado_cli.exits import Exit, Stop
from recado_cli.importing.found import Found, Item, Loss, name_of, posts_per_minute
from recado_cli.output import Document

_TAKEN = frozenset(
    {
        *("uid", "project_id", "owner_id", "url", "target_url", "name", "title", "secrets", "description", "status"),
        *("authentication", "rate_limit", "rate_limit_duration", "http_timeout", "advanced_signatures", "events"),
        *("created_at", "updated_at", "deleted_at", "failure_rate", "mtls_client_cert", "content_type"),
    }
)
_JSON = ("", "application/json")
_LONGEST_TIMEOUT = 15
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_PART = re.compile(r"([0-9]{1,9}(?:[.][0-9]{1,9})?)(ms|h|m|s)")
_DURATION = re.compile(rf"(?:{_PART.pattern})+")
_ON = ("", "active", "pending")


def read(values: Sequence[Any]) -> list[Found]:
    """The endpoints, each with what its subscriptions want; raises `Stop`."""
    items = list(_items(values))
    subscriptions = [item for item in items if "endpoint_metadata" in item.document]
    endpoints = [item for item in items if "endpoint_metadata" not in item.document]
    return [_found(endpoint, subscriptions) for endpoint in endpoints]


def _items(values: Sequence[Any]) -> Iterator[Item]:
    for number, value in enumerate(values, start=1):
        answer = Item.of(value, f"value {number} of the export")
        data = answer.item("data") if "data" in answer.document else answer
        if "content" not in data.document:
            yield data
            continue
        yield from data.items("content")
        if data.item("pagination").document.get("has_next_page"):
            raise Stop(f"{answer.place} is one page of several", Exit.USAGE, "perPage=1000 fetches more at once")


def _found(endpoint: Item, subscriptions: Sequence[Item]) -> Found:
    uid = endpoint.required("uid")
    url = endpoint.text("url") or endpoint.required("target_url")
    mine = [each for each in subscriptions if each.item("endpoint_metadata").text("uid") == uid]
    delivery, notes = posts_per_minute(endpoint.number("rate_limit"), _seconds(endpoint, "rate_limit_duration") or 60)
    authentication, losses = _authentication(endpoint)
    if any(_filters(each) for each in mine):
        losses = (*losses, Loss("filter", "a subscription filters by content, in a language that is not JMESPath"))
    if any(each.text("function") for each in mine):
        losses = (*losses, Loss("function", "a subscription changes its events by a function in JavaScript"))
    if endpoint.text("content_type") not in _JSON:
        losses = (*losses, Loss("content_type", f"bodies were {endpoint.text('content_type')}; here they are JSON"))
    if timeout := int(_seconds(endpoint, "http_timeout")):
        delivery |= {"timeoutSeconds": min(timeout, _LONGEST_TIMEOUT)}
    fields: Document = {
        "name": name_of(endpoint.text("name"), endpoint.text("title"), endpoint.text("description"), url=url),
        "targetUrl": url,
        **({"authentication": authentication} if authentication else {}),
        **({"delivery": delivery} if delivery else {}),
    }
    return Found(
        source_id=uid,
        tenant=endpoint.text("owner_id"),
        fields=fields,
        event_names=tuple(dict.fromkeys(name for each in mine for name in _names(each))),
        secret=_secret(endpoint),
        enabled=endpoint.text("status") in _ON,
        losses=losses,
        notes=(*notes, *_timeout_note(timeout), *endpoint.left_out(_TAKEN)),
        refusals=() if mine else ("no subscription of it is in the file: add the answer of /subscriptions",),
    )


def _seconds(endpoint: Item, name: str) -> float:
    """A duration: seconds, or as Go writes it, `1m0s`, in versions before 2024-04; raises `Stop`."""
    value = endpoint.document.get(name)
    if not isinstance(value, str):
        return endpoint.number(name)
    if value and not _DURATION.fullmatch(value):
        raise Stop(f"{name} of {endpoint.place} is no duration", Exit.USAGE)
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(value))


def _names(subscription: Item) -> tuple[str, ...]:
    return subscription.item("filter_config").texts("event_types") or ("*",)


def _filters(subscription: Item) -> bool:
    inner = subscription.item("filter_config").item("filter")
    return any(inner.document.get(part) for part in ("body", "headers", "query", "path"))


def _secret(endpoint: Item) -> str | None:
    """The secret that signs and does not expire, the newest."""
    lasting = [each for each in endpoint.items("secrets") if not (each.text("expires_at") or each.text("deleted_at"))]
    return lasting[-1].text("value") or None if lasting else None


def _authentication(endpoint: Item) -> tuple[Document, tuple[Loss, ...]]:
    given = endpoint.item("authentication")
    has_certificate = bool(endpoint.document.get("mtls_client_cert"))
    certificate = (Loss("certificate", "it has a client certificate"),) if has_certificate else ()
    key, basic = given.item("api_key"), given.item("basic_auth")
    if key.text("header_name"):
        return {"type": "HEADER", "name": key.text("header_name"), "value": key.text("header_value")}, certificate
    if basic.text("username"):
        return {"type": "BASIC", "username": basic.text("username"), "password": basic.text("password")}, certificate
    if given.document.get("oauth2"):
        text = "it fetches a token by OAuth 2, whose settings are to be entered anew"
        return {}, (*certificate, Loss("authentication", text))
    return {}, certificate


def _timeout_note(timeout: int) -> tuple[str, ...]:
    if timeout > _LONGEST_TIMEOUT:
        return (f"its time to answer was {timeout} s, and is {_LONGEST_TIMEOUT} s here",)
    return ()
