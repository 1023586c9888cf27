"""Faults 31 to 33, 35 to 42, 44 and 45: what changes, is too large, unreadable or long dead, and partial failures."""

import json
import threading
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from local.listener import BROKEN, HEALTHY, Listener, signature_holds
from recado.adapters.messaging.activity_news import SOURCE as ACTIVITY_SOURCE
from recado.rules.webhook.webhook import HealthState, Status, Webhook
from tests.faults.catalogue.catalogue import DAY, Catalogue, Recado, Scenario, at
from tests.support.acts import act_on
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.events import batch_event, detail, numbered
from tests.support.receivers.rude import Connection, Receiver, answer
from tests.support.redeliveries import COMES_BACK, ENDED, NONE_DUE, failing_webhook

FAULTS = Catalogue()


@pytest.mark.parametrize("scenario", FAULTS.values(), ids=FAULTS)
def test_a_fault(scenario: Scenario, recado: Recado) -> None:
    """Has the outcome that its scenario's sentence names."""
    scenario(recado)


def change(recado: Recado, webhook: Webhook, **fields: Any) -> None:
    """Change a webhook as its admin does."""
    current = recado.system.webhook(webhook)
    recado.system.registry.replace(current, replace(current, version=current.version + 1, **fields), act_on(webhook))


@FAULTS.fault("31 webhook deleted in the middle of retries")
def _(recado: Recado) -> None:
    """X: the wake-up ends, and nothing brings the webhook back."""
    webhook = failing_webhook(recado.system, recado.receiver, "e0")
    recado.system.registry.remove(recado.system.webhook(webhook), act_on(webhook))

    assert recado.system.redeliver() == ENDED

    assert recado.sent == [["e0"]]
    assert recado.system.registry.get(webhook.account_id, webhook.webhook_id) is None


@FAULTS.fault("31 webhook switched off in the middle of retries")
def _(recado: Recado) -> None:
    """X: the wake-up ends; the backlog is not dropped, since switching the webhook on again sends it."""
    webhook = failing_webhook(recado.system, recado.receiver, "e0")
    change(recado, webhook, status=Status.RETIRED)

    assert recado.system.redeliver() == ENDED

    assert (recado.sent, recado.system.backlog(webhook)) == ([["e0"]], ["e0"])


@FAULTS.fault("31 webhook disabled in the middle of retries")
def _(recado: Recado) -> None:
    """X: the wake-up ends, what waits stays to be redelivered, and what comes is recorded without a POST."""
    webhook = failing_webhook(recado.system, recado.receiver, "e0")
    change(recado, webhook, status=Status.DISABLED)

    assert recado.system.redeliver() == ENDED
    recado.publish("later", **at(1))

    assert recado.sent == [["e0"]]
    assert recado.system.outcomes(webhook) == {"e0": "PENDING", "later": "SKIPPED"}


@FAULTS.fault("32 URL changed in the middle of retries")
def _(recado: Recado) -> None:
    """The new URL gets the same message, the old one nothing more."""
    webhook = failing_webhook(recado.system, recado.receiver, "e0")
    with Listener() as moved:
        change(recado, webhook, target_url=moved.url)

        assert recado.system.redeliver() == ENDED

    assert recado.ids == [request.headers["webhook-id"] for request in moved.received] == ["e0"]


@FAULTS.fault("33 secret rotated in the middle of retries")
def _(recado: Recado) -> None:
    """The retry is signed with both secrets: the receiver may know either."""
    api = ApiClient(recado.system, ApiDocument())
    webhook = api.create(
        targetUrl=recado.receiver.url, authentication={"type": "SIGNATURE"}, eventNames=["COURSE_ENROLLMENT"]
    )
    old = api.get(api.path(webhook, "/signature")).json["secret"]
    recado.receiver.answers.append(BROKEN)
    recado.publish(accountId=int(api.account))
    api.call("POST", api.path(webhook, "/signature"))
    new = api.get(api.path(webhook, "/signature")).json["secret"]
    recado.system.clock.advance(5)

    assert recado.system.redeliver() == ENDED

    first, second = recado.receiver.received
    holds = [
        signature_holds(secret, request.headers, request.body) for request in (first, second) for secret in (old, new)
    ]
    assert (old != new, holds) == (True, [True, False, True, True])


