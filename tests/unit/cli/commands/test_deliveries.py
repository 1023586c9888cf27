"""`recado deliveries` and `recado activity`."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from local.listener import Listener, Received
from recado_cli.exits import Exit
from tests.unit.cli.conftest import Run, answered, delivery, webhook

JOB = {"jobId": "j-1", "webhookId": "wh_1", "kind": "REDELIVERY", "state": "RUNNING", "requeued": 0, "cancelled": 0}
JOB |= {"createdAt": "2026-01-31T12:00:00Z", "updatedAt": "2026-01-31T12:00:00Z", "requestedBy": "ana"}


def query(request: Received) -> dict[str, str]:
    """The query of a request."""
    return {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}


def test_a_list_goes_through_pages_until_it_has_enough(run: Run, api: Listener) -> None:
    """An empty page with a cursor goes on; with --json each stands on its line."""
    api.answers.extend(
        [
            answered({"deliveries": [delivery(1)], "nextCursor": "c1"}),
            answered({"deliveries": [], "nextCursor": "c2"}),
            answered({"deliveries": [delivery(2), delivery(3)], "nextCursor": "c3"}),
        ]
    )
    ran = run("deliveries", "list", "--limit", "2", "--status", "pending", "--event-id", "e", "--json")
    assert [line["deliveryId"] for line in ran.lines] == ["d-1", "d-2"]
    assert [query(request).get("cursor") for request in api.received] == [None, "c1", "c2"]
    assert query(api.received[0]) == {"status": "PENDING", "eventId": "e", "limit": "2"}


def test_a_list_of_one_webhook_takes_all_filters(run: Run, api: Listener) -> None:
    """As the API names them."""
    api.usual_answer = answered({"deliveries": []})
    filters = [
        "--failed",
        "--failure-class",
        "TIMEOUT",
        "--status-code",
        "503",
        "--event",
        "a.b",
        "--arrived-from",
        "0000000001",
    ]
    assert run("deliveries", "list", "--webhook", "wh_1", *filters).code == 0
    assert api.received[0].path.startswith("/accounts/1010/webhooks/wh_1/deliveries?")
    assert query(api.received[0]) == {
        "failed": "true",
        "failureClass": "TIMEOUT",
        "statusCode": "503",
        "eventName": "a.b",
        "arrivedFrom": "0000000001",
        "limit": "50",
    }


def test_a_dry_run_counts_and_lists_and_changes_nothing(run: Run, api: Listener) -> None:
    """What would be withdrawn: what waits, copies of what had ended too; of the names that are meant."""
    api.usual_answer = answered(
        {
            "deliveries": [
                delivery(1),
                delivery(2, eventName="other"),
                delivery(3, status="DELIVERED"),
                delivery(4, status="EXPIRED", redelivery={"waiting": True}),
            ]
        }
    )
    ran = run("deliveries", "cancel", "wh_1", "--event", "order.paid", "--dry-run", "--json")
    assert [line["deliveryId"] for line in ran.lines] == ["d-1", "d-4"]
    assert ran.err == "Withdraw: 2 deliveries as of now. Nothing was changed.\n"
    assert [request.method for request in api.received] == ["GET"]


def test_a_dry_run_of_much_lists_the_newest(run: Run, api: Listener) -> None:
    """And counts all, but what the webhook does not want any more."""
    api.answers.append(answered(webhook(eventNames=["order.*"])))
    found = [delivery(number, status="EXPIRED") for number in range(30)]
    api.usual_answer = answered({"deliveries": [*found, delivery(31, status="EXPIRED", eventName="user.made")]})
    ran = run("deliveries", "redeliver", "wh_1", "--status", "expired", "--from", "0000000001", "--dry-run")
    assert len(ran.out.splitlines()) == 21
    assert "30 deliveries as of now, of which the newest 20 are listed" in ran.err
    assert query(api.received[1]) == {"status": "EXPIRED", "from": "0000000001", "limit": "100"}


def test_one_is_sent_again_at_once_and_a_range_by_a_job(run: Run, api: Listener) -> None:
    """Each under a key; the range has to be agreed to."""
    api.usual_answer = answered({**delivery(1), "webhookId": "wh_1"}, 202)
    assert run("deliveries", "redeliver", "wh_1", "d-1").code == 0
    assert api.received[0].path == "/accounts/1010/webhooks/wh_1/deliveries/d-1/redeliver"
    selection = ["--status", "EXPIRED", "--arrived-from", "0000000001", "--event", "a", "--event", "b"]
    assert run("deliveries", "redeliver", "wh_1", *selection).code == Exit.USAGE
    api.usual_answer = answered(JOB, 202)
    ran = run("deliveries", "redeliver", "wh_1", *selection, "--yes", "--json")
    assert ran.lines == [JOB]
    assert api.received[-1].payload == {"status": "EXPIRED", "arrivedFrom": "0000000001", "eventNames": ["a", "b"]}
    assert api.received[0].headers["idempotency-key"] != api.received[-1].headers["idempotency-key"]


def test_what_waits_is_sent_now(run: Run, api: Listener) -> None:
    """Under a key; how much is said as far as the API has counted."""
    answer = {"webhookId": "wh_1", "waiting": {"count": 100, "more": True, "setAside": 0, "setAsideMore": False}}
    api.usual_answer = answered(answer, 202)
    assert run("deliveries", "send-now", "wh_1").err == "100 or more deliveries leave now.\n"
    [request] = api.received
    assert (request.method, request.path) == ("POST", "/accounts/1010/webhooks/wh_1/send-now")
    assert request.headers["idempotency-key"]
    assert run("deliveries", "send-now", "wh_1", "--json").lines == [answer]


def test_a_job_can_be_waited_for(run: Run, api: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it has ended."""
    api.answers.extend(
        [answered(JOB, 202), answered({"jobs": [JOB]}), answered({"jobs": [JOB | {"state": "DONE", "requeued": 7}]})]
    )
    monkeypatch.setattr("recado_cli.commands.resending._SECONDS_BETWEEN", 0.0)
    ran = run("deliveries", "cancel", "wh_1", "--all", "--yes", "--wait", "--json")
    assert ran.lines[0]["requeued"] == 7


