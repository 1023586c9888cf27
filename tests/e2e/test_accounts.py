"""Accounts kept apart, and the limit of webhooks, through the running stack."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest

from local.settings import PROJECT_DIR
from tests.e2e.client import ApiClient

WEBHOOK = {"name": "test", "targetUrl": "http://127.0.0.1:9/hook", "eventNames": ["CI_STATS"]}
DOCUMENT: dict[str, Any] = json.loads((PROJECT_DIR / "docs" / "openapi.json").read_text())
ROUTES = [(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item]
OPEN = {"/health"}


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
    ("method", "path"),
    [
        (method.upper(), path)
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if {"jwt": ["recado/webhooks.write"]} in operation.get("security", [])
    ],
)
def test_reading_scope_does_not_write(
    api_for: Callable[..., ApiClient], webhook_of_1010: dict[str, Any], method: str, path: str
) -> None:
    """A token with the reading scope gets 403 on every route that changes something or shows a secret."""
    reader = api_for("1010", "recado/webhooks.read")
    assert reader.request(method, _address(path, webhook_of_1010), json=WEBHOOK).status_code == HTTPStatus.FORBIDDEN


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
