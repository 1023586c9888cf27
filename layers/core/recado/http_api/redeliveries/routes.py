"""Routes of redelivery on request: one delivery again, or all of a time range and status."""

from http import HTTPStatus
from typing import Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from recado.http_api.deliveries.schemas import DeliveryDetail, delivery_detail
from recado.http_api.shared.parameters import AccountId, DeliveryId, WebhookId
from recado.http_api.shared.problems import InvalidRequestError
from recado.http_api.shared.schemas import READ, WRITE, Entered, Shown, Time, TimeEntered, new_router, responses, shown
from recado.ports import Clock
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job, JobState
from recado.rules.event import timestamps
from recado.rules.event.timestamps import to_iso
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.delivery_log import DeliveryLog, NoSuchDeliveryError
from recado.use_cases.sending.redelivery_jobs import RedeliveryRequests

_ONE = "/accounts/<accountId>/webhooks/<webhookId>/deliveries/<deliveryId>/redeliver"
_MANY = "/accounts/<accountId>/webhooks/<webhookId>/redeliver"
_TAGS = ["Deliveries"]


class RedeliveryEntered(Entered):
    """Which deliveries are to be sent again: those of this status whose events lie in the time range."""

    status: Literal["DELIVERED", "EXPIRED", "SKIPPED"]
    from_time: TimeEntered = Field(alias="from", description=f"Of the event: {timestamps.ACCEPTED}.")
    to_time: TimeEntered = Field(default=None, alias="to", description="As `from`; now, where it is left out.")


class RedeliveryJobView(Shown):
    """A redelivery job and its progress. `requeued` deliveries have been put into the backlog so far."""

    job_id: str
    webhook_id: str
    state: JobState
    status: DeliveryStatus
    from_time: Time = Field(alias="from")
    to_time: Time = Field(alias="to")
    requeued: int
    created_at: Time
    updated_at: Time


def redelivery_routes(
    administration: Administration, log: DeliveryLog, redeliveries: RedeliveryRequests, clock: Clock
) -> APIGatewayHttpRouter:
    """The routes that deliver again."""
    router = new_router()
    _one_route(router, administration, log, redeliveries, clock)
    _many_routes(router, administration, redeliveries, clock)
    return router


def _one_route(
    router: APIGatewayHttpRouter,
    administration: Administration,
    log: DeliveryLog,
    redeliveries: RedeliveryRequests,
    clock: Clock,
) -> None:
    @router.post(
        _ONE,
        operation_id="redeliver",
        summary="Deliver one event again",
        description="It joins the webhook's backlog, and is sent at once where the receiver is well.",
        tags=_TAGS,
        responses=responses(202, DeliveryDetail, 400, 409, 415),
        security=WRITE,
    )
    def redeliver(account_id: AccountId, webhook_id: WebhookId, delivery_id: DeliveryId) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        delivery = log.read(webhook.webhook_id, delivery_id)
        waiting = redeliveries.one(webhook, delivery)
        return shown(delivery_detail(webhook, waiting, clock()), HTTPStatus.ACCEPTED)


def _many_routes(
    router: APIGatewayHttpRouter, administration: Administration, redeliveries: RedeliveryRequests, clock: Clock
) -> None:
    @router.post(
        _MANY,
        operation_id="startRedelivery",
        summary="Deliver all of a time range and status again",
        description="A job puts them into the webhook's backlog, page by page; one job of a webhook runs at a time.",
        tags=_TAGS,
        responses=responses(202, RedeliveryJobView, 400, 409, 415, 422, headers=("Location",)),
        security=WRITE,
    )
    def start_redelivery(account_id: AccountId, webhook_id: WebhookId, entered: RedeliveryEntered) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        from_ms = _milliseconds("from", entered.from_time)
        to_ms = _milliseconds("to", entered.to_time) if "to_time" in entered.model_fields_set else clock()
        if from_ms > to_ms:
            raise InvalidRequestError("to", "must not be before from")
        job = redeliveries.many(webhook, DeliveryStatus(entered.status), from_ms, to_ms)
        location = f"/accounts/{account_id}/webhooks/{webhook_id}/redeliver"
        return shown(_view(job), HTTPStatus.ACCEPTED, {"Location": location})

    @router.get(
        _MANY,
        operation_id="readRedelivery",
        summary="Read the webhook's running or last redelivery job",
        tags=_TAGS,
        responses=responses(200, RedeliveryJobView),
        security=READ,
    )
    def read_redelivery(account_id: AccountId, webhook_id: WebhookId) -> Response[str]:
        job = redeliveries.latest(administration.read(account_id, webhook_id))
        if job is None:
            raise NoSuchDeliveryError
        return shown(_view(job))


def _milliseconds(field: str, value: object) -> int:
    try:
        return timestamps.to_milliseconds(value)
    except timestamps.InvalidTimestampError as error:
        raise InvalidRequestError(field, str(error)) from None


def _view(job: Job) -> RedeliveryJobView:
    return RedeliveryJobView(
        job_id=job.job_id,
        webhook_id=job.webhook_id,
        state=job.state,
        status=job.status,
        from_time=to_iso(job.from_ms),
        to_time=to_iso(job.to_ms),
        requeued=job.requeued,
        created_at=to_iso(job.created_at),
        updated_at=to_iso(job.updated_at),
    )
