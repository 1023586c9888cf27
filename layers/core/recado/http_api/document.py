"""The OpenAPI document, rid of what Powertools and pydantic add that is noise or not true of this API."""

from collections.abc import Iterator
from typing import Any

from recado.http_api.shared.limits import kind_of

Schema = dict[str, Any]

# Powertools documents its own validation error wherever a route documents no 422; this API has problems instead.
_POWERTOOLS_ERRORS = ("HTTPValidationError", "ResponseValidationError", "ValidationError")
_NULL = {"type": "null"}


def tidy(document: dict[str, Any]) -> dict[str, Any]:
    """The same document: without titles made of names, without null for what is left out instead."""
    schemas: dict[str, Schema] = document["components"]["schemas"]
    for name in _POWERTOOLS_ERRORS:
        schemas.pop(name, None)
    for name, schema in schemas.items():
        schemas[name] = _plain(schema)
    for method, path, operation in _operations(document):
        responses = operation["responses"]
        if kind_of(method, path) is not None:
            _limit(responses)
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


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, operation


def _limit(responses: dict[str, Any]) -> None:
    """Document the refusal of a limited route beside API Gateway's own, which knows of no account and no time."""
    refusal = responses["429"]
    ours = {key: responses["503"][key] for key in ("content", "headers")}
    refusal["description"] = (
        "Too many requests, or too much read: of this account in this minute, as a problem with `Retry-After`; or of "
        "all accounts together, as API Gateway's own message without it."
    )
    refusal["content"] = {**refusal["content"], **ours["content"]}
    refusal["headers"] = ours["headers"]


def _plain(schema: Schema) -> Schema:
    """A schema and all within it.

    Pydantic says `anyOf` a type or null of what may be left out; that is never null, neither in requests nor in
    responses. What may be null says `oneOf`.
    """
    plain = {key: value for key, value in schema.items() if key != "title" and (key, value) != ("default", None)}
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
