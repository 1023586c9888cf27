"""The redelivery function beside another sender, short of time, or with our own side failing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from local.listener import BROKEN, Listener
from recado.rules.webhook.webhook import HealthState, Status
from tests.support.acts import act_on
from tests.support.aws.aws_calls import AwsCalls
from tests.support.redeliveries import COMES_BACK, ENDED, failing_webhook, hold_lease, publish
from tests.support.system import Redelivery, System


def test_a_held_lease_lets_the_wake_up_come_back(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """While another sender works on a webhook its wake-up waits; a sender that died is waited for until its time."""
    webhook = failing_webhook(system, receiver, "e0")
    hold_lease(system, webhook, 60)

    assert system.redeliver() == COMES_BACK
    assert len(receiver.received) == 1
    assert [call.parameters["VisibilityTimeout"] for call in aws.of("ChangeMessageVisibility")] == [5]
    system.clock.advance(66)
    assert system.redeliver() == ENDED
    assert system.outcomes(webhook) == {"e0": "DELIVERED"}


@pytest.mark.parametrize("operation", ["UpdateItem", "Query", "BatchWriteItem"])
def test_our_own_fault_is_tried_again_and_not_held_against_the_receiver(
    system: System, aws: AwsCalls, receiver: Listener, operation: str
) -> None:
    """A table that fails makes the wake-up come back, without counting an attempt."""
    webhook = failing_webhook(system, receiver, "e0")
    aws.refuse(operation)

    assert system.redeliver() == COMES_BACK

    aws.allow(operation)
    health = system.webhook(webhook).health
    assert (health.state, health.attempts) == (HealthState.FAILING, 1)
    system.clock.advance(200)
    assert system.redeliver() == ENDED
    assert system.outcomes(webhook) == {"e0": "DELIVERED"}
    assert HealthState.HEALTHY is system.webhook(webhook).health.state


def test_a_wake_up_that_cannot_be_postponed_comes_back_all_the_same(
    system: System, aws: AwsCalls, receiver: Listener
) -> None:
    """Where SQS refuses the wait, the queue's own visibility timeout brings the wake-up back."""
    webhook = failing_webhook(system, receiver, "e0")
    receiver.answers.append(BROKEN)
    aws.refuse("ChangeMessageVisibility")

    assert system.redeliver() == COMES_BACK

    aws.allow("ChangeMessageVisibility")
    system.clock.advance(721)
    assert system.redeliver() == ENDED
    assert system.outcomes(webhook) == {"e0": "DELIVERED"}


def test_without_time_for_an_attempt_the_wake_up_comes_back_at_once(system: System, receiver: Listener) -> None:
    """A backlog is left to the next invocation rather than cut off in the middle of an attempt."""
    webhook = failing_webhook(system, receiver, "e0")

    assert system.redeliver(seconds=24) == COMES_BACK
    assert len(receiver.received) == 1
    assert system.redeliver() == ENDED
    assert system.outcomes(webhook) == {"e0": "DELIVERED"}


def test_a_message_that_is_no_wake_up_is_dropped(system: System, receiver: Listener) -> None:
    """A foreign message neither comes back for ever nor keeps the wake-ups beside it from their work."""
    webhook = failing_webhook(system, receiver, "e0")
    system.put_into("RedeliveryQueue", "hello", {"accountId": 1010})

    assert Redelivery(received=3, coming_back=0) == system.redeliver()
    assert system.outcomes(webhook) == {"e0": "DELIVERED"}


def during_the_next_post(receiver: Listener, action: Callable[[], object]) -> None:
    """Let something happen while a receiver is answering its next request, and only then."""

    def act(_request: object) -> None:
        receiver.on_request = None
        action()

    receiver.on_request = act


def test_an_event_that_comes_during_a_redelivery_is_sent_by_it(system: System, receiver: Listener) -> None:
    """A dispatcher that meets a webhook still failing leaves its event to the redelivery under way."""
    webhook = failing_webhook(system, receiver, "e0")
    during_the_next_post(receiver, lambda: publish(system, "e0", "late"))

    assert system.redeliver() == ENDED

    assert [request.event_ids for request in receiver.received] == [["e0"], ["e0"], ["late"]]
    assert system.outcomes(webhook) == {"e0": "DELIVERED", "late": "DELIVERED"}
    assert system.webhook(webhook).health.state is HealthState.HEALTHY


def test_a_webhook_retired_during_a_post_stays_retired(system: System, receiver: Listener) -> None:
    """What an admin decides meanwhile holds: what was sent is recorded, and the rest of the backlog waits."""
    webhook = failing_webhook(system, receiver, "e0")
    current = system.webhook(webhook)
    retired = replace(current, status=Status.RETIRED, version=current.version + 1)
    during_the_next_post(receiver, lambda: system.registry.replace(current, retired, act_on(current)))

    assert system.redeliver() == ENDED

    assert system.webhook(webhook).status is Status.RETIRED
    assert system.outcomes(webhook) == {"e0": "DELIVERED"}


def test_a_webhook_removed_during_a_post_stays_removed(system: System, receiver: Listener) -> None:
    """Storing the outcome of a POST does not bring a webhook back that is gone."""
    webhook = failing_webhook(system, receiver, "e0")
    during_the_next_post(receiver, lambda: system.registry.remove(system.webhook(webhook), act_on(webhook)))

    assert system.redeliver() == ENDED

    assert system.registry.of_account(webhook.account_id) == []


def test_a_webhook_removed_during_its_first_failure_stays_removed(system: System, receiver: Listener) -> None:
    """A dispatcher that finds a webhook failing does not bring it back either, and wakes nobody."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    during_the_next_post(receiver, lambda: system.registry.remove(system.webhook(webhook), act_on(webhook)))

    publish(system, "e0")

    assert system.registry.of_account(webhook.account_id) == []
    assert system.waiting_in("RedeliveryQueue") == 0
