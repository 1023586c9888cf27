"""Request bodies: JSON objects and nothing else."""

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from recado.http_api.shared.problems import InvalidRequestError
from recado.rules.event import strict_json

_JSON = "application/json"
_METHODS_WITH_BODY = ("PATCH", "POST", "PUT")


def with_json_body(event: dict[str, Any]) -> dict[str, Any]:
    """The event with its body as plain text that is declared as JSON, because the router also reads forms.

    Raises `InvalidRequestError` where the body is declared to be something else, or is no text.
    """
    if not event.get("body") or event["requestContext"]["http"]["method"] not in _METHODS_WITH_BODY:
        return event
    headers: Mapping[str, str] = event.get("headers") or {}
    declared = next((value for name, value in headers.items() if name.lower() == "content-type"), _JSON)
    if declared.partition(";")[0].strip().lower() != _JSON:
        raise InvalidRequestError("Content-Type", f"must be {_JSON}", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    others = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return {**event, "headers": {**others, "content-type": _JSON}, "body": _text(event), "isBase64Encoded": False}


def load_json(text: str) -> dict[str, Any]:
    """The JSON object that a body holds; raises `InvalidRequestError`."""
    try:
        value = strict_json.loads(text)
    except strict_json.InvalidJsonError as error:
        raise _unreadable(str(error)) from None
    # The router would take the first member of a list for the body.
    if not isinstance(value, dict):
        raise InvalidRequestError("body", "must be a JSON object")
    return value


def _text(event: Mapping[str, Any]) -> str:
    body: str = event["body"]
    if not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except ValueError:
        raise _unreadable("it is not UTF-8") from None


def _unreadable(reason: str) -> InvalidRequestError:
    return InvalidRequestError("body", f"cannot be read: {reason}", HTTPStatus.BAD_REQUEST)
