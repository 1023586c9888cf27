"""The OpenAPI document, rid of what Powertools and pydantic add that is noise or not true of this API."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from recado.http_api.shared.access import is_of_receivers
from recado.http_api.shared.admission import PREFIX
from recado.http_api.shared.capabilities import CAPABILITIES
from recado.http_api.shared.limits import kind_of
from recado.http_api.shared.problems import KEY_HEADER
from recado.http_api.shared.repeating import REPLAYED_HEADER, takes_key
from recado.rules.activity.idempotency import KEY_PATTERN

Schema = dict[str, Any]

# Powertools documents its own validation error wherever a route documents no 422; this API has problems instead.
_POWERTOOLS_ERRORS = ("HTTPValidationError", "ResponseValidationError", "ValidationError")
_NULL = {"type": "null"}
_TEXT = {"type": "string"}
_KEY_PARAMETER = {
    "name": KEY_HEADER,
    "in": "header",
    "required": False,
    "description": "A text of your own that nobody guesses, such as a random UUID, new for each change: the same "
    "request again within 24 hours changes nothing, and gets the same answer.",
    "schema": {**_TEXT, "pattern": KEY_PATTERN},
}
_REPLAYED = {"description": "`true`: this is the answer of the first request with this key.", "schema": _TEXT}
_KEY_PROBLEMS = {
    "400": "the `Idempotency-Key` is not 1 to 255 visible ASCII characters.",
    "409": "the first request with this `Idempotency-Key` is still under way: repeat it after `Retry-After`.",
    "422": "the `Idempotency-Key` belongs to a request with another body.",
}


def tidy(document: dict[str, Any]) -> dict[str, Any]:
    """The same document: without titles made of names, without null for what is left out instead."""
    schemas: dict[str, Schema] = document["components"]["schemas"]
    for name in _POWERTOOLS_ERRORS:
        schemas.pop(name, None)
    for name, schema in schemas.items():
        schemas[name] = _plain(schema)
    for method, path, operation in _operations(document):
        _say_before_the_route(method, path, operation)
        responses = operation["responses"]
        if _POWERTOOLS_ERRORS[0] in str(responses.get("422")):
            del responses["422"]
        operation["responses"] = {
            status: {key: value for key, value in response.items() if value}
            for status, response in sorted(responses.items())
        }
        for content in operation.get("requestBody", {}).get("content", {}).values():
            content["schema"] = _plain(content["schema"])
        for parameter in operation.get("parameters", []):
            parameter["schema"] = _plain(parameter["schema"])
            parameter["schema"].pop("description", None)
    return document


def _say_before_the_route(method: str, path: str, operation: dict[str, Any]) -> None:
    """Document what a request is answered that comes no further than to the API as a whole."""
    responses = operation["responses"]
    if is_of_receivers(method, path):
        _limit(responses, "webhook's receiver")
    elif kind_of(method, path) is not None:
        _limit(responses, "account")
    if "{accountId}" in path and "400" not in responses:
        responses["400"] = {**responses["404"], "description": "The `accountId` cannot be one."}
    if takes_key(method, path):
        _take_key(operation)
    if f"{method} {path.removeprefix(PREFIX)}" in CAPABILITIES:
        _let_sessions_in(responses)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, operation


def _limit(responses: dict[str, Any], whose: str) -> None:
    """Document the refusal of a limited route beside API Gateway's own, which knows of no account and no time."""
    refusal = responses["429"]
    ours = {key: responses["503"][key] for key in ("content", "headers")}
    refusal["description"] = (
        f"Too many requests, or too much read: of this {whose} in this minute, as a problem with `Retry-After`; or of "
        "all accounts together, as API Gateway's own message without it."
    )
    refusal["content"] = {**refusal["content"], **ours["content"]}
    refusal["headers"] = ours["headers"]


def _let_sessions_in(responses: dict[str, Any]) -> None:
    """Document how a portal session is refused: its token, and what it lacks the capability for."""
    for status in ("401", "403"):
        responses[status]["content"] = {**responses[status]["content"], **responses["503"]["content"]}
    responses["401"]["headers"] = {"WWW-Authenticate": {"description": "`Bearer`, of the portal.", "schema": _TEXT}}
    responses["403"]["description"] = "The token lacks the scope, or the portal session the capability."


def _take_key(operation: dict[str, Any]) -> None:
    """Document `Idempotency-Key`: what it is, what a repeated answer has, and how it is refused."""
    operation["parameters"] = [*operation.get("parameters", []), deepcopy(_KEY_PARAMETER)]
    responses = operation["responses"]
    for status, response in responses.items():
        if status.startswith("2"):
            response["headers"] = {**response.get("headers", {}), REPLAYED_HEADER: _REPLAYED}
    content, headers = (responses["503"][key] for key in ("content", "headers"))
    for status, description in _KEY_PROBLEMS.items():
        known = responses.get(status)
        if known is None or _POWERTOOLS_ERRORS[0] in str(known):
            responses[status] = {"description": description[0].upper() + description[1:], "content": content}
        else:
            known["description"] = f"{known['description']} Or {description}"
    responses["409"]["headers"] = headers


def _plain(schema: Schema) -> Schema:
    """A schema and all within it.

    Pydantic says `anyOf` a type or null of what may be left out; that is never null, neither in requests nor in
    responses. What may be null says `oneOf`.
    """
    plain = {key: value for key, value in schema.items() if key != "title" and (key, value) != ("default", None)}
    if isinstance(plain.get("default"), dict):
        plain["default"] = {name: value for name, value in plain["default"].items() if value is not None}
    for key in ("items", "additionalProperties"):
        if isinstance(plain.get(key), dict):
            plain[key] = _plain(plain[key])
    if "properties" in plain:
        plain["properties"] = {name: _plain(member) for name, member in plain["properties"].items()}
    if "anyOf" in plain:
        plain["anyOf"] = [_plain(member) for member in plain["anyOf"] if member != _NULL]
    if len(plain.get("anyOf", ())) == 1:
        only = plain.pop("anyOf")[0]
        plain = {**only, **plain}
    return plain
