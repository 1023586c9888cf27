"""Routes of attempts: every POST that was made for a webhook, or for one delivery."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.attempts.schemas import AttemptList, attempt_list
from recado.http_api.shared.cursors import cursor_to, position_of
from recado.http_api.shared.parameters import (
    AccountId,
    Cursor,
    DeliveryId,
    FromFilter,
    Limit,
    ToFilter,
    WebhookId,
    check_names,
    time_range,
)
from recado.http_api.shared.schemas import READ, new_router, responses, shown
from recado.ports.managing import AttemptPage, AttemptQuery
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.delivery_log import DeliveryLog

_OF_WEBHOOK = "/accounts/<accountId>/webhooks/<webhookId>/attempts"
_OF_DELIVERY = "/accounts/<accountId>/webhooks/<webhookId>/deliveries/<deliveryId>/attempts"
_TAGS = ["Deliveries"]


def attempt_routes(administration: Administration, log: DeliveryLog) -> APIGatewayHttpRouter:
    """The routes that list attempts."""
    router = new_router()
    _of_webhook_route(router, administration, log)
    _of_delivery_route(router, administration, log)
    return router


def _of_webhook_route(router: APIGatewayHttpRouter, administration: Administration, log: DeliveryLog) -> None:
    @router.get(
        _OF_WEBHOOK,
        operation_id="listAttempts",
        summary="List a webhook's attempts, newest first",
        description="A POST of a single event may stand where the event's own time is.",
        tags=_TAGS,
        responses=responses(200, AttemptList, 422),
        security=READ,
    )
    def list_attempts(  # noqa: PLR0917 - the query parameters of the route
        account_id: AccountId,
        webhook_id: WebhookId,
        from_time: FromFilter = None,
        to_time: ToFilter = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Response[str]:
        check_names(router.current_event.query_string_parameters, ("from", "to", "cursor", "limit"))
        webhook = administration.read(account_id, webhook_id)
        from_ms, to_ms = time_range(from_time, to_time)
        before = position_of(_list(webhook.webhook_id), cursor)
        return _page(webhook.webhook_id, log.attempts(AttemptQuery(webhook.webhook_id, limit, from_ms, to_ms, before)))


def _of_delivery_route(router: APIGatewayHttpRouter, administration: Administration, log: DeliveryLog) -> None:
    @router.get(
        _OF_DELIVERY,
        operation_id="listAttemptsOfDelivery",
        summary="List the attempts that carried a delivery, newest first",
        tags=_TAGS,
        responses=responses(200, AttemptList, 422),
        security=READ,
    )
    def list_attempts_of_delivery(
        account_id: AccountId, webhook_id: WebhookId, delivery_id: DeliveryId, cursor: Cursor = None, limit: Limit = 50
    ) -> Response[str]:
        check_names(router.current_event.query_string_parameters, ("cursor", "limit"))
        webhook = administration.read(account_id, webhook_id)
        before = position_of(_list(webhook.webhook_id), cursor)
        return _page(webhook.webhook_id, log.attempts_of(webhook.webhook_id, delivery_id, before, limit))


def _page(webhook_id: str, page: AttemptPage) -> Response[str]:
    next_cursor = None if page.next_before is None else cursor_to(_list(webhook_id), page.next_before)
    return shown(attempt_list(page, next_cursor))


def _list(webhook_id: str) -> str:
    """What a cursor names."""
    return f"{webhook_id}:attempts"
