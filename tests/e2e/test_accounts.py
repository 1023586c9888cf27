"""Accounts kept apart, and the limit of webhooks, through the running stack."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest

from local.settings import PROJECT_DIR
from tests.e2e.support.client import ApiClient
from tests.integration.webhook_api.shared.test_access import BODIES

WEBHOOK = {"name": "test", "targetUrl": "http://127.0.0.1:9/hook", "eventNames": ["CI_STATS"]}
DOCUMENT: dict[str, Any] = json.loads((PROJECT_DIR / "docs" / "openapi.json").read_text())
ROUTES = [(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item]
OPEN = {"/health"}
SCOPES = ("recado/webhooks.read", "recado/webhooks.write", "recado/events.publish")


@pytest.fixture
def webhook_of_1010(api: ApiClient) -> Any:
    """A webhook of account 1010, removed after the test."""
    webhook = api.post("/accounts/1010/webhooks", json=WEBHOOK).json()
    yield webhook
    api.delete(f"/accounts/1010/webhooks/{webhook['webhookId']}")


def _address(path: str, webhook: dict[str, Any]) -> str:
    replaced = path.replace("{accountId}", "1010").replace("{webhookId}", webhook["webhookId"])
    return replaced.replace("{deliveryId}", "001727414643000-d5fb7071")


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if "{accountId}" in route[1]])
def test_other_account_gets_404_everywhere(
    other_api: ApiClient, webhook_of_1010: dict[str, Any], method: str, path: str
) -> None:
    """Every route of an account answers 404 to another account's token, whatever exists there."""
    answer = other_api.request(method, _address(path, webhook_of_1010), json=WEBHOOK)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if "{webhookId}" in route[1]])
def test_other_account_does_not_find_a_foreign_webhook_under_its_own_path(
    other_api: ApiClient, webhook_of_1010: dict[str, Any], method: str, path: str
) -> None:
    """An id is worth nothing in another account: a sound request with it answers 404, as for any id."""
    address = _address(path, webhook_of_1010).replace("/1010/", "/2020/")
    assert other_api.request(method, address, json=BODIES.get((method, path))).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_no_other_origin_is_let_in(api: ApiClient, webhook_of_1010: dict[str, Any], path: str) -> None:
    """Neither an answer nor that to a preflight lets a page of another origin read what the API answers."""
    address = _address(path, webhook_of_1010)
    origin = {"Origin": "https://elsewhere.example"}
    preflight = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    for answer in (api.get(address, headers=origin), api.options(address, headers=preflight)):
        assert not [name for name in answer.headers if name.lower().startswith("access-control-allow")]


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[1] not in OPEN])
def test_without_a_token_every_route_answers_401(
    anonymous_api: ApiClient, webhook_of_1010: dict[str, Any], method: str, path: str
) -> None:
    """No route but the open ones answers without a token, nor with one that is made up."""
    address = _address(path, webhook_of_1010)
    assert anonymous_api.request(method, address).status_code == HTTPStatus.UNAUTHORIZED
    forged = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}
    assert anonymous_api.request(method, address, headers=forged).status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        (method.upper(), path, scope)
        for path, item in DOCUMENT["paths"].items()
        if path not in OPEN
        for method, operation in item.items()
        for scope in SCOPES
        if {"jwt": [scope]} not in operation["security"]
    ],
)
def test_a_scope_opens_its_own_routes_alone(
    api_for: Callable[..., ApiClient], webhook_of_1010: dict[str, Any], method: str, path: str, scope: str
) -> None:
    """A token with another scope than the route's gets 403, such as that for reading where something is changed."""
    bearer = api_for("1010", scope)
    assert bearer.request(method, _address(path, webhook_of_1010), json=WEBHOOK).status_code == HTTPStatus.FORBIDDEN


def test_open_routes_answer_without_a_token(anonymous_api: ApiClient) -> None:
    """Health, the API's description and the console's page are open."""
    assert anonymous_api.get("/health").json()["status"] == "ok"
    assert anonymous_api.get("/openapi.json").json() == DOCUMENT
    page = anonymous_api.get("/console")
    assert page.status_code == HTTPStatus.OK
    assert "<title>Recado</title>" in page.text


def test_admin_scope_reaches_every_account(admin_api: ApiClient) -> None:
    """A machine with the admin scope reads any account."""
    for account in ("1010", "2020"):
        assert admin_api.get(f"/accounts/{account}/webhooks").status_code == HTTPStatus.OK


def test_sixth_webhook_is_refused_however_many_race(other_api: ApiClient) -> None:
    """Of 32 registrations at once exactly five succeed, a sixth is refused, and a removed one makes room.

    The emulator runs transactions one after the other, so this is no proof of concurrency by itself: what the limit
    rests on is the condition on the account's count inside the transaction that adds a webhook.
    """
    address = "/accounts/2020/webhooks"
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: other_api.post(address, json=WEBHOOK), range(32)))
    statuses = sorted(answer.status_code for answer in answers)
    try:
        assert statuses == [HTTPStatus.CREATED] * 5 + [HTTPStatus.CONFLICT] * 27
        listed = other_api.get(address).json()
        assert (len(listed["webhooks"]), listed["limit"]) == (5, 5)
        first = listed["webhooks"][0]["webhookId"]
        assert other_api.delete(f"{address}/{first}").status_code == HTTPStatus.NO_CONTENT
        assert other_api.post(address, json=WEBHOOK).status_code == HTTPStatus.CREATED
    finally:
        for webhook in other_api.get(address).json()["webhooks"]:
            other_api.delete(f"{address}/{webhook['webhookId']}")
