"""Delivering again on request, from the request over the API to the POST."""

from dataclasses import replace
from typing import Any

import pytest

from local.listener import Listener
from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from recado.rules.webhook.webhook import Webhook
from tests.support.api.client import Answer, ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS
from tests.support.redeliveries import COMES_BACK, ENDED, NONE_DUE, publish
from tests.support.system import Redelivery, System

WEEK_SECONDS = RETENTION_MS // 1000


def start(api: ApiClient, **fields: Any) -> Answer:
    """Ask for all delivered ones again, from noon on unless told otherwise."""
    body = {"status": "DELIVERED", "from": NOON_MS, **fields}
    return api.call("POST", f"{api.webhooks}/wh_1/redeliver", body)


def progress(api: ApiClient) -> tuple[str, int]:
    """Return the newest job's state, and how many deliveries it has put into the backlog."""
    job = api.get(f"{api.webhooks}/wh_1/redeliver").json["jobs"][0]
    return job["state"], job["requeued"]


def delivered(system: System, webhook: Webhook, count: int) -> list[str]:
    """Record so many deliveries, a millisecond apart, and return the ids of their events, oldest first."""
    ids = [f"e{number:03}" for number in range(count)]
    record(system, *(delivery(webhook.webhook_id, one, timestamp=NOON_MS + at) for at, one in enumerate(ids)))
    return ids