def test_everything_is_withdrawn_only_by_that_word(run: Run, api: Listener) -> None:
    """And that word stands alone."""
    assert run("deliveries", "cancel", "wh_1", "--all", "--event", "a", "--yes").code == Exit.USAGE
    assert api.received == []


def test_attempts_show_what_the_receiver_has_answered(run: Run, api: Listener) -> None:
    """On one line, whatever it holds."""
    attempt = {
        "attemptId": "a-1",
        "webhookId": "wh_1",
        "startedAt": "2026-01-31T12:00:00Z",
        "latencyMs": 7,
        "delivered": False,
        "messageId": "m-1",
        "events": 2,
        "deliveryIds": ["d-1", "d-2"],
        "request": {"url": "https://x.example/", "headers": {}, "bytes": 3},
        "statusCode": 500,
        "response": {"headers": {}, "body": "line 1\nline 2\x07", "truncated": False},
        "error": {"failureClass": "SERVER_ERROR", "detail": "It failed.", "hint": "Look there."},
    }
    api.usual_answer = answered({"attempts": [attempt]})
    shown = dict(line.split("\t") for line in run("deliveries", "attempts", "wh_1").out.splitlines() if line)
    assert shown["answer"] == '"line 1\\nline 2\\u0007"'
    assert shown["error"] == "SERVER_ERROR: It failed. Look there."
    assert run("deliveries", "attempts", "wh_1", "d-1", "--json").lines == [attempt]
    assert urlsplit(api.received[1].path).path == "/accounts/1010/webhooks/wh_1/deliveries/d-1/attempts"


def test_activity_says_who_did_what(run: Run, api: Listener) -> None:
    """With what it was before and is now."""
    entry: dict[str, Any] = {
        "activityId": "x",
        "at": "2026-01-31T12:00:00Z",
        "kind": "CHANGED",
        "by": "ana\x1b",
        "webhookId": "wh_1",
    }
    entry = {
        **entry,
        "changes": [{"field": "active", "before": True, "after": False}, {"field": "filter", "after": "x"}],
    }
    entry["changes"].append({"field": "authentication.secret", "hidden": True})
    api.usual_answer = answered({"activity": [entry]})
    row = run("activity").out.splitlines()[1]
    assert (
        row == "2026-01-31 12:00:00 UTC\tCHANGED\tana\\x1b\twh_1\t"
        "active: true → false; filter: none → x; authentication.secret: changed"
    )


def test_a_job_is_not_waited_for_for_ever(run: Run, api: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of a webhook that is off goes on when it is on."""
    monkeypatch.setattr("recado_cli.commands.resending._SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr("recado_cli.commands.resending._MOST_LOOKS", 3)
    job = {"jobId": "j-1", "kind": "CANCELLATION", "state": "RUNNING"}
    api.answers.append(answered(job, 202))
    api.usual_answer = answered({"jobs": [job]})

    ran = run("deliveries", "cancel", "wh_1", "--all", "--yes", "--wait")

    assert (ran.code, len(api.received)) == (Exit.LATER, 4)
    assert "j-1 is not over yet" in ran.err
