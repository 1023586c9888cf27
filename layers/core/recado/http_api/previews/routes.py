"""Routes of previews."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.previews.schemas import (
    PreviewEntered,
    PreviewView,
    changes_previewed,
    example_entered,
    preview_view,
)
from recado.http_api.shared.parameters import AccountId, WebhookId
from recado.http_api.shared.schemas import READ, new_router, responses, shown
from recado.use_cases.managing.previewing import Previewing

_DRAFT = "/accounts/<accountId>/webhooks/preview"
_SAVED = "/accounts/<accountId>/webhooks/<webhookId>/preview"
_TAGS = ["Webhooks"]
_DESCRIPTION = (
    "What filter, transform and format make of a sample and of the account's last events, with what usually is a "
    "mistake. Nothing is sent, and nothing is stored."
)


def preview_routes(previewing: Previewing) -> APIGatewayHttpRouter:
    """The routes that try expressions."""
    router = new_router()

    @router.post(
        _DRAFT,
        operation_id="previewDraft",
        summary="Try filter, transform and format of a webhook that is not saved",
        description=_DESCRIPTION,
        tags=_TAGS,
        responses=responses(200, PreviewView, 400, 415, 422),
        security=READ,
    )
    def preview_draft(account_id: AccountId, preview: PreviewEntered) -> Response[str]:
        seen = previewing.draft(account_id, changes_previewed(preview), example_entered(preview))
        return shown(preview_view(seen))

    @router.post(
        _SAVED,
        operation_id="previewWebhook",
        summary="Try filter, transform and format of a webhook",
        description=f"{_DESCRIPTION} What is left out is the saved one.",
        tags=_TAGS,
        responses=responses(200, PreviewView, 400, 415, 422),
        security=READ,
    )
    def preview_webhook(account_id: AccountId, webhook_id: WebhookId, preview: PreviewEntered) -> Response[str]:
        seen = previewing.saved(account_id, webhook_id, changes_previewed(preview), example_entered(preview))
        return shown(preview_view(seen))

    return router
