"""Paths: no spelling reaches another account, or another route than the one that was authorized."""

from itertools import product
from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.api_client import ADMIN_SCOPE, ApiClient, token


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook with a signature."""
    return api.create(authentication={"type": "SIGNATURE"})


@pytest.mark.parametrize(
    "account", ["", "-", ".", "..", "a b", "é", "a/b", "a" * 65, "[x", "account:1", "%", "*", "#count"]
)
def test_what_is_no_account_id_is_reached_by_nobody(api: ApiClient, account: str) -> None:
    """Not even with the admin scope, nor by a group that is spelled like it."""
    for claims in (token(account, scope=ADMIN_SCOPE), {"cognito:groups": [f"account:{account}"]}):
        event = api.request("GET", "/accounts/1010/webhooks", claims=claims)
        assert api.send({**event, "rawPath": f"/accounts/{account}/webhooks"}).is_nothing


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
    for rest, decoded, route, stage in product(
        ("", "/signature", "/deliveries"), (True, False), ROUTES, ("$default", "x")
    ):
        sent = trick.format(theirs=api.account, mine="2020", webhook=webhook["webhookId"]) + rest
        path = unquote(sent) if decoded else sent
        event["requestContext"]["stage"] = stage
        assert api.send({**event, "rawPath": path, "routeKey": route}).is_nothing, (path, route)


def test_a_path_is_answered_as_the_route_that_was_authorized(api: ApiClient, webhook: Any) -> None:
    """API Gateway decodes a path after it has chosen the route: more segments must not lead to another one's answer."""
    reading = "GET /accounts/{accountId}/webhooks/{webhookId}"
    event = api.request("GET", api.path(webhook, "/signature"))
    assert api.send(event).status == 200

    for route in (reading, "GET /accounts/{accountId}/webhooks", "GET /accounts/{accountId}/events", "$default", ""):
        assert api.send({**event, "routeKey": route}).is_nothing
    del event["routeKey"]
    assert api.send(event).is_nothing


def test_a_stage_of_a_name_of_its_own_is_no_part_of_the_path(api: ApiClient, webhook: Any) -> None:
    """Whoever deploys the API under one finds everything, and its own account only."""
    event = api.request("GET", api.path(webhook))
    event["requestContext"]["stage"] = "prod"
    event["rawPath"] = "/prod" + event["rawPath"]
    assert api.send(event).status == 200

    event["requestContext"]["authorizer"]["jwt"]["claims"] = token("2020")
    assert api.send(event).is_nothing


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
        assert api.send({**event, "rawPath": place, "routeKey": route}).is_nothing
