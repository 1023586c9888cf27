"""The route that tells where an event went."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.deliveries.filters import checked_event_name
from recado.http_api.shared.cursors import cursor_to_place, not_of_this_list, place_of
from recado.http_api.shared.parameters import AccountId, Cursor, EventId, check_names, event_id, time_of
from recado.http_api.shared.schemas import READ, new_router, responses, shown
from recado.http_api.tracing.schemas import TracedEventView, traced_event_view
from recado.http_api.webhooks.schemas import EventName
from recado.rules.event import timestamps
from recado.rules.event.event import key_of
from recado.use_cases.managing.tracing import EventAsked, EventTracing

_PARAMETERS = ("timestamp", "eventName", "cursor")

Timestamp = Annotated[
    str | None,
    Query(
        description=f"The event's own time: {timestamps.ACCEPTED}; write a `+` as `%2B`. Without it the logs are "
        "looked through, newest first, for the newest event of this id."
    ),
]
NameBelieved = Annotated[
    EventName | None,
    Query(alias="eventName", description="What it is, if you know: it tells more where there is no delivery of it."),
]


def tracing_routes(tracing: EventTracing) -> APIGatewayHttpRouter:
    """The route of an event."""
    router = new_router()

    @router.get(
        "/accounts/<accountId>/events/<eventId>",
        operation_id="traceEvent",
        summary="Tell where an event went, and why not elsewhere",
        description="Of each webhook that the account has now. What is not known is said to be unknown, never guessed.",
        tags=["Events"],
        responses=responses(200, TracedEventView, 422),
        security=READ,
    )
    def trace_event(
        account_id: AccountId,
        wanted_id: EventId,
        timestamp: Timestamp = None,
        event_name: NameBelieved = None,
        cursor: Cursor = None,
    ) -> Response[str]:
        check_names(router.current_event.query_string_parameters, _PARAMETERS)
        of_list, timestamp_ms = f"{account_id}:events:{event_id(wanted_id)}", time_of("timestamp", timestamp)
        after = place_of(of_list, cursor)
        if after is not None and timestamp_ms is not None and after.key != key_of(timestamp_ms, wanted_id):
            raise not_of_this_list()
        traced = tracing(EventAsked(account_id, wanted_id, timestamp_ms, checked_event_name(event_name), after))
        next_cursor = None if traced.next is None else cursor_to_place(of_list, traced.next)
        return shown(traced_event_view(wanted_id, traced, next_cursor))

    return router
