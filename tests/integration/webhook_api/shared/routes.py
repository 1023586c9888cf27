"""Every route of the API's document, with a body and a path that it accepts."""

from typing import Any

from recado.rules.alerting.links import LinkToken
from tests.support.api.client import Answer, ApiClient
from tests.support.api.document import ApiDocument, example_of

CANCELLATION = "/accounts/{accountId}/webhooks/{webhookId}/cancel"
REDELIVERY = "/accounts/{accountId}/webhooks/{webhookId}/redeliver"
DELIVERY = "/accounts/{accountId}/webhooks/{webhookId}/deliveries/{deliveryId}"
LINK = LinkToken.new("1010", f"addr_{'0' * 32}").text
# The examples of the document, but for what only a mail holds: so each of them is shown to be sound.
BODIES = {
    **{route: body for route, operation in ApiDocument().routes.items() if (body := example_of(operation)) is not None},
    **{("POST", f"/alert-addresses/{end}"): {"token": LINK} for end in ("confirm", "unsubscribe")},
}
# What has to be asked for before a route has something to answer.
FIRST = {
    ("DELETE", REDELIVERY): ("POST", REDELIVERY),
    ("POST", f"{DELIVERY}/cancel"): ("POST", f"{DELIVERY}/redeliver"),
}
OPEN = ("GET", "/accounts/{accountId}/webhook-keys.json")
ACCOUNT_ROUTES = [route for route in ApiDocument().routes if route[1].startswith("/accounts/") and route != OPEN]
# What was done to a webhook outlives it, so that of one that never was it is a list without any
# (`activity/test_activity.py`).
OUTLIVING = ("GET", "/accounts/{accountId}/webhooks/{webhookId}/activity")
WEBHOOK_ROUTES = [route for route in ACCOUNT_ROUTES if "{webhookId}" in route[1] and route != OUTLIVING]
DELIVERY_ROUTES = [route for route in ACCOUNT_ROUTES if "{deliveryId}" in route[1]]


def filled(api: ApiClient, webhook: Any, path: str) -> str:
    """Return a route's path for what is there."""
    return path.format(
        accountId=api.account,
        webhookId=webhook["webhookId"],
        deliveryId="000000000001000-e",
        eventName="CI_STATS",
        eventId="e",
    )


def in_order(route: tuple[str, str]) -> tuple[int, int]:
    """Sort by this: what is changed or removed is there by then, and the webhook itself is removed last."""
    method, path = route
    return ("POST", "PUT", "PATCH", "GET", "DELETE").index(method), -len(path) if method == "DELETE" else 0


def try_route(api: ApiClient, webhook: Any, route: tuple[str, str], claims: dict[str, Any] | None) -> Answer:
    """Send a sound request with these claims."""
    method, path = route
    body = BODIES.get(route)
    return api.call(method, filled(api, webhook, path), **({} if body is None else {"body": body}), claims=claims)
