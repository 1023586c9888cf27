"""Routes of what is asked of deliveries: one again, all of a time range and status again, one withdrawn."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.deliveries.schemas import DeliveryDetail, delivery_detail
from recado.http_api.redeliveries.schemas import RedeliveryEntered, RedeliveryJobView, job_view
from recado.http_api.shared.access import asking
from recado.http_api.shared.parameters import AccountId, DeliveryId, WebhookId, milliseconds
from recado.http_api.shared.problems import InvalidRequestError
from recado.http_api.shared.schemas import READ, WRITE, new_router, responses, shown
from recado.ports import Clock
from recado.rules.delivery.delivery import DeliveryStatus
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.delivery_log import DeliveryLog, NoSuchDeliveryError
from recado.use_cases.sending.requests import Requests

_ONE = "/accounts/<accountId>/webhooks/<webhookId>/deliveries/<deliveryId>/redeliver"
_CANCEL = "/accounts/<accountId>/webhooks/<webhookId>/deliveries/<deliveryId>/cancel"
_MANY = "/accounts/<accountId>/webhooks/<webhookId>/redeliver"
_TAGS = ["Deliveries"]


def redelivery_routes(
    administration: Administration, log: DeliveryLog, requests: Requests, clock: Clock
) -> APIGatewayHttpRouter:
    """The routes that deliver again, or withdraw."""
    router = new_router()
    _one_route(router, administration, log, requests, clock)
    _cancel_route(router, administration, log, requests, clock)
    _many_routes(router, administration, requests, clock)
    return router


def _one_route(
    router: APIGatewayHttpRouter,
    administration: Administration,
    log: DeliveryLog,
    requests: Requests,
    clock: Clock,
) -> None:
    @router.post(
        _ONE,
        operation_id="redeliver",
        summary="Deliver one event again",
        description=(
            "What waits is sent sooner, also where the receiver fails. What has ended keeps its status; a copy of it "
            "joins the webhook's backlog."
        ),
        tags=_TAGS,
        responses=responses(202, DeliveryDetail, 400, 409, 415),
        security=WRITE,
    )
    def redeliver(account_id: AccountId, webhook_id: WebhookId, delivery_id: DeliveryId) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        delivery = log.read(webhook.webhook_id, delivery_id)
        asked_for = requests.one(webhook, delivery, asking(router.current_event.raw_event))
        return shown(delivery_detail(webhook, asked_for, clock()), HTTPStatus.ACCEPTED)


def _cancel_route(
    router: APIGatewayHttpRouter,
    administration: Administration,
    log: DeliveryLog,
    requests: Requests,
    clock: Clock,
) -> None:
    @router.post(
        _CANCEL,
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
        withdrawn = requests.cancel(log.read(webhook.webhook_id, delivery_id))
        return shown(delivery_detail(webhook, withdrawn, clock()))


def _many_routes(
    router: APIGatewayHttpRouter, administration: Administration, requests: Requests, clock: Clock
) -> None:
    @router.post(
        _MANY,
        operation_id="startRedelivery",
        summary="Deliver all of a time range and status again",
        description=(
            "A job puts copies of them into the webhook's backlog, page by page; one job of a webhook runs at a time."
        ),
        tags=_TAGS,
        responses=responses(202, RedeliveryJobView, 400, 409, 415, 422, headers=("Location",)),
        security=WRITE,
    )
    def start_redelivery(account_id: AccountId, webhook_id: WebhookId, entered: RedeliveryEntered) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        from_ms = milliseconds("from", entered.from_time)
        to_ms = milliseconds("to", entered.to_time) if "to_time" in entered.model_fields_set else clock()
        if from_ms > to_ms:
            raise InvalidRequestError("to", "must not be before from")
        requested_by = asking(router.current_event.raw_event)
        job = requests.many(webhook, DeliveryStatus(entered.status), from_ms, to_ms, requested_by)
        location = f"/accounts/{account_id}/webhooks/{webhook_id}/redeliver"
        return shown(job_view(job), HTTPStatus.ACCEPTED, {"Location": location})

    @router.get(
        _MANY,
        operation_id="readRedelivery",
        summary="Read the webhook's running or last redelivery job",
        tags=_TAGS,
        responses=responses(200, RedeliveryJobView),
        security=READ,
    )
    def read_redelivery(account_id: AccountId, webhook_id: WebhookId) -> Response[str]:
        job = requests.latest(administration.read(account_id, webhook_id))
        if job is None:
            raise NoSuchDeliveryError
        return shown(job_view(job))
