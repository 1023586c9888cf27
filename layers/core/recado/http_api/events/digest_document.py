"""The digest in the OpenAPI document: what a webhook with `delivery.digest` gets every hour."""

from typing import Any

from recado.rules.delivery.digest import COUNTED, HOURS
from recado.rules.event.catalogue import Category, EventType
from recado.rules.event.own import DIGEST

_TIME = {"type": "string", "format": "date-time"}
_NUMBER = {"type": "integer", "minimum": 0}
_FROM, _TO, _LAST = "2026-11-24T07:00:00.000Z", "2026-11-24T08:00:00.000Z", "2026-11-24T07:42:10.000Z"
_EVENT = {
    "oneOf": [
        {
            "type": "object",
            "properties": {"eventId": {"type": "string"}, "timestamp": _TIME},
            "required": ["eventId", "timestamp"],
        },
        {"type": "null"},
    ]
}
_HOUR = {
    "type": "object",
    "properties": {"from": _TIME, **dict.fromkeys(COUNTED, _NUMBER)},
    "required": ["from", *COUNTED],
}
DIGEST_TYPE = EventType(
    name=DIGEST,
    category=Category.REAL_TIME,
    description={"en": "What came for the webhook in the last hours, by where it stands; with `delivery.digest`."},
    sample={
        "from": _FROM,
        "to": _TO,
        "first": {"eventId": "evt_1", "timestamp": _FROM},
        "last": {"eventId": "evt_9", "timestamp": _LAST},
        "hours": [{"from": _FROM, **dict.fromkeys(COUNTED, 0), "delivered": 9}],
    },
    group={"en": "Recado"},
)
DIGEST_DATA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "from": {**_TIME, "description": "When the hour that is told begins (UTC)."},
        "to": {**_TIME, "description": "When it ends."},
        "first": {
            **_EVENT,
            "description": "The first event of the hour, by the events' own time; null where there is none.",
        },
        "last": {**_EVENT, "description": "The last one."},
        "hours": {
            "type": "array",
            "items": _HOUR,
            "maxItems": HOURS,
            "description": f"The counts of the last {HOURS} hours, oldest first; one without any event is left out.",
        },
    },
    "required": ["from", "to", "first", "last", "hours"],
    "examples": [dict(DIGEST_TYPE.sample)],
}
