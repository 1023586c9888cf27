"""Events on their way from the bus to receivers, through the running stack."""

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from uuid import uuid4

from local.listener import BUSY, Listener
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import EVENTS, WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES, until

NOON_MS = 1_727_438_400_000


def test_real_time_event_arrives_byte_for_byte(add_webhook: AddWebhook, listener: Listener, publish: Publish) -> None:
    """A real-time event is POSTed at once, its fields as published, in the documented order, as compact UTF-8 JSON."""
    add_webhook(f"{listener.url}/hook", "COURSE_ENROLLMENT")
    data = {"userId": 4279332, "title": "Ação 学习 ✓", "z": 1, "a": [1.5, True, None, 9007199254740993]}
    event_id = publish(
        "COURSE_ENROLLMENT", eventInfo="1727414643000-047210-84242-0", timestamp=1727414643000, data=data
    )
    [request] = listener.wait_for(1, ARRIVES)
    expected = (
        f'{{"accountId":{ACCOUNT},"events":[{{"eventId":"{event_id}","eventName":"COURSE_ENROLLMENT",'
        '"timestamp":1727414643000,"eventInfo":"1727414643000-047210-84242-0",'
        '"data":{"userId":4279332,"title":"Ação 学习 ✓","z":1,"a":[1.5,true,null,9007199254740993]}}]}'
    )
    assert request.body.decode() == expected
    assert request.method == "POST"
    assert request.path == "/hook"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("Recado/")
    assert request.headers["webhook-id"] == event_id


def test_numbers_and_times_arrive_as_published_on_every_way(
    add_webhook: AddWebhook,
    listener: Listener,
    publish: Publish,
    api: ApiClient,
    drain: Callable[[], dict[str, Any]],
) -> None:
    """Over the bus and over HTTP, in real time and batched: integers to the last digit, decimals by value."""
    drain()
    add_webhook(listener.url, "COURSE_ENROLLMENT", "COURSE_ENROLLMENT_BATCH")
    data = {"n": [10**30 + 1, -(2**64), 9007199254740993], "price": 19.90}
    fields = {"timestamp": "2016-12-31T23:59:60z", "data": data}
    sent = {publish(name, **fields) for name in ("COURSE_ENROLLMENT", "COURSE_ENROLLMENT_BATCH")}
    for name in ("COURSE_ENROLLMENT", "COURSE_ENROLLMENT_BATCH"):
        event_id = str(uuid4())
        event = {"eventId": event_id, "eventName": name, **fields}
        assert api.post(EVENTS, json={"events": [event]}).json()["results"][0]["accepted"] is True
        sent.add(event_id)
    listener.wait_for(2, ARRIVES)
    until(lambda: drain()["received"] == 0, "an empty queue")
    requests = listener.wait_for(3, ARRIVES)
    assert {event_id for request in requests for event_id in request.event_ids} == sent
    for request in requests:
        assert b'"timestamp":"2016-12-31T23:59:60z"' in request.body
        assert (
            b'"n":[1000000000000000000000000000001,-18446744073709551616,9007199254740993],"price":19.9}'
            in request.body
        )


def test_batch_events_wait_and_leave_in_one_sorted_post(
    add_webhook: AddWebhook, listener: Listener, publish: Publish, drain: Callable[[], dict[str, Any]]
) -> None:
    """Batch events wait for the drain, then come in one POST by time; published again, they do not come again."""
    drain()
    add_webhook(listener.url, "COURSE_ENROLLMENT_BATCH")
    times = [NOON_MS + (position * 7919) % 25 * 1000 for position in range(25)]
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
        publish("COURSE_ENROLMENT"): "eventName: is not in the catalogue",
        publish("CI_STATS", data="not an object"): "data: must be a JSON object",
        publish("COURSE_COMPLETED_BATCH", timestamp="yesterday"): "timestamp: must be an RFC 3339",
        publish("COURSE_COMPLETED_BATCH", accountId="no account"): "accountId: must be a whole number",
    }
    good = [publish("CI_STATS"), publish("COURSE_COMPLETED_BATCH")]
    listener.wait_for(1, ARRIVES)
    assert drain()["deadLetters"] == 2
    requests = listener.wait_for(2, ARRIVES)
    assert sorted(event_id for request in requests for event_id in request.event_ids) == sorted(good)
    kept: dict[str, str] = until(
        lambda: found if bad.keys() <= (found := dead_letters()).keys() else None, "every dead letter"
    )
    for event_id, reason in bad.items():
        assert reason in kept[event_id]


