"""Who may."""

from typing import Any

import pytest

from recado.http_api.shared.access import admits, check_account, reaches, requester_of, with_once
from recado.http_api.shared.problems import InvalidRequestError
from recado.rules.activity.activity import Once, Requester
from tests.support.api.client import authorized, bearer

GROUPS = "cognito:groups"
WEBHOOK = "GET /accounts/{accountId}/webhooks/{webhookId}"


def request(path: str, route: str, *, stage: str = "$default", claims: dict[str, Any] | None = None) -> dict[str, Any]:
    """Build what of an event the check looks at."""
    event = with_claims({GROUPS: ["account:1010"]} if claims is None else claims)
    event["requestContext"]["stage"] = stage
    return {"rawPath": path, "routeKey": route, **event}


def with_claims(claims: Any, scopes: Any = None) -> dict[str, Any]:
    """Build an event with a token of these claims, as the authorizer has verified it."""
    jwt = {"claims": claims and authorized(claims), "scopes": scopes}
    return {"headers": {"authorization": bearer(claims)}, "requestContext": {"authorizer": {"jwt": jwt}}}


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
        ({GROUPS: ["account:1010"]}, True),
        ({GROUPS: ["account:2020", "account:1010"]}, True),
        ({GROUPS: [1010, None, "account:1010"]}, True),
        ({GROUPS: "account:1010"}, True),
        ({"scope": "recado/admin"}, True),
        ({"scope": "openid recado/admin"}, True),
        ({"scope": ["openid", "recado/admin"]}, True),
        ({"scp": ["recado/admin"]}, True),
        ({"scp": "openid recado/admin"}, True),
        ({GROUPS: ["account:10100", "account:101", "xaccount:1010"]}, False),
        ({GROUPS: [["account:1010"]]}, False),
        ({GROUPS: "[account:1010]"}, False),
        ({GROUPS: "account:2020 account:1010"}, False),
        ({GROUPS: "account:2020,account:1010"}, False),
        ({GROUPS: ["Support account:1010 readers"]}, False),
        ({GROUPS: ["team,account:1010"]}, False),
        ({GROUPS: ["[account:1010]"]}, False),
        ({GROUPS: ["account:1010]", "[account:1010"]}, False),
        ({GROUPS: ["account:1010 "]}, False),
        ({GROUPS: ["account:1010\n", "\taccount:1010"]}, False),
        ({GROUPS: ["account:１０１０", "аccount:1010", "account\u200b:1010", "ACCOUNT:1010"]}, False),  # noqa: RUF001
        ({GROUPS: ["account:*", "account:", "account"]}, False),
        ({GROUPS: {"account:1010": 1}}, False),
        ({GROUPS: 1010}, False),
        ({GROUPS: ""}, False),
        ({GROUPS: "recado/admin"}, False),
        ({GROUPS: ["recado/admin"]}, False),
        ({"scope": "account:1010"}, False),
        ({"scope": "recado/administrator"}, False),
        ({"scope": "openid,recado/admin"}, False),
        ({"scope": "openid\trecado/admin"}, False),
        ({"scope": "[recado/admin]"}, False),
        ({"scope": ["openid recado/admin"]}, False),
        ({"scope": {"recado/admin": True}}, False),
        ({"groups": ["account:1010"]}, False),
        ({}, False),
        (None, False),
    ],
)
def test_a_token_reaches_its_groups_accounts(claims: Any, reached: bool) -> None:
    """Or all, with the admin scope; a group with a blank, a comma or brackets, or a look-alike, opens nothing."""
    assert reaches(with_claims(claims), "1010", GROUPS) is reached


MINE = {"iss": "https://issuer", "sub": "5f2c", "jti": "j1", "iat": 1727414400, "exp": 1727418000, GROUPS: []}
THEIRS = {**MINE, GROUPS: ["account:1010"]}


