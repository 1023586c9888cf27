"""Who may: whether a request may go on, by what API Gateway's JWT authorizer found out about its token."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from recado.rules.account import account_key
from recado.rules.activity.activity import Requester

ADMIN_SCOPE = "recado/admin"
_GROUP_PREFIX = "account:"
_ACCOUNT = "{accountId}"
_MOST_LOGGED_CHARACTERS = 200


def admits(event: Mapping[str, Any], groups_claim: str) -> bool:
    """Whether the path is one of the route whose scopes were checked, and the token reaches the path's account.

    API Gateway decodes the path after it has chosen the route: `…/webhooks/wh_1%2Fsignature` would be routed here to
    more than its token's scopes are for. So the path must have the shape of the route that API Gateway names.
    """
    _, template = route_of(event)
    if not _fits(_segments(event), template.split("/")):
        return False
    account_id = account_of(event)
    return account_id is None or reaches(event, account_id, groups_claim)


def route_of(event: Mapping[str, Any]) -> tuple[str, str]:
    """Method and path of the route that API Gateway chose, parameters as `{name}`."""
    method, _, template = event.get("routeKey", "").partition(" ")
    return method, template


def account_of(event: Mapping[str, Any]) -> str | None:
    """The account of the path, where the route has one; the path must be one that fits the route (`admits`)."""
    template = route_of(event)[1].split("/")
    return _segments(event)[template.index(_ACCOUNT)] if _ACCOUNT in template else None


def reaches(event: Mapping[str, Any], account_id: str, groups_claim: str) -> bool:
    """Whether the token reaches the account: by its group `account:<accountId>`, or by the scope `recado/admin`.

    Only the token's own claims count. API Gateway's list `scopes` beside them may be that of the route, which names
    the admin scope for everybody.
    """
    if account_key(account_id) is None:
        return False
    claims = _claims(event)
    scopes = _words(claims.get("scope")) | _words(claims.get("scp"))
    return ADMIN_SCOPE in scopes or _GROUP_PREFIX + account_id in _words(claims.get(groups_claim))


def attempt(event: Mapping[str, Any]) -> dict[str, str]:
    """Who tried to reach what, for the log: an access log has 404 for this as for any mistyped id."""
    return _loggable({"route": event.get("routeKey"), "path": event.get("rawPath")}) | caller(event)


def caller(event: Mapping[str, Any]) -> dict[str, str]:
    """Who asks, for the log: the token's subject and its client."""
    claims = _claims(event)
    return _loggable({name: claims.get(name) for name in ("sub", "client_id")})


def asking(event: Mapping[str, Any]) -> str:
    """Who asks, to be kept and shown: the token's subject, or else its client."""
    known = caller(event)
    return known.get("sub") or known.get("client_id") or "unknown"


def requester_of(event: Mapping[str, Any]) -> Requester:
    """Who asks, from which client and network address, to be kept and shown with what was done."""
    address = event.get("requestContext", {}).get("http", {}).get("sourceIp")
    known = caller(event) | _loggable({"address": address})
    return Requester(asking(event), known.get("client_id"), known.get("address"))


def _loggable(known: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value)[:_MOST_LOGGED_CHARACTERS] for name, value in known.items() if value}


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    claims: Mapping[str, Any] | None = (
        event.get("requestContext", {}).get("authorizer", {}).get("jwt", {}).get("claims")
    )
    return claims or {}


def _segments(event: Mapping[str, Any]) -> list[str]:
    return APIGatewayProxyEventV2(dict(event)).path.split("/")


def _fits(segments: list[str], template: list[str]) -> bool:
    # Control characters are refused because `$` of a regular expression, by which the router finds a route, also
    # matches before a last line break.
    return len(segments) == len(template) and all(
        segment == wanted or (wanted.startswith("{") and segment.isprintable())
        for segment, wanted in zip(segments, template, strict=True)
    )


def _words(value: object) -> set[str]:
    """The members of a claim: a list, a text with spaces, or a list that the authorizer turned into `[a b]`."""
    if isinstance(value, list):
        return {str(member) for member in value}
    if isinstance(value, str):
        return set(value.removeprefix("[").removesuffix("]").replace(",", " ").split())
    return set()
