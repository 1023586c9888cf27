"""What an `Idempotency-Key` is, and for what it counts."""

import pytest

from tests.integration.webhook_api.shared.idempotency.keyed import kept, names, post
from tests.integration.webhook_api.shared.routes import ACCOUNT_ROUTES, BODIES, filled
from tests.support.api.client import ApiClient

TESTS = [route for route in ACCOUNT_ROUTES if route[1].endswith("/test")]


def test_a_key_counts_for_one_account_and_one_path(api: ApiClient) -> None:
    """Elsewhere the same one is another."""
    other = ApiClient(api.system, api.document)
    event = {"events": [{"eventId": "e", "eventName": "CI_STATS", "timestamp": 1, "data": {}}]}

    answers = [post(api), post(other), post(api, event, path=api.events)]

    assert [answer.status for answer in answers] == [201, 201, 202]
    assert not [answer for answer in answers if "Idempotent-Replayed" in answer.headers]


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é", "\x7f"])
def test_what_is_no_key_is_refused(api: ApiClient, key: str) -> None:
    """By name, with nothing done."""
    answer = post(api, key=key)

    assert (answer.status, answer.fields) == (400, ["Idempotency-Key"])
    assert answer.json["detail"] == "Idempotency-Key must be 1 to 255 visible ASCII characters."
    assert names(api) == []


@pytest.mark.parametrize("key", ["x" * 255, "a,b", '"!~"'])
def test_any_visible_text_is_a_key(api: ApiClient, key: str) -> None:
    """Several headers of the name arrive as one text with a comma."""
    assert post(api, key=key).status == 201
    assert post(api, key=key).headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("route", TESTS, ids=" ".join)
def test_a_test_send_takes_no_key(api: ApiClient, route: tuple[str, str]) -> None:
    """A repetition would say what the receiver answered once, not what it answers."""
    answer = post(api, BODIES[route], path=filled(api, api.create(), route[1]))

    assert (answer.status, answer.fields) == (400, ["Idempotency-Key"])
    assert answer.json["detail"].endswith("take no key.")


def test_other_methods_do_not_look_at_it(api: ApiClient) -> None:
    """Whatever it holds."""
    webhook = api.create()
    headers = {"Idempotency-Key": "no key"}

    assert api.get(api.path(webhook), headers=headers).status == 200
    for name in ("a", "b"):
        assert api.call("PATCH", api.path(webhook), {"name": name}, headers=headers).json["name"] == name
    assert api.call("DELETE", api.path(webhook), headers=headers).status == 204
    assert kept(api) == []