@FAULTS.fault("35 batch over the limits")
def _(recado: Recado) -> None:
    """It is split: 100 events and 96 KB a POST, a larger event alone; one too large for any goes to dead letters."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.system.put_into_batch_queue(*numbered(120))
    for position in range(3):
        recado.system.put_into_batch_queue(
            batch_event(f"large{position}", **at(1000 + position), data={"x": "x" * 150_000})
        )
    recado.system.put_into_batch_queue(batch_event("oversized", data={"x": "x" * 262_144}))

    recado.drain()

    assert [len(post) for post in recado.sent] == [100, 20, 1, 1, 1]
    assert [event for post in recado.sent for event in post] == [
        *(f"e{number:03}" for number in range(120)),
        *("large0", "large1", "large2"),
    ]
    assert all(len(request.body) <= 262_144 for request in recado.receiver.received)
    assert set(recado.system.outcomes(webhook).values()) == {"DELIVERED"}
    [(_, reason)] = recado.system.dead_letters()
    assert reason.startswith("data: makes the event larger")


def unreadable(number: str, value: str, reason: str) -> None:
    """Enter the scenario of a value that no strict reader of JSON accepts."""
    text = json.dumps(batch_event("bad", data={"value": 7})).replace('"value": 7', f'"value": {value}')

    @FAULTS.fault(number)
    def _(recado: Recado) -> None:
        """Reject: the message goes to the dead-letter queue with the reason, its neighbours are delivered."""
        webhook = recado.system.add_webhook(recado.receiver.url)
        recado.system.put_into_batch_queue(batch_event("before"), text, batch_event("later", **at(1)))

        recado.drain()

        assert recado.sent == [["before", "later"]]
        assert recado.system.outcomes(webhook) == {"before": "DELIVERED", "later": "DELIVERED"}
        [(_, told)] = recado.system.dead_letters()
        assert told.startswith(f"message: {reason}")
        assert recado.system.waiting_in("BatchQueue") == 0


unreadable("36 NaN", "NaN", "NaN is not JSON")
unreadable("36 Infinity", "-Infinity", "-Infinity is not JSON")
unreadable("37 lone surrogate", '"\\ud800"', "a text holds a lone surrogate")
unreadable("38 integer of 5,000 digits", "7" * 5000, "a number has more than 4300 digits")
unreadable("39 100,000 levels", "[" * 100_000 + "]" * 100_000, "nested deeper than")


@FAULTS.fault("40 attempt 17 and later")
def _(recado: Recado) -> None:
    """The retries go on, by the same message: nothing counts hops."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.receiver.break_down()
    recado.publish()
    for _ in range(19):
        recado.system.clock.advance(301)
        assert recado.system.redeliver() == COMES_BACK

    assert recado.ids == ["e0"] * 20
    assert recado.system.webhook(webhook).health.attempts == 20
    assert (recado.system.waiting_in("RedeliveryQueue"), recado.system.waiting_in("DeadLetterQueue")) == (1, 0)
    recado.receiver.recover()
    recado.system.clock.advance(301)
    assert recado.system.redeliver() == ENDED
    assert recado.system.outcomes(webhook) == {"e0": "DELIVERED"}


