"""The HTTP sender against every fault of a receiver: what counts, when it ends, and that it is sent once."""

import gzip
from collections.abc import Callable

import pytest

from recado.rules.sending.attempt import FailureClass
from tests.support.receivers.rude import (
    CHUNKED,
    UNFINISHED,
    Connection,
    Receiver,
    answer,
    answering,
    continue_without_end,
    flood,
    sending,
)
from tests.unit.adapters.sending.sending import SHORT, request, send

SUCCESSES: dict[str, Callable[[Connection], object]] = {
    "hangs after the headers": sending(UNFINISHED, then=Connection.wait),
    "hangs in chunks": sending(CHUNKED, then=Connection.wait),
    "drips the body": sending(UNFINISHED, then=lambda connection: connection.drip(b"x" * 1000)),
    "drips chunk sizes": sending(CHUNKED, then=lambda connection: connection.drip(b"1\r\nx\r\n" * 100)),
    "resets in the body": sending(UNFINISHED, b"xxx", then=Connection.reset),
    "closes in the body": sending(UNFINISHED, b"xxx"),
    "sends invalid chunks": sending(CHUNKED, b"no number\r\n\r\n"),
    "sends a negative chunk": sending(CHUNKED, b"-1\r\nxxx\r\n"),
    "sends without end": sending(UNFINISHED, then=flood),
    "closes in the headers": sending(b"HTTP/1.1 200 OK\r\nX: "),
    "sends no length": sending(b"HTTP/1.1 200 OK\r\n\r\nxxx"),
    "speaks HTTP/1.0": sending(b"HTTP/1.0 200 OK\r\n\r\nxxx"),
    "bombs with gzip": answering("200 OK", gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip"),
    "calls garbage gzip": answering("200 OK", b"no gzip", "Content-Encoding: gzip"),
    "calls it an unknown encoding": answering("200 OK", b"x", "Content-Encoding: x", "Content-Type: ;;charset"),
    "sets strange cookies": answering("200 OK", b"", "Set-Cookie: =;;expires=never", "Set-Cookie: a=\xff"),
    "continues first": sending(b"HTTP/1.1 100 Continue\r\n\r\n", answer()),
    "hints early": sending(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n", answer()),
    "announces in every way": sending(
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\n",
        b"HTTP/1.1 199 x\r\nA: b\r\n\r\n",
        answer(),
    ),
}


@pytest.mark.parametrize("behaviour", SUCCESSES.values(), ids=SUCCESSES)
def test_the_status_line_decides_for_success(behaviour: Callable[[Connection], object]) -> None:
    """Whatever goes wrong after it, the receiver has acknowledged; its body is waited for a moment only."""
    with Receiver(behaviour) as receiver:
        sent = send(receiver.url)

    assert (sent.result.failure, len(receiver.posts), receiver.connections) == (None, 1, 1)
    assert sent.seconds < 2.0


def reset_later(connection: Connection) -> None:
    """End the connection with RST, once what was sent before has been read."""
    connection.wait(0.1)
    connection.reset()


FAILURES: dict[str, tuple[Callable[[Connection], object], FailureClass]] = {
    "hangs before the status": (sending(then=Connection.wait), FailureClass.TIMEOUT),
    "drips the headers": (
        sending(b"HTTP/1.1 200 OK\r\n", then=lambda connection: connection.drip(b"X-Header: x\r\n" * 99)),
        FailureClass.TIMEOUT,
    ),
    "drips the status line": (sending(then=lambda c: c.drip(b"HTTP/1.1 200 " + b"x" * 999)), FailureClass.TIMEOUT),
    "continues without end": (sending(then=continue_without_end), FailureClass.TIMEOUT),
    "announces and hangs": (sending(b"HTTP/1.1 103 Early Hints\r\n\r\n", then=Connection.wait), FailureClass.TIMEOUT),
    "switches protocols": (sending(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), FailureClass.PROTOCOL),
    "hangs in the headers": (sending(b"HTTP/1.1 200 OK\r\nX-A: ", then=Connection.wait), FailureClass.TIMEOUT),
    "drips a failed body": (
        sending(b"HTTP/1.1 500 Error\r\n\r\n", then=lambda connection: connection.drip(b"x" * 1000)),
        FailureClass.SERVER_ERROR,
    ),
    "resets before the status": (sending(then=Connection.reset), FailureClass.CLOSED),
    "resets in the status line": (sending(b"HTTP/1.1 2", then=Connection.reset), FailureClass.CLOSED),
    "closes in the status line": (sending(b"HTTP/1.1 2"), FailureClass.CLOSED),
    "closes in the status": (sending(b"HTTP/1.1 200"), FailureClass.CLOSED),
    "closes in the version": (sending(b"HT"), FailureClass.CLOSED),
    "closes behind an interim answer": (sending(b"HTTP/1.1 100 Continue\r\n\r\n"), FailureClass.CLOSED),
    "resets in the headers": (sending(b"HTTP/1.1 200 OK\r\nX: ", then=reset_later), FailureClass.CLOSED),
    "closes in a line of SSH": (sending(b"SSH-2.0"), FailureClass.PROTOCOL),
    "closes before the status": (sending(), FailureClass.CLOSED),
    "speaks SSH": (sending(b"SSH-2.0-OpenSSH_9.9\r\n"), FailureClass.PROTOCOL),
    "speaks HTTP/0.9": (sending(b"<html>hello</html>"), FailureClass.PROTOCOL),
    "sends a status of zeros": (sending(b"HTTP/1.1 000 No\r\n\r\n"), FailureClass.PROTOCOL),
    "sends a long status": (sending(b"HTTP/1.1 2000 OK\r\n\r\n"), FailureClass.PROTOCOL),
    "sends a status of letters": (sending(b"HTTP/1.1 OK OK\r\n\r\n"), FailureClass.PROTOCOL),
    "sends a line without end": (sending(b"HTTP/1.1 200 OK\r\nX: ", then=flood), FailureClass.PROTOCOL),
    "sends headers without end": (
        sending(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: x\r\n" % n for n in range(1000)), then=Connection.wait),
        FailureClass.PROTOCOL,
    ),
    "contradicts itself about the length": (
        sending(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nxxxxx"),
        FailureClass.PROTOCOL,
    ),
    "sends nothing but zeros": (sending(bytes(1000)), FailureClass.PROTOCOL),
}


@pytest.mark.parametrize(("behaviour", "failure_class"), FAILURES.values(), ids=FAILURES)
def test_an_attempt_ends_with_its_time_and_is_made_once(
    behaviour: Callable[[Connection], object], failure_class: FailureClass
) -> None:
    """Whatever a receiver does, it gets one POST, and the failure has a class and a sentence."""
    with Receiver(behaviour) as receiver:
        sent = send(receiver.url, SHORT)

    assert sent.failure_class is failure_class
    assert sent.failure.detail.endswith(".")
    assert (len(receiver.posts), receiver.connections) == (1, 1)
    assert sent.seconds < SHORT + 2.0


def reset_at_once(connection: Connection) -> None:
    """End the connection with RST, as soon as something is sent."""
    connection.socket.recv(1)
    connection.reset()


CLOSED = {
    "closes": (sending(), "without an answer"),
    "resets": (sending(then=Connection.reset), "without an answer"),
    "resets before it has read": (reset_at_once, "without an answer"),
    "closes in the status line": (sending(b"HTTP/1.1 20"), "in the middle of its answer"),
    "resets in the headers": (sending(b"HTTP/1.1 500 E\r\nX", then=reset_later), "in the middle of its answer"),
}


@pytest.mark.parametrize("body", [b"{}", bytes(3_000_000)], ids=["small", "large"])
@pytest.mark.parametrize(("behaviour", "how"), CLOSED.values(), ids=CLOSED)
def test_a_connection_that_is_closed_says_how_far_it_came(
    behaviour: Callable[[Connection], object], how: str, body: bytes
) -> None:
    """With a hint of its own."""
    with Receiver(behaviour) as receiver:
        sent = send(request(receiver.url, body))

    assert (sent.failure_class, sent.failure.detail) == (
        FailureClass.CLOSED,
        f"The receiver closed the connection {how}.",
    )
    assert sent.failure.hint.startswith("Look into the log of the receiver")
