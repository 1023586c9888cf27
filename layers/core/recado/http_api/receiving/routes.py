"""Routes of receivers: what has arrived for them, and what of it is to come again."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BaseModel

from recado.http_api.deliveries.filters import ArrivedFromFilter
from recado.http_api.receiving.admission import message_id_of, webhook_of
from recado.http_api.receiving.schemas import (
    ArrivedListView,
    ResendEntered,
    ResendView,
    ResentView,
    arrived_view,
)
from recado.http_api.shared.access import path_of, requester_of
from recado.http_api.shared.cursors import cursor_of_walk, walk_of
from recado.http_api.shared.parameters import (
    AccountId,
    Cursor,
    FromFilter,
    Limit,
    WebhookId,
    check_names,
    time_of,
)
from recado.http_api.shared.schemas import OF_RECEIVER, new_router, responses, shown
from recado.ports.sending import Clock
from recado.rules.activity.activity import Once
from recado.rules.activity.idempotency import KeyedRequest
from recado.rules.event.timestamps import to_iso
from recado.rules.receiving.window import window
from recado.use_cases.managing.receiving import Receiving

_WEBHOOK = "/receive/<accountId>/<webhookId>"
_TAGS = ["Receivers"]
_NAME = "receiver"
_PARAMETERS = ("arrivedFrom", "from", "cursor", "limit")
_SIGNED = (
    "Signed with the webhook's own secret, as Standard Webhooks has it: headers `webhook-id` (1 to 128 of "
    "letters, digits, `_`, `.`, `:` or `-`), `webhook-timestamp` (seconds since 1970, at most five minutes off) and "
    "`webhook-signature` (`v1,…`), over `{webhook-id}.{webhook-timestamp}.{payload}`. The payload is "
)


def receiver_routes(receiving: Receiving, clock: Clock) -> APIGatewayHttpRouter:
    """The routes of receivers."""
    router = new_router()
    _events_route(router, receiving, clock)
    _resend_route(router, receiving)
    return router


def _events_route(router: APIGatewayHttpRouter, receiving: Receiving, clock: Clock) -> None:
    @router.get(
        f"{_WEBHOOK}/events",
        operation_id="listArrived",
        summary="What has arrived for a receiver, oldest first",
        description=f"{_SIGNED}the request's first line without the version, such as "
        "`GET /receive/1010/wh_x/events?limit=100`. Of each event there is what became of it, and the body that would "
        "bring it. `arrivedFrom` is usually a day ago, `from` as much earlier "
        "as an event takes to arrive: an hour, and the time between two drains.",
        tags=_TAGS,
        responses=_answers(200, ArrivedListView, 400, 409, 422),
        security=OF_RECEIVER,
    )
    def list_arrived(  # noqa: PLR0917 - the query parameters of the route
        account_id: AccountId,  # noqa: ARG001 - documents the path, as the next does
        webhook_id: WebhookId,  # noqa: ARG001
        arrived_from: ArrivedFromFilter = None,
        from_time: FromFilter = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Response[str]:
        event, now = router.current_event.raw_event, clock()
        check_names(router.current_event.query_string_parameters, _PARAMETERS)
        webhook = webhook_of(event)
        of_list = f"{webhook.webhook_id}:arrived"
        since, first = time_of("arrivedFrom", arrived_from), time_of("from", from_time)
        walk = walk_of(of_list, cursor)
        began = now if walk is None else walk[1]
        asked = window(since, first, began, receiving.drains_every_ms)
        page = receiving.arrived(webhook, asked, walk, limit)
        content_type = webhook.shape.content_type
        return shown(
            ArrivedListView(
                deliveries=[arrived_view(one, content_type, now) for one in page.arrived],
                next_cursor=None if page.after is None else cursor_of_walk(of_list, page.after, page.began),
                resume_from=to_iso(page.resume_from),
            )
        )


def _resend_route(router: APIGatewayHttpRouter, receiving: Receiving) -> None:
    @router.post(
        f"{_WEBHOOK}/resend",
        operation_id="resend",
        summary="Send a receiver again what it lacks",
        description=f"{_SIGNED}`POST /receive/1010/wh_x/resend`, a line feed, and the body. What has ended comes again "
        "as an ordinary POST with `recado-resend: requested`; if anything waits, all that waits leaves now. The same "
        "`webhook-id` again changes nothing more.",
        tags=_TAGS,
        responses=_answers(202, ResendView, 400, 409, 415, 422),
        security=OF_RECEIVER,
    )
    def resend(account_id: AccountId, webhook_id: WebhookId, wanted: ResendEntered) -> Response[str]:  # noqa: ARG001
        event = router.current_event.raw_event
        path, message_id = path_of(event), message_id_of(event)

        def once(delivery_id: str) -> Once:
            return KeyedRequest(account_id, "POST", path, f"{message_id} {delivery_id}", b"").once

        requester = replace(requester_of(event), name=_NAME)
        asked = receiving.resend(webhook_of(event), list(dict.fromkeys(wanted.delivery_ids)), requester, once)
        results = [ResentView(delivery_id=one, result=result) for one, result in asked.items()]
        return shown(ResendView(results=results), HTTPStatus.ACCEPTED)


def _answers(success: int, model: type[BaseModel], *problems: int) -> dict[int, Any]:
    """The documented responses of a route that checks signatures itself."""
    answers = responses(success, model, 401, 404, 503, *problems, secured=False)
    answers[401] |= {
        "description": "Not signed by a secret of this webhook, or not lately; or no such webhook has one.",
        "headers": {"WWW-Authenticate": {"description": "`Webhook-Signature`.", "schema": {"type": "string"}}},
    }
    return answers
