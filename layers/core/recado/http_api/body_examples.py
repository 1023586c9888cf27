"""Request bodies to begin with, in the OpenAPI document: of the event types of the catalogue that is served."""

from typing import Any

from recado.rules.event.catalogue import Catalogue, EventType

_TARGET = "https://receiver.example/webhooks"
_TIME = "2026-11-24T08:00:00Z"
_EVENT_ID = "0f5d1c9a-7b3e-4d2f-8a6c-5b4e3d2c1b0a"
_WEBHOOK = "/accounts/{accountId}/webhooks/{webhookId}"


def with_body_examples(document: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """The document, each JSON request body of it with an example; a sound one, but for ids and tokens."""
    event_type = next((one for one in catalogue if one.deprecated is None), None) or next(iter(catalogue))
    for path, example in _examples(event_type).items():
        method, _, route = path.partition(" ")
        document["paths"][route][method]["requestBody"]["content"]["application/json"]["example"] = example
    return document


def _examples(event_type: EventType) -> dict[str, Any]:
    """The examples by method and path."""
    name = event_type.name
    event = {"eventId": _EVENT_ID, "eventName": name, "timestamp": _TIME, "data": dict(event_type.sample)}
    preview = {"eventNames": [name], "filter": f"eventName == '{name}'", "eventName": name}
    link = {"token": "<what stands behind #token= in the link of the mail>"}  # nosec B105 - where one is found
    return {
        "post /accounts/{accountId}/webhooks": {
            "name": "Orders",
            "targetUrl": _TARGET,
            "eventNames": [name],
            "authentication": {"type": "SIGNATURE"},
        },
        f"patch {_WEBHOOK}": {"name": "Orders and refunds", "delivery": {"timeoutSeconds": 10}},
        f"post {_WEBHOOK}/signature": {},
        "post /accounts/{accountId}/webhooks/test": {"eventName": name, "targetUrl": _TARGET},
        f"post {_WEBHOOK}/test": {"eventName": name},
        "post /accounts/{accountId}/webhooks/preview": preview,
        f"post {_WEBHOOK}/preview": preview,
        f"post {_WEBHOOK}/redeliver": {"status": "EXPIRED", "from": _TIME},
        f"post {_WEBHOOK}/cancel": {"eventNames": [name]},
        "post /accounts/{accountId}/events": {"events": [event]},
        "post /accounts/{accountId}/portal-sessions": {"capabilities": ["read", "resend"], "minutes": 60},
        "put /accounts/{accountId}/alert-addresses": {"addresses": [{"address": "team@example.com", "locale": "en"}]},
        "post /receive/{accountId}/{webhookId}/resend": {"deliveryIds": [f"001795507200000-{_EVENT_ID}"]},
        "post /alert-addresses/confirm": link,
        "post /alert-addresses/unsubscribe": link,
    }
