"""Letting a receiver in: whose request it is follows from its signature, before anything else of it is looked at."""

import base64
from collections.abc import Mapping
from typing import Any

from recado.http_api.shared.access import is_of_receivers, path_of, route_of
from recado.rules.receiving.proof import SignedRequest, payloads_of
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.receiving import NotProvenError, Receiving

_WEBHOOK = "webhook"
_ID = "webhook-id"


def admitted(event: dict[str, Any], receiving: Receiving) -> dict[str, Any]:
    """The event with the webhook whose receiver asks in its context; as it is where its route is none of receivers'.

    The path must be one that fits the route. The request context is API Gateway's: no caller puts anything there.
    Raises what `Receiving.admit` does.
    """
    method, template = route_of(event)
    if not is_of_receivers(method, template):
        return event
    _, _, account_id, webhook_id, _ = path_of(event).split("/")
    webhook = receiving.admit(account_id, webhook_id, _signed(event, method))
    return {**event, "requestContext": {**event["requestContext"], _WEBHOOK: webhook}}


def webhook_of(event: Mapping[str, Any]) -> Webhook:
    """The webhook whose receiver was let in; raises `NotProvenError` where the request came another way."""
    webhook: Webhook | None = event.get("requestContext", {}).get(_WEBHOOK)
    if webhook is None:
        raise NotProvenError
    return webhook


def message_id_of(event: Mapping[str, Any]) -> str:
    """The id that the receiver has given to its request."""
    return _headers(event).get(_ID, "")


def _signed(event: Mapping[str, Any], method: str) -> SignedRequest | None:
    body = _body(event) if method == "POST" else b""
    if body is None:
        return None
    payloads = payloads_of(
        method, path_of(event), event.get("rawQueryString") or "", body if method == "POST" else None
    )
    return SignedRequest.of(_headers(event), payloads)


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    headers: Mapping[str, str] = event.get("headers") or {}
    return {name.lower(): value for name, value in headers.items()}


def _body(event: Mapping[str, Any]) -> bytes | None:
    """The bytes of the body; None where they cannot be told."""
    body: str = event.get("body") or ""
    try:
        return base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError:
        return None
