"""Routes of webhooks."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.shared.own_hosts import outward
from recado.http_api.shared.parameters import AccountId, IfMatch, WebhookId, version_of
from recado.http_api.shared.schemas import READ, WRITE, new_router, responses, shown
from recado.http_api.webhooks.schemas import (
    WebhookChanged,
    WebhookEntered,
    WebhookList,
    WebhookView,
    changes_of,
    webhook_view,
)
from recado.ports import CountsReader
from recado.rules.delivery.counts import Counts
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.administration import Administration

_COLLECTION = "/accounts/<accountId>/webhooks"
_WEBHOOK = f"{_COLLECTION}/<webhookId>"
_TAGS = ["Webhooks"]


def webhook_routes(administration: Administration, counts: CountsReader, webhook_limit: int) -> APIGatewayHttpRouter:
    """The routes that create, list, read, change and remove webhooks."""
    router = new_router()
    _collection_routes(router, administration, counts, webhook_limit)
    _webhook_routes(router, administration, counts)
    _removal_route(router, administration)
    return router


def _collection_routes(
    router: APIGatewayHttpRouter, administration: Administration, counts: CountsReader, webhook_limit: int
) -> None:
    @router.post(
        _COLLECTION,
        operation_id="createWebhook",
        summary="Register a webhook",
        description="A webhook of authentication type SIGNATURE gets its secret here: download it afterwards.",
        tags=_TAGS,
        responses=responses(201, WebhookView, 400, 409, 415, 422, headers=("ETag", "Location")),
        security=WRITE,
    )
    def create_webhook(account_id: AccountId, webhook: WebhookEntered) -> Response[str]:
        created = administration.create(account_id, outward(changes_of(webhook), router.current_event))
        location = f"/accounts/{account_id}/webhooks/{created.webhook_id}"
        return _shown(created, Counts(), HTTPStatus.CREATED, Location=location)

    @router.get(
        _COLLECTION,
        operation_id="listWebhooks",
        summary="List the account's webhooks",
        tags=_TAGS,
        responses=responses(200, WebhookList),
        security=READ,
    )
    def list_webhooks(account_id: AccountId) -> Response[str]:
        webhooks = administration.all_of(account_id)
        counted = counts.of_all_hours(account_id, [webhook.webhook_id for webhook in webhooks])
        views = [webhook_view(webhook, counted[webhook.webhook_id]) for webhook in webhooks]
        return shown(WebhookList(webhooks=views, limit=webhook_limit))


def _webhook_routes(router: APIGatewayHttpRouter, administration: Administration, counts: CountsReader) -> None:
    def counted(webhook: Webhook) -> Response[str]:
        return _shown(webhook, counts.of_all_hours(webhook.account_id, [webhook.webhook_id])[webhook.webhook_id])

    @router.get(
        _WEBHOOK,
        operation_id="readWebhook",
        summary="Read a webhook",
        tags=_TAGS,
        responses=responses(200, WebhookView, headers=("ETag",)),
        security=READ,
    )
    def read_webhook(account_id: AccountId, webhook_id: WebhookId) -> Response[str]:
        return counted(administration.read(account_id, webhook_id))

    @router.patch(
        _WEBHOOK,
        operation_id="changeWebhook",
        summary="Change a webhook",
        description="What is left out stays as it is. "
        "`active` off retires the webhook, and its backlog waits; on reactivates it, also when it was DISABLED.",
        tags=_TAGS,
        responses=responses(200, WebhookView, 400, 412, 415, 422, headers=("ETag",)),
        security=WRITE,
    )
    def change_webhook(
        account_id: AccountId, webhook_id: WebhookId, webhook: WebhookChanged, if_match: IfMatch = None
    ) -> Response[str]:
        version = version_of(if_match)
        changes = outward(changes_of(webhook), router.current_event)
        return counted(administration.change(account_id, webhook_id, changes, version))


def _removal_route(router: APIGatewayHttpRouter, administration: Administration) -> None:
    @router.delete(
        _WEBHOOK,
        operation_id="removeWebhook",
        summary="Remove a webhook, with its backlog",
        tags=_TAGS,
        responses=responses(204, None, 400, 412),
        security=WRITE,
    )
    def remove_webhook(account_id: AccountId, webhook_id: WebhookId, if_match: IfMatch = None) -> Response[str]:
        administration.remove(account_id, webhook_id, version_of(if_match))
        return Response(status_code=HTTPStatus.NO_CONTENT, body="")


def _shown(webhook: Webhook, counts: Counts, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> Response[str]:
    return shown(webhook_view(webhook, counts), status, {"ETag": f'"{webhook.version}"', **headers})
