"""How long the HTTP sender waits: for the request to be taken in, for the answer, and for an attempt as a whole."""

from collections.abc import Callable

import pytest

from recado.adapters.sending import guarded_connection, http_sender
from recado.ports.sending import OutOfTimeError
from recado.rules.sending.attempt import ATTEMPT_SECONDS, FailureClass
from tests.support.receivers.rude import Connection, Receiver, answer, answering, sending
from tests.unit.adapters.sending.sending import SHORT, request, send


@pytest.mark.parametrize("seconds", [0.99, 0.0, -5.0])
def test_without_time_nothing_is_attempted(seconds: float) -> None:
    """That is our own fault, and no failure of the receiver."""
    with Receiver(answering()) as receiver, pytest.raises(OutOfTimeError):
        send(receiver.url, seconds)

    assert receiver.connections == 0


def test_an_attempt_takes_at_most_15_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much time is left."""
    assert ATTEMPT_SECONDS == 15
    monkeypatch.setattr(http_sender, "ATTEMPT_SECONDS", SHORT)
    with Receiver(sending(then=lambda connection: connection.drip(b"HTTP/1.1 200 " + b"x" * 999))) as receiver:
        assert send(receiver.url, 100.0).seconds < SHORT + 2.0


def dripping(connection: Connection) -> None:
    """Answer a byte at a time, sooner than any wait would end."""
    connection.read_post()
    connection.drip(b"HTTP/1.1 200 " + b"x" * 999, 0.05)


@pytest.mark.parametrize("behaviour", [sending(then=Connection.wait), dripping])
def test_an_answer_may_take_the_time_of_the_webhook(behaviour: Callable[[Connection], object]) -> None:
    """A receiver that says nothing, or too little at a time, is not waited for until the end of the attempt."""
    with Receiver(behaviour) as receiver:
        sent = send(request(receiver.url, timeout=0.3))

    assert sent.failure_class is FailureClass.TIMEOUT
    assert sent.failure.detail == "The receiver did not answer within 1 second."
    assert sent.failure.timeout_seconds == 1
    assert 0.3 <= sent.seconds < 0.8


def answering_after(seconds: float) -> Callable[[Connection], object]:
    """Build the behaviour of a receiver that works before it answers."""

    def behaviour(connection: Connection) -> None:
        connection.read_post()
        connection.wait(seconds)
        connection.send(answer("202 Accepted"))

    return behaviour


@pytest.mark.parametrize(("timeout", "delivered"), [(0.2, False), (0.8, True)])
def test_an_answer_within_the_time_of_the_webhook_counts(timeout: float, delivered: bool) -> None:
    """One webhook's receiver may work for longer than another's."""
    with Receiver(answering_after(0.4)) as receiver:
        assert send(request(receiver.url, timeout=timeout)).result.delivered is delivered


def test_the_time_to_answer_begins_when_the_request_is_sent() -> None:
    """What a slow line takes for the request is not taken from it."""

    def reading_late(connection: Connection) -> None:
        connection.wait(0.5)
        connection.read_post()
        connection.send(answer("202 Accepted"))

    with Receiver(reading_late, receive_buffer=4096) as receiver:
        sent = send(request(receiver.url, bytes(8_000_000), timeout=0.4))

    assert sent.result.delivered
    assert sent.seconds > 0.5


def test_an_attempt_ends_before_the_time_to_answer_does() -> None:
    """Where the connection took its time, or the invocation ends: then nothing is said of the webhook's time."""
    with Receiver(sending(then=Connection.wait)) as receiver:
        sent = send(request(receiver.url, timeout=15), SHORT)

    assert (sent.failure_class, sent.failure.detail) == (
        FailureClass.TIMEOUT,
        "The receiver did not answer in time.",
    )
    assert sent.seconds < SHORT + 2.0


def read_slowly(connection: Connection) -> None:
    """Take a few bytes of the request at a time."""
    while connection.wait(0.05) and connection.socket.recv(512):
        pass


@pytest.mark.parametrize("behaviour", [Connection.wait, read_slowly])
def test_a_receiver_that_does_not_read_times_out(behaviour: Callable[[Connection], object]) -> None:
    """The body is not pushed for longer than the attempt takes."""
    with Receiver(behaviour, receive_buffer=4096) as receiver:
        sent = send(request(receiver.url, bytes(8_000_000)), SHORT)

    assert sent.failure_class is FailureClass.TIMEOUT
    assert sent.seconds < SHORT + 2.0
    assert receiver.connections == 1


@pytest.mark.parametrize(("least", "timeout", "seconds"), [(0.3, 0.1, 0.3), (0.1, 0.3, 0.3)])
def test_a_request_is_taken_in_within_its_own_time(
    monkeypatch: pytest.MonkeyPatch, least: float, timeout: float, seconds: float
) -> None:
    """Five seconds, however short an answer may take, and as long as that where it may take longer."""
    assert guarded_connection.SEND_SECONDS == 5
    monkeypatch.setattr(guarded_connection, "SEND_SECONDS", least)
    with Receiver(Connection.wait, receive_buffer=4096) as receiver:
        sent = send(request(receiver.url, bytes(8_000_000), timeout=timeout))

    assert (sent.failure_class, sent.failure.detail) == (
        FailureClass.TIMEOUT,
        "The receiver did not answer in time.",
    )
    assert seconds <= sent.seconds < seconds + 2.0


def test_the_body_of_a_failed_answer_has_its_time_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is wrong; that of a success is read for a moment only."""
    monkeypatch.setattr(http_sender, "_COURTESY_SECONDS", 0.1)

    def hesitating(connection: Connection) -> None:
        connection.read_post()
        connection.send(b"HTTP/1.1 500 Error\r\nContent-Length: 7\r\n\r\n")
        connection.wait(0.3)
        connection.send(b"because")

    with Receiver(hesitating) as receiver:
        given = send(receiver.url).result.response

    assert given is not None
    assert (given.body, given.truncated) == (b"because", False)
