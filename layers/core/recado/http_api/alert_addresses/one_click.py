"""The POST with which mail programs unsubscribe (RFC 8058): a form, its token in the address of the request."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from recado.http_api.shared.access import route_of
from recado.http_api.shared.problems import InvalidRequestError

UNSUBSCRIBE = "/alert-addresses/unsubscribe"
FORM = "List-Unsubscribe=One-Click"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NAME, _, _VALUE = FORM.partition("=")


def with_token_of_form(event: dict[str, Any]) -> dict[str, Any]:
    """The event of such a POST as one with the JSON that this API takes; any other as it is.

    Raises `InvalidRequestError` where the form does not say that it unsubscribes.
    """
    headers: Mapping[str, str] = event.get("headers") or {}
    declared = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if route_of(event) != ("POST", UNSUBSCRIBE) or declared.partition(";")[0].strip().lower() not in _FORMS:
        return event
    form = _text(event)
    if _NAME not in form or _VALUE not in form:
        raise InvalidRequestError("body", f"must be the form {FORM}")
    token = (event.get("queryStringParameters") or {}).get("token", "")
    others = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return {
        **event,
        "headers": {**others, "content-type": "application/json"},
        "body": json.dumps({"token": token}),
        "isBase64Encoded": False,
        "queryStringParameters": {},
        "rawQueryString": "",
    }


def _text(event: Mapping[str, Any]) -> str:
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body, validate=True).decode("latin-1")
    except ValueError:
        return ""
