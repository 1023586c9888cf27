"""Routes of jobs: many deliveries again, or withdrawn; what became of it, and its end."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.jobs.schemas import JobList, JobView, RedeliveryEntered, SelectionEntered, job_view
from recado.http_api.shared.access import requester_of
from recado.http_api.shared.parameters import AccountId, WebhookId, check_names
from recado.http_api.shared.schemas import READ, WRITE, new_router, responses, shown
from recado.rules.delivery.job import Job
from recado.use_cases.managing.administration import Administration
from recado.use_cases.sending.jobs import Jobs

_WEBHOOK = "/accounts/<accountId>/webhooks/<webhookId>"
_REDELIVER = f"{_WEBHOOK}/redeliver"
_TAGS = ["Deliveries"]

JobToEnd = Annotated[
    str | None, Query(alias="jobId", description="The job; without it the one that is carried on now.")
]


def job_routes(administration: Administration, jobs: Jobs) -> APIGatewayHttpRouter:
    """The routes that start, list and end jobs."""
    router = new_router()
    _start_routes(router, administration, jobs)
    _list_route(router, administration, jobs)
    _end_route(router, administration, jobs)
    return router


def _start_routes(router: APIGatewayHttpRouter, administration: Administration, jobs: Jobs) -> None:
    @router.post(
        _REDELIVER,
        operation_id="startRedelivery",
        summary="Deliver many again",
        description=(
            "A job puts copies of them into the webhook's backlog, page by page; what is set aside is moved back. It "
            "takes what had arrived when it was asked for, whatever the events' own times, and nothing of names that "
            "the webhook does not want any more. Five jobs of a webhook may be unfinished."
        ),
        tags=_TAGS,
        responses=responses(202, JobView, 400, 409, 415, 422, headers=("Location",)),
        security=WRITE,
    )
    def start_redelivery(account_id: AccountId, webhook_id: WebhookId, entered: RedeliveryEntered) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        requester = requester_of(router.current_event.raw_event)
        return _started(jobs.redeliver(webhook, entered.redelivery(), requester))

    @router.post(
        f"{_WEBHOOK}/cancel",
        operation_id="startCancellation",
        summary="Withdraw many that wait",
        description=(
            "A job withdraws what is selected of what waits, before anything else is sent, and also while the webhook "
            "is off; without a selection everything that had arrived when it was asked for. One whose POST is on its "
            "way is `DELIVERED` if that succeeds."
        ),
        tags=_TAGS,
        responses=responses(202, JobView, 400, 409, 415, 422, headers=("Location",)),
        security=WRITE,
    )
    def start_cancellation(account_id: AccountId, webhook_id: WebhookId, entered: SelectionEntered) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        requester = requester_of(router.current_event.raw_event)
        return _started(jobs.cancel(webhook, entered.selection(), requester))


def _list_route(router: APIGatewayHttpRouter, administration: Administration, jobs: Jobs) -> None:
    @router.get(
        _REDELIVER,
        operation_id="listJobs",
        summary="List the webhook's jobs, newest first",
        tags=_TAGS,
        responses=responses(200, JobList),
        security=READ,
    )
    def list_jobs(account_id: AccountId, webhook_id: WebhookId) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        return shown(JobList(jobs=[job_view(job) for job in jobs.newest(webhook)]))


def _end_route(router: APIGatewayHttpRouter, administration: Administration, jobs: Jobs) -> None:
    @router.delete(
        _REDELIVER,
        operation_id="endJob",
        summary="End a job",
        description=(
            "What it has put into the backlog, and was not sent yet, is withdrawn; also of a job that is named, and "
            "has put all there already."
        ),
        tags=_TAGS,
        responses=responses(202, JobView, 400, 409, 422),
        security=WRITE,
    )
    def end_job(account_id: AccountId, webhook_id: WebhookId, job_id: JobToEnd = None) -> Response[str]:
        check_names(router.current_event.query_string_parameters, ("jobId",))
        webhook = administration.read(account_id, webhook_id)
        ending = jobs.end(webhook, job_id, requester_of(router.current_event.raw_event))
        return shown(job_view(ending), HTTPStatus.ACCEPTED)


def _started(job: Job) -> Response[str]:
    location = f"/accounts/{job.account_id}/webhooks/{job.webhook_id}/redeliver"
    return shown(job_view(job), HTTPStatus.ACCEPTED, {"Location": location})
