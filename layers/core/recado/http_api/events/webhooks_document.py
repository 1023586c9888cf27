"""The `webhooks` of the OpenAPI document: what a receiver gets of each event type of the catalogue."""

from collections.abc import Mapping
from typing import Any

from recado.http_api.events.digest_document import DIGEST_DATA, DIGEST_TYPE
from recado.rules.event.catalogue import Catalogue, EventType
from recado.rules.event.catalogue_schemas import CatalogueSchemas
from recado.rules.event.event import EVENT_ID
from recado.rules.event.own import DIGEST

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER_OR_TEXT: Schema = {"type": ["integer", "string"]}
_TIME: Schema = {"type": ["number", "string"], "description": "As it was published."}
_HEADERS = {
    "webhook-id": "Of the message: the event's own id where it is alone.",
    "webhook-timestamp": "When this attempt was made, in seconds since 1970.",
    "webhook-signature": "Where the webhook signs (Standard Webhooks 1.0.0).",
    "recado-attempt": "One more than the attempts in a row that have failed.",
    "traceparent": "Where the publisher gave one (W3C Trace Context), of all events alike.",
}
_ANSWERS = {
    "2XX": {"description": "The events were taken."},
    "410": {"description": "The receiver is gone for good: the webhook is disabled."},
    "default": {"description": "Anything else is a failed attempt, which is repeated for seven days."},
}
_LANGUAGE = "en"
_TO_DATA = (
    *("post", "requestBody", "content", "application/json", "schema"),
    *("properties", "events", "items", "properties", "data"),
)


def with_webhooks(document: dict[str, Any], catalogue: Catalogue, schemas: CatalogueSchemas) -> dict[str, Any]:
    """The document with a webhook for each event type, and for those of Recado's own."""
    parameters = {name: _header(name, description) for name, description in _HEADERS.items()}
    components = {**document["components"], "parameters": parameters}
    return {
        **document,
        "webhooks": {
            **{entry.name: {"post": _post(entry, _data(entry, schemas))} for entry in catalogue},
            DIGEST: {"post": _post(DIGEST_TYPE, DIGEST_DATA)},
        },
        "components": components,
    }


def _header(name: str, description: str) -> Schema:
    return {"name": name, "in": "header", "description": description, "required": False, "schema": _TEXT}


def _post(entry: EventType, data: Schema) -> Schema:
    post: Schema = {
        "summary": entry.description.get(_LANGUAGE) or next(iter(entry.description.values())),
        "description": "A POST of a webhook of format `ENVELOPE`; beside these it may hold events of other types.",
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in _HEADERS],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _body(entry.name, data)}}},
        "responses": _ANSWERS,
        "security": [],
    }
    if entry.group:
        post["tags"] = [entry.group.get(_LANGUAGE) or next(iter(entry.group.values()))]
    if entry.deprecated is not None:
        post["deprecated"] = True
    return post


def _body(name: str, data: Schema) -> Schema:
    event = {
        "type": "object",
        "properties": {
            "eventId": {**_TEXT, "pattern": f"^{EVENT_ID}$"},
            "eventName": {"const": name},
            "timestamp": _TIME,
            "eventInfo": {"type": ["string", "null"]},
            "data": data,
        },
        "required": ["eventId", "eventName", "timestamp", "data"],
    }
    return {
        "type": "object",
        "properties": {"accountId": _NUMBER_OR_TEXT, "events": {"type": "array", "minItems": 1, "items": event}},
        "required": ["accountId", "events"],
    }


def _data(entry: EventType, schemas: CatalogueSchemas) -> Schema:
    document = schemas.document(entry.name, at=("webhooks", entry.name, *_TO_DATA))
    schema = dict(document) if isinstance(document, Mapping) else {"type": "object"}
    schema.pop("$schema", None)
    return {**schema, "examples": [dict(entry.sample)]}
