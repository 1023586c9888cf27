"""Twice is once, and who did what, through the running stack."""

import json
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from local.listener import Listener
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.jobs import IN_AN_HOUR, NOON_MS, await_state, ids_of
from tests.e2e.support.running_stack import Publish
from tests.e2e.support.waiting import ARRIVES, until

NAME = "CI_STATS"
ACTIVITY = WEBHOOKS.replace("/webhooks", "/activity")
PASSES = {"password": "a first password", "header": "a header's value", "query": "a-key-in-a-url"}
"""What nobody may read of what was done."""


def test_twenty_identical_creates_at_once_make_one_webhook(api: ApiClient, listener: Listener) -> None:
    """All of them have one key: each is answered alike, or told to come again; another body has no answer at all."""
    body = json.dumps({"name": "only once", "targetUrl": listener.url, "eventNames": [NAME]})
    headers = {"Idempotency-Key": "twenty-at-once", "Content-Type": "application/json"}

    def create(text: str = body) -> Any:
        return api.post(WEBHOOKS, data=text, headers=headers)

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: create(), range(20)))

    refused = [one for one in answers if one.status_code == HTTPStatus.CONFLICT]
    created = [one for one in answers if one.status_code == HTTPStatus.CREATED]
    assert len(refused) + len(created) == 20
    assert all(int(one.headers["Retry-After"]) > 0 for one in refused)
    assert len([one for one in created if "Idempotent-Replayed" not in one.headers]) == 1
    repeated = create()
    assert repeated.headers["Idempotent-Replayed"] == "true"
    assert {one.text for one in (*created, repeated)} == {created[0].text}
    assert create(body.replace("only once", "another")).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    named = [one for one in api.get(WEBHOOKS).json()["webhooks"] if one["name"] in ("only once", "another")]
    assert [one["webhookId"] for one in named] == [created[0].json()["webhookId"]]
    api.delete(f"{WEBHOOKS}/{named[0]['webhookId']}")


def test_everything_that_is_done_to_a_webhook_is_told(api: ApiClient, listener: Listener, publish: Publish) -> None:
    """By whom, when and from where, what is secret only that it was changed; also after the webhook is removed."""
    address = create(api, listener)
    steps = [*change(api, address, listener), *ask(api, address, listener, publish)]
    assert api.delete(address).status_code == HTTPStatus.NO_CONTENT
    assert api.get(address).status_code == HTTPStatus.NOT_FOUND

    told = api.get(f"{address}/activity", params={"limit": 100}).json()["activity"]

    assert [one["kind"] for one in reversed(told)] == ["CREATED", *steps, "REMOVED"]
    assert len({(one["by"], one["client"], one["address"]) for one in told}) == 1
    assert told[0]["address"] == "127.0.0.1"
    assert all(told[0]["by"] and one["webhookId"] == address.rpartition("/")[2] for one in told)
    assert [one["at"] for one in told] == sorted((one["at"] for one in told), reverse=True)
    changes = {one["kind"]: one.get("changes") for one in told if one["kind"] != "CHANGED"}
    assert changes["RETIRED"] == [{"field": "active", "before": True, "after": False}]
    assert changes["SWITCHED_ON"] == [{"field": "active", "before": False, "after": True}]
    assert {"field": "headers.X-Tenant", "after": "[hidden]"} in changes["CREATED"]
    newer, older = [one["changes"] for one in told if one["kind"] == "CHANGED"]
    assert {"field": "name", "before": "told", "after": "told again"} in older
    assert {"field": "headers.X-Tenant", "hidden": True} in older
    assert {"field": "targetUrl", "hidden": True} in older
    assert {"field": "authentication.type", "before": "BASIC", "after": "SIGNATURE"} in newer
    of_account = api.get(ACTIVITY, params={"limit": 100}).json()["activity"]
    assert [one for one in of_account if one.get("webhookId") == told[0]["webhookId"]] == told
    assert [secret for secret in PASSES.values() if secret in json.dumps(of_account)] == []


def create(api: ApiClient, receiver: Listener) -> str:
    """Add a webhook with everything that is secret; return its address."""
    body = {
        "name": "told",
        "targetUrl": f"{receiver.url}/?key={PASSES['query']}",
        "eventNames": [NAME],
        "headers": {"X-Tenant": PASSES["header"]},
        "authentication": {"type": "BASIC", "username": "somebody", "password": PASSES["password"]},
    }
    answer = api.post(WEBHOOKS, json=body)
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    return f"{WEBHOOKS}/{answer.json()['webhookId']}"


def change(api: ApiClient, address: str, receiver: Listener) -> list[str]:
    """Change a webhook in every way, and return what is to be told of it."""
    other = {
        "name": "told again",
        "targetUrl": f"{receiver.url}/?key={PASSES['query']}-2",
        "headers": {"X-Tenant": f"{PASSES['header']}-2"},
    }
    assert api.patch(address, json=other).status_code == HTTPStatus.OK
    assert api.patch(address, json={"authentication": {"type": "SIGNATURE"}}).status_code == HTTPStatus.OK
    assert api.get(f"{address}/signature").status_code == HTTPStatus.OK
    assert api.post(f"{address}/signature").status_code == HTTPStatus.OK
    assert api.post(f"{address}/test", json={"eventName": NAME}).status_code == HTTPStatus.OK
    assert api.patch(address, json={"active": False}).status_code == HTTPStatus.OK
    assert api.patch(address, json={"active": True}).status_code == HTTPStatus.OK
    return ["CHANGED", "CHANGED", "SECRET_DOWNLOADED", "SECRET_ROTATED", "TESTED", "RETIRED", "SWITCHED_ON"]


def ask(api: ApiClient, address: str, receiver: Listener, publish: Publish) -> list[str]:
    """Let an event be sent, fail, be asked for and withdrawn in every way, and return what is to be told of it."""
    event_id = publish(NAME, timestamp=NOON_MS)
    receiver.wait_until(lambda _: event_id in ids_of(receiver), ARRIVES, "the event")
    [found] = until(lambda: api.get(f"{address}/deliveries").json()["deliveries"], "it is in the log")
    one = f"{address}/deliveries/{found['deliveryId']}"
    receiver.usual_answer = IN_AN_HOUR
    assert api.post(f"{one}/redeliver").status_code == HTTPStatus.ACCEPTED
    until(lambda: api.get(address).json()["health"]["state"] == "FAILING", "the webhook is failing")
    assert api.post(f"{address}/send-now").status_code == HTTPStatus.ACCEPTED
    assert api.post(f"{one}/cancel").status_code == HTTPStatus.OK
    job = api.post(f"{address}/redeliver", json={"status": "DELIVERED", "from": NOON_MS}).json()
    await_state(api, address, job, "DONE")
    cancellation = api.post(f"{address}/cancel", json={}).json()
    await_state(api, address, cancellation, "DONE")
    return ["REDELIVERED", "SENT_NOW", "CANCELLED", "REDELIVERY_STARTED", "CANCELLATION_STARTED"]
