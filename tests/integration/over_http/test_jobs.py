"""Jobs from the request over HTTP to what the receiver gets: again by any selection, withdrawn, ended half way."""

from collections.abc import Callable
from typing import Any

import pytest

from local.listener import Answer, Listener
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.webhook.webhook import Webhook
from tests.support.api.client import Answer as ApiAnswer
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.delivery_log import delivery, record
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.redeliveries import ENDED, publish
from tests.support.system import System

HOUR_MS = 60 * 60 * 1000
GONE = Answer(status=400)


@pytest.fixture
def api(system: System) -> ApiClient:
    """Give a client of the account whose events are published."""
    return ApiClient(system, ApiDocument(), account=str(ACCOUNT))


@pytest.fixture
def webhook(system: System, receiver: Listener) -> Webhook:
    """Give a webhook for everything."""
    return system.add_webhook(receiver.url)


def path(rest: str = "") -> str:
    """Return a path below the webhook's."""
    return f"/accounts/{ACCOUNT}/webhooks/wh_1{rest}"


def jobs(api: ApiClient) -> list[Any]:
    """Return the webhook's jobs, newest first."""
    listed: list[Any] = api.get(path("/redeliver")).json["jobs"]
    return listed


def start(api: ApiClient, what: str, **selection: Any) -> Any:
    """Start a job, which must succeed; `from_` stands for `from`."""
    body = {name.rstrip("_"): value for name, value in selection.items()}
    answer = api.call("POST", path(f"/{what}"), body)
    assert answer.status == 202, answer.text
    return answer.json


def end(api: ApiClient, job: Any = None) -> ApiAnswer:
    """End a job, or the one that is carried on."""
    return api.call("DELETE", path("/redeliver"), query=None if job is None else {"jobId": job["jobId"]})


def sent(receiver: Listener) -> list[str]:
    """Return the ids of all events that the receiver got, in their order."""
    return [event_id for request in receiver.received for event_id in request.event_ids]


def now_of(system: System) -> int:
    """Return the time that the functions go by."""
    return int(system.clock.milliseconds())


def ended(status: DeliveryStatus = DeliveryStatus.CANCELLED, **others: Any) -> list[Delivery]:
    """Build four deliveries that have ended so, an hour apart by their events' time, and by their arrival."""
    names = ("CI_STATS", "COURSE_ENROLLMENT")
    return [
        delivery(
            "wh_1",
            f"e{number}",
            name=names[number % 2],
            timestamp=NOON_MS + number * HOUR_MS,
            created_at=NOON_MS + (3 - number) * HOUR_MS,
            status=status,
            finished_at=NOON_MS + 4 * HOUR_MS,
            **others,
        )
        for number in range(4)
    ]


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

    assert sent(receiver) == expected
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

    assert sent(receiver) == ["ahead"]


def set_aside(system: System, receiver: Listener, *event_ids: str) -> None:
    """Let a receiver refuse each of these events, as often as it takes to set it aside, while it takes others."""
    for event_id in event_ids:
        receiver.answers.extend([GONE, GONE])
        publish(system, event_id, f"behind-{event_id}")
        system.redeliver()
    assert system.store.backlog_size("wh_1").count == 0


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


def waiting_events(system: System) -> None:
    """Let four events wait, of two names, an hour apart by their events' time and by their arrival."""
    now = now_of(system)
    for number in range(4):
        one = delivery(
            "wh_1",
            f"e{number}",
            name=("CI_STATS", "COURSE_ENROLLMENT")[number % 2],
            timestamp=NOON_MS + number * HOUR_MS,
            created_at=now - (number + 1) * HOUR_MS,
            status=DeliveryStatus.PENDING,
        )
        record(system, one)


