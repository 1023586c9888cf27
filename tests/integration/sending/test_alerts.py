"""Alerts as people get them from the topic, and programs from the bus."""

import json
from dataclasses import replace

import pytest

from local.listener import Answer, Listener
from recado.ports.sending import Expect
from recado.rules.event.timestamps import to_iso
from recado.rules.webhook.webhook import Health, Status, Webhook
from tests.support.alerts import AlertInbox
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import ACCOUNT, detail, envelope
from tests.support.redeliveries import COMES_BACK, ENDED, failing_webhook, publish
from tests.support.system import System

DAY_SECONDS = 24 * 60 * 60
ALERT_AFTER_SECONDS = 300


def long_failing_webhook(system: System, receiver: Listener, *event_ids: str) -> Webhook:
    """Return a webhook that has failed since `AlertAfter`, so that its next failure is told; its wake-up is due."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    publish(system, *event_ids)
    system.clock.advance(ALERT_AFTER_SECONDS)
    return webhook


@pytest.fixture
def inbox(system: System, aws: AwsCalls) -> AlertInbox:
    """Listen for alerts."""
    return AlertInbox(system, aws)


def test_a_mail_says_what_to_do(system: System, inbox: AlertInbox, receiver: Listener) -> None:
    """Account, webhook, since when, the last error, what waits, what that means, and what to do."""
    system.clock.stop()
    webhook = long_failing_webhook(system, receiver, "e0")
    assert inbox.mails() == []

    assert system.redeliver() == COMES_BACK

    [mail] = inbox.mails()
    health = system.webhook(webhook).health
    assert health.failing_since is not None
    assert health.last_error is not None
    assert mail["Subject"] == f"Recado: webhook wh_1 of account {ACCOUNT} is failing"
    assert mail["Message"] == (
        f'Webhook "wh_1" (wh_1) of account {ACCOUNT} is failing.\n'
        "\n"
        "Events waiting: 1\n"
        f"Failing since: {to_iso(health.failing_since)}, 2 failed attempts in a row\n"
        f"Last error: SERVER_ERROR: {health.last_error.detail}\n"
        "\n"
        "What it means: Nothing is lost: events wait, and are sent in order when the receiver is back.\n"
        f"What to do: {health.last_error.hint}"
    )
    assert mail["MessageAttributes"]["accountId"]["Value"] == str(ACCOUNT)


def test_an_event_on_the_bus_says_the_same(system: System, inbox: AlertInbox, receiver: Listener) -> None:
    """With the alert's kind as its detail type."""
    webhook = long_failing_webhook(system, receiver, "e0")

    assert system.redeliver() == COMES_BACK

    [event] = inbox.events()
    health = system.webhook(webhook).health
    assert health.failing_since is not None
    assert (event["Source"], event["DetailType"]) == ("recado.alerts", "WEBHOOK_FAILING")
    told = json.loads(event["Detail"])
    assert (told["accountId"], told["webhookId"], told["backlog"], told["attempts"]) == (str(ACCOUNT), "wh_1", 1, 2)
    assert told["failingSince"] == to_iso(health.failing_since)
    assert (told["lastError"]["failureClass"], told["lastError"]["statusCode"]) == ("SERVER_ERROR", 503)
    assert told["lastError"]["hint"] == "Look into the receiver's log at this time."


def test_failing_and_recovery_are_told_once(system: System, inbox: AlertInbox, receiver: Listener) -> None:
    """However many events and attempts there are between."""
    system.add_webhook(receiver.url)
    receiver.break_down()
    publish(system, "e0", "e1", "e2")
    for wait in (5, 10, 20, 40, 80):
        system.clock.advance(wait)
        assert system.redeliver() == COMES_BACK
    assert inbox.kinds() == []
    for wait in (160, 300):
        system.clock.advance(wait)
        assert system.redeliver() == COMES_BACK
    assert inbox.kinds() == ["WEBHOOK_FAILING"]

    receiver.recover()
    system.clock.advance(300)
    assert system.redeliver() == ENDED

    [mail] = inbox.mails()
    assert mail["Subject"].endswith("has recovered")
    assert "Events waiting: 2\n" in mail["Message"]
    assert "11 failed attempts in a row" in mail["Message"]
    assert [event["DetailType"] for event in inbox.events()] == ["WEBHOOK_RECOVERED"]
    publish(system, "later")
    assert inbox.kinds() == []


def test_what_is_over_soon_is_told_to_nobody(system: System, inbox: AlertInbox, receiver: Listener) -> None:
    """A receiver's restart: neither that it fails nor that it recovers."""
    webhook = failing_webhook(system, receiver, "e0")

    assert system.redeliver() == ENDED

    assert inbox.kinds() == []
    assert (system.outcomes(webhook), system.webhook(webhook).health) == ({"e0": "DELIVERED"}, Health())


