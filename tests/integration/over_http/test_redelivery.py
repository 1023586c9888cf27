"""What an admin asks of deliveries over HTTP, and what the receiver gets for it."""

from typing import Any

import pytest

from local.listener import Listener
from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from recado.rules.webhook.webhook import Webhook
from tests.support.api.client import ApiClient
from tests.support.delivery_log import delivery, record
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.redeliveries import ENDED, NONE_DUE, publish
from tests.support.system import System

ID = f"{NOON_MS:015d}-e0"


def path(webhook: Webhook, rest: str) -> str:
    """Return a path below the webhook's."""
    return f"/accounts/{ACCOUNT}/webhooks/{webhook.webhook_id}{rest}"


def shown(api: ApiClient, webhook: Webhook, delivery_id: str = ID) -> Any:
    """Return a delivery as it is shown."""
    return api.get(path(webhook, f"/deliveries/{delivery_id}")).json


def ask(api: ApiClient, webhook: Webhook, what: str, delivery_id: str = ID) -> Any:
    """Ask for a delivery to be redelivered or cancelled, which must succeed."""
    answer = api.call("POST", path(webhook, f"/deliveries/{delivery_id}/{what}"))
    assert answer.status < 300, answer.text
    return answer.json


def attempts(api: ApiClient, webhook: Webhook, rest: str = "") -> list[Any]:
    """Return the attempts of the webhook, or of a delivery, oldest first."""
    listed: list[Any] = api.get(path(webhook, f"{rest}/attempts")).json["attempts"]
    return listed[::-1]


def test_what_was_delivered_is_delivered_again(
    system: System, receiver: Listener, api: ApiClient, webhook: Webhook
) -> None:
    """It is `DELIVERED` all the time; the log tells of the later POST, and each attempt is listed once."""
    publish(system, "e0")
    first = shown(api, webhook)
    system.clock.advance(60)

    assert ask(api, webhook, "redeliver")["status"] == "DELIVERED"
    assert len(receiver.received) == 1
    assert system.redeliver() == ENDED

    again = shown(api, webhook)
    assert [request.event_ids for request in receiver.received] == [["e0"], ["e0"]]
    assert (again["status"], again["redelivery"]["waiting"]) == ("DELIVERED", False)
    assert (again["createdAt"], again["finishedAt"] > first["finishedAt"]) == (first["createdAt"], True)
    for rest in ("", f"/deliveries/{ID}"):
        assert [one.get("requestedBy") for one in attempts(api, webhook, rest)] == [None, "5f2c"]
    assert system.backlog(webhook) == []


def test_what_waits_is_sent_sooner_and_once(
    system: System, receiver: Listener, api: ApiClient, webhook: Webhook
) -> None:
    """Also while the receiver fails: nobody waits for the end of the back-off."""
    receiver.break_down()
    publish(system, "e0", "e1")
    receiver.recover()
    assert system.redeliver() == NONE_DUE

    answer = ask(api, webhook, "redeliver")

    assert (answer["status"], "redelivery" in answer) == ("PENDING", False)
    assert system.redeliver() == ENDED
    assert system.outcomes(webhook) == {"e0": "DELIVERED", "e1": "DELIVERED"}
    assert [request.event_ids for request in receiver.received] == [["e0"], ["e0"], ["e1"]]


def test_what_is_cancelled_is_never_sent(system: System, receiver: Listener, api: ApiClient, webhook: Webhook) -> None:
    """The others are; the attempts that it was in are kept."""
    receiver.break_down()
    publish(system, "e0", "e1")
    receiver.recover()

    ask(api, webhook, "cancel")
    system.clock.advance(10)
    system.redeliver()

    assert system.outcomes(webhook) == {"e0": "CANCELLED", "e1": "DELIVERED"}
    assert [request.event_ids for request in receiver.received] == [["e0"], ["e1"]]
    assert [one["delivered"] for one in attempts(api, webhook, f"/deliveries/{ID}")] == [False]


def test_a_copy_that_is_withdrawn_is_not_sent(
    system: System, receiver: Listener, api: ApiClient, webhook: Webhook
) -> None:
    """The owner finds nothing, and the log is as it was."""
    publish(system, "e0")
    before = shown(api, webhook)
    ask(api, webhook, "redeliver")

    ask(api, webhook, "cancel")
    system.redeliver()

    assert len(receiver.received) == 1
    assert shown(api, webhook) | {"request": ...} == before | {"request": ...}


def test_what_was_cancelled_can_be_delivered_after_all(
    system: System, receiver: Listener, api: ApiClient, webhook: Webhook
) -> None:
    """Whoever withdrew it may think better of it."""
    receiver.break_down()
    publish(system, "e0")
    receiver.recover()
    assert ask(api, webhook, "cancel")["status"] == "CANCELLED"

    assert ask(api, webhook, "redeliver")["status"] == "CANCELLED"
    system.redeliver()

    assert shown(api, webhook)["status"] == "DELIVERED"


