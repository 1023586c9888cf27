"""Paths: no spelling reaches another account, or another route than the one that was authorized."""

from itertools import product
from typing import Any
from urllib.parse import unquote

import pytest

from recado.rules.account import ACCEPTED
from tests.support.api.client import ADMIN_SCOPE, Answer, ApiClient, token
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.system import System


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook with a signature."""
    return api.create(authentication={"type": "SIGNATURE"})


@pytest.mark.parametrize(
    "account", ["", ".", "..", "a b", "é", "a/b", "a" * 121, "[x", "%", "*", "#count", "{b5c7}", "1010\n", "büro"]
)
def test_what_is_no_account_id_is_refused_with_the_rule(api: ApiClient, aws: AwsCalls, account: str) -> None:
    """Whoever asks: with the admin scope, with a group that is spelled like it, or with another account's."""
    aws.clear()
    for claims in (token(account, scope=ADMIN_SCOPE), token(account), token("2020")):
        event = api.request("GET", "/accounts/1010/webhooks", claims=claims)
        answer = api.send(
            {**event, "rawPath": f"/accounts/{account}/webhooks", "pathParameters": {"accountId": account}}
        )
        assert (answer.status, answer.fields) == (400, ["accountId"])
        assert answer.json["errors"][0]["message"] == f"must be {ACCEPTED}"
        api.document.check("GET", "/accounts/{accountId}/webhooks", answer)
    assert aws.seen == []


@pytest.mark.parametrize(
    "account", ["org:1", "user@example.com", "user%40example.com", "+49", "%2B49", "a~b", "-5", "-"]
)
def test_ids_of_other_platforms_are_accounts(system: System, document: ApiDocument, account: str) -> None:
    """By every route to them, however their signs are written in the path, and found again in what is listed."""
    api = ApiClient(system, document, account=unquote(account))
    webhook = api.create()

    answer = api.get(f"/accounts/{account}/webhooks")
    assert [entry["webhookId"] for entry in answer.json["webhooks"]] == [webhook["webhookId"]]
    assert api.get(f"/accounts/{account}/webhooks", claims=token("2020")).is_nothing
    assert api.call("DELETE", api.path(webhook)).status == 204


def refused(answer: Answer) -> bool:
    """Whether there is nothing, or no account could be called so."""
    return answer.is_nothing or (answer.status, answer.fields) == (400, ["accountId"])


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
        assert refused(api.send({**event, "rawPath": path, "routeKey": route})), (path, route)


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

    event |= {"headers": api.request("GET", "/health", claims=token("2020"))["headers"]}
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
