"""Routes of event types and of publishing."""

import json
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.events.schemas import (
    SCHEMA,
    EventResult,
    EventResults,
    EventsEntered,
    EventTypeList,
    EventTypeName,
    event_types_view,
    schema_responses,
)
from recado.http_api.shared.parameters import AccountId
from recado.http_api.shared.problems import InvalidRequestError, problem, try_again
from recado.http_api.shared.schemas import PUBLISH, READ, new_router, responses, shown
from recado.rules import account
from recado.rules.event.catalogue import Catalogue
from recado.rules.event.catalogue_schemas import CatalogueSchemas
from recado.use_cases.managing.publishing import Publishing


def event_routes(publishing: Publishing, schemas: CatalogueSchemas) -> APIGatewayHttpRouter:
    """The routes of the catalogue and of publishing over HTTP."""
    router = new_router()
    _catalogue_routes(router, publishing.catalogue, schemas)
    _publish_route(router, publishing)
    return router


def _catalogue_routes(router: APIGatewayHttpRouter, catalogue: Catalogue, schemas: CatalogueSchemas) -> None:
    event_types = event_types_view(catalogue)

    @router.get(
        "/event-types",
        operation_id="listEventTypes",
        summary="List the catalogue of event types",
        tags=["Events"],
        responses=responses(200, EventTypeList),
        security=READ,
    )
    def list_event_types() -> Response[str]:
        return shown(event_types)

    @router.get(
        "/event-types/<eventName>/schema",
        operation_id="readEventSchema",
        summary="Read the JSON Schema of an event type's data",
        description="JSON Schema 2020-12, whole: what it refers to stands under its `$defs`.",
        tags=["Events"],
        responses=schema_responses(),
        security=READ,
    )
    def read_event_schema(event_name: EventTypeName) -> Response[str]:
        if event_name not in catalogue:
            return problem(HTTPStatus.NOT_FOUND, "There is no event type of this name: GET /event-types lists them.")
        document = schemas.document(event_name)
        if document is None:
            return problem(HTTPStatus.NOT_FOUND, "This event type has no JSON Schema: its data is any JSON object.")
        return Response(status_code=HTTPStatus.OK, content_type=SCHEMA, body=json.dumps(document, ensure_ascii=False))


def _publish_route(router: APIGatewayHttpRouter, publishing: Publishing) -> None:
    @router.post(
        "/accounts/<accountId>/events",
        operation_id="publishEvents",
        summary="Publish events",
        description=(
            "All events are checked first, by the JSON Schemas of their types too where the deployment says so "
            "(`ValidateEvents`): where one is invalid, none is published, and `errors` names the places in all of them."
        ),
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


def _delivered_account(account_id: str, body: EventsEntered) -> int | str:
    """The account id as receivers get it: as it came, or a number where the path holds one."""
    if "account_id" not in body.model_fields_set:
        return account.published_account(account_id)
    key = account.account_key(body.account_id)
    if key is None:
        raise InvalidRequestError("accountId", f"must be {account.ACCEPTED}", HTTPStatus.BAD_REQUEST)
    if key != account_id:
        raise InvalidRequestError("accountId", "must be the account of the path, or left out")
    delivered: int | str = body.account_id
    return delivered
