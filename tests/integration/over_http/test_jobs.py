"""Jobs from the request over HTTP to what the receiver gets: again by any selection, ended half way."""

from typing import Any

import pytest

from local.listener import Listener
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.webhook.webhook import Webhook
from tests.integration.over_http.asked_jobs import HOUR_MS, end, ended, jobs, now_of, path, set_aside, start
from tests.support.api.client import ApiClient
from tests.support.delivery_log import delivery, record
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.redeliveries import ENDED
from tests.support.system import System


@pytest.mark.usefixtures("webhook")
@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"from_": 0}, ["e0", "e1", "e2", "e3"]),
        ({"from_": NOON_MS + HOUR_MS, "to": NOON_MS + 2 * HOUR_MS}, ["e1", "e2"]),
        ({"from_": 0, "eventNames": ["CI_STATS"]}, ["e0", "e2"]),
        ({"arrivedFrom": NOON_MS + HOUR_MS, "arrivedTo": NOON_MS + 2 * HOUR_MS}, ["e1", "e2"]),
        ({"arrivedFrom": NOON_MS, "arrivedTo": NOON_MS + HOUR_MS, "eventNames": ["CI_STATS"]}, ["e2"]),
        ({"arrivedFrom": NOON_MS + HOUR_MS, "from_": NOON_MS + 2 * HOUR_MS}, ["e2"]),
    ],
)
@pytest.mark.parametrize("status", [DeliveryStatus.CANCELLED, DeliveryStatus.DELIVERED])
def test_a_job_sends_again_what_is_selected(  # noqa: PLR0917 - fixtures and what is varied
    system: System,
    api: ApiClient,
    receiver: Listener,
    status: DeliveryStatus,
    selection: dict[str, Any],
    expected: list[str],
) -> None:
    """By status, time, arrival and name, each of which narrows it; the job shows what was asked for."""
    record(system, *ended(status), delivery("wh_1", "other", status=DeliveryStatus.EXPIRED))

    job = start(api, "redeliver", status=status.value, **selection)
    assert system.redeliver() == ENDED

    assert receiver.event_ids == expected
    [done] = jobs(api)
    assert (done["state"], done["requeued"], done["status"]) == ("DONE", len(expected), status.value)
    assert done.get("eventNames") == job.get("eventNames") == selection.get("eventNames")
    outcomes = system.outcomes(system.webhook(api.system.registry.of_account(str(ACCOUNT))[0]))
    assert {one for one, is_now in outcomes.items() if is_now == "DELIVERED"} >= set(expected)


@pytest.mark.usefixtures("webhook")
def test_without_an_end_everything_is_meant_that_had_arrived(
    system: System, api: ApiClient, receiver: Listener
) -> None:
    """Also what a publisher has stamped ahead of our clock; but nothing that arrives after the request."""
    ahead = now_of(system) + 10 * HOUR_MS
    record(system, delivery("wh_1", "ahead", timestamp=ahead, created_at=now_of(system) - 1, finished_at=NOON_MS))

    start(api, "redeliver", status="DELIVERED", from_=NOON_MS)
    system.clock.advance(1)
    late = delivery("wh_1", "late", timestamp=ahead + 1, created_at=now_of(system), finished_at=now_of(system))
    record(system, late)
    system.redeliver()

    assert receiver.event_ids == ["ahead"]


def test_what_is_set_aside_is_sent_again_by_one_request(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """All of it, before its turn; what waits otherwise is no part of it."""
    set_aside(system, receiver, "e0")
    assert api.get(path()).json["waiting"] == {
        "count": 1,
        "more": False,
        "oldestTimestamp": "2024-09-27T12:00:00.000Z",
        "setAside": 1,
        "setAsideMore": False,
    }
    before = len(receiver.received)

    job = start(api, "redeliver", setAside=True)
    assert system.redeliver() == ENDED

    assert (job["setAside"], "status" in job) == (True, False)
    assert [request.event_ids for request in receiver.received[before:]] == [["e0"]]
    assert system.outcomes(webhook)["e0"] == "DELIVERED"
    assert api.get(path()).json["waiting"]["count"] == 0


def test_a_job_that_is_ended_half_way_sends_nothing_any_more(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has put into the backlog is withdrawn, and the log is as it was; what waited otherwise is sent."""
    monkeypatch.setattr("recado.use_cases.sending.queued.pages.MOST_IN_A_PAGE", 10)
    record(system, *(delivery("wh_1", f"e{n:02}", timestamp=NOON_MS + n, finished_at=NOON_MS) for n in range(30)))
    api.call("PATCH", path(), {"delivery": {"maxEvents": 5}})
    job = start(api, "redeliver", status="DELIVERED", from_=0)
    system.clock.advance(1)
    receiver.on_request = lambda _request: receiver.break_down()
    system.redeliver()
    receiver.on_request = None
    receiver.recover()
    before = receiver.event_ids
    assert (jobs(api)[0]["state"], len(system.backlog(webhook)) > 0, len(before)) == ("RUNNING", True, 10)
    record(system, delivery("wh_1", "w", timestamp=1, status=DeliveryStatus.PENDING, created_at=now_of(system)))

    ending = end(api)
    assert (ending.status, ending.json["jobId"], ending.json["state"]) == (202, job["jobId"], "ENDING")
    system.redeliver()
    system.clock.advance(3600)
    system.redeliver()

    [finished] = jobs(api)
    assert (finished["state"], finished["cancelled"] > 0) == ("ENDED", True)
    assert receiver.event_ids[len(before) :] == ["w"]
    assert (system.backlog(webhook), set(system.outcomes(webhook).values())) == ([], {"DELIVERED"})
    assert system.webhook(webhook).lane.jobs == frozenset()


def test_jobs_are_listed_and_ended_by_their_ids(system: System, api: ApiClient, webhook: Webhook) -> None:
    """Newest first; without an id the one that is carried on; by its id one that has put all, too, but none twice."""
    assert jobs(api) == []
    assert end(api).status == 409
    first, second, third = (start(api, "redeliver", status="DELIVERED", from_=0) for _ in range(3))
    assert jobs(api) == [third, second, first]

    assert end(api, third).json["state"] == "ENDING"
    assert end(api, {"jobId": "job_0"}).status == 404
    assert [job["state"] for job in jobs(api)] == ["ENDING", "RUNNING", "RUNNING"]
    assert system.redeliver().coming_back == 0

    assert {job["jobId"]: job["state"] for job in jobs(api)} == {
        first["jobId"]: "DONE",
        second["jobId"]: "DONE",
        third["jobId"]: "ENDED",
    }
    assert [end(api, job).status for job in (None, third)] == [409] * 2
    assert system.webhook(webhook).lane.jobs == frozenset()
    assert end(api, first).json["state"] == "ENDING"
    assert system.webhook(webhook).lane.jobs == {first["jobId"]}
    assert system.redeliver().coming_back == 0
    assert (jobs(api)[2]["state"], system.webhook(webhook).lane.jobs) == ("ENDED", frozenset())
