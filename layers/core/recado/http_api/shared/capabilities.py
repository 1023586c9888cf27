"""Which routes a portal session may take, and with what capability: whatever is not here is not there for it."""

from collections.abc import Mapping

from recado.rules.portal.session import Capability

SESSION = "/session"
_ACCOUNT = "/accounts/{accountId}"
_WEBHOOKS = f"{_ACCOUNT}/webhooks"
_WEBHOOK = f"{_WEBHOOKS}/{{webhookId}}"
_DELIVERY = f"{_WEBHOOK}/deliveries/{{deliveryId}}"

_ROUTES = {
    Capability.READ: (
        "GET /event-types",
        "GET /event-types/{eventName}/schema",
        f"GET {_WEBHOOKS}",
        f"GET {_WEBHOOK}",
        f"POST {_WEBHOOKS}/preview",
        f"POST {_WEBHOOK}/preview",
        f"GET {_WEBHOOK}/deliveries",
        f"GET {_DELIVERY}",
        f"GET {_DELIVERY}/attempts",
        f"GET {_WEBHOOK}/attempts",
        f"GET {_WEBHOOK}/delivery-counts",
        f"GET {_WEBHOOK}/activity",
        f"GET {_WEBHOOK}/redeliver",
        f"GET {_ACCOUNT}/deliveries",
        f"GET {_ACCOUNT}/events/{{eventId}}",
        f"GET {_ACCOUNT}/activity",
        f"GET {_ACCOUNT}/alert-addresses",
    ),
    Capability.WRITE: (
        f"POST {_WEBHOOKS}",
        f"PATCH {_WEBHOOK}",
        f"DELETE {_WEBHOOK}",
        f"POST {_WEBHOOKS}/test",
        f"POST {_WEBHOOK}/test",
        f"PUT {_ACCOUNT}/alert-addresses",
        f"DELETE {_ACCOUNT}/alert-addresses",
    ),
    Capability.SECRETS: (
        f"GET {_WEBHOOK}/signature",
        f"POST {_WEBHOOK}/signature",
        f"DELETE {_WEBHOOK}/signature/previous",
    ),
    Capability.RESEND: (
        f"POST {_DELIVERY}/redeliver",
        f"POST {_DELIVERY}/cancel",
        f"POST {_WEBHOOK}/redeliver",
        f"DELETE {_WEBHOOK}/redeliver",
        f"POST {_WEBHOOK}/cancel",
        f"POST {_WEBHOOK}/send-now",
    ),
}

CAPABILITIES: Mapping[str, Capability | None] = {
    **{route: capability for capability, routes in _ROUTES.items() for route in routes},
    # What a session may do to itself needs none.
    **{f"{method} {SESSION}": None for method in ("GET", "POST", "DELETE")},
}
"""By route key, as API Gateway writes it; parameters as `{name}`."""
