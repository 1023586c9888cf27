"""Event types, and events that are published, in JSON."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field, RootModel, WithJsonSchema

from recado.http_api.shared.schemas import Entered, Shown, TimeEntered, responses
from recado.http_api.webhooks.schemas import EventName
from recado.rules.event import timestamps
from recado.rules.event.catalogue import Catalogue, Category, EventType
from recado.rules.event.event import EVENT_ID

MOST_EVENTS = 100
SCHEMA = "application/schema+json"

EventTypeName = Annotated[str, Path(alias="eventName", description="The event type.")]

_INTEGER_OR_TEXT: dict[str, Any] = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
_TEXT_OR_NULL: dict[str, Any] = {"oneOf": [{"type": "string"}, {"type": "null"}]}


class DeprecationView(Shown):
    """Since when a type is deprecated, and which one follows it."""

    since: Annotated[str, Field(description="A day, such as `2026-01-31`.")]
    successor: str | None = None


class EventTypeView(Shown):
    """An entry of the catalogue."""

    event_name: str
    category: Category
    description: dict[str, str] = Field(description="Texts by language, such as `en`.")
    group: Annotated[dict[str, str] | None, Field(description="What it belongs to, by language.")] = None
    sample_data: dict[str, Any]
    has_schema: bool = Field(description="Whether there is a JSON Schema of `data`: `…/schema`.")
    schema_version: str | None = None
    deprecated: DeprecationView | None = None


class EventTypeList(Shown):
    """The catalogue."""

    event_types: list[EventTypeView]


class EventSchema(RootModel[dict[str, Any] | bool]):
    """A JSON Schema 2020-12."""


class EventEntered(Entered):
    """An event to be published; its fields are delivered as they come."""

    event_id: Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{EVENT_ID}$"})] = Field(
        description="1 to 128 letters, digits, '_', '-' or ':'; a UUID is best."
    )
    event_name: EventName
    timestamp: TimeEntered = Field(description=f"As {timestamps.ACCEPTED}.")
    event_info: Annotated[str | None, WithJsonSchema(_TEXT_OR_NULL)] = None
    data: dict[str, Any]
    traceparent: Annotated[str | None, WithJsonSchema(_TEXT_OR_NULL)] = Field(
        default=None, description="Of W3C Trace Context: receivers get it as a header. What is none is left out."
    )


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


def schema_responses() -> dict[int, Any]:
    """The documented responses of the route of a JSON Schema."""
    answers = responses(200, None)
    answers[200]["content"] = {SCHEMA: {"model": EventSchema}}
    return answers


def event_types_view(catalogue: Catalogue) -> EventTypeList:
    """The catalogue as it is shown."""
    return EventTypeList(event_types=[_event_type_view(entry) for entry in catalogue])


def _event_type_view(entry: EventType) -> EventTypeView:
    deprecated = entry.deprecated
    return EventTypeView(
        event_name=entry.name,
        category=entry.category,
        description=dict(entry.description),
        group=dict(entry.group) or None,
        sample_data=dict(entry.sample),
        has_schema=entry.schema is not None,
        schema_version=entry.schema_version,
        deprecated=deprecated and DeprecationView(since=deprecated.since, successor=deprecated.successor),
    )