@pytest.mark.parametrize("off", [False, True])
@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (lambda _now: {}, ["e0", "e1", "e2", "e3"]),
        (lambda _now: {"from_": NOON_MS + HOUR_MS, "to": NOON_MS + 2 * HOUR_MS}, ["e1", "e2"]),
        (lambda _now: {"eventNames": ["COURSE_ENROLLMENT"]}, ["e1", "e3"]),
        (lambda now: {"arrivedFrom": now - 2 * HOUR_MS - 60_000, "arrivedTo": now - HOUR_MS - 60_000}, ["e1"]),
        (lambda _now: {"setAside": True}, []),
    ],
    ids=["everything", "time", "names", "arrival", "what is set aside"],
)
def test_a_job_withdraws_what_is_selected(  # noqa: PLR0917 - fixtures and what is varied
    system: System,
    api: ApiClient,
    webhook: Webhook,
    receiver: Listener,
    selection: Callable[[int], dict[str, Any]],
    expected: list[str],
    off: bool,
) -> None:
    """Before anything is sent, and also while the webhook is off; the rest is sent, or goes on waiting."""
    waiting_events(system)
    if off:
        api.call("PATCH", path(), {"active": False})

    job = start(api, "cancel", **selection(now_of(system)))
    system.redeliver()

    outcomes = system.outcomes(webhook)
    assert [one for one in sorted(outcomes) if outcomes[one] == "CANCELLED"] == expected
    assert (job["kind"], jobs(api)[0]["state"], jobs(api)[0]["cancelled"]) == ("CANCELLATION", "DONE", len(expected))
    rest = [one for one in sorted(outcomes) if one not in expected]
    assert sorted(sent(receiver)) == ([] if off else rest)
    assert {outcomes[one] for one in rest} <= {"PENDING" if off else "DELIVERED"}
    for one in expected:
        shown = api.get(path(f"/deliveries/{NOON_MS + int(one[1]) * HOUR_MS:015d}-{one}")).json
        assert (shown["status"], shown["cancelReason"]) == ("CANCELLED", "WITHDRAWN")
    if off:
        api.call("PATCH", path(), {"active": True})
        system.redeliver()
        assert sorted(sent(receiver)) == rest, "what was withdrawn is sent by no switching on"


def test_what_is_set_aside_is_withdrawn_alone(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """What waits beside it stays."""
    set_aside(system, receiver, "e0")
    api.call("PATCH", path(), {"active": False})
    record(system, delivery("wh_1", "w", status=DeliveryStatus.PENDING, created_at=now_of(system)))
    system.clock.advance(1)

    start(api, "cancel", setAside=True)
    system.redeliver()

    outcomes = system.outcomes(webhook)
    assert (outcomes["e0"], outcomes["w"]) == ("CANCELLED", "PENDING")


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
    before = sent(receiver)
    assert (jobs(api)[0]["state"], len(system.backlog(webhook)) > 0, len(before)) == ("RUNNING", True, 10)
    record(system, delivery("wh_1", "w", timestamp=1, status=DeliveryStatus.PENDING, created_at=now_of(system)))

    ending = end(api)
    assert (ending.status, ending.json["jobId"], ending.json["state"]) == (202, job["jobId"], "ENDING")
    system.redeliver()
    system.clock.advance(3600)
    system.redeliver()

    [finished] = jobs(api)
    assert (finished["state"], finished["cancelled"] > 0) == ("ENDED", True)
    assert sent(receiver)[len(before) :] == ["w"]
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


def test_what_a_webhook_wants_no_more_is_cancelled(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """When its turn comes; the log tells why, and nobody can ask for it again without subscribing anew."""
    receiver.break_down()
    publish(system, "e0")
    receiver.recover()
    before = len(receiver.received)
    api.call("PATCH", path(), {"eventNames": ["CI_STATS"]})

    assert api.call("POST", path("/send-now")).status == 202
    system.redeliver()

    assert (len(receiver.received), system.outcomes(webhook)) == (before, {"e0": "CANCELLED"})
    one = path(f"/deliveries/{NOON_MS:015d}-e0")
    assert api.get(one).json["cancelReason"] == "UNSUBSCRIBED"
    refused = api.call("POST", f"{one}/redeliver")
    assert (refused.status, "eventNames" in refused.json["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "DELIVERED"}, "status"),
        ({"setAside": 1}, "setAside"),
        ({"from": "soon"}, "from"),
        ({"arrivedFrom": NOON_MS, "arrivedTo": 0}, "arrivedTo"),
        ({"eventNames": ["NO SUCH"]}, "eventNames[0]"),
        ({"eventNames": []}, "eventNames"),
    ],
)
@pytest.mark.usefixtures("webhook")
def test_a_wrong_field_of_a_cancellation_is_named(api: ApiClient, body: dict[str, Any], field: str) -> None:
    """And nothing is withdrawn."""
    answer = api.call("POST", path("/cancel"), body)

    assert (answer.status, answer.fields) == (422, [field])
    assert jobs(api) == []
