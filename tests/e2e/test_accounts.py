"""Accounts kept apart, and scopes too, with real tokens of the running stack; by every route."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

import pytest

from local import identity, tokens
from local.settings import PROJECT_DIR
from local.stack_file import Stack
from recado.rules.account import ACCEPTED
from tests.e2e.support.accounts import ACCOUNT, OTHER_ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.running_stack import AddWebhook

Route = tuple[str, str]

WEBHOOK = {"name": "test", "targetUrl": "http://127.0.0.1:9/hook", "eventNames": ["CI_STATS"]}
DOCUMENT: dict[str, Any] = json.loads((PROJECT_DIR / "docs" / "openapi.json").read_text())
ADMIN = {"jwt": ["recado/admin"]}
ROUTES = [(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item]
OF_LINKS = {"/alert-addresses/confirm", "/alert-addresses/unsubscribe"}
OPEN = {"/health", "/egress.json", "/accounts/{accountId}/webhook-keys.json", *OF_LINKS}
CLOSED = [route for route in ROUTES if route[1] not in OPEN]
OF_RECEIVERS = {route for route in ROUTES if route[1].startswith("/receive/")}
OF_PORTALS = {route for route in ROUTES if route[1].startswith("/portal/")}
OF_THE_PLATFORM = [
    (method, path) for method, path in CLOSED if DOCUMENT["paths"][path][method.lower()]["security"] == [ADMIN]
]
OF_ACCOUNTS = [route for route in CLOSED if "{accountId}" in route[1] and route not in OF_RECEIVERS]
SCOPES = ("recado/webhooks.read", "recado/webhooks.write", "recado/events.publish")


@pytest.fixture
def status_of(add_webhook: AddWebhook) -> Callable[[ApiClient, Route], int]:
    """`status_of(api, route)`: what a request by this route is answered with, for a webhook that is there."""
    webhook = add_webhook(WEBHOOK["targetUrl"], *WEBHOOK["eventNames"])
    event = {"eventId": "d5fb7071", "eventName": WEBHOOK["eventNames"][0], "deliveryId": "001727414643000-d5fb7071"}
    there = {"accountId": ACCOUNT, "webhookId": webhook["webhookId"], **event}

    def status(api: ApiClient, route: Route, **options: Any) -> int:
        method, path = route
        return api.request(method, path.format(**there), json=WEBHOOK, **options).status_code

    return status


def test_another_accounts_token_gets_404_everywhere(
    other_api: ApiClient, status_of: Callable[[ApiClient, Route], int]
) -> None:
    """Whatever exists there. What only the platform may do is refused for the scope, in its own account, too."""
    answers = {route: status_of(other_api, route) for route in OF_ACCOUNTS}

    others = dict.fromkeys(OF_ACCOUNTS, HTTPStatus.NOT_FOUND)
    assert answers == {**others, **dict.fromkeys(OF_THE_PLATFORM, HTTPStatus.FORBIDDEN)}


def test_without_a_token_every_route_answers_401(anonymous_api: ApiClient, status_of: Callable[..., int]) -> None:
    """No route but the open ones answers without a token, nor with one that is made up."""
    forged = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}
    for headers in ({}, forged):
        answers = {route: status_of(anonymous_api, route, headers=headers) for route in CLOSED}
        assert answers == dict.fromkeys(CLOSED, HTTPStatus.UNAUTHORIZED)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_opens_its_own_routes_alone(
    api_for: Callable[..., ApiClient], status_of: Callable[[ApiClient, Route], int], scope: str
) -> None:
    """A token with another scope than the route's gets 403, such as that for reading where something is changed."""
    others = [
        (method, path)
        for method, path in CLOSED
        if (method, path) not in OF_PORTALS | OF_RECEIVERS
        if {"jwt": [scope]} not in DOCUMENT["paths"][path][method.lower()]["security"]
    ]
    bearer = api_for(ACCOUNT, scope)

    assert {route: status_of(bearer, route) for route in others} == dict.fromkeys(others, HTTPStatus.FORBIDDEN)


