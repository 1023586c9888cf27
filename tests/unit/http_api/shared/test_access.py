"""Who may."""

from typing import Any

import pytest

from recado.http_api.shared.access import admits, reaches, requester_of, with_once
from recado.rules.activity.activity import Once, Requester

GROUPS = "cognito:groups"
WEBHOOK = "GET /accounts/{accountId}/webhooks/{webhookId}"


def request(path: str, route: str, *, stage: str = "$default", claims: dict[str, Any] | None = None) -> dict[str, Any]:
    """Build what of an event the check looks at."""
    jwt = {"claims": {GROUPS: "[account:1010]"} if claims is None else claims, "scopes": None}
    return {"rawPath": path, "routeKey": route, "requestContext": {"stage": stage, "authorizer": {"jwt": jwt}}}


def with_claims(claims: Any, scopes: Any = None) -> dict[str, Any]:
    """Build an event with these claims."""
    return {"requestContext": {"authorizer": {"jwt": {"claims": claims, "scopes": scopes}}}}


@pytest.mark.parametrize(
    ("path", "route", "admitted"),
    [
        ("/accounts/1010/webhooks/wh_1", WEBHOOK, True),
        ("/accounts/1010/webhooks/a b", WEBHOOK, True),
        ("/accounts/2020/webhooks/wh_1", WEBHOOK, False),
        ("/accounts/1010/webhooks/wh_1/signature", WEBHOOK, False),
        ("/accounts/1010/webhooks", WEBHOOK, False),
        ("/accounts/1010/events/wh_1", WEBHOOK, False),
        ("/accounts/1010/webhooks/wh_1\n", WEBHOOK, False),
        ("/accounts/1010/webhooks/wh_1\x00", WEBHOOK, False),
        ("/accounts/1010\n/webhooks/wh_1", WEBHOOK, False),
        ("/accounts//webhooks/wh_1", WEBHOOK, False),
        ("/accounts/1010/webhooks/wh_1", "ANY /accounts/{accountId}/webhooks/{webhookId}", True),
        ("/accounts/1010/webhooks/wh_1", "$default", False),
        ("/accounts/1010/webhooks/wh_1", "GET /{proxy+}", False),
        ("/accounts/1010/webhooks/wh_1", "", False),
        ("/health", "GET /health", True),
        ("/health", "GET /event-types", False),
        ("/health\n", "GET /health", False),
        ("", "", True),
    ],
)
def test_a_path_must_be_of_the_route_that_was_authorized(path: str, route: str, admitted: bool) -> None:
    """In every segment, and of an account that the token reaches; an empty path has no answer to give away."""
    assert admits(request(path, route), GROUPS) is admitted


def test_the_name_of_a_stage_is_no_part_of_the_path() -> None:
    """As the router sees it."""
    assert admits(request("/prod/accounts/1010/webhooks/wh_1", WEBHOOK, stage="prod"), GROUPS)
    assert not admits(request("/prod/accounts/2020/webhooks/wh_1", WEBHOOK, stage="prod"), GROUPS)


def test_a_request_that_names_no_route_is_not_admitted() -> None:
    """It has not come through a route of ours."""
    event = request("/accounts/1010/webhooks/wh_1", WEBHOOK)
    del event["routeKey"]

    assert not admits(event, GROUPS)


@pytest.mark.parametrize(
    ("claims", "reached"),
    [
        ({GROUPS: "[account:1010]"}, True),
        ({GROUPS: "[account:2020 account:1010]"}, True),
        ({GROUPS: "[a, account:1010, b]"}, True),
        ({GROUPS: "account:1010"}, True),
        ({GROUPS: ["account:1010"]}, True),
        ({GROUPS: [1010, "account:1010"]}, True),
        ({"scope": "recado/admin"}, True),
        ({"scope": "openid recado/admin"}, True),
        ({"scp": ["recado/admin"]}, True),
        ({GROUPS: "[account:10100 account:101 xaccount:1010]"}, False),
        ({GROUPS: "[[account:1010]]"}, False),
        ({GROUPS: "account:*"}, False),
        ({GROUPS: ["account:1010 "]}, False),
        ({GROUPS: {"account:1010": 1}}, False),
        ({GROUPS: 1010}, False),
        ({GROUPS: ""}, False),
        ({GROUPS: "recado/admin"}, False),
        ({"scope": "account:1010"}, False),
        ({"scope": "recado/administrator"}, False),
        ({"groups": "account:1010"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_a_token_reaches_its_groups_accounts(claims: Any, reached: bool) -> None:
    """Or all, with the admin scope; whatever shape the authorizer gives to several members."""
    assert reaches(with_claims(claims), "1010", GROUPS) is reached


def test_the_authorizers_list_of_scopes_does_not_count() -> None:
    """Beside the claims it may list what the route accepts, the admin scope among it."""
    assert not reaches(with_claims({}, ["recado/admin"]), "1010", GROUPS)
    assert not reaches(with_claims({}, ["recado/webhooks.read"]), "1010", GROUPS)


@pytest.mark.parametrize("event", [{}, {"requestContext": {}}, {"requestContext": {"authorizer": {"lambda": {}}}}])
def test_a_request_without_claims_reaches_nothing(event: dict[str, Any]) -> None:
    """As where the authorizer was forgotten."""
    assert not reaches(event, "1010", GROUPS)


@pytest.mark.parametrize("account", ["", "*", "a b", "é", "1010\n", "../2020", "-1", "a" * 65])
def test_what_is_no_account_id_is_reached_by_nobody(account: str) -> None:
    """Neither by name nor by the admin scope."""
    assert not reaches(with_claims({GROUPS: [f"account:{account}"], "scope": "recado/admin"}), account, GROUPS)


def test_who_asks_is_known_with_where_from() -> None:
    """The subject, or else the client; each up to a length, and what is not there left out."""
    claims = {"sub": "s" * 300, "client_id": "c" * 300}
    event = with_claims(claims)
    event["requestContext"]["http"] = {"sourceIp": "192.0.2.1"}

    assert requester_of(event) == Requester("s" * 200, "c" * 200, "192.0.2.1")
    assert requester_of(with_claims({"client_id": "machine"})) == Requester("machine", "machine")
    assert requester_of({}) == Requester("unknown")


def test_that_a_request_is_to_be_made_once_is_told_with_who_asks() -> None:
    """By an event of its own: the one that came stays as it is."""
    event, once = with_claims({"sub": "user-7"}), Once("token", "request")

    assert requester_of(with_once(event, once)) == Requester("user-7", once=once)
    assert requester_of(event).once is None
