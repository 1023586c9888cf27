"""Events on their way from the bus to receivers, through the running stack."""

import base64
import json
from collections.abc import Callable
from http import HTTPStatus
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
import standardwebhooks
import svix

from local.listener import Answer, Listener
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.waiting import ARRIVES, until

AddWebhook = Callable[..., dict[str, Any]]
Publish = Callable[..., str]


def test_real_time_event_arrives_byte_for_byte(add_webhook: AddWebhook, listener: Listener, publish: Publish) -> None:
    """A real-time event is POSTed at once, its fields as published, in the documented order, as compact UTF-8 JSON."""
    add_webhook(f"{listener.url}/hook", "COURSE_ENROLLMENT")
    data = {"userId": 4279332, "title": "Ação 学习 ✓", "z": 1, "a": [1.5, True, None, 9007199254740993]}
    event_id = publish(
        "COURSE_ENROLLMENT", eventInfo="1727414643000-047210-84242-0", timestamp=1727414643000, data=data
    )
    [request] = listener.wait_for(1, ARRIVES)
    expected = (
        f'{{"accountId":1010,"events":[{{"eventId":"{event_id}","eventName":"COURSE_ENROLLMENT",'
        '"timestamp":1727414643000,"eventInfo":"1727414643000-047210-84242-0",'
        '"data":{"userId":4279332,"title":"Ação 学习 ✓","z":1,"a":[1.5,true,null,9007199254740993]}}]}'
    )
    assert request.body.decode() == expected
    assert request.method == "POST"
    assert request.path == "/hook"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("Recado/")
    assert request.headers["webhook-id"] == event_id


@pytest.mark.parametrize(
    ("account", "timestamp"),
    [
        (1010, 1727414643),
        ("1010", 1727414643000),
        (1010, "2024-09-27T05:24:03.000Z"),
        ("1010", "2024-09-27T07:24:03+02:00"),
    ],
)
def test_account_and_timestamp_arrive_as_they_came(
    add_webhook: AddWebhook, listener: Listener, publish: Publish, account: int | str, timestamp: int | str
) -> None:
    """Whatever spelling a publisher uses for account and time, the receiver gets it unchanged."""
    add_webhook(listener.url, "CI_STATS")
    publish("CI_STATS", account, timestamp=timestamp)
    [request] = listener.wait_for(1, ARRIVES)
    assert request.payload["accountId"] == account
    assert request.payload["events"][0]["timestamp"] == timestamp


def test_webhook_gets_every_event_published_after_its_201(api: ApiClient, listener: Listener, publish: Publish) -> None:
    """There is no moment after the answer to a registration at which an event misses the webhook."""
    body = {"name": "test", "eventNames": ["LEARNING_OBJECT_DRAFT"]}
    for position in range(10):
        webhook = api.post(WEBHOOKS, json={**body, "targetUrl": f"{listener.url}/{position}"}).json()
        event_id = publish("LEARNING_OBJECT_DRAFT")
        request = listener.wait_for(position + 1, ARRIVES)[position]
        assert (request.path, request.event_ids) == (f"/{position}", [event_id])
        assert api.delete(f"{WEBHOOKS}/{webhook['webhookId']}").status_code == HTTPStatus.NO_CONTENT


def test_signed_event_is_verified_by_public_libraries(
    api: ApiClient, add_webhook: AddWebhook, listener: Listener, publish: Publish
) -> None:
    """The downloaded secret verifies a POST with Standard Webhooks' and Svix's own libraries, also after a rotation."""
    webhook = add_webhook(listener.url, "COURSE_COMPLETED", authentication={"type": "SIGNATURE"})
    signature = f"{WEBHOOKS}/{webhook['webhookId']}/signature"
    first = api.get(signature).json()["secret"]
    publish("COURSE_COMPLETED")
    [request] = listener.wait_for(1, ARRIVES)
    assert standardwebhooks.Webhook(first).verify(request.body, request.headers) == request.payload
    svix.Webhook(first).verify(request.body, request.headers)  # raises where the signature does not hold

    assert api.post(signature).status_code == 200
    second = api.get(signature).json()
    assert second["previousSecret"] == first != second["secret"]
    publish("COURSE_COMPLETED")
    [_, rotated] = listener.wait_for(2, ARRIVES)
    for secret in (first, second["secret"]):
        assert standardwebhooks.Webhook(secret).verify(rotated.body, rotated.headers) == rotated.payload


