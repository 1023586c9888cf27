"""Off and on over HTTP: what was skipped is counted, and sent where that is asked for."""

from typing import Any

import pytest

from recado.rules.delivery.delivery import DeliveryStatus
from tests.support.api.client import Answer, ApiClient
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS


def patch(api: ApiClient, webhook: Any, **fields: Any) -> Answer:
    """Change the webhook."""
    return api.call("PATCH", api.path(webhook), fields)


def jobs(api: ApiClient, webhook: Any) -> Any:
    """Return the webhook's jobs, newest first."""
    return api.get(api.path(webhook, "/redeliver")).json["jobs"]


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook that is off, and has skipped three events since."""
    webhook = api.create()
    off = patch(api, webhook, active=False).json
    now = int(api.system.clock.milliseconds())
    record(
        api.system,
        *(
            delivery(
                webhook["webhookId"],
                f"e{number}",
                account=webhook["accountId"],
                timestamp=now + number,
                created_at=now,
                status=DeliveryStatus.SKIPPED,
                finished_at=now,
            )
            for number in range(3)
        ),
    )
    return off


def test_a_webhook_that_is_off_shows_since_when(api: ApiClient, webhook: Any) -> None:
    """Read alone, and in the list; one that is on does not."""
    since = webhook["offSince"]

    assert since == webhook["updatedAt"]
    assert api.get(api.path(webhook)).json["offSince"] == since
    assert [one["offSince"] for one in api.get(api.webhooks).json["webhooks"]] == [since]
    assert "skipped" not in webhook
    on = patch(api, webhook, active=True).json
    assert ("offSince" in on, "offSince" in api.get(api.path(webhook)).json) == (False, False)


@pytest.mark.parametrize("catch_up", [{}, {"catchUp": False}, {"catchUp": True}])
def test_switching_on_says_how_many_events_were_skipped(
    api: ApiClient, webhook: Any, catch_up: dict[str, bool]
) -> None:
    """With catching up or without; no other answer says it."""
    answer = patch(api, webhook, active=True, **catch_up)

    assert (answer.status, answer.json["status"]) == (200, "ACTIVE")
    assert answer.json["skipped"] == {"count": 3, "more": False, "from": webhook["offSince"]}
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    for later in (patch(api, webhook, active=True), patch(api, webhook, name="New"), api.get(api.path(webhook))):
        assert "skipped" not in later.json
    assert [job["kind"] for job in jobs(api, webhook)] == (["CATCH_UP"] if catch_up.get("catchUp") else [])


def test_catching_up_is_a_job_that_can_be_read(api: ApiClient, webhook: Any) -> None:
    """Of the time in which the webhook was off, with who asked for it; a wake-up is on its way."""
    waiting = api.system.waiting_in("RedeliveryQueue")

    assert patch(api, webhook, active=True, catchUp=True).status == 200

    [job] = jobs(api, webhook)
    assert (job["kind"], job["state"], job["status"], job["requestedBy"]) == ("CATCH_UP", "RUNNING", "SKIPPED", "5f2c")
    assert (job["arrivedFrom"], job["arrivedTo"]) == (webhook["offSince"], job["createdAt"])
    assert not {"from", "to"} & job.keys(), "their own times may be any"
    assert api.system.waiting_in("RedeliveryQueue") == waiting + 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"catchUp": True}, 422), ({"active": False, "catchUp": True}, 422), ({"active": True, "catchUp": None}, 422)],
)
def test_catching_up_goes_with_switching_on(api: ApiClient, webhook: Any, fields: dict[str, Any], status: int) -> None:
    """The field is named, and nothing is changed."""
    answer = patch(api, webhook, **fields)

    assert (answer.status, [one["field"] for one in answer.json["errors"]]) == (status, ["catchUp"])
    assert api.get(api.path(webhook)).json["version"] == webhook["version"]


def test_a_webhook_that_is_on_has_nothing_to_catch_up_with(api: ApiClient) -> None:
    """It is told what to use instead."""
    answer = patch(api, api.create(), active=True, catchUp=True)

    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "catchUp")
    assert "redeliver" in str(answer.json)


def test_a_webhook_is_not_created_to_catch_up(api: ApiClient) -> None:
    """There is nothing to catch up with: the field is unknown there."""
    body = {"name": "x", "targetUrl": "https://receiver.example/", "eventNames": ["CI_STATS"], "catchUp": True}

    assert api.call("POST", api.webhooks, body).status == 422


def test_catching_up_begins_beside_jobs_but_five(api: ApiClient, webhook: Any) -> None:
    """409 says what to do: the webhook stays off, and can be switched on without catching up."""
    patch(api, webhook, active=True)
    body = {"status": "DELIVERED", "from": NOON_MS}
    for _ in range(5):
        assert api.call("POST", api.path(webhook, "/redeliver"), body).status == 202
    patch(api, webhook, active=False)

    answer = patch(api, webhook, active=True, catchUp=True)

    assert (answer.status, "without catchUp" in answer.json["detail"]) == (409, True)
    assert api.get(api.path(webhook)).json["active"] is False
    assert patch(api, webhook, active=True).status == 200
    assert [job["kind"] for job in jobs(api, webhook)] == ["REDELIVERY"] * 5
    last = jobs(api, webhook)[0]["jobId"]
    assert api.call("DELETE", api.path(webhook, "/redeliver"), query={"jobId": last}).status == 202


def test_what_was_seen_of_a_webhook_may_have_changed(api: ApiClient, webhook: Any) -> None:
    """With If-Match of another version nothing begins."""
    path, stale = api.path(webhook), {"If-Match": '"1"'}

    assert api.call("PATCH", path, {"active": True, "catchUp": True}, headers=stale).status == 412

    assert jobs(api, webhook) == []