def test_failing_receiver_waits_and_gets_its_backlog_in_order(
    api: ApiClient, add_webhook: AddWebhook, listeners: Callable[..., Listener], publish: Publish
) -> None:
    """A failing receiver is attempted at 5 and 10 s, not once per event, and its healthy neighbour gets all at once.

    When it is back, all waiting events come in one POST, in order. The schedule is not waited for by a clock of the
    test's: however long the machine takes, each wait is at least that of the schedule.
    """
    broken, neighbour = listeners(), listeners()
    webhook = add_webhook(broken.url, "LEARNING_OBJECT_DELETION")
    add_webhook(neighbour.url, "LEARNING_OBJECT_DELETION")
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    broken.usual_answer = BUSY
    ids = [publish("LEARNING_OBJECT_DELETION", timestamp=NOON_MS)]
    broken.wait_for(1, ARRIVES)
    until(lambda: api.get(address).json()["health"]["state"] == "FAILING", "the webhook is failing")
    ids += [publish("LEARNING_OBJECT_DELETION", timestamp=NOON_MS + position) for position in range(1, 11)]
    neighbour.wait_for(11, ARRIVES)
    broken.wait_for(2, ARRIVES)
    health = until(lambda: found if (found := api.get(address).json()["health"])["attempts"] >= 2 else None, "a retry")
    assert health["lastError"]["failureClass"] == "CLIENT_ERROR"
    pending = api.get(f"{address}/deliveries", params={"status": "PENDING"}).json()["deliveries"]
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
    delivered = api.get(f"{address}/deliveries", params={"status": "DELIVERED"}).json()["deliveries"]
    assert {delivery["eventId"] for delivery in delivered} == set(ids)


def test_what_comes_while_a_webhook_is_off_arrives_when_it_is_on_again(
    api: ApiClient, add_webhook: AddWebhook, listener: Listener, publish: Publish
) -> None:
    """The answer says how many events were skipped, and they come in order, before what is newer."""
    webhook = add_webhook(listener.url, "LEARNING_OBJECT_DELETION")
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    now = int(time.time() * 1000)
    assert "offSince" in api.patch(address, json={"active": False}).json()
    ids = [publish("LEARNING_OBJECT_DELETION", timestamp=now + position) for position in range(12)]

    def skipped() -> bool:
        found = api.get(f"{address}/deliveries", params={"status": "SKIPPED"}).json()["deliveries"]
        return len(found) == len(ids)

    until(skipped, "every event is skipped")
    assert listener.received == []

    on = api.patch(address, json={"active": True, "catchUp": True}).json()
    ids.append(publish("LEARNING_OBJECT_DELETION", timestamp=now + 60_000))

    assert (on["skipped"]["count"], on["skipped"]["more"]) == (12, False)
    listener.wait_until(lambda _: len(listener.event_ids) >= len(ids), 3 * ARRIVES, "what was skipped")
    assert listener.event_ids == ids
    [job] = until(lambda: jobs_done(api, address), "the job is done")
    assert (job["kind"], job["requeued"]) == ("CATCH_UP", 12)


def jobs_done(api: ApiClient, address: str) -> list[dict[str, Any]]:
    """Return a webhook's jobs once all of them are done."""
    jobs: list[dict[str, Any]] = api.get(f"{address}/redeliver").json()["jobs"]
    return jobs if all(job["state"] == "DONE" for job in jobs) else []
