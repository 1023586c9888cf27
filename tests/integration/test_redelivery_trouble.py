"""The redelivery function beside another sender, short of time, or with our own side failing."""

import pytest

from local.listener import BROKEN, Listener
from recado.rules.webhook import HealthState
from tests.support.aws_calls import AwsCalls
from tests.support.redeliveries import COMES_BACK, ENDED, failing_webhook
from tests.support.system import Redelivery, System


def test_a_held_lease_lets_the_wake_up_come_back(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """While another sender works on a webhook its wake-up waits; a sender that died is waited for until its time."""
    webhook = failing_webhook(system, receiver, "e0")
    now = int(system.clock.milliseconds())
    system.registry.take_lease(webhook.account_id, webhook.webhook_id, "another", now, now + 60_000)

    assert system.redeliver() == COMES_BACK
    assert len(receiver.received) == 1
    assert [call.parameters["VisibilityTimeout"] for call in aws.of("ChangeMessageVisibility")] == [2]
    system.clock.advance(61)
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