def test_lists_show_a_delivery_whose_copy_waits_once(system: System, api: ApiClient, webhook: Webhook) -> None:
    """Under the status that it has, on whichever page it comes."""
    own = webhook.webhook_id
    ids = record(system, *(delivery(own, f"e{n}", timestamp=NOON_MS + n, finished_at=NOON_MS + 9) for n in range(6)))
    for delivery_id in ids[::2]:
        ask(api, webhook, "redeliver", delivery_id)

    for limit in ("1", "2", "3", "4", "100"):
        for status in ({}, {"status": "DELIVERED"}):
            found: list[Any] = []
            query = {"limit": limit, **status}
            while True:
                page = api.get(path(webhook, "/deliveries"), query).json
                found += page["deliveries"]
                if "nextCursor" not in page:
                    break
                query["cursor"] = page["nextCursor"]
            assert [one["deliveryId"] for one in found] == ids
            assert {one["status"] for one in found} == {"DELIVERED"}
            if not status:
                assert [one.get("redelivery", {}).get("waiting") for one in found] == [True, None] * 3
    assert api.get(path(webhook, "/deliveries"), {"status": "PENDING"}).json["deliveries"] == []


@pytest.mark.parametrize("status", ["SKIPPED", "EXPIRED"])
def test_a_job_delivers_everything_that_had_ended(  # noqa: PLR0917 - fixtures and what is varied
    system: System,
    receiver: Listener,
    api: ApiClient,
    webhook: Webhook,
    status: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Page by page, in turns with what else waits; also what has expired and nobody has logged yet."""
    monkeypatch.setattr("recado.use_cases.sending.queued.pages.MOST_IN_A_PAGE", 10)
    api.call("PATCH", path(webhook, ""), {"delivery": {"maxEvents": 3}})
    now = int(system.clock.milliseconds())
    ended: dict[str, Any] = {
        "SKIPPED": {"status": DeliveryStatus.SKIPPED, "finished_at": NOON_MS},
        "EXPIRED": {"status": DeliveryStatus.PENDING, "created_at": now - RETENTION_MS - 1},
    }
    own = webhook.webhook_id
    record(system, *(delivery(own, f"e{n:03}", timestamp=NOON_MS + n, **ended[status]) for n in range(25)))

    job = api.call("POST", path(webhook, "/redeliver"), {"status": status, "from": NOON_MS})
    assert job.status == 202
    system.clock.advance(1)
    assert system.redeliver() == ENDED

    [done] = api.get(path(webhook, "/redeliver")).json["jobs"]
    assert (done["state"], done["requeued"]) == ("DONE", 25)
    sent = receiver.event_ids
    assert sent == [f"e{n:03}" for n in range(25)]
    assert set(system.outcomes(webhook).values()) == {"DELIVERED"}
    assert system.backlog(webhook) == []


def lane(api: ApiClient, webhook: Webhook) -> Any:
    """Return how the webhook's events leave."""
    return api.get(path(webhook, "")).json["lane"]


def test_a_webhook_tells_how_its_events_leave(
    system: System, receiver: Listener, api: ApiClient, webhook: Webhook
) -> None:
    """At once, unless an owner sends what waits: since it failed, or until that has been sent."""
    assert lane(api, webhook) == {"mode": "DIRECT", "reasons": []}
    receiver.break_down()
    publish(system, "e0")
    assert lane(api, webhook) == {"mode": "QUEUED", "reasons": ["FAILING"]}
    assert "nextAttemptAt" in api.get(path(webhook, "")).json["health"]

    api.call("PATCH", path(webhook, ""), {"active": False})
    api.call("PATCH", path(webhook, ""), {"active": True})
    assert lane(api, webhook) == {"mode": "QUEUED", "reasons": ["CATCHING_UP"]}
    receiver.recover()
    system.redeliver()
    assert lane(api, webhook) == {"mode": "DIRECT", "reasons": []}


def test_a_webhook_tells_all_reasons_why_its_events_do_not_leave_at_once(
    system: System, api: ApiClient, webhook: Webhook
) -> None:
    """Order, pace and time as they were asked for; it stays so while nothing waits."""
    settings: dict[str, Any] = {"maxPostsPerMinute": 60, "timeoutSeconds": 15}
    api.call("PATCH", path(webhook, ""), {"ordered": True, "delivery": settings})
    assert lane(api, webhook) == {"mode": "QUEUED", "reasons": ["ORDERED", "PACED", "SLOW"]}

    settings = {"maxPostsPerMinute": None, "timeoutSeconds": 5}
    api.call("PATCH", path(webhook, ""), {"ordered": False, "delivery": settings})
    assert lane(api, webhook) == {"mode": "DIRECT", "reasons": []}
    system.lanes.mark_slow(system.webhook(webhook), NOON_MS)
    assert lane(api, webhook) == {"mode": "QUEUED", "reasons": ["SLOW"]}