@pytest.mark.parametrize(
    ("header", "reached"),
    [
        (bearer(THEIRS), True),
        (bearer(THEIRS).removeprefix("Bearer "), True),
        (bearer(THEIRS).replace("Bearer ", "bearer  "), True),
        (bearer({**THEIRS, "iat": 1727414400.0}), True),
        (bearer({**THEIRS, "sub": "other"}), False),
        (bearer({**THEIRS, "jti": "j2"}), False),
        (bearer({**THEIRS, "jti": None}), False),
        (bearer({**THEIRS, "iss": "https://other"}), False),
        (bearer({**THEIRS, "client_id": "another"}), False),
        (bearer({**THEIRS, "iat": 1727414401}), False),
        (bearer({**THEIRS, "exp": "soon"}), False),
        (bearer({**THEIRS, "exp": [1727418000]}), False),
        (bearer(MINE) + "," + bearer(THEIRS), False),
        (bearer(MINE) + ", " + bearer(THEIRS), False),
        (bearer(THEIRS) + " " + bearer(MINE), False),
        ("Basic " + bearer(THEIRS), False),
        (bearer(THEIRS) + ".x", False),
        (bearer([THEIRS]), False),
        ("Bearer a.b.c", False),
        ("Bearer a.e.c", False),
        ("Bearer a." + "W1tb" * 60_000 + ".c", False),
        ("", False),
    ],
)
def test_groups_are_those_of_the_token_that_was_verified(header: str, reached: bool) -> None:
    """The header must hold one token alone, and the authorizer must say of it what it says of itself."""
    event = with_claims(THEIRS)
    event["headers"] = {"Authorization": header}

    assert reaches(event, "1010", GROUPS) is reached


def test_a_token_in_no_header_or_in_two_reaches_nothing() -> None:
    """The one is not there to read, of the others none is known to be the verified one."""
    event = with_claims(THEIRS)
    for headers in (None, {}, {"authorization": bearer(THEIRS), "Authorization": bearer(THEIRS)}):
        event["headers"] = headers
        assert not reaches(event, "1010", GROUPS)


def test_the_authorizers_list_of_scopes_does_not_count() -> None:
    """Beside the claims it may list what the route accepts, the admin scope among it."""
    assert not reaches(with_claims({}, ["recado/admin"]), "1010", GROUPS)
    assert not reaches(with_claims({}, ["recado/webhooks.read"]), "1010", GROUPS)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"headers": {"authorization": bearer(THEIRS)}},
        {"headers": {"authorization": bearer(THEIRS)}, "requestContext": {"authorizer": {"lambda": {}}}},
        {"headers": {"authorization": bearer(THEIRS)}, "requestContext": {"authorizer": {"jwt": {"claims": {}}}}},
    ],
)
def test_a_request_without_claims_reaches_nothing(event: dict[str, Any]) -> None:
    """As where the authorizer was forgotten."""
    assert not reaches(event, "1010", GROUPS)


@pytest.mark.parametrize("account", ["", "*", "a b", "é", "1010\n", "../2020", "..", "a#b", "a" * 121])
def test_what_is_no_account_id_is_reached_by_nobody(account: str) -> None:
    """Neither by name nor by the admin scope."""
    assert not reaches(with_claims({GROUPS: [f"account:{account}"], "scope": "recado/admin"}), account, GROUPS)


ACCEPTED = "a whole number, or 1 to 120 of the characters A-Z a-z 0-9 . _ : @ + ~ - (not . or .. alone)"


@pytest.mark.parametrize("account", ["", "*", "a b", "é", "..", "a#b", "{a}", "%", "a" * 121])
def test_an_account_that_cannot_be_one_is_refused_with_the_rule(account: str) -> None:
    """Also where API Gateway has decoded a slash of it."""
    slash = {**request(f"/accounts/{account}/b/webhooks/wh_1", WEBHOOK), "pathParameters": {"accountId": "a/b"}}
    for event in (request(f"/accounts/{account}/webhooks/wh_1", WEBHOOK), slash):
        with pytest.raises(InvalidRequestError) as refused:
            check_account(event)
        assert (refused.value.field, refused.value.message) == ("accountId", f"must be {ACCEPTED}")


@pytest.mark.parametrize("account", ["org:1", "user@example.com", "+49", "~x", "-5", ".a", "a" * 120])
def test_an_account_id_of_another_platform_can_be_reached(account: str) -> None:
    """By its group, and by no other's."""
    event = request(f"/accounts/{account}/webhooks/wh_1", WEBHOOK, claims={GROUPS: [f"account:{account}"]})
    check_account(event)

    assert admits(event, GROUPS)
    assert not admits(request(f"/accounts/{account}/webhooks/wh_1", WEBHOOK), GROUPS)


def test_a_path_without_an_account_has_none_to_refuse() -> None:
    """As the routes that are open."""
    check_account(request("/health", "GET /health"))
    check_account(request("/accounts/a b/c", "$default"))


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