def test_basic_credentials_and_custom_headers_are_sent(
    add_webhook: AddWebhook, listener: Listener, publish: Publish
) -> None:
    """A webhook with BASIC authentication sends its user name and password, and its own headers."""
    add_webhook(
        listener.url,
        "COURSE_UNENROLLMENT",
        authentication={"type": "BASIC", "username": "crm", "password": "pä:ss"},
        headers={"X-Tenant": "north"},
    )
    publish("COURSE_UNENROLLMENT")
    [request] = listener.wait_for(1, ARRIVES)
    kind, _, credentials = request.headers["authorization"].partition(" ")
    assert (kind, base64.b64decode(credentials).decode()) == ("Basic", "crm:pä:ss")
    assert request.headers["x-tenant"] == "north"


def test_batch_events_wait_and_leave_in_one_sorted_post(
    add_webhook: AddWebhook, listener: Listener, publish: Publish, drain: Callable[[], dict[str, Any]]
) -> None:
    """25 batch events wait for the drain, then come in one POST by time; published again, they do not come again."""
    drain()
    add_webhook(listener.url, "COURSE_ENROLLMENT_BATCH")
    times = [1727414643000 + (position * 7919) % 25 * 1000 for position in range(25)]
    events = [(str(uuid4()), timestamp) for timestamp in times]

    def publish_all() -> None:
        for event_id, timestamp in events:
            publish("COURSE_ENROLLMENT_BATCH", eventId=event_id, timestamp=timestamp)

    publish_all()
    assert listener.received == []
    assert until(drain, "a drain")["received"] == 25
    [request] = listener.wait_for(1, ARRIVES)
    assert request.event_ids == [event_id for event_id, _ in sorted(events, key=lambda event: event[1])]

    publish_all()
    assert drain()["received"] == 25
    assert len(listener.received) == 1


def test_unreadable_events_go_to_the_dead_letter_queue(
    add_webhook: AddWebhook,
    listener: Listener,
    publish: Publish,
    drain: Callable[[], dict[str, Any]],
    dead_letters: Callable[[], dict[str, str]],
) -> None:
    """Real-time or batched, an event that cannot be read is kept with the reason, and its neighbours are delivered."""
    drain()
    add_webhook(listener.url, "COURSE_COMPLETED_BATCH", "CI_STATS")
    bad = {
        publish("CI_STATS", data="not an object"): "data: must be a JSON object",
        publish("COURSE_COMPLETED_BATCH", timestamp="yesterday"): "timestamp: must be epoch seconds",
        publish("COURSE_COMPLETED_BATCH", data={"n": 2**64}): "an integer is beyond 64 bits",
    }
    good = [publish("CI_STATS"), publish("COURSE_COMPLETED_BATCH")]
    listener.wait_for(1, ARRIVES)
    assert drain()["unreadable"] == 2
    requests = listener.wait_for(2, ARRIVES)
    assert sorted(event_id for request in requests for event_id in request.event_ids) == sorted(good)
    kept: dict[str, str] = until(lambda: found if len(found := dead_letters()) == 3 else None, "three dead letters")
    for event_id, reason in bad.items():
        assert reason in kept[event_id]


