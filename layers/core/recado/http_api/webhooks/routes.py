"""Routes of webhooks."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.shared.access import requester_of
from recado.http_api.shared.admission import check_capability
from recado.http_api.shared.own_hosts import outward
from recado.http_api.shared.parameters import AccountId, IfMatch, WebhookId, version_of
from recado.http_api.shared.schemas import READ, WRITE, new_router, responses, shown
from recado.http_api.webhooks.schemas import (
    ChangedWebhookView,
    WebhookChanged,
    WebhookEntered,
    WebhookList,
    WebhookView,
    changed_webhook_view,
    changes_of,
    needed_besides,
    webhook_view,
)
from recado.ports.counting import CountsReader
from recado.rules.delivery.counts import Counts
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.delivery_log import DeliveryLog

_COLLECTION = "/accounts/<accountId>/webhooks"
_WEBHOOK = f"{_COLLECTION}/<webhookId>"
_TAGS = ["Webhooks"]


def webhook_routes(
    administration: Administration, log: DeliveryLog, counts: CountsReader, webhook_limit: int
) -> APIGatewayHttpRouter:
    """The routes that create, list, read, change and remove webhooks."""
    router = new_router()
    _collection_routes(router, administration, counts, webhook_limit)
    _read_route(router, administration, log, counts)
    _change_route(router, administration, counts)
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
        entered = outward(changes_of(webhook), router.current_event)
        created = administration.create(account_id, entered, requester_of(router.current_event.raw_event))
        location = f"/accounts/{account_id}/webhooks/{created.webhook_id}"
        view = webhook_view(created, Counts(), administration.removed_names(created))
        return shown(view, HTTPStatus.CREATED, {"ETag": f'"{created.version}"', "Location": location})

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
        views = [
            webhook_view(webhook, counted[webhook.webhook_id], administration.removed_names(webhook))
            for webhook in webhooks
        ]
        return shown(WebhookList(webhooks=views, limit=webhook_limit))


def _read_route(
    router: APIGatewayHttpRouter, administration: Administration, log: DeliveryLog, counts: CountsReader
) -> None:
    @router.get(
        _WEBHOOK,
        operation_id="readWebhook",
        summary="Read a webhook",
        tags=_TAGS,
        responses=responses(200, WebhookView, headers=("ETag",)),
        security=READ,
    )
    def read_webhook(account_id: AccountId, webhook_id: WebhookId) -> Response[str]:
        webhook = administration.read(account_id, webhook_id)
        removed, waiting = administration.removed_names(webhook), log.waiting_of(webhook.webhook_id)
        view = webhook_view(webhook, _counts_of(webhook, counts), removed, waiting)
        return shown(view, headers={"ETag": f'"{webhook.version}"'})


def _change_route(router: APIGatewayHttpRouter, administration: Administration, counts: CountsReader) -> None:
    @router.patch(
        _WEBHOOK,
        operation_id="changeWebhook",
        summary="Change a webhook",
        description="What is left out stays as it is. "
        "`active` off retires the webhook: its backlog waits, and what comes is skipped; on reactivates it, also when "
        "it was DISABLED, and the answer says how many events were skipped. `catchUp` sends those, as a job; "
        "409 where five are unfinished. What waits leaves at once where target URL, headers, authentication or "
        "delivery settings change.",
        tags=_TAGS,
        responses=responses(200, ChangedWebhookView, 400, 409, 412, 415, 422, headers=("ETag",)),
        security=WRITE,
    )
    def change_webhook(
        account_id: AccountId, webhook_id: WebhookId, webhook: WebhookChanged, if_match: IfMatch = None
    ) -> Response[str]:
        version = version_of(if_match)
        changes = outward(changes_of(webhook), router.current_event)
        for capability in needed_besides(webhook):
            check_capability(router.current_event.raw_event, capability)
        requester = requester_of(router.current_event.raw_event)
        changed = administration.change(account_id, webhook_id, changes, version, requester)
        removed = administration.removed_names(changed.webhook)
        view = changed_webhook_view(changed, _counts_of(changed.webhook, counts), removed)
        return shown(view, headers={"ETag": f'"{changed.webhook.version}"'})


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
        requester = requester_of(router.current_event.raw_event)
        administration.remove(account_id, webhook_id, version_of(if_match), requester)
        return Response(status_code=HTTPStatus.NO_CONTENT, body="")


def _counts_of(webhook: Webhook, counts: CountsReader) -> Counts:
    return counts.of_all_hours(webhook.account_id, [webhook.webhook_id])[webhook.webhook_id]
