"""Routes of the delivery log: of one webhook, and of all of an account."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.deliveries.filters import (
    PARAMETERS,
    ArrivedFromFilter,
    ArrivedToFilter,
    EventIdFilter,
    EventNameFilter,
    FailedFilter,
    FailureClassFilter,
    Filters,
    StatusCodeFilter,
    StatusFilter,
)
from recado.http_api.deliveries.schemas import (
    AccountDeliveryList,
    DeliveryDetail,
    DeliveryList,
    account_delivery_view,
    delivery_detail,
    delivery_view,
)
from recado.http_api.shared.cursors import cursor_to, cursor_to_place, place_of, position_of
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
from recado.ports.log_place import LogPlace
from recado.ports.managing import DeliveryQuery
from recado.ports.sending import Clock
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.delivery_log import DeliveryLog

_COLLECTION = "/accounts/<accountId>/webhooks/<webhookId>/deliveries"
_OF_ACCOUNT = "/accounts/<accountId>/deliveries"
_TAGS = ["Deliveries"]


def delivery_routes(administration: Administration, log: DeliveryLog, clock: Clock) -> APIGatewayHttpRouter:
    """The routes that list and read deliveries."""
    router = new_router()
    _list_route(router, administration, log, clock)
    _account_route(router, administration, log, clock)
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
        failed: FailedFilter = None,
        failure_class: FailureClassFilter = None,
        status_code: StatusCodeFilter = None,
        event_name: EventNameFilter = None,
        event_id: EventIdFilter = None,
        from_time: FromFilter = None,
        to_time: ToFilter = None,
        arrived_from: ArrivedFromFilter = None,
        arrived_to: ArrivedToFilter = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Response[str]:
        check_names(router.current_event.query_string_parameters, PARAMETERS)
        own, now = administration.read(account_id, webhook_id).webhook_id, clock()
        filters = Filters(status, failed, failure_class, status_code, event_name, event_id, arrived_from, arrived_to)
        key = position_of(own, cursor)
        before = None if key is None else LogPlace(key, own)
        page = log.newest(DeliveryQuery([own], now, limit, filters.wanted(), *time_range(from_time, to_time), before))
        next_cursor = None if page.next_before is None else cursor_to(own, page.next_before.key)
        return shown(
            DeliveryList(deliveries=[delivery_view(one, now) for one in page.deliveries], next_cursor=next_cursor)
        )


def _account_route(
    router: APIGatewayHttpRouter, administration: Administration, log: DeliveryLog, clock: Clock
) -> None:
    @router.get(
        _OF_ACCOUNT,
        operation_id="listDeliveriesOfAccount",
        summary="List the deliveries of all webhooks, newest first",
        description="Those of the webhooks that the account has now; an event is there once for each that got it.",
        tags=_TAGS,
        responses=responses(200, AccountDeliveryList, 422),
        security=READ,
    )
    def list_deliveries_of_account(  # noqa: PLR0917 - the query parameters of the route
        account_id: AccountId,
        status: StatusFilter = None,
        failed: FailedFilter = None,
        failure_class: FailureClassFilter = None,
        status_code: StatusCodeFilter = None,
        event_name: EventNameFilter = None,
        event_id: EventIdFilter = None,
        from_time: FromFilter = None,
        to_time: ToFilter = None,
        arrived_from: ArrivedFromFilter = None,
        arrived_to: ArrivedToFilter = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Response[str]:
        check_names(router.current_event.query_string_parameters, PARAMETERS)
        filters = Filters(status, failed, failure_class, status_code, event_name, event_id, arrived_from, arrived_to)
        times, of_list, now = time_range(from_time, to_time), f"{account_id}:deliveries", clock()
        before = place_of(of_list, cursor)
        names = {webhook.webhook_id: webhook.name for webhook in administration.all_of(account_id)}
        page = log.newest(DeliveryQuery(tuple(names), now, limit, filters.wanted(), *times, before))
        next_cursor = None if page.next_before is None else cursor_to_place(of_list, page.next_before)
        deliveries = [account_delivery_view(one, names[one.webhook_id], now) for one in page.deliveries]
        return shown(AccountDeliveryList(deliveries=deliveries, next_cursor=next_cursor))


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
