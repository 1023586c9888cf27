"""Routes of the delivery log."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.deliveries.schemas import DeliveryDetail, DeliveryList, delivery_detail, delivery_view
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
from recado.http_api.shared.problems import InvalidRequestError
from recado.http_api.shared.schemas import READ, new_router, responses, shown
from recado.http_api.webhooks.schemas import EventName
from recado.ports import Clock, DeliveryQuery
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.event.catalogue import NAME_ACCEPTED, is_name
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.delivery_log import DeliveryLog

_COLLECTION = "/accounts/<accountId>/webhooks/<webhookId>/deliveries"
_TAGS = ["Deliveries"]
_PARAMETERS = ("status", "eventName", "from", "to", "cursor", "limit")

StatusFilter = Annotated[DeliveryStatus | None, Query(description="Only deliveries of this status.")]
EventNameFilter = Annotated[EventName | None, Query(alias="eventName", description="Only events of this name.")]


def delivery_routes(administration: Administration, log: DeliveryLog, clock: Clock) -> APIGatewayHttpRouter:
    """The routes that list and read deliveries."""
    router = new_router()
    _list_route(router, administration, log, clock)
    _read_route(router, administration, log, clock)
    return router


def _list_route(router: APIGatewayHttpRouter, administration: Administration, log: DeliveryLog, clock: Clock) -> None:
    @router.get(
        _COLLECTION,
        operation_id="listDeliveries",
        summary="List a webhook's deliveries, newest first",
        tags=_TAGS,
        responses=responses(200, DeliveryList, 422),
        security=READ,
    )
    def list_deliveries(  # noqa: PLR0917 - the query parameters of the route
        account_id: AccountId,
        webhook_id: WebhookId,
        status: StatusFilter = None,
        event_name: EventNameFilter = None,
        from_time: FromFilter = None,
        to_time: ToFilter = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Response[str]:
        check_names(router.current_event.query_string_parameters, _PARAMETERS)
        webhook = administration.read(account_id, webhook_id)
        now = clock()
        from_ms, to_ms = time_range(from_time, to_time)
        query = DeliveryQuery(
            webhook_id=webhook.webhook_id,
            now_ms=now,
            limit=limit,
            status=status,
            event_name=_event_name(event_name),
            from_ms=from_ms,
            to_ms=to_ms,
            before=position_of(webhook.webhook_id, cursor),
        )
        page = log.newest(query)
        deliveries = [delivery_view(delivery, now) for delivery in page.deliveries]
        next_cursor = None if page.next_before is None else cursor_to(webhook.webhook_id, page.next_before)
        return shown(DeliveryList(deliveries=deliveries, next_cursor=next_cursor))


def _read_route(router: APIGatewayHttpRouter, administration: Administration, log: DeliveryLog, clock: Clock) -> None:
    @router.get(
        f"{_COLLECTION}/<deliveryId>",
        operation_id="readDelivery",
        summary="Read a delivery with its event",
        tags=_TAGS,
        responses=responses(200, DeliveryDetail),
        security=READ,
    )
    def read_delivery(account_id: AccountId, webhook_id: WebhookId, delivery_id: DeliveryId) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        return shown(delivery_detail(webhook, log.read(webhook.webhook_id, delivery_id), clock()))


def _event_name(name: str | None) -> str | None:
    if name is not None and not is_name(name):
        raise InvalidRequestError("eventName", f"must be {NAME_ACCEPTED}")
    return name