def test_open_routes_answer_without_a_token(anonymous_api: ApiClient) -> None:
    """Health, the API's description and the console's page are open."""
    assert anonymous_api.get("/health").json()["status"] == "ok"
    assert anonymous_api.get("/egress.json").json() == {"addresses": []}
    assert anonymous_api.get("/accounts/nobody/webhook-keys.json").json() == {"keys": []}
    assert anonymous_api.get("/openapi.json").json() == DOCUMENT
    page = anonymous_api.get("/console")
    assert page.status_code == HTTPStatus.OK
    assert "<title>Recado</title>" in page.text


def test_admin_scope_reaches_every_account(admin_api: ApiClient) -> None:
    """A machine with the admin scope reads any account."""
    for address in (WEBHOOKS, f"/accounts/{OTHER_ACCOUNT}/webhooks"):
        assert admin_api.get(address).status_code == HTTPStatus.OK


@pytest.mark.parametrize("spelt", ["org:1", "user%40example.com", "user@example.com", "+49~7", "%2B49%7E7", "a" * 120])
def test_ids_of_other_platforms_are_accounts(admin_api: ApiClient, spelt: str) -> None:
    """However their signs are written in the path; on the way nothing of them is lost."""
    answer = admin_api.post(f"/accounts/{spelt}/webhooks", json=WEBHOOK)
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    webhook = answer.json()

    assert webhook["accountId"] == unquote(spelt)
    listed = admin_api.get(f"/accounts/{quote(unquote(spelt), safe='')}/webhooks").json()["webhooks"]
    assert [one["webhookId"] for one in listed] == [webhook["webhookId"]]
    removed = admin_api.delete(f"/accounts/{spelt}/webhooks/{webhook['webhookId']}")
    assert removed.status_code == HTTPStatus.NO_CONTENT


@pytest.mark.parametrize("spelt", ["a%20b", "b%C3%BCro", "%7Bb5c7%7D", "a%23b", "a" * 121, "1010%0A", "a%2Fb"])
def test_what_cannot_be_an_account_is_refused_with_the_rule(api: ApiClient, spelt: str) -> None:
    """A typing error is no foreign account; one with a slash has another path, to which nothing leads."""
    answer = api.get(f"/accounts/{spelt}/webhooks")

    if answer.status_code == HTTPStatus.NOT_FOUND:
        assert spelt == "a%2Fb"
        return
    assert answer.status_code == HTTPStatus.BAD_REQUEST, answer.text
    assert answer.json()["errors"] == [{"field": "accountId", "message": f"must be {ACCEPTED}"}]


def test_a_group_whose_name_holds_another_opens_nothing(
    instance: Instance, stack: Stack, aws_client: Callable[[str], Any]
) -> None:
    """A comma, a blank or brackets in the name of a group part nothing, whatever the authorizer makes of a list."""
    cognito, pool = aws_client("cognito-idp"), {"UserPoolId": stack.sign_in["userPoolId"]}
    user, other = identity.user_name(ACCOUNT), f"account:{OTHER_ACCOUNT}"
    names = [f"team,{other}", f"x] [{other}", f"no access to {other}", f"[{other}]"]
    for name in names:
        cognito.create_group(**pool, GroupName=name)
        cognito.admin_add_user_to_group(**pool, GroupName=name, Username=user)
    try:
        grant = tokens.sign_in(stack, instance.settings, ACCOUNT, "recado/webhooks.read")
        api = ApiClient(stack.api_url, grant["access_token"])
        assert api.get(WEBHOOKS).status_code == HTTPStatus.OK
        assert api.get(f"/accounts/{OTHER_ACCOUNT}/webhooks").status_code == HTTPStatus.NOT_FOUND
    finally:
        for name in names:
            cognito.delete_group(**pool, GroupName=name)
