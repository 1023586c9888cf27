"""Routes of who did what: in an account, and to one webhook."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.activity.schemas import ActivityList, activity_view
from recado.http_api.shared.cursors import cursor_to, position_of
from recado.http_api.shared.parameters import AccountId, Cursor, Limit, WebhookId, check_names
from recado.http_api.shared.schemas import READ, new_router, responses, shown
from recado.ports.activity import ActivityQuery, ActivityStore
from recado.ports.sending import Clock

_OF_ACCOUNT = "/accounts/<accountId>/activity"
_OF_WEBHOOK = "/accounts/<accountId>/webhooks/<webhookId>/activity"
_PARAMETERS = ("cursor", "limit")
_TAGS = ["Activity"]


def activity_routes(store: ActivityStore, clock: Clock) -> APIGatewayHttpRouter:
    """The routes that list what was done."""
    router = new_router()

    def page(account_id: str, webhook_id: str | None, cursor: str | None, limit: int) -> Response[str]:
        check_names(router.current_event.query_string_parameters, _PARAMETERS)
        of_list = f"{webhook_id or account_id}:activity"
        query = ActivityQuery(account_id, limit, clock(), webhook_id, position_of(of_list, cursor))
        found = store.newest(query)
        next_cursor = None if found.next_before is None else cursor_to(of_list, found.next_before)
        return shown(ActivityList(activity=[activity_view(one) for one in found.activities], next_cursor=next_cursor))

    @router.get(
        _OF_ACCOUNT,
        operation_id="listActivity",
        summary="List what was done in an account, newest first",
        description="Who changed, tested, sent again, withdrew or saw the secret of what, when and from where.",
        tags=_TAGS,
        responses=responses(200, ActivityList, 422),
        security=READ,
    )
    def list_activity(account_id: AccountId, cursor: Cursor = None, limit: Limit = 50) -> Response[str]:
        return page(account_id, None, cursor, limit)

    @router.get(
        _OF_WEBHOOK,
        operation_id="listActivityOfWebhook",
        summary="List what was done to a webhook, newest first",
        description="Also after it was removed. Of a webhook that there never was it is an empty list.",
        tags=_TAGS,
        responses=responses(200, ActivityList, 422),
        security=READ,
    )
    def list_activity_of_webhook(
        account_id: AccountId, webhook_id: WebhookId, cursor: Cursor = None, limit: Limit = 50
    ) -> Response[str]:
        return page(account_id, webhook_id, cursor, limit)

    return router
