"""Routes of event types and of publishing."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, WithJsonSchema

from recado.http_api.shared.parameters import AccountId
from recado.http_api.shared.problems import InvalidRequestError, try_again
from recado.http_api.shared.schemas import PUBLISH, READ, Entered, Shown, TimeEntered, new_router, responses, shown
from recado.http_api.webhooks.schemas import EventName
from recado.rules.account import account_key, published_account
from recado.rules.event import timestamps
from recado.rules.event.event import EVENT_ID
from recado.rules.event.event_types import CATALOGUE, Category
from recado.use_cases.managing.publishing import Publishing

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


def event_routes(publishing: Publishing) -> APIGatewayHttpRouter:
    """The routes of the catalogue and of publishing over HTTP."""
    router = new_router()

    @router.get(
        "/event-types",
        operation_id="listEventTypes",
        summary="List the catalogue of event types",
        tags=["Events"],
        responses=responses(200, EventTypeList),
        security=READ,
    )
    def list_event_types() -> Response[str]:
        return shown(_CATALOGUE)

    @router.post(
        "/accounts/<accountId>/events",
        operation_id="publishEvents",
        summary="Publish events",
        description="All events are checked first: where one is invalid, none is published.",
        tags=["Events"],
        responses=responses(202, EventResults, 400, 415, 422),
        security=PUBLISH,
    )
    def publish_events(account_id: AccountId, body: EventsEntered) -> Response[str]:
        details = [event.model_dump(by_alias=True, exclude_unset=True) for event in body.events]
        published = publishing(_delivered_account(account_id, body), details)
        if all(entry.error_code for entry in published):
            return try_again("The event bus accepted none of the events: try again in a moment.")
        results = [
            EventResult(event_id=entry.event_id, accepted=entry.error_code is None, error_code=entry.error_code)
            for entry in published
        ]
        return shown(EventResults(results=results), HTTPStatus.ACCEPTED)

    return router


def _delivered_account(account_id: str, body: EventsEntered) -> int | str:
    """The account id as receivers get it: as it came, or a number where the path holds one."""
    if "account_id" not in body.model_fields_set:
        return published_account(account_id)
    if account_key(body.account_id) != account_id:
        raise InvalidRequestError("accountId", "must be the account of the path, or left out")
    delivered: int | str = body.account_id
    return delivered


_CATALOGUE = EventTypeList(
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
