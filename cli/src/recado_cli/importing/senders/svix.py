"""Svix: the answers of `GET /api/v1/app/{app_id}/endpoint/`, with each endpoint's `/secret/` and `/headers/` in it.

By the API of server 1.100.0: `EndpointOut`, `EndpointSecretOut` (`key`), `EndpointHeadersOut` (`headers`, `sensitive`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from recado_cli.exits import Exit, Stop
from recado_cli.importing.found import Found, Item, Loss, name_of, posts_per_minute

_TAKEN = frozenset(
    {
        *("id", "url", "description", "filterTypes", "channels", "disabled", "rateLimit", "throttleRate"),
        *("secret", "headers", "appId", "createdAt", "updatedAt", "version", "uid"),
    }
)
_ASYMMETRIC = ("whsk_", "whpk_")


def read(values: Sequence[Any]) -> list[Found]:
    """The endpoints of pages and of single endpoints; raises `Stop`."""
    return [_found(endpoint) for endpoint in _endpoints(values)]


def _endpoints(values: Sequence[Any]) -> Iterator[Item]:
    complete = True
    for number, value in enumerate(values, start=1):
        page = Item.of(value, f"value {number} of the export")
        if "data" in page.document:
            complete = page.document.get("done") is not False
            yield from page.items("data")
        else:
            yield page
    if not complete:
        message = "the list of endpoints goes on: its last page says done: false"
        raise Stop(message, Exit.USAGE, "fetch what its iterator leads to as well")


def _found(endpoint: Item) -> Found:
    url = endpoint.required("url")
    rate = endpoint.number("throttleRate") or endpoint.number("rateLimit")
    delivery, notes = posts_per_minute(rate, 1)
    headers, losses = _headers(endpoint)
    if channels := endpoint.texts("channels"):
        losses = (*losses, Loss("channels", f"only events of the channels {', '.join(channels)} were sent"))
    secret = _secret(endpoint)
    asymmetric = secret.startswith(_ASYMMETRIC)
    if asymmetric:
        text = "it signs by a private key, which signs nothing here: a new secret, and Recado's own public keys"
        losses = (*losses, Loss("secret", text))
    return Found(
        source_id=endpoint.required("id"),
        tenant=endpoint.text("appId"),
        fields={
            "name": name_of(endpoint.text("description"), endpoint.text("uid"), url=url),
            "targetUrl": url,
            **({"headers": headers} if headers else {}),
            **({"delivery": delivery} if delivery else {}),
        },
        event_names=endpoint.texts("filterTypes") or ("*",),
        secret=None if asymmetric else secret or None,
        enabled=not endpoint.document.get("disabled"),
        losses=losses,
        notes=(*notes, *endpoint.left_out(_TAKEN)),
    )


def _secret(endpoint: Item) -> str:
    """The secret, as `/secret/` answers it, or its `key` alone."""
    if isinstance(endpoint.document.get("secret"), dict):
        return endpoint.item("secret").text("key")
    return endpoint.text("secret")


def _headers(endpoint: Item) -> tuple[dict[str, str], tuple[Loss, ...]]:
    """The headers, as `/headers/` answers them, or by name; those that Svix does not show are lost."""
    answer = endpoint.item("headers")
    if not isinstance(answer.document.get("headers"), dict):
        return endpoint.mapping("headers"), ()
    hidden = answer.texts("sensitive")
    losses = (Loss("headers", f"Svix does not show the value of {', '.join(hidden)}"),) if hidden else ()
    return answer.mapping("headers"), losses
