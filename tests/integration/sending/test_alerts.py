"""Alerts as people get them from the topic, and programs from the bus."""

import json

import pytest

from local.listener import Answer, Listener
from recado.rules.event.timestamps import to_iso
from recado.rules.webhook.webhook import Health, Status
from tests.support.alerts import AlertInbox
from tests.support.aws_calls import AwsCalls
from tests.support.events import ACCOUNT, detail, envelope
from tests.support.redeliveries import COMES_BACK, ENDED, failing_webhook, publish
from tests.support.system import System

DAY_SECONDS = 24 * 60 * 60


@pytest.fixture
def inbox(system: System, aws: AwsCalls) -> AlertInbox:
    """Listen for alerts."""
    return AlertInbox(system, aws)


def test_a_mail_says_what_to_do(system: System, inbox: AlertInbox, receiver: Listener) -> None:
    """Account, webhook, since when, the last error, what waits, and what to do."""
    system.clock.stop()
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()

    publish(system, "e0")

    [mail] = inbox.mails()
    health = system.webhook(webhook).health
    assert health.failing_since is not None
    assert health.last_error is not None
    assert mail["Subject"] == f"Recado: webhook wh_1 of account {ACCOUNT} is failing"
    assert mail["Message"] == (
        f'Webhook "wh_1" (wh_1) of account {ACCOUNT} is failing.\n'
        "\n"
        "Events waiting: 1\n"
        f"Failing since: {to_iso(health.failing_since)}, 1 failed attempts in a row\n"
        f"Last error: SERVER_ERROR: {health.last_error.detail}\n"
        "\n"
        f"What to do: {health.last_error.hint} "
        "Nothing is lost: events wait, and are sent in order when the receiver is back."
    )
    assert mail["MessageAttributes"]["accountId"]["Value"] == str(ACCOUNT)


def test_an_event_on_the_bus_says_the_same(system: System, inbox: AlertInbox, receiver: Listener) -> None:
    """With the alert's kind as its detail type."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()

    publish(system, "e0")

    [event] = inbox.events()
    health = system.webhook(webhook).health
    assert health.failing_since is not None
    assert (event["Source"], event["DetailType"]) == ("recado.alerts", "WEBHOOK_FAILING")
    told = json.loads(event["Detail"])
    assert (told["accountId"], told["webhookId"], told["backlog"], told["attempts"]) == (str(ACCOUNT), "wh_1", 1, 1)
    assert told["failingSince"] == to_iso(health.failing_since)
    assert (told["lastError"]["failureClass"], told["lastError"]["statusCode"]) == ("SERVER_ERROR", 503)


def test_failing_and_recovery_are_told_once(system: System, inbox: AlertInbox, receiver: Listener) -> None:
    """However many events and attempts there are between."""
    system.add_webhook(receiver.url)
    receiver.break_down()
    publish(system, "e0", "e1", "e2")
    for wait in (5, 10, 20):
        system.clock.advance(wait)
        assert system.redeliver() == COMES_BACK
    assert inbox.kinds() == ["WEBHOOK_FAILING"]

    receiver.recover()
    system.clock.advance(40)
    assert system.redeliver() == ENDED

    [mail] = inbox.mails()
    assert mail["Subject"].endswith("has recovered")
    assert "Events waiting: 0\n" in mail["Message"]
    assert "4 failed attempts in a row" in mail["Message"]
    assert [event["DetailType"] for event in inbox.events()] == ["WEBHOOK_RECOVERED"]
    publish(system, "later")
    assert inbox.kinds() == []


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
    system.add_webhook(receiver.url)
    receiver.break_down()
    aws.answer("PutEvents", {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]})

    with pytest.raises(Exception, match="the bus refused it: ThrottlingException"):
        publish(system, "e0")


def test_a_recovery_that_could_not_be_told_is_not_told_twice(
    system: System, inbox: AlertInbox, aws: AwsCalls, receiver: Listener
) -> None:
    """The bus has it already: the fault is noted, the backlog is sent all the same, and no event is sent twice."""
    webhook = failing_webhook(system, receiver, "e0")
    inbox.kinds()
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
    failing_webhook(system, receiver, "e0")
    inbox.kinds()
    # The first query is of the head, the second counts what waits for the alert.
    aws.before("Query", lambda: None, lambda: None, lambda: aws.refuse("Query"))
    assert system.redeliver() == COMES_BACK
    aws.allow("Query")
    assert inbox.kinds() == ["WEBHOOK_RECOVERED"]
    system.clock.advance(30)

    assert system.redeliver() == ENDED

    assert inbox.kinds() == []
    assert len(receiver.received) == 2
