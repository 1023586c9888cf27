"""Event types, and events that are published, in JSON."""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from recado.http_api.shared.schemas import Entered, Shown, TimeEntered
from recado.http_api.webhooks.schemas import EventName
from recado.rules.event import timestamps
from recado.rules.event.event import EVENT_ID
from recado.rules.event.event_types import CATALOGUE, Category

MOST_EVENTS = 100

_INTEGER_OR_TEXT: dict[str, Any] = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
_TEXT_OR_NULL: dict[str, Any] = {"oneOf": [{"type": "string"}, {"type": "null"}]}


class EventTypeView(Shown):
    """An entry of the catalogue."""

    event_name: str
    category: Category
    description: str
    sample_data: dict[str, Any]


class EventTypeList(Shown):
    """The catalogue."""

    event_types: list[EventTypeView]


class EventEntered(Entered):
    """An event to be published; its fields are delivered as they come."""

    event_id: Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{EVENT_ID}$"})] = Field(
        description="1 to 128 letters, digits, '_', '-' or ':'; a UUID is best."
    )
    event_name: EventName
    timestamp: TimeEntered = Field(description=f"As {timestamps.ACCEPTED}.")
    event_info: Annotated[str | None, WithJsonSchema(_TEXT_OR_NULL)] = None
    data: dict[str, Any]


class EventsEntered(Entered):
    """Events of the account of the path; `accountId`, where it is given, is that account as it is to be delivered."""

    account_id: Annotated[Any, WithJsonSchema(_INTEGER_OR_TEXT)] = None
    events: list[EventEntered] = Field(min_length=1, max_length=MOST_EVENTS)


class EventResult(Shown):
    """What became of one event."""

    event_id: str
    accepted: bool
    error_code: str | None = None


class EventResults(Shown):
    """What became of the events, in their order; those that were not accepted may be sent again."""

    results: list[EventResult]


EVENT_TYPES = EventTypeList(
    event_types=[
        EventTypeView(
            event_name=entry.name,
            category=entry.category,
            description=entry.description,
            sample_data=dict(entry.sample_data),
        )
        for entry in CATALOGUE.values()
    ]
)
