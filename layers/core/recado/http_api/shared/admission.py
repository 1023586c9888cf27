"""Letting a portal session in: a request of `/portal/…` becomes the request of the API that it stands for.

API Gateway has one route for all of them, without an authorizer: its JWT authorizer knows one issuer. So the token is
looked up here, before anything else, and who asks is told in the request context, which is API Gateway's: no caller
puts anything there.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from recado.http_api.shared.access import PORTAL, fits, path_of, portal_of
from recado.http_api.shared.capabilities import CAPABILITIES, SESSION
from recado.rules.portal.session import Capability, PortalSession
from recado.use_cases.managing.portal import LacksCapabilityError, NoPortalSessionError, Portal

PREFIX = "/portal"
ROUTE = f"ANY {PREFIX}/{{proxy+}}"
_BEARER = "bearer "


def is_portal(event: Mapping[str, Any]) -> bool:
    """Whether API Gateway took the portal's route."""
    return event.get("routeKey") == ROUTE


def bearer_token(event: Mapping[str, Any]) -> str:
    """The token of the request's one `Authorization` header; empty where there is none, or several."""
    headers: Mapping[str, str] = event.get("headers") or {}
    sent = [value for name, value in headers.items() if name.lower() == "authorization"]
    if len(sent) != 1 or not sent[0].lower().startswith(_BEARER):
        return ""
    return sent[0][len(_BEARER) :].strip()


def admitted(event: dict[str, Any], portal: Portal) -> dict[str, Any]:
    """The event of the route that is meant, with the session in its context.

    Raises `NoPortalSessionError`, and `NotFoundError` where there is no such route for a session. Whether it has the
    capability is asked later, after its account: of another's path nobody learns more than that there is nothing.
    """
    session = portal.admit(bearer_token(event))
    path = path_of(event).removeprefix(PREFIX)
    method = event["requestContext"]["http"]["method"]
    route = _route(method, path)
    if route is None:
        raise NotFoundError(path)
    template = route.partition(" ")[2]
    segments = zip(template.split("/"), path.split("/"), strict=True)
    # The session's own routes keep their prefix: the API has no path `/session`.
    inner = f"{PREFIX}{path}" if template == SESSION else path
    context = event["requestContext"]
    return {
        **event,
        "routeKey": f"{method} {inner}" if template == SESSION else route,
        "rawPath": inner,
        "pathParameters": {wanted[1:-1]: value for wanted, value in segments if wanted.startswith("{")},
        "requestContext": {
            **context,
            "http": {**context["http"], "path": inner},
            "authorizer": {PORTAL: _told(session, CAPABILITIES[route])},
        },
    }


def check_capability(event: Mapping[str, Any], capability: Capability | None = None) -> None:
    """Refuse what the session may not do, whatever else the request is; of no session, do nothing.

    `capability` is one that is needed besides that of the route. Raises `LacksCapabilityError`.
    """
    told = portal_of(event)
    if not told:
        return
    needed = told["needs"] if capability is None else capability
    if needed is not None and needed not in told["session"].capabilities:
        raise LacksCapabilityError(needed)


def session_of(event: Mapping[str, Any]) -> PortalSession:
    """The session that was let in; raises `NoPortalSessionError` where the request came another way."""
    told = portal_of(event)
    if not told:
        raise NoPortalSessionError
    session: PortalSession = told["session"]
    return session


def _route(method: str, path: str) -> str | None:
    segments = path.split("/")
    found = [key for key in CAPABILITIES if fits([method, *segments], key.replace(" ", "/", 1).split("/"))]
    # The most literal one, as a router would: `webhooks/test` is no webhook's id.
    return min(found, key=lambda key: key.count("{"), default=None)


def _told(session: PortalSession, needs: Capability | None) -> dict[str, Any]:
    who = "portal" if session.user is None else f"portal:{session.user}"
    return {
        "session": session,
        "needs": needs,
        "accountId": session.account_id,
        "claims": {"sub": who, "client_id": f"portal-session:{session.session_id}"},
    }