@FAULTS.fault("41 day 7")
def _(recado: Recado) -> None:
    """D, once, and told once to people and to programs; the wake-up ends and later events are kept unsent."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.receiver.break_down()
    recado.publish("first")
    assert recado.aws.of("Publish") == []
    recado.system.clock.advance(300)
    assert recado.system.redeliver() == COMES_BACK
    for day in range(1, 8):
        recado.system.clock.advance(DAY + 1)
        assert recado.system.redeliver() == (COMES_BACK if day < 7 else ENDED)
        recado.publish(f"day{day}", **at(day))
    recado.system.clock.advance(DAY)
    assert recado.system.redeliver() == NONE_DUE

    assert recado.system.webhook(webhook).status is Status.DISABLED
    assert recado.system.outcomes(webhook)["first"] == "EXPIRED"
    assert recado.system.outcomes(webhook)["day7"] == "SKIPPED"
    assert "day6" in recado.system.backlog(webhook)
    assert [len(events) for events in recado.sent] == [1] * 12  # three of them were tried behind the first
    told = ["WEBHOOK_FAILING", *["WEBHOOK_STILL_FAILING"] * 6, "WEBHOOK_DISABLED"]
    assert [call.parameters["MessageAttributes"]["kind"]["StringValue"] for call in recado.aws.of("Publish")] == told
    entries = [call.parameters["Entries"][0] for call in recado.aws.of("PutEvents")]
    assert [entry["DetailType"] for entry in entries if entry["Source"] != ACTIVITY_SOURCE] == told
    assert [entry["DetailType"] for entry in entries if entry["Source"] == ACTIVITY_SOURCE] == ["DISABLED"]


@FAULTS.fault("42 success resets the clock")
def _(recado: Recado) -> None:
    """After a success the seven days and the schedule begin anew."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.receiver.answers.extend([BROKEN] * 2)
    recado.publish("e0")
    recado.system.clock.advance(6 * DAY)
    assert recado.system.redeliver() == COMES_BACK
    recado.system.clock.advance(DAY // 2)
    assert recado.system.redeliver() == ENDED
    recado.receiver.answers.extend([BROKEN] * 2)
    recado.publish("e1", **at(1))
    recado.system.clock.advance(DAY)

    assert recado.system.redeliver() == COMES_BACK

    current = recado.system.webhook(webhook)
    assert (current.status, current.health.state, current.health.attempts) == (Status.ACTIVE, HealthState.FAILING, 2)
    assert recado.system.outcomes(webhook) == {"e0": "DELIVERED", "e1": "PENDING"}


@FAULTS.fault("42 success of a part resets the clock")
def _(recado: Recado) -> None:
    """So does one POST of a long backlog, though the next one fails: the receiver is not dead."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.receiver.answers.extend([BROKEN, HEALTHY, BROKEN, BROKEN])
    recado.system.put_into_batch_queue(*numbered(101))
    recado.drain()
    recado.system.clock.advance(6.5 * DAY)
    assert recado.system.redeliver() == COMES_BACK
    recado.publish("later", **at(1000))
    recado.system.clock.advance(DAY)

    assert recado.system.redeliver() == COMES_BACK

    current = recado.system.webhook(webhook)
    assert (current.status, current.health.state, current.health.attempts) == (Status.ACTIVE, HealthState.FAILING, 2)
    outcomes = recado.system.outcomes(webhook)
    assert Counter(outcomes.values()) == {"DELIVERED": 100, "EXPIRED": 1, "PENDING": 1}
    assert (outcomes["e100"], outcomes["later"]) == ("EXPIRED", "PENDING")


@FAULTS.fault("44 one dead receiver")
def _(recado: Recado) -> None:
    """The others get every event while the dead one still hangs, and the dead one costs one POST."""
    arrivals = threading.Semaphore(0)
    on_time: list[bool] = []

    def hang(connection: Connection) -> None:
        connection.read_post()
        on_time.extend(arrivals.acquire(timeout=2) for _ in range(3))
        connection.send(answer("503 Dead"))

    recado.receiver.on_request = lambda _request: arrivals.release()
    with Receiver(hang) as dead:
        failing = recado.system.add_webhook(dead.url, name="wh_0_dead")
        healthy = [recado.system.add_webhook(f"{recado.receiver.url}/{n}", name=f"wh_{n}") for n in (1, 2, 3)]
        for number in range(5):
            recado.publish(f"e{number}", **at(number))

    assert on_time == [True, True, True]
    assert (len(dead.posts), recado.system.backlog(failing)) == (1, ["e0", "e1", "e2", "e3", "e4"])
    assert len(recado.sent) == 15
    for webhook in healthy:
        assert recado.system.outcomes(webhook) == {f"e{number}": "DELIVERED" for number in range(5)}


@FAULTS.fault("45 partial failure of deletes")
def _(recado: Recado) -> None:
    """Only what was not deleted comes back; it is deleted then, and not sent again."""
    recado.system.add_webhook(recado.receiver.url)
    recado.system.put_into_batch_queue(*numbered(3))
    # SQS deletes the others of the call: the emulated one does so if it is not asked for this one.
    recado.aws.before("DeleteMessageBatch", lambda: recado.aws.seen[-1].parameters["Entries"].pop(1))
    recado.drain()
    assert recado.system.waiting_in("BatchQueue") == 1
    recado.let_messages_come_back()

    assert recado.drain()["received"] == 1

    assert (len(recado.sent), recado.system.waiting_in("BatchQueue")) == (1, 0)


@FAULTS.fault("45 partial failure of publishing")
def _(recado: Recado) -> None:
    """The publisher is told which events the bus refused, and has to repeat those alone."""
    api = ApiClient(recado.system, ApiDocument())
    entries = [{"EventId": "1"}, {"ErrorCode": "ThrottlingException", "ErrorMessage": "x"}, {"EventId": "3"}]
    recado.aws.answer("PutEvents", {"FailedEntryCount": 1, "Entries": entries})
    events = [{**detail(event_id), "eventName": "CI_STATS"} for event_id in ("a", "b", "c")]
    for event in events:
        del event["accountId"]

    results = api.call("POST", api.events, {"events": events}).json["results"]

    assert [result["accepted"] for result in results] == [True, False, True]