def test_failing_receiver_waits_and_gets_its_backlog_in_order(
    api: ApiClient, add_webhook: AddWebhook, listeners: Callable[..., Listener], publish: Publish
) -> None:
    """A failing receiver is attempted at 5, 10, 20 s, not once per event, and its healthy neighbour gets all at once.

    When it is back, all 41 waiting events come in one POST, in order. The schedule is not waited for by a clock of the
    test's: however long the machine takes, each wait is at least that of the schedule.
    """
    broken, neighbour = listeners(), listeners()
    webhook = add_webhook(broken.url, "LEARNING_OBJECT_DELETION")
    add_webhook(neighbour.url, "LEARNING_OBJECT_DELETION")
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    broken.break_down()
    ids = [publish("LEARNING_OBJECT_DELETION", timestamp=1727414643000)]
    broken.wait_for(1, ARRIVES)
    until(lambda: api.get(address).json()["health"]["state"] == "FAILING", "the webhook is failing")
    ids += [publish("LEARNING_OBJECT_DELETION", timestamp=1727414643000 + position) for position in range(1, 41)]
    neighbour.wait_for(41, ARRIVES)
    broken.wait_for(2, ARRIVES)
    health = until(lambda: found if (found := api.get(address).json()["health"])["attempts"] >= 2 else None, "a retry")
    assert health["lastError"]["failureClass"] == "SERVER_ERROR"
    pending = api.get(f"{address}/deliveries", params={"status": "PENDING", "limit": "100"}).json()["deliveries"]
    assert [delivery["eventId"] for delivery in pending] == ids[::-1]

    broken.recover()
    broken.wait_until(lambda _: bool(broken.accepted), 3 * ARRIVES, "POST after the recovery")
    until(lambda: api.get(address).json()["health"] == {"state": "HEALTHY"}, "the webhook is healthy again")
    [accepted] = broken.accepted
    assert accepted.event_ids == ids
    times = [request.received_at for request in broken.received]
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert all(wait >= scheduled for wait, scheduled in zip(waits, (5, 10, 20, 40), strict=False))
    assert len(waits) < 5
    delivered = api.get(f"{address}/deliveries", params={"status": "DELIVERED", "limit": "100"}).json()["deliveries"]
    assert {delivery["eventId"] for delivery in delivered} == set(ids)


def test_gone_receiver_is_disabled_and_reactivated(
    api: ApiClient, add_webhook: AddWebhook, listener: Listener, publish: Publish
) -> None:
    """410 disables a webhook, later events are skipped, and reactivating it sends what waited."""
    webhook = add_webhook(listener.url, "CERTIFICATION_COMPLETED")
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    listener.answers.append(Answer(status=410))
    refused = publish("CERTIFICATION_COMPLETED")
    until(lambda: api.get(address).json()["status"] == "DISABLED", "the webhook is disabled")
    skipped = publish("CERTIFICATION_COMPLETED")
    until(
        lambda: api.get(f"{address}/deliveries", params={"status": "SKIPPED"}).json()["deliveries"],
        "a skipped delivery",
    )
    assert api.patch(address, json={"active": True}).json()["status"] == "ACTIVE"
    [_, again] = listener.wait_for(2, ARRIVES)
    assert again.event_ids == [refused]
    deliveries = api.get(f"{address}/deliveries").json()["deliveries"]
    assert {d["eventId"]: d["status"] for d in deliveries}[skipped] == "SKIPPED"


def test_events_published_over_http_are_delivered(api: ApiClient, add_webhook: AddWebhook, listener: Listener) -> None:
    """An admin without AWS credentials publishes over HTTP, and the receiver gets the event as it was given."""
    add_webhook(listener.url, "LEARNING_PATH_COMPLETED")
    event = {
        "eventId": str(uuid4()),
        "eventName": "LEARNING_PATH_COMPLETED",
        "timestamp": 1727414643,
        "data": {"b": 1, "a": 2},
    }
    answer = api.post("/accounts/1010/events", json={"events": [event]})
    assert answer.status_code == 202
    assert answer.json() == {"results": [{"eventId": event["eventId"], "accepted": True}]}
    [request] = listener.wait_for(1, ARRIVES)
    assert json.dumps(request.payload["events"][0]) == json.dumps(event)
    assert request.payload["accountId"] == 1010
