"""What the HTTP sender hands over of the body of a success, where it decides what was taken."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from recado.adapters.sending import http_sender
from recado.rules.sending.attempt import FailureClass
from recado.rules.sending.outgoing import OutgoingRequest
from tests.support.receivers.rude import CHUNKED, Connection, Receiver, answer, flood, sending
from tests.unit.adapters.sending.kept_connection.keeping import answering_each
from tests.unit.adapters.sending.sending import SHORT, Sent, request, send, sender

MOST = 96 * 1024
WHOLE, MORE = b"x" * MOST, b"x" * MOST + b"y"
UNTIL_IT_CLOSES = b"HTTP/1.1 200 OK\r\n\r\n"


def deciding(url: str, timeout: float = 5.0) -> OutgoingRequest:
    """Build a request to a receiver that may name events in its answer."""
    return replace(request(url, timeout=timeout), answer_decides=True)


def in_chunks(body: bytes, size: int = 4096) -> bytes:
    """Write a whole answer in chunks of this size."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return CHUNKED + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def body_of(sent: Sent) -> tuple[bytes, bool]:
    """Return the body that was handed over, and whether there was more."""
    assert sent.result.response is not None
    return sent.result.response.body, sent.result.response.truncated


@pytest.mark.parametrize(
    ("response", "body", "truncated"),
    [
        (answer("200 OK", b"{}"), b"{}", False),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", False),
        (answer("200 OK", WHOLE), WHOLE, False),
        (answer("200 OK", MORE), WHOLE, True),
        (answer("200 OK", WHOLE * 20), WHOLE, True),
        (in_chunks(WHOLE), WHOLE, False),
        (in_chunks(MORE), WHOLE, True),
        (in_chunks(WHOLE[:10_000], 1), WHOLE[:10_000], False),
        (UNTIL_IT_CLOSES + WHOLE, WHOLE, False),
        (UNTIL_IT_CLOSES + MORE, WHOLE, True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b"half", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"", True),
        (CHUNKED + b"3\r\nabc\r\n", b"abc", True),
        (CHUNKED + b"3\r\nabc\r\nzz\r\n", b"abc", True),
        (answer("500 Error", MORE), MORE[: 16 * 1024], True),
    ],
    ids=[
        *("short", "no content", "96 KB", "a byte more", "much more", "96 KB in chunks", "a byte more in chunks"),
        *("chunks of a byte", "96 KB until it closes", "a byte more until it closes", "cut", "cut before its body"),
        *("cut between chunks", "chunks that are none", "no success"),
    ],
)
def test_96_kb_are_handed_over(response: bytes, body: bytes, truncated: bool) -> None:
    """However the answer is framed, it is told whether that is all of it; of a failure as much as ever."""
    with Receiver(sending(response)) as receiver:
        sent = send(deciding(receiver.url))

    assert body_of(sent) == (body, truncated)


def test_what_does_not_decide_is_read_as_ever() -> None:
    """16 KB of it."""
    with Receiver(sending(answer("200 OK", WHOLE))) as receiver:
        assert body_of(send(receiver.url)) == (WHOLE[: 16 * 1024], True)


def hesitating(seconds: float) -> Callable[[Connection], object]:
    """Build the behaviour of a receiver that sends the status, and the body so much later."""

    def behaviour(connection: Connection) -> None:
        connection.read_post()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
        connection.wait(seconds)
        connection.send(b"{}")

    return behaviour


def test_the_body_has_the_time_of_the_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a moment of courtesy only; what it took is part of how long the answer took."""
    monkeypatch.setattr(http_sender, "_COURTESY_SECONDS", 0.05)
    with Receiver(hesitating(0.3)) as receiver:
        deciding_one, other = send(deciding(receiver.url)), send(receiver.url)

    assert body_of(deciding_one) == (b"{}", False)
    assert deciding_one.result.latency_ms >= 300
    assert body_of(other) == (b"", True)
    assert other.result.latency_ms < 300


def drip(connection: Connection) -> None:
    """Answer a byte of the body at a time, sooner than any wait would end."""
    connection.read_post()
    connection.send(CHUNKED)
    for _ in range(400):
        connection.send(b"1\r\nx\r\n")
        if not connection.wait(0.05):
            return


@pytest.mark.parametrize("behaviour", [hesitating(5), drip])
def test_a_body_that_is_late_is_cut(behaviour: Callable[[Connection], object]) -> None:
    """The time to answer is over for the body too, also where some of it always comes."""
    with Receiver(behaviour) as receiver:
        sent = send(deciding(receiver.url, timeout=0.4))

    assert body_of(sent)[1] is True
    assert sent.result.delivered
    assert 0.4 <= sent.seconds < 2.4


def test_an_attempt_ends_before_the_time_of_the_webhook_does() -> None:
    """Where the invocation has no more."""
    with Receiver(hesitating(5)) as receiver:
        sent = send(deciding(receiver.url), SHORT)

    assert body_of(sent) == (b"", True)
    assert sent.seconds < SHORT + 2.0


def test_a_flood_is_cut_off() -> None:
    """In front of the body, as ever, and in it."""
    with Receiver(sending(UNTIL_IT_CLOSES, then=flood)) as receiver:
        assert body_of(send(deciding(receiver.url))) == (WHOLE, True)
    with Receiver(sending(b"HTTP/1.1 200 OK\r\n", then=flood)) as receiver:
        assert send(deciding(receiver.url)).failure_class is FailureClass.PROTOCOL


@pytest.mark.parametrize(
    ("response", "connections"),
    [(answer("200 OK", WHOLE), 1), (in_chunks(WHOLE), 1), (answer("200 OK", MORE + b"z"), 2)],
    ids=["96 KB", "96 KB in chunks", "more than is read"],
)
def test_a_connection_is_kept_after_a_whole_answer(response: bytes, connections: int) -> None:
    """Not where some of the answer is left in it."""
    with Receiver(answering_each(response)) as receiver, sender().keeping() as keeping:
        assert [send(deciding(receiver.url), by=keeping).result.delivered for _ in range(2)] == [True] * 2

    assert receiver.connections == connections
