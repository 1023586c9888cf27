"""Who may: no token reaches an account that is not its own, by any route or spelling."""

import json
from io import StringIO
from itertools import product
from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.api_client import ADMIN_SCOPE, Answer, ApiClient, draft, token
from tests.support.api_document import ApiDocument
from tests.support.aws_calls import AwsCalls
from tests.support.delivery_log import delivery, record

NOT_FOUND = {
    "type": "about:blank",
    "title": "Not Found",
    "status": 404,
    "detail": "There is nothing here that this token reaches.",
}
REDELIVERY = "/accounts/{accountId}/webhooks/{webhookId}/redeliver"
BODIES = {
    ("POST", "/accounts/{accountId}/webhooks"): draft(),
    ("PATCH", "/accounts/{accountId}/webhooks/{webhookId}"): {"name": "Theirs"},
    ("POST", "/accounts/{accountId}/events"): {
        "events": [{"eventId": "e", "eventName": "CI_STATS", "timestamp": 1, "data": {}}]
    },
    ("POST", REDELIVERY): {"status": "DELIVERED", "from": 0},
}
ACCOUNT_ROUTES = [route for route in ApiDocument().routes if route[1].startswith("/accounts/")]


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook with a signature and a delivery."""
    webhook = api.create(authentication={"type": "SIGNATURE"})
    record(api.system, delivery(webhook["webhookId"], "e", timestamp=1))
    return webhook


def filled(api: ApiClient, webhook: Any, path: str) -> str:
    """Return a route's path for what is there."""
    return path.format(accountId=api.account, webhookId=webhook["webhookId"], deliveryId="000000000001000-e")


def try_route(api: ApiClient, webhook: Any, route: tuple[str, str], claims: dict[str, Any] | None) -> Answer:
    """Send a sound request with these claims."""
    method, path = route
    body = BODIES.get(route)
    return api.call(method, filled(api, webhook, path), **({} if body is None else {"body": body}), claims=claims)


def is_nothing(answer: Answer) -> bool:
    """Tell whether an answer is that of what is not there."""
    return (answer.status, answer.headers, answer.json) == (
        404,
        {"Content-Type": "application/problem+json"},
        NOT_FOUND,
    )


@pytest.mark.parametrize("route", ACCOUNT_ROUTES, ids=" ".join)
def test_a_route_is_open_to_its_own_account(api: ApiClient, webhook: Any, route: tuple[str, str]) -> None:
    """Which shows that the requests of the other tests are sound."""
    if route == ("GET", REDELIVERY):
        assert try_route(api, webhook, ("POST", REDELIVERY), None).status == 202
    assert try_route(api, webhook, route, None).status < 300


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"scope": "recado/webhooks.read recado/webhooks.write recado/events.publish"},
        token("2020"),
        token("2020", "3030"),
        token(),
        token("ACCOUNT0"),
        token("0ACCOUNT"),
        {"cognito:groups": "[ACCOUNT]"},
        {"cognito:groups": "[account:]"},
        {"cognito:groups": "[account:*]"},
        {"cognito:groups": "[Account:ACCOUNT]"},
        {"cognito:groups": "[xaccount:ACCOUNT account:ACCOUNTx]"},
        {"cognito:groups": None},
        {"cognito:groups": {"account:ACCOUNT": True}},
        {"groups": "[account:ACCOUNT]"},
        {"account": "ACCOUNT", "custom:account": "account:ACCOUNT"},
        token("2020", scope="recado/admins recado/webhooks.admin admin xrecado/admin"),
        token("2020", aud=ADMIN_SCOPE, client_id=ADMIN_SCOPE, username=ADMIN_SCOPE),
    ],
    ids=str,
)
def test_another_accounts_token_finds_nothing(
    api: ApiClient, webhook: Any, aws: AwsCalls, claims: dict[str, Any]
) -> None:
    """Nor does one whose groups only look like it, by any route; no table is asked."""
    aws.clear()
    looking_alike = json.loads(json.dumps(claims).replace("ACCOUNT", api.account))

    for route in ACCOUNT_ROUTES:
        assert is_nothing(try_route(api, webhook, route, looking_alike)), route
    assert aws.seen == []


