"""Routes of event types and of publishing."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, StrictFloat, StrictInt, StrictStr

from recado.http_api.parameters import AccountId
from recado.http_api.problems import InvalidRequestError, problem
from recado.http_api.schemas import PUBLISH, READ, Entered, Shown, new_router, responses, shown
from recado.rules.event_types import CATALOGUE, Category
from recado.use_cases.publishing import Publishing

MOST_EVENTS = 100


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

    event_id: StrictStr
    event_name: StrictStr
    timestamp: StrictInt | StrictFloat | StrictStr
    event_info: StrictStr | None = None
    data: dict[str, Any]


class EventsEntered(Entered):
    """Events of the account of the path; `accountId`, where it is given, is that account as it is to be delivered."""

    account_id: StrictInt | StrictStr | None = None
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
        if body.account_id is not None and str(body.account_id) != account_id:
            raise InvalidRequestError("accountId", "must be the account of the path, or left out")
        details = [event.model_dump(by_alias=True, exclude_unset=True) for event in body.events]
        published = publishing(_as_number(account_id) if body.account_id is None else body.account_id, details)
        if all(entry.error_code for entry in published):
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "The event bus accepted none of the events: try again.")
        results = [
            EventResult(event_id=entry.event_id, accepted=entry.error_code is None, error_code=entry.error_code)
            for entry in published
        ]
        return shown(EventResults(results=results), HTTPStatus.ACCEPTED)

    return router


def _as_number(account_id: str) -> int | str:
    """The account id of a path as publishers of the original system send it: a number where it is one."""
    is_number = account_id.isascii() and account_id.isdigit() and str(int(account_id)) == account_id
    return int(account_id) if is_number else account_id


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
