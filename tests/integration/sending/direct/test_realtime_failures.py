"""The real-time dispatcher when receivers fail, and when our own side does."""

import pytest

from local.listener import Answer, Listener
from recado.rules.webhook.webhook import Status
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS, detail, envelope
from tests.support.system import System

FUNCTION = "realtime_dispatcher"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_first_failure_starts_the_backlog(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """The event waits in the backlog, the webhook is failing, and one wake-up is on its way."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    aws.clear()

    system.invoke(FUNCTION, envelope(content=detail("b5a9")))

    assert system.backlog(webhook) == ["b5a9"]
    [delivery] = system.deliveries(webhook)
    assert (delivery.status.value, delivery.status_code) == ("PENDING", 503)
    health = system.webhook(webhook).health
    assert (health.state.value, health.attempts) == ("FAILING", 1)
    assert health.last_error is not None
    assert health.last_error.failure_class.value == "SERVER_ERROR"
    assert delivery.attempt is not None
    assert delivery.attempt.answer is not None
    assert delivery.attempt.answer.body == "broken on purpose"
    assert system.waiting_in("RedeliveryQueue") == 1
    assert [call.parameters["DelaySeconds"] for call in aws.of("SendMessage")] == [5]


def test_a_failing_webhook_gets_no_post_and_no_second_wake_up(system: System, receiver: Listener) -> None:
    """What comes while a webhook fails joins its backlog without an attempt."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    for number in range(4):
        system.invoke(FUNCTION, envelope(content=detail(f"e{number}", timestamp=NOON_MS + number)))

    assert system.backlog(webhook) == ["e0", "e1", "e2", "e3"]
    assert len(receiver.received) == 1
    assert system.waiting_in("RedeliveryQueue") == 1
    assert system.webhook(webhook).health.attempts == 1


def test_a_pending_event_that_comes_again_waits_once(system: System, receiver: Listener) -> None:
    """A repeated invocation finds its delivery pending and leaves it to the redelivery."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    system.invoke(FUNCTION, envelope(content=detail("b5a9")))
    receiver.recover()

    system.invoke(FUNCTION, envelope(content=detail("b5a9")))

    assert len(receiver.received) == 1
    assert system.outcomes(webhook) == {"b5a9": "PENDING"}


def test_a_failing_receiver_does_not_touch_the_others(system: System, receiver: Listener) -> None:
    """The healthy webhooks of the account get the event that a failing one has to wait for."""
    with Listener() as broken:
        broken.break_down()
        failing = system.add_webhook(broken.url, name="wh_broken")
        healthy = system.add_webhook(receiver.url, name="wh_healthy")

        system.invoke(FUNCTION, envelope(content=detail("b5a9")))

    assert system.outcomes(failing) == {"b5a9": "PENDING"}
    assert system.outcomes(healthy) == {"b5a9": "DELIVERED"}
    assert system.webhook(healthy).health.state.value == "HEALTHY"


def test_a_hanging_receiver_does_not_hold_the_others_up(system: System, receiver: Listener) -> None:
    """The healthy webhooks get an event at once, while a slow receiver is still thinking."""
    with Listener() as slow:
        slow.usual_answer = Answer(delay_seconds=1.5)
        system.add_webhook(slow.url, name="wh_a_slow")
        system.add_webhook(receiver.url, name="wh_b")

        system.invoke(FUNCTION, envelope())

        assert receiver.received[0].received_at - slow.received[0].received_at < 1


def test_an_invocation_out_of_time_attempts_nothing(system: System, receiver: Listener) -> None:
    """Too late for an attempt, the event is left to the repetition, and the receiver is not blamed."""
    webhook = system.add_webhook(receiver.url)

    with pytest.raises(Exception, match="too little time"):
        system.invoke(FUNCTION, envelope(), seconds=5.5)

    assert receiver.received == []
    assert system.outcomes(webhook) == {}
    assert system.webhook(webhook).health.state.value == "HEALTHY"


def test_a_receiver_may_ask_for_a_longer_wait(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """`Retry-After` of a 503 beats the schedule, up to an hour; a queue can hold a wake-up back for 15 minutes."""
    webhook = system.add_webhook(receiver.url)
    receiver.answers.append(Answer(status=503, headers={"Retry-After": "2000"}))
    before = system.clock.milliseconds()

    system.invoke(FUNCTION, envelope())

    next_attempt_at = system.webhook(webhook).lane.next_at
    assert next_attempt_at is not None
    assert 2_000_000 <= next_attempt_at - before < 2_010_000
    assert [call.parameters["DelaySeconds"] for call in aws.of("SendMessage")] == [900]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_that_is_not_followed(system: System, receiver: Listener, status: int) -> None:
    """The address in `Location` is never asked."""
    webhook = system.add_webhook(f"{receiver.url}/old")
    receiver.answers.append(Answer(status=status, headers={"Location": f"{receiver.url}/new"}))

    system.invoke(FUNCTION, envelope())

    assert [request.path for request in receiver.received] == ["/old"]
    error = system.webhook(webhook).health.last_error
    assert error is not None
    assert error.failure_class.value == "REDIRECT"


def test_gone_disables_the_webhook_at_once(system: System, receiver: Listener) -> None:
    """After a 410 nothing is sent any more; what comes is recorded as skipped, to be redelivered on request."""
    webhook = system.add_webhook(receiver.url)
    receiver.answers.append(Answer(status=410))

    system.invoke(FUNCTION, envelope(content=detail("gone")))
    system.invoke(FUNCTION, envelope(content=detail("later")))

    assert Status.DISABLED is system.webhook(webhook).status
    assert system.outcomes(webhook) == {"gone": "PENDING", "later": "SKIPPED"}
    assert len(receiver.received) == 1


def test_a_target_that_became_private_is_not_contacted(system: System, receiver: Listener) -> None:
    """Where private targets are not allowed, a webhook that leads to one fails without a connection."""
    webhook = system.add_webhook(receiver.url)
    system.stack.change_environment("RealtimeDispatcherFunction", ALLOW_PRIVATE_TARGETS="false")

    system.invoke(FUNCTION, envelope())

    error = system.webhook(webhook).health.last_error
    assert error is not None
    assert error.failure_class.value == "BLOCKED_TARGET"
    assert receiver.received == []


@pytest.mark.parametrize("operation", ["Query", "BatchGetItem", "BatchWriteItem"])
def test_our_own_fault_is_raised_and_not_held_against_the_receiver(
    system: System, aws: AwsCalls, receiver: Listener, operation: str
) -> None:
    """A table that fails makes Lambda repeat the event; the repetition delivers it and the health stays good."""
    webhook = system.add_webhook(receiver.url)
    aws.refuse(operation)
    with pytest.raises(Exception, match=operation):
        system.invoke(FUNCTION, envelope(content=detail("b5a9")))
    aws.allow(operation)

    assert system.webhook(webhook).health.state.value == "HEALTHY"
    assert system.dead_letters() == []
    system.invoke(FUNCTION, envelope(content=detail("b5a9")))
    assert system.outcomes(webhook) == {"b5a9": "DELIVERED"}


def test_a_secret_that_cannot_be_decrypted_is_our_own_fault(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """Without KMS the signed webhook waits for the repetition, and the others get their event meanwhile, once."""
    signed = system.add_signed_webhook(f"{receiver.url}/signed", SECRET, name="wh_signed")
    plain = system.add_webhook(f"{receiver.url}/plain", name="wh_plain")
    aws.refuse("Decrypt", "KMSInternalException")
    with pytest.raises(Exception, match="decrypting credentials"):
        system.invoke(FUNCTION, envelope(content=detail("b5a9")))

    assert system.outcomes(signed) == {}
    assert system.outcomes(plain) == {"b5a9": "DELIVERED"}
    aws.allow("Decrypt")
    system.invoke(FUNCTION, envelope(content=detail("b5a9")))
    assert [request.path for request in receiver.received] == ["/plain", "/signed"]
    assert system.webhook(signed).health.state.value == "HEALTHY"


def test_a_lost_wake_up_is_made_up_for_by_the_sweep(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """Where the redelivery queue fails after the backlog is written, the next sweep sends another."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    aws.refuse("SendMessage")
    with pytest.raises(Exception, match="sending a wake-up"):
        system.invoke(FUNCTION, envelope(content=detail("b5a9")))
    assert system.outcomes(webhook) == {"b5a9": "PENDING"}
    assert system.waiting_in("RedeliveryQueue") == 0
    aws.allow("SendMessage")
    system.invoke(FUNCTION, envelope(content=detail("b5a9")))
    assert system.waiting_in("RedeliveryQueue") == 0
    system.clock.advance(65)

    system.invoke("redelivery", {})

    assert system.waiting_in("RedeliveryQueue") == 1
    receiver.recover()
    system.redeliver()
    assert system.outcomes(webhook) == {"b5a9": "DELIVERED"}
