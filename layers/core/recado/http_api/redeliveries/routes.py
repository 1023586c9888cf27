"""Routes of what is asked of one delivery, and of what waits: again, withdrawn, sent now."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.deliveries.schemas import DeliveryDetail, delivery_detail
from recado.http_api.redeliveries.schemas import SendNowView
from recado.http_api.shared.access import requester_of
from recado.http_api.shared.parameters import AccountId, DeliveryId, WebhookId
from recado.http_api.shared.schemas import WRITE, new_router, responses, shown
from recado.http_api.webhooks.waiting import waiting_view
from recado.ports.sending import Clock
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.delivery_log import DeliveryLog
from recado.use_cases.sending.requests import Requests

_WEBHOOK = "/accounts/<accountId>/webhooks/<webhookId>"
_TAGS = ["Deliveries"]


def redelivery_routes(
    administration: Administration, log: DeliveryLog, requests: Requests, clock: Clock
) -> APIGatewayHttpRouter:
    """The routes that deliver one again, or withdraw it, and that let leave what waits."""
    router = new_router()
    _one_route(router, administration, log, requests, clock)
    _cancel_route(router, administration, log, requests, clock)
    _send_now_route(router, administration, requests)
    return router


def _one_route(
    router: APIGatewayHttpRouter,
    administration: Administration,
    log: DeliveryLog,
    requests: Requests,
    clock: Clock,
) -> None:
    @router.post(
        f"{_WEBHOOK}/deliveries/<deliveryId>/redeliver",
        operation_id="redeliver",
        summary="Deliver one event again",
        description=(
            "What waits is sent sooner, also where the receiver fails; its seven days stay as they are. What has ended "
            "keeps its status; a copy of it joins the webhook's backlog."
        ),
        tags=_TAGS,
        responses=responses(202, DeliveryDetail, 400, 409, 415),
        security=WRITE,
    )
    def redeliver(account_id: AccountId, webhook_id: WebhookId, delivery_id: DeliveryId) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        delivery = log.read(webhook.webhook_id, delivery_id)
        asked_for = requests.one(webhook, delivery, requester_of(router.current_event.raw_event))
        return shown(delivery_detail(webhook, asked_for, clock()), HTTPStatus.ACCEPTED)


def _cancel_route(
    router: APIGatewayHttpRouter,
    administration: Administration,
    log: DeliveryLog,
    requests: Requests,
    clock: Clock,
) -> None:
    @router.post(
        f"{_WEBHOOK}/deliveries/<deliveryId>/cancel",
        operation_id="cancel",
        summary="Withdraw a delivery that waits",
        description=(
            "It is not sent any more, and is `CANCELLED`; of one that had ended before it was asked for again the copy "
            "that waits is withdrawn. One whose POST is on its way is `DELIVERED` if that succeeds."
        ),
        tags=_TAGS,
        responses=responses(200, DeliveryDetail, 400, 409, 415),
        security=WRITE,
    )
    def cancel(account_id: AccountId, webhook_id: WebhookId, delivery_id: DeliveryId) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        delivery = log.read(webhook.webhook_id, delivery_id)
        withdrawn = requests.cancel(webhook, delivery, requester_of(router.current_event.raw_event))
        return shown(delivery_detail(webhook, withdrawn, clock()))


def _send_now_route(router: APIGatewayHttpRouter, administration: Administration, requests: Requests) -> None:
    @router.post(
        f"{_WEBHOOK}/send-now",
        operation_id="sendNow",
        summary="Let what waits leave now",
        description=(
            "Whatever it was waiting for: a receiver that failed, its `Retry-After`, or its turn after it was set "
            "aside. A change of target URL, headers, authentication or delivery settings does the same by itself."
        ),
        tags=_TAGS,
        responses=responses(202, SendNowView, 400, 409, 415),
        security=WRITE,
    )
    def send_now(account_id: AccountId, webhook_id: WebhookId) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        waiting = requests.send_now(webhook, requester_of(router.current_event.raw_event))
        view = SendNowView(webhook_id=webhook.webhook_id, waiting=waiting_view(waiting))
        return shown(view, HTTPStatus.ACCEPTED)