def test_a_job_of_several_pages_leaves_in_few_posts(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """250 events are put into the backlog in three pages, and each is sent before the next, in order."""
    ids = delivered(system, webhook, 250)
    assert start(api).status == 202
    assert progress(api) == ("RUNNING", 0)

    assert system.redeliver() == ENDED

    assert progress(api) == ("DONE", 250)
    assert [len(request.event_ids) for request in receiver.received] == [100, 100, 50]
    assert receiver.event_ids == ids
    assert set(system.outcomes(webhook).values()) == {"DELIVERED"}
    assert system.redeliver() == NONE_DUE


def test_a_job_goes_on_where_time_ended_it(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """Its progress is kept from page to page."""
    delivered(system, webhook, 120)
    start(api)

    receiver.on_request = lambda _request: system.clock.advance(100)
    assert system.redeliver() == COMES_BACK
    assert progress(api) == ("RUNNING", 100)
    receiver.on_request = None
    assert system.redeliver() == ENDED

    assert progress(api) == ("DONE", 120)
    assert [len(request.event_ids) for request in receiver.received] == [100, 20]


@pytest.mark.usefixtures("webhook")
@pytest.mark.parametrize(
    "between",
    [
        (NOON_MS + 1000, NOON_MS + 2000),
        (NOON_MS // 1000 + 1, NOON_MS // 1000 + 2),
        ("2024-09-27T12:00:01Z", "2024-09-27T12:00:02.000+00:00"),
        ("2024-09-27T14:00:01+02:00", "2024-09-27T12:00:02"),
    ],
    ids=["milliseconds", "seconds", "UTC", "other offsets"],
)
def test_a_job_takes_its_time_range(
    system: System, api: ApiClient, receiver: Listener, between: tuple[int | str, int | str]
) -> None:
    """Both ends included, in every form of a time."""
    events = [delivery("wh_1", f"s{second}", timestamp=NOON_MS + second * 1000) for second in range(4)]
    record(system, *events)

    job = start(api, **{"from": between[0], "to": between[1]}).json
    system.redeliver()

    assert (job["from"], job["to"]) == ("2024-09-27T12:00:01.000Z", "2024-09-27T12:00:02.000Z")
    assert [request.event_ids for request in receiver.received] == [["s1", "s2"]]


def test_a_job_takes_its_status(system: System, api: ApiClient, webhook: Webhook, receiver: Listener) -> None:
    """Expired ones, be they in the log or still in the backlog; no others."""
    now = int(system.clock.milliseconds())
    old = now - RETENTION_MS - 1
    record(
        system,
        delivery("wh_1", "in-log", status=DeliveryStatus.EXPIRED, created_at=old),
        delivery("wh_1", "in-backlog", timestamp=NOON_MS + 1, status=DeliveryStatus.PENDING, created_at=old),
        delivery("wh_1", "skipped", timestamp=NOON_MS + 2, status=DeliveryStatus.SKIPPED, created_at=now),
        delivery("wh_1", "delivered", timestamp=NOON_MS + 3, created_at=now),
    )
    assert system.outcomes(webhook)["in-backlog"] == "PENDING"

    start(api, status="EXPIRED")
    system.redeliver()

    assert progress(api) == ("DONE", 2)
    assert [request.event_ids for request in receiver.received] == [["in-log", "in-backlog"]]


def test_what_was_skipped_is_delivered_on_request(
    system: System, api: ApiClient, receiver: Listener, webhook: Webhook
) -> None:
    """Events that came while a webhook was disabled arrive when it works again and somebody asks for them."""
    record(system, delivery(webhook.webhook_id, "skipped", status=DeliveryStatus.SKIPPED))

    start(api, status="SKIPPED")
    system.redeliver()

    assert system.outcomes(webhook) == {"skipped": "DELIVERED"}
    assert [request.event_ids for request in receiver.received] == [["skipped"]]


def test_a_sixth_job_waits_for_the_first(system: System, api: ApiClient, webhook: Webhook) -> None:
    """409 until one is done; the owner carries on all of them."""
    delivered(system, webhook, 1)
    unfinished = [start(api).json["jobId"] for _ in range(5)]
    assert len(set(unfinished)) == 5
    refused = start(api)
    assert (refused.status, "unfinished" in refused.json["detail"]) == (409, True)

    system.redeliver()

    listed = api.get(f"{api.webhooks}/wh_1/redeliver").json["jobs"]
    assert {job["jobId"]: job["state"] for job in listed} == dict.fromkeys(unfinished, "DONE")
    assert start(api).status == 202


def test_a_death_between_backlog_and_progress_repeats_no_delivery(
    system: System, api: ApiClient, webhook: Webhook, aws: AwsCalls, receiver: Listener
) -> None:
    """The page is put into the backlog again, under the same keys."""
    delivered(system, webhook, 3)
    start(api)
    system.clock.advance(1)
    # The lease is taken; then neither the job's place nor anything else can be stored.
    aws.before("UpdateItem", lambda: None, lambda: aws.refuse("UpdateItem"))
    assert system.redeliver() == COMES_BACK
    aws.allow("UpdateItem")
    system.clock.advance(150)

    assert system.redeliver() == ENDED

    assert progress(api)[0] == "DONE"
    assert system.redeliver() == NONE_DUE
    assert [request.event_ids for request in receiver.received] == [["e000", "e001", "e002"]]


def test_progress_is_kept_of_what_was_read_alone(system: System, api: ApiClient, webhook: Webhook) -> None:
    """Of two invocations that carry a job on at once, the second one's progress is refused, whatever it is."""
    start(api)
    [job] = system.jobs.unfinished(system.webhook(webhook))
    first = replace(job, position="000000000000001#e", requeued=1)

    assert system.jobs.advance(job, first)
    assert not system.jobs.advance(job, replace(first, requeued=2))
    assert system.jobs.unfinished(system.webhook(webhook)) == [first]
    assert system.jobs.advance(first, replace(first, requeued=2))


def test_a_removed_webhook_ends_its_job(system: System, api: ApiClient, webhook: Webhook, receiver: Listener) -> None:
    """Its message is done, and nothing is sent."""
    delivered(system, webhook, 3)
    start(api)
    api.call("DELETE", f"{api.webhooks}/wh_1")

    assert system.redeliver() == ENDED
    assert receiver.received == []


def test_one_delivery_is_sent_again(system: System, api: ApiClient, webhook: Webhook, receiver: Listener) -> None:
    """With the same ids."""
    publish(system, "e0", "e1")
    [first, _] = system.deliveries(webhook)

    answer = api.call("POST", f"{api.webhooks}/wh_1/deliveries/{first.delivery_id}/redeliver")
    assert system.outcomes(webhook) == {"e0": "DELIVERED", "e1": "DELIVERED"}
    assert system.backlog(webhook) == ["e0"]
    assert system.redeliver() == Redelivery(received=1, coming_back=0)

    assert answer.status == 202
    assert [request.event_ids for request in receiver.received] == [["e0"], ["e1"], ["e0"]]
    assert receiver.received[0].headers["webhook-id"] == receiver.received[2].headers["webhook-id"]
    assert receiver.received[0].body == receiver.received[2].body


def test_an_event_that_was_redelivered_may_still_come_twice(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """While a copy of it waits, a repeated publication finds it delivered, and adds nothing."""
    publish(system, "e0")
    [first] = system.deliveries(webhook)
    api.call("POST", f"{api.webhooks}/wh_1/deliveries/{first.delivery_id}/redeliver")

    publish(system, "e0")
    system.redeliver()

    assert len(receiver.received) == 2
    assert system.outcomes(webhook) == {"e0": "DELIVERED"}


def test_what_is_redelivered_lives_for_seven_more_days(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """From the request on, not from its first arrival."""
    publish(system, "e0")
    system.clock.advance(WEEK_SECONDS)
    [first] = system.deliveries(webhook)
    api.call("POST", f"{api.webhooks}/wh_1/deliveries/{first.delivery_id}/redeliver")
    system.clock.advance(WEEK_SECONDS - 60)

    system.redeliver()

    assert system.outcomes(webhook) == {"e0": "DELIVERED"}
    assert len(receiver.received) == 2