@pytest.mark.parametrize("route", ACCOUNT_ROUTES, ids=" ".join)
def test_another_accounts_path_looks_the_same_whatever_is_sent(
    api: ApiClient, webhook: Any, aws: AwsCalls, route: tuple[str, str]
) -> None:
    """There is nothing to learn from it: not even whether the account or the webhook exists."""
    method, path = route
    there = filled(api, webhook, path)
    nowhere = path.format(accountId="nobody", webhookId="wh_0", deliveryId="x")
    texts = (None, "", "{", "[]", '{"name": NaN}', b"\xff", json.dumps(draft(unknown=1)))
    headers = ({}, {"content-type": "text/plain"}, {"If-Match": "garbage"}, {"If-Match": '"9"'})
    queries = ({}, {"status": "x", "cursor": "x", "unknown": "1"})
    aws.clear()

    for place, text, header, query in product((there, nowhere), texts, headers, queries):
        event = api.request(method, place, text, headers=header, query=query, claims=token("2020"))
        assert is_nothing(api.send(event)), (place, text, header, query)
    assert aws.seen == []


@pytest.mark.parametrize(
    "claims",
    [
        {"scope": ADMIN_SCOPE},
        {"scope": f"openid {ADMIN_SCOPE} recado/webhooks.read"},
        {"scp": f"[openid {ADMIN_SCOPE}]"},
        {"cognito:groups": "[account:2020]", "scope": ADMIN_SCOPE},
        {"cognito:groups": "[account:ACCOUNT]"},
        {"cognito:groups": "[account:2020 account:ACCOUNT others]"},
        {"cognito:groups": ["account:2020", "account:ACCOUNT"]},
        {"cognito:groups": "account:ACCOUNT"},
        {"cognito:groups": "account:2020,account:ACCOUNT"},
    ],
    ids=str,
)
def test_a_group_or_the_admin_scope_reaches(api: ApiClient, webhook: Any, claims: dict[str, Any]) -> None:
    """By every route, however the authorizer writes a claim with several members."""
    own = json.loads(json.dumps(claims).replace("ACCOUNT", api.account))

    for route in sorted(ACCOUNT_ROUTES, key=lambda each: ("POST", "GET", "PATCH", "DELETE").index(each[0])):
        assert try_route(api, webhook, route, own).status < 300, route


def test_the_scopes_of_the_route_are_not_the_tokens(api: ApiClient, webhook: Any) -> None:
    """API Gateway may list them beside the claims, and the admin scope opens every route."""
    event = api.request("GET", api.path(webhook), claims=token("2020"))
    jwt = event["requestContext"]["authorizer"]["jwt"]
    jwt["scopes"] = ["recado/webhooks.read", ADMIN_SCOPE]
    assert is_nothing(api.send(event))

    jwt["claims"] = None
    assert is_nothing(api.send(event))
    del event["requestContext"]["authorizer"]
    assert is_nothing(api.send(event))


def test_the_groups_claim_is_a_parameter_of_the_stack(api: ApiClient, webhook: Any) -> None:
    """An outside issuer has a claim of its own."""
    api.system.stack.change_environment("WebhookApiFunction", GROUPS_CLAIM="https://issuer.example/groups")
    api.system.cold_start()
    try:
        claims = {"https://issuer.example/groups": f"[account:{api.account}]"}
        assert api.get(api.path(webhook), claims=claims).status == 200
        assert is_nothing(api.get(api.path(webhook), claims=token(api.account)))
    finally:
        api.system.stack.change_environment("WebhookApiFunction", GROUPS_CLAIM="cognito:groups")
        api.system.cold_start()


