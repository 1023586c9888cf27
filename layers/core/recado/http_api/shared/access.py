"""Who may: whether a request may go on, by what API Gateway's JWT authorizer found out about its token."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from recado.http_api.shared.problems import InvalidRequestError
from recado.http_api.shared.tokens import authorized_claims, verified_claims
from recado.rules import account
from recado.rules.activity.activity import Once, Requester

ADMIN_SCOPE = "recado/admin"
PORTAL = "portal"
"""Where the request context tells of a portal session, which was let in without API Gateway's authorizer."""

_GROUP_PREFIX = "account:"
_ACCOUNT = "{accountId}"
_MOST_LOGGED_CHARACTERS = 200
_ONCE = "once"
_OF_RECEIVERS = frozenset(
    {
        ("GET", f"/receive/{_ACCOUNT}/{{webhookId}}/events"),
        ("POST", f"/receive/{_ACCOUNT}/{{webhookId}}/resend"),
    }
)
_OPEN = frozenset({("GET", f"/accounts/{_ACCOUNT}/webhook-keys.json")})


def admits(event: Mapping[str, Any], groups_claim: str) -> bool:
    """Whether the path is one of the route whose scopes were checked, and the token reaches the path's account.

    API Gateway decodes the path after it has chosen the route: `…/webhooks/wh_1%2Fsignature` would be routed here to
    more than its token's scopes are for. So the path must have the shape of the route that API Gateway names.
    """
    method, template = route_of(event)
    if not fits(_segments(event), template.split("/")):
        return False
    account_id = account_of(event)
    return account_id is None or is_open(method, template) or reaches(event, account_id, groups_claim)


def is_open(method: str, template: str) -> bool:
    """Whether a route of an account is for everybody, without a token."""
    return (method, template) in _OPEN or is_of_receivers(method, template)


def is_of_receivers(method: str, template: str) -> bool:
    """Whether a route is for a webhook's receiver, who has no token, and proves who it is another way."""
    return (method, template) in _OF_RECEIVERS


def route_of(event: Mapping[str, Any]) -> tuple[str, str]:
    """Method and path of the route that API Gateway chose, parameters as `{name}`."""
    method, _, template = event.get("routeKey", "").partition(" ")
    return method, template


def path_of(event: Mapping[str, Any]) -> str:
    """The path as the router reads it."""
    return APIGatewayProxyEventV2(dict(event)).path


def account_of(event: Mapping[str, Any]) -> str | None:
    """The account of the path, where the route has one, else that of a portal session.

    The path must be one that fits the route (`admits`).
    """
    template = route_of(event)[1].split("/")
    if _ACCOUNT in template:
        return _segments(event)[template.index(_ACCOUNT)]
    account_id: str | None = portal_of(event).get("accountId")
    return account_id


def check_account(event: Mapping[str, Any]) -> None:
    """Refuse an account of the path that cannot be one: nobody is told anything by that, and a typing error is named.

    Raises `InvalidRequestError`.
    """
    segments, template = _segments(event), route_of(event)[1].split("/")
    if _ACCOUNT not in template:
        return
    # One with a `/` is decoded in the path, and has changed its shape.
    decoded = (event.get("pathParameters") or {}).get("accountId")
    named = segments[template.index(_ACCOUNT)] if decoded is None and fits(segments, template) else decoded
    if named is not None and account.account_key(named) is None:
        raise InvalidRequestError("accountId", f"must be {account.ACCEPTED}", HTTPStatus.BAD_REQUEST)


def reaches(event: Mapping[str, Any], account_id: str, groups_claim: str) -> bool:
    """Whether the token reaches the account: by its group `account:<accountId>`, or by the scope `recado/admin`.

    A portal session reaches its own.

    Only the token's own claims count. API Gateway's list `scopes` beside them may be that of the route, which names
    the admin scope for everybody.
    """
    if account.account_key(account_id) is None:
        return False
    if portal := portal_of(event):
        return bool(portal["accountId"] == account_id)
    claims = verified_claims(event)
    scopes = _scopes(claims.get("scope")) + _scopes(claims.get("scp"))
    return ADMIN_SCOPE in scopes or _GROUP_PREFIX + account_id in _groups(claims.get(groups_claim))


def attempt(event: Mapping[str, Any]) -> dict[str, str]:
    """Who tried to reach what, for the log: an access log has 404 for this as for any mistyped id."""
    return _loggable({"route": event.get("routeKey"), "path": event.get("rawPath")}) | caller(event)


def caller(event: Mapping[str, Any]) -> dict[str, str]:
    """Who asks, for the log: the token's subject and its client."""
    claims = portal_of(event).get("claims") or authorized_claims(event)
    return _loggable({name: claims.get(name) for name in ("sub", "client_id")})


def asking(event: Mapping[str, Any]) -> str:
    """Who asks, to be kept and shown: the token's subject, or else its client."""
    known = caller(event)
    return known.get("sub") or known.get("client_id") or "unknown"


def requester_of(event: Mapping[str, Any]) -> Requester:
    """Who asks and from where, to be kept with what they do, and whether it is to be done once (`with_once`)."""
    context: Mapping[str, Any] = event.get("requestContext", {})
    place = _loggable({"address": context.get("http", {}).get("sourceIp")})
    return Requester(asking(event), caller(event).get("client_id"), place.get("address"), context.get(_ONCE))


def with_once(event: dict[str, Any], once: Once) -> dict[str, Any]:
    """The event of a request that is to have its effect once.

    It is told in the request context, which is API Gateway's: no caller puts anything there.
    """
    return {**event, "requestContext": {**event["requestContext"], _ONCE: once}}


def portal_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is told of the portal session that was let in; empty where the request came another way."""
    told: Mapping[str, Any] = event.get("requestContext", {}).get("authorizer", {}).get(PORTAL, {})
    return told


def _loggable(known: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value)[:_MOST_LOGGED_CHARACTERS] for name, value in known.items() if value}


def _segments(event: Mapping[str, Any]) -> list[str]:
    return path_of(event).split("/")


def fits(segments: list[str], template: list[str]) -> bool:
    """Whether a path has the shape of a route, segment by segment."""
    # Control characters are refused because `$` of a regular expression, by which the router finds a route, also
    # matches before a last line break.
    return len(segments) == len(template) and all(
        segment == wanted or (wanted.startswith("{") and segment.isprintable())
        for segment, wanted in zip(segments, template, strict=True)
    )


def _groups(claim: object) -> list[object]:
    """The groups of a claim: the members of a list, or a text as the name of one, whatever it holds."""
    return claim if isinstance(claim, list) else [claim]


def _scopes(claim: object) -> list[object]:
    """The scopes of a claim: a text with blanks between them (RFC 6749, 3.3), or a list."""
    return list(claim.split(" ")) if isinstance(claim, str) else _groups(claim)