def test_a_slow_receiver_is_told_once_a_day(system: System, inbox: AlertInbox, receiver: Listener) -> None:
    """To people and to programs, however often it is slow; its deliveries succeed."""
    for function in ("RealtimeDispatcherFunction", "RedeliveryFunction"):
        system.stack.change_environment(function, SLOW_AFTER_SECONDS="1")
    webhook = system.add_webhook(receiver.url)

    def deliver_slowly(event_id: str) -> None:
        receiver.answers.append(Answer(delay_seconds=1.1))
        publish(system, event_id)

    deliver_slowly("e0")

    [mail], [event] = inbox.mails(), inbox.events()
    assert mail["Subject"] == f"Recado: webhook wh_1 of account {ACCOUNT} is slow"
    assert "or longer; slow is what takes over 1 second\n" in mail["Message"]
    assert "answer 202 within 1 second and do the work afterwards" in mail["Message"]
    assert (event["DetailType"], json.loads(event["Detail"])["slowAfterMs"]) == ("WEBHOOK_SLOW", 1000)
    slow = system.webhook(webhook)
    quick_again = replace(slow, lane=replace(slow.lane, slow_at=None))
    assert system.lanes.change(slow, quick_again, Expect.UNOWNED)
    deliver_slowly("e1")
    assert inbox.kinds() == []
    assert system.webhook(webhook).slow
    assert system.outcomes(webhook) == {"e0": "DELIVERED", "e1": "DELIVERED"}


def test_a_failing_webhook_is_told_of_every_day_and_given_up_after_seven(
    system: System, inbox: AlertInbox, receiver: Listener
) -> None:
    """Six reminders, then that it has been disabled."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    publish(system, "e0")

    for _ in range(14):
        system.clock.advance(DAY_SECONDS / 2 + 1)
        # An event waits for no longer than seven days, and new ones keep the backlog from being empty.
        system.invoke("realtime_dispatcher", envelope(content=detail(f"new-{system.clock.time_ns()}")))
        system.redeliver()

    assert inbox.kinds() == ["WEBHOOK_FAILING", *["WEBHOOK_STILL_FAILING"] * 6, "WEBHOOK_DISABLED"]
    assert system.webhook(webhook).status is Status.DISABLED
    assert system.waiting_in("RedeliveryQueue") == 0


def test_a_receiver_that_is_gone_is_told_as_disabled(system: System, inbox: AlertInbox, receiver: Listener) -> None:
    """At the first 410."""
    system.add_webhook(receiver.url)
    receiver.answers.append(Answer(status=410))

    publish(system, "e0")

    [mail] = inbox.mails()
    assert mail["Subject"].endswith("has been disabled")
    assert "switch the webhook on again" in mail["Message"]


@pytest.mark.parametrize("operation", ["Publish", "PutEvents"])
def test_a_refused_alert_goes_where_it_can(
    system: System, inbox: AlertInbox, aws: AwsCalls, receiver: Listener, operation: str
) -> None:
    """The topic's trouble is not the bus's, and the other way round; the event is recorded before."""
    system.stack.change_environment("RealtimeDispatcherFunction", ALERT_AFTER_SECONDS="0")
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    aws.refuse(operation)

    with pytest.raises(Exception, match="sending an alert"):
        publish(system, "e0")

    assert (len(inbox.mails()), len(inbox.events())) == ((0, 1) if operation == "Publish" else (1, 1))
    assert system.outcomes(webhook) == {"e0": "PENDING"}
    assert system.webhook(webhook).health.state.value == "FAILING"


def test_a_refusal_by_the_bus_is_a_fault_of_ours(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """Also where the call itself succeeds."""
    system.stack.change_environment("RealtimeDispatcherFunction", ALERT_AFTER_SECONDS="0")
    system.add_webhook(receiver.url)
    receiver.break_down()
    aws.answer("PutEvents", {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]})

    with pytest.raises(Exception, match="the bus refused it: ThrottlingException"):
        publish(system, "e0")


def test_a_recovery_that_could_not_be_told_is_not_told_twice(
    system: System, inbox: AlertInbox, aws: AwsCalls, receiver: Listener
) -> None:
    """The bus has it already: the fault is noted, the backlog is sent all the same, and no event is sent twice."""
    system.stack.change_environment("RealtimeDispatcherFunction", ALERT_AFTER_SECONDS="0")
    webhook = failing_webhook(system, receiver, "e0")
    assert inbox.kinds() == ["WEBHOOK_FAILING"]
    aws.refuse("Publish")

    assert system.redeliver() == ENDED

    assert [event["DetailType"] for event in inbox.events()] == ["WEBHOOK_RECOVERED"]
    aws.allow("Publish")
    assert [request.event_ids for request in receiver.received] == [["e0"], ["e0"]]
    assert system.webhook(webhook).health == Health()


def test_a_recovery_is_told_once_its_first_success_is_stored(
    system: System, inbox: AlertInbox, aws: AwsCalls, receiver: Listener
) -> None:
    """Whatever fails on our side afterwards, it is told, and once."""
    system.stack.change_environment("RealtimeDispatcherFunction", ALERT_AFTER_SECONDS="0")
    failing_webhook(system, receiver, "e0")
    assert inbox.kinds() == ["WEBHOOK_FAILING"]
    # The first query is of the head, the second counts what waits for the alert.
    aws.before("Query", lambda: None, lambda: None, lambda: aws.refuse("Query"))
    assert system.redeliver() == COMES_BACK
    aws.allow("Query")
    assert inbox.kinds() == ["WEBHOOK_RECOVERED"]
    system.clock.advance(30)

    assert system.redeliver() == ENDED

    assert inbox.kinds() == []
    assert len(receiver.received) == 2