@pytest.mark.parametrize(
    "account", ["", "-", ".", "..", "a b", "é", "a/b", "a" * 65, "[x", "account:1", "%", "*", "#count"]
)
def test_what_is_no_account_id_is_reached_by_nobody(api: ApiClient, account: str) -> None:
    """Not even with the admin scope, nor by a group that is spelled like it."""
    for claims in (token(account, scope=ADMIN_SCOPE), {"cognito:groups": [f"account:{account}"]}):
        event = api.request("GET", "/accounts/1010/webhooks", claims=claims)
        assert is_nothing(api.send({**event, "rawPath": f"/accounts/{account}/webhooks"}))


# What a path may be made of to make the check of the account and the router see different things in it.
TRICKS = [
    "/accounts/{theirs}/webhooks/{webhook}%0A",
    "/accounts/{theirs}/webhooks/{webhook}%0D%0A",
    "/accounts/{theirs}%0A/webhooks/{webhook}",
    "/accounts/{theirs}/webhooks%0A/{webhook}",
    "%0A/accounts/{theirs}/webhooks/{webhook}",
    "//accounts/{theirs}/webhooks/{webhook}",
    "/accounts//{theirs}/webhooks/{webhook}",
    "/accounts/{theirs}//webhooks/{webhook}",
    "/accounts/{theirs}/webhooks//{webhook}",
    "/accounts/{theirs}/webhooks/{webhook}/",
    "/accounts/{mine}/../{theirs}/webhooks/{webhook}",
    "/accounts/{mine}%2F..%2F{theirs}/webhooks/{webhook}",
    "/accounts/{mine}%2F{theirs}/webhooks/{webhook}",
    "/accounts/{mine}%252F..%252F{theirs}/webhooks/{webhook}",
    "/accounts/{theirs}%2Fwebhooks%2F{webhook}",
    "/accounts/{theirs}%00/webhooks/{webhook}",
    "/accounts/%20{theirs}/webhooks/{webhook}",
    "/accounts/{theirs}%20/webhooks/{webhook}",
    "/accounts/{theirs}%3F/webhooks/{webhook}",
    "/accounts/{theirs};{mine}/webhooks/{webhook}",
    "/accounts/{theirs},{mine}/webhooks/{webhook}",
    "/accounts/{mine}/webhooks/{webhook}",
    "/accounts/{mine}/webhooks/..%2F..%2F{theirs}%2Fwebhooks%2F{webhook}",
    "/Accounts/{theirs}/webhooks/{webhook}",
    "/accounts/{theirs}/Webhooks/{webhook}",
    "/x/accounts/{theirs}/webhooks/{webhook}",
    "/./accounts/{theirs}/webhooks/{webhook}",
    "accounts/{theirs}/webhooks/{webhook}",
    "http://api.example/accounts/{theirs}/webhooks/{webhook}",
]


ROUTES = [
    "GET /accounts/{accountId}/webhooks/{webhookId}",
    "GET /accounts/{accountId}/webhooks/{webhookId}/signature",
    "GET /accounts/{accountId}/webhooks/{webhookId}/deliveries",
    "GET /accounts/{accountId}/webhooks",
    "GET /event-types",
    "GET /health",
    "GET /{proxy+}",
    "$default",
    "",
]


@pytest.mark.parametrize("trick", TRICKS)
def test_no_spelling_of_a_path_reaches_another_account(api: ApiClient, webhook: Any, trick: str) -> None:
    """Whatever route API Gateway has found for it, decoded or not, with a stage in front of it or not."""
    event = api.request("GET", "/health", claims=token("2020"))
    for rest, decode, route, stage in product(
        ("", "/signature", "/deliveries"), (unquote, str), ROUTES, ("$default", "x")
    ):
        path = decode(trick.format(theirs=api.account, mine="2020", webhook=webhook["webhookId"]) + rest)
        event["requestContext"]["stage"] = stage
        assert is_nothing(api.send({**event, "rawPath": path, "routeKey": route})), (path, route)


