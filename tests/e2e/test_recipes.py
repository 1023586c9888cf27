"""The recipes that the console shows, run as they stand on real deliveries of the running stack."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from local.listener import Listener, Received
from local.settings import HOST
from recado.rules.sending import signing
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.recipes import RECIPES, free_port, running
from tests.e2e.support.waiting import ARRIVES, until

AddWebhook = Callable[..., dict[str, Any]]
Publish = Callable[..., str]
TAKEN, REFUSED = HTTPStatus.ACCEPTED, HTTPStatus.UNAUTHORIZED
TOLERANCE_SECONDS = 300
OTHER_SECRET = signing.generate_secret()

each_recipe = pytest.mark.parametrize(
    "recipe", [pytest.param(recipe, marks=pytest.mark.needs(tool)) for recipe, tool in RECIPES.items()]
)


@dataclass(frozen=True)
class Captured:
    """Two real POSTs to one webhook, before and after its secret was rotated, and both secrets."""

    before: Received
    after: Received
    old_secret: str
    new_secret: str


@pytest.fixture(scope="module")
def captured(api: ApiClient, publish: Publish) -> Iterator[Captured]:
    """Real deliveries, captured once for all recipes."""
    with Listener() as listener:
        body = {"name": "recipes", "targetUrl": listener.url, "eventNames": ["COURSE_ENROLLMENT"]}
        webhook = api.post(WEBHOOKS, json={**body, "authentication": {"type": "SIGNATURE"}}).json()
        signature = f"{WEBHOOKS}/{webhook['webhookId']}/signature"
        old_secret = api.get(signature).json()["secret"]
        publish("COURSE_ENROLLMENT", data={"note": "é 👋"})
        [before] = listener.wait_for(1, ARRIVES)
        version = api.post(signature, headers={"If-Match": f'"{webhook["version"]}"'})
        assert version.status_code == HTTPStatus.OK, version.text
        publish("COURSE_ENROLLMENT")
        after = listener.wait_for(2, ARRIVES)[1]
        yield Captured(before, after, old_secret, api.get(signature).json()["secret"])
        api.delete(f"{WEBHOOKS}/{webhook['webhookId']}")


@each_recipe
def test_recipe_takes_a_delivery_once(
    recipe: str, api: ApiClient, add_webhook: AddWebhook, publish: Publish, tmp_path: Path
) -> None:
    """An event sent to a recipe is delivered with 202 and kept; sent again it is answered alike, and not kept again."""
    port = free_port()
    webhook = add_webhook(f"http://{HOST}:{port}/", "CI_STATS", authentication={"type": "SIGNATURE"})
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    secret = api.get(f"{address}/signature").json()["secret"]

    def delivered(attempts: int) -> dict[str, Any] | None:
        found = api.get(f"{address}/deliveries").json()["deliveries"]
        done = [one for one in found if one["status"] == "DELIVERED" and one["attempts"] == attempts]
        return done[0] if done else None

    with running(recipe, secret, tmp_path, port) as receiver:
        event_id = publish("CI_STATS", data={"note": "é 👋"})
        delivery = until(lambda: delivered(1), "the delivery")
        assert (delivery["eventId"], delivery["statusCode"]) == (event_id, TAKEN)
        api.post(f"{address}/deliveries/{delivery['deliveryId']}/redeliver").raise_for_status()
        assert until(lambda: delivered(2), "the second delivery")["statusCode"] == TAKEN
        assert len(until(lambda: receiver.lines(event_id), "the event kept")) == 1


@each_recipe
def test_recipe_refuses_what_is_not_genuine(recipe: str, captured: Captured, tmp_path: Path) -> None:
    """Only the bytes as they were signed, lately, by the right secret are taken; all else is answered with 401."""
    genuine, secret = captured.before, captured.old_secret
    headers, body = genuine.headers, genuine.body
    without = {name: {**headers, name: ""} for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}

    def signed(seconds: int, by: str = secret) -> dict[str, str]:
        text = signing.signature([by], headers["webhook-id"], seconds, body)
        return {**headers, "webhook-timestamp": str(seconds), "webhook-signature": text}

    now = int(time.time())
    with running(recipe, secret, tmp_path) as receiver:
        answers = {
            "genuine": receiver.post(headers, body),
            "signed by the test itself": receiver.post(signed(now), body),
            "tampered body": receiver.post(headers, body.replace(b"COURSE", b"COARSE")),
            "longer body": receiver.post(headers, body + b" "),
            "another id": receiver.post({**headers, "webhook-id": "other"}, body),
            "another time": receiver.post({**headers, "webhook-timestamp": str(now + 1)}, body),
            "too old": receiver.post(signed(now - TOLERANCE_SECONDS - 30), body),
            "too new": receiver.post(signed(now + TOLERANCE_SECONDS + 30), body),
            "wrong secret": receiver.post(signed(now, OTHER_SECRET), body),
            "time is no number": receiver.post({**headers, "webhook-timestamp": "soon"}, body),
            "signature of another kind": receiver.post({**headers, "webhook-signature": "v1a,AAAA v1,é"}, body),
            "no JSON, not signed": receiver.post({"webhook-id": "x"}, b"{"),
            **{f"without {name}": receiver.post(changed, body) for name, changed in without.items()},
        }
    taken = {case for case, status in answers.items() if status == TAKEN}
    assert taken == {"genuine", "signed by the test itself"}
    assert {status for case, status in answers.items() if case not in taken} == {REFUSED}


@each_recipe
def test_recipe_refuses_a_huge_body(recipe: str, captured: Captured, tmp_path: Path) -> None:
    """More bytes than any POST of ours has are refused with 413 before they are all read."""
    with running(recipe, captured.old_secret, tmp_path) as receiver:
        assert receiver.post(captured.before.headers, b" " * 1_000_001) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@each_recipe
def test_recipe_verifies_both_signatures_of_a_rotation(recipe: str, captured: Captured, tmp_path: Path) -> None:
    """A POST after a rotation is taken by a receiver with the old secret and by one with the new; not by a third."""
    post = captured.after
    assert len(post.headers["webhook-signature"].split()) == 2
    answers = []
    for secret in (captured.old_secret, captured.new_secret, OTHER_SECRET):
        with running(recipe, secret, tmp_path) as receiver:
            answers.append(receiver.post(post.headers, post.body))
    assert answers == [TAKEN, TAKEN, REFUSED]


def test_the_handbook_names_every_recipe() -> None:
    """The handbook for receivers links each recipe, so that nobody copies an old one."""
    text = (Path(__file__).parents[2] / "docs" / "receiving.md").read_text(encoding="utf-8")
    assert [recipe for recipe in RECIPES if f"(../console/src/recipes/{recipe})" not in text] == []
