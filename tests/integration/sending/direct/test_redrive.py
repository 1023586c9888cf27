"""Redrive: an operator lets the batch dispatcher put dead letters back."""

from local.listener import Listener
from tests.support.events import batch_event, envelope, failed_invocation
from tests.support.system import System

REDRIVE = {"redriveDeadLetters": True}


def test_readable_dead_letters_are_delivered_after_all(system: System, receiver: Listener) -> None:
    """They go back to the batch queue, and leave with the next drain; what cannot be read stays."""
    webhook = system.add_webhook(receiver.url)
    system.put_into("DeadLetterQueue", batch_event("b1"), "not JSON", failed_invocation(envelope()), batch_event("b2"))

    assert system.invoke("batch_dispatcher", REDRIVE) == {"moved": 3, "unreadable": 1}

    assert (system.waiting_in("BatchQueue"), system.waiting_in("DeadLetterQueue")) == (3, 1)
    assert system.invoke("batch_dispatcher", {})["received"] == 3
    assert set(system.outcomes(webhook)) == {"b1", "b2", "event-1"}
    assert set(system.outcomes(webhook).values()) == {"DELIVERED"}


def test_a_dead_letter_that_was_delivered_before_is_not_sent_again(system: System, receiver: Listener) -> None:
    """The drain finds it recorded."""
    system.add_webhook(receiver.url)
    system.put_into_batch_queue(batch_event("b1"))
    system.invoke("batch_dispatcher", {})
    system.put_into("DeadLetterQueue", batch_event("b1"))

    system.invoke("batch_dispatcher", REDRIVE)
    system.invoke("batch_dispatcher", {})

    assert [request.event_ids for request in receiver.received] == [["b1"]]


def test_many_dead_letters_go_back_at_once(system: System) -> None:
    """In rounds of ten."""
    system.put_into("DeadLetterQueue", *(batch_event(f"b{number}") for number in range(25)), "not JSON")

    assert system.invoke("batch_dispatcher", REDRIVE) == {"moved": 25, "unreadable": 1}
    assert system.invoke("batch_dispatcher", REDRIVE) == {"moved": 0, "unreadable": 0}