def test_a_path_is_answered_as_the_route_that_was_authorized(api: ApiClient, webhook: Any) -> None:
    """API Gateway decodes a path after it has chosen the route: more segments must not lead to another one's answer."""
    reading = "GET /accounts/{accountId}/webhooks/{webhookId}"
    event = api.request("GET", api.path(webhook, "/signature"))
    assert api.send(event).status == 200

    for route in (reading, "GET /accounts/{accountId}/webhooks", "GET /accounts/{accountId}/events", "$default", ""):
        assert is_nothing(api.send({**event, "routeKey": route}))
    del event["routeKey"]
    assert is_nothing(api.send(event))


def test_who_does_not_reach_an_account_is_logged(api: ApiClient, webhook: Any, log: StringIO) -> None:
    """With the token's subject and client, and what was asked for, up to a length."""
    claims = token("2020", sub="user-7", client_id="client-8")
    api.get(api.path(webhook), claims=claims)
    api.get(f"{api.webhooks}/wh_{'a' * 9000}", claims={"username": "hunter2"})
    api.get(f"{api.webhooks}/wh_0")

    first, second = (json.loads(line) for line in log.getvalue().splitlines() if "path not reached" in line)
    assert (first["level"], first["sub"], first["client_id"]) == ("WARNING", "user-7", "client-8")
    assert first["route"] == "GET /accounts/{accountId}/webhooks/{webhookId}"
    assert first["path"] == api.path(webhook)
    assert len(second["path"]) == 200
    assert "sub" not in second


def test_a_stage_of_a_name_of_its_own_is_no_part_of_the_path(api: ApiClient, webhook: Any) -> None:
    """Whoever deploys the API under one finds everything, and its own account only."""
    event = api.request("GET", api.path(webhook))
    event["requestContext"]["stage"] = "prod"
    event["rawPath"] = "/prod" + event["rawPath"]
    assert api.send(event).status == 200

    event["requestContext"]["authorizer"]["jwt"]["claims"] = token("2020")
    assert is_nothing(api.send(event))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("HEAD", "/health"),
        ("OPTIONS", "/health"),
        ("POST", "/health"),
        ("DELETE", "/event-types"),
        ("PUT", "/accounts/{own}/webhooks"),
        ("OPTIONS", "/accounts/{own}/webhooks"),
        ("HEAD", "/accounts/{own}/webhooks"),
        ("PATCH", "/accounts/{own}/webhooks"),
        ("GET", "/accounts/{own}/events"),
        ("GET", "/accounts/{own}"),
        ("GET", "/accounts"),
        ("GET", "/"),
        ("GET", "/console"),
        ("GET", "/favicon.ico"),
    ],
)
def test_what_is_no_route_is_not_found(api: ApiClient, method: str, path: str) -> None:
    """API Gateway lets none of these through; if one came nevertheless, it would find nothing either."""
    place = path.format(own=api.account)
    for route in ("$default", f"{method} {path.replace('{own}', '{accountId}')}"):
        event = api.request(method, "/health")
        event["requestContext"]["http"]["method"] = method
        assert is_nothing(api.send({**event, "rawPath": place, "routeKey": route}))


def test_open_routes_want_no_token(api: ApiClient) -> None:
    """Health and the document say nothing of any account."""
    for path in ("/health", "/openapi.json"):
        event = api.request("GET", path)
        del event["requestContext"]["authorizer"]
        assert api.send(event).status == 200
    assert api.get("/health").json["status"] == "ok"


def test_the_document_is_served_as_it_is_committed(api: ApiClient) -> None:
    """To everybody."""
    answer = api.get("/openapi.json")

    assert (answer.status, answer.headers) == (200, {"Content-Type": "application/json"})
    assert answer.json == api.document.content
