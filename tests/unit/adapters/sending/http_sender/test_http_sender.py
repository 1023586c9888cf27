"""The HTTP sender against receivers on 127.0.0.1: what counts, what is kept, and that nothing is sent twice."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from recado.rules.sending.attempt import FailureClass
from tests.support.receivers.rude import Connection, Receiver, answer, answering, closed_port, sending
from tests.unit.adapters.sending.sending import BODY, SHORT, request, send, sender
from tests.unit.builders import NOW


def test_a_post_arrives_as_it_was_made() -> None:
    """Address, headers and the very bytes of the body; nothing is added but what HTTP needs."""
    with Receiver(answering()) as receiver:
        outgoing = request(receiver.url, headers={"X-Api-Key": "k", "webhook-id": "e1", "User-Agent": "Recado/1"})
        result = send(outgoing).result

    [post] = receiver.posts
    assert (result.status_code, result.failure, result.started_ms) == (202, None, NOW)
    assert 0 <= result.latency_ms < 1000
    assert post.line == "POST /hooks?a=b HTTP/1.1"
    assert post.body == BODY
    assert post.headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "content-type": "application/json",
        "content-length": str(len(BODY)),
        "x-api-key": "k",
        "webhook-id": "e1",
        "user-agent": "Recado/1",
        "accept-encoding": "identity",
        "connection": "close",
    }


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content", "299 Whatever", "200"])
def test_any_2xx_is_a_success(status: str) -> None:
    """Whatever the body says."""
    with Receiver(answering(status, b"" if status.startswith("204") else b"error")) as receiver:
        result = send(receiver.url).result

    assert (result.failure, result.status_code) == (None, int(status[:3]))
    assert len(receiver.posts) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(status: int) -> None:
    """Its target sees nothing, and the failure says so."""
    with (
        Receiver(answering()) as target,
        Receiver(answering(f"{status} Moved", b"", f"Location: {target.url}")) as receiver,
    ):
        sent = send(receiver.url)

    assert sent.failure_class is FailureClass.REDIRECT
    assert sent.result.status_code == status
    assert (len(receiver.posts), target.connections) == (1, 0)


@pytest.mark.parametrize(
    ("status", "failure_class"),
    [
        (400, FailureClass.CLIENT_ERROR),
        (401, FailureClass.CLIENT_ERROR),
        (404, FailureClass.CLIENT_ERROR),
        (413, FailureClass.CLIENT_ERROR),
        (500, FailureClass.SERVER_ERROR),
        (502, FailureClass.SERVER_ERROR),
        (504, FailureClass.SERVER_ERROR),
        (101, FailureClass.PROTOCOL),
        (600, FailureClass.PROTOCOL),
    ],
)
def test_any_other_status_is_a_failure(status: int, failure_class: FailureClass) -> None:
    """With its class, its status and its answer."""
    with Receiver(sending(f"HTTP/1.1 {status} No\r\n\r\n".encode() + b"because")) as receiver:
        sent = send(receiver.url)

    assert sent.failure_class is failure_class
    assert sent.failure.detail == f"The receiver answered with status {status}."
    assert sent.failure.status_code == sent.result.status_code == status
    assert sent.result.response is not None
    assert sent.result.response.body == (b"" if status == 101 else b"because")
    assert sent.result.address == "127.0.0.1"
    assert not sent.result.gone
    assert len(receiver.posts) == 1


def test_410_means_that_the_receiver_is_gone() -> None:
    """It asks for no more."""
    with Receiver(answering("410 Gone")) as receiver:
        sent = send(receiver.url)

    assert sent.result.gone
    assert sent.failure_class is FailureClass.CLIENT_ERROR


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        ("429 Too Many", "Retry-After: 120", 120),
        ("503 Unavailable", "Retry-After: 7200", 3600),
        ("503 Unavailable", "retry-after: Fri, 27 Sep 2024 12:02:00 GMT", 120),
        ("503 Unavailable", "Retry-After: soon", None),
        ("503 Unavailable", "Retry-After: Fri, 27 Sep 99999999999999999999 12:02:00 GMT", None),
        ("503 Unavailable", "Retry-After: 1\r\nRetry-After: 2", 2),
        ("503 Unavailable", "Retry-After: 7.5", 8),
        ("502 Bad Gateway", "Retry-After: 120", 120),
        ("599 Network", "retry-after:120", 120),
        ("503 Unavailable", "Retry-After: -5", None),
        (
            "503 Unavailable",
            "Retry-After: 0\r\nRetry-After: Fri, 27 Sep 2024 11:02:00 GMT\r\nDate: Fri, 27 Sep 2024 11:00:00 GMT",
            120,
        ),
        ("503 Unavailable", "X-Other: 1", None),
        ("500 Error", "Retry-After: 120", 120),
        ("503 Unavailable", "Date: Fri, 27 Sep 2024 11:00:00 GMT\r\nRetry-After: Fri, 27 Sep 2024 11:02:00 GMT", 120),
        ("404 Not Found", "Retry-After: 120", None),
        ("202 Accepted", "Retry-After: 120", None),
    ],
)
def test_retry_after_is_read_with_429_and_any_5xx(status: str, header: str, seconds: int | None) -> None:
    """In seconds or as a date, up to an hour; nothing that a receiver writes there breaks the attempt."""
    with Receiver(answering(status, b"", header)) as receiver:
        assert send(receiver.url).result.retry_after_seconds == seconds


@pytest.mark.parametrize(("size", "waits"), [(16 * 1024, False), (16 * 1024 - 1, True)])
def test_16_kb_of_an_answer_are_read(size: int, waits: bool) -> None:
    """What comes after them is not waited for."""
    head = b"HTTP/1.1 500 Error\r\nContent-Length: 10000000000\r\n\r\n"
    with Receiver(sending(head + b"x" * size, then=Connection.wait)) as receiver:
        sent = send(receiver.url, SHORT)

    assert sent.failure_class is FailureClass.SERVER_ERROR
    assert (sent.seconds > 1.0) is waits


def refuse_early(connection: Connection) -> None:
    """Answer before the body has been read, and close."""
    connection.socket.recv(1000)
    connection.send(answer("413 Too Large", b"too large"))


def test_an_early_refusal_is_a_failure() -> None:
    """By its status, or as a broken connection where that was lost."""
    with Receiver(refuse_early) as receiver:
        sent = send(request(receiver.url, bytes(2_000_000)))

    assert sent.failure_class in (FailureClass.CLIENT_ERROR, FailureClass.PROTOCOL)
    assert receiver.connections == 1


def test_a_failed_answer_is_kept_undecoded() -> None:
    """A gzip bomb does not go off."""
    bomb = gzip.compress(bytes(50_000_000))
    with Receiver(answering("500 Error", bomb, "Content-Encoding: gzip")) as receiver:
        response = send(receiver.url).result.response

    assert response is not None
    assert response.body == bomb[: 16 * 1024]


def test_every_attempt_has_a_connection_of_its_own() -> None:
    """Also where the receiver does not close it: what another attempt left behind could break in the next one."""

    def keep_alive(connection: Connection) -> None:
        while connection.read_post().line:
            connection.send(answer("200 OK", b"ok", "Connection: keep-alive"))

    with Receiver(keep_alive) as receiver:
        one = sender()
        for _ in range(3):
            assert send(receiver.url, by=one).result.delivered

    assert receiver.connections == 3
    assert [post.line[:4] for post in receiver.posts if post.line] == ["POST"] * 3


def test_a_refused_connection_has_its_class() -> None:
    """With the reason."""
    sent = send(f"http://127.0.0.1:{closed_port()}/")

    assert sent.failure_class is FailureClass.CONNECT
    assert sent.failure.detail == "No connection to 127.0.0.1: connection refused."
    assert sent.result.status_code is None


@pytest.mark.parametrize("header", ["é€", "a\r\nX-Injected: 1", "a\nb"])
def test_a_header_that_cannot_be_sent_is_never_sent(header: str) -> None:
    """Nothing can be smuggled into a request, whatever was stored."""
    with Receiver(answering()) as receiver:
        sent = send(request(receiver.url, headers={"X-Custom": header}))

    assert sent.failure_class is FailureClass.PROTOCOL
    assert receiver.posts == []


def test_attempts_side_by_side_do_not_meet() -> None:
    """Each has its own time, its own connection and its own answer."""

    def echo(connection: Connection) -> None:
        number = json.loads(connection.read_post().body)
        connection.wait(0.01)
        connection.send(answer(f"{400 + number} No"))

    with Receiver(echo) as receiver, ThreadPoolExecutor(16) as executor:
        one = sender()
        outgoing: list[Any] = [request(receiver.url, str(number).encode()) for number in range(64)]
        results = list(executor.map(lambda each: send(each, by=one).result.status_code, outgoing))

    assert results == [400 + number for number in range(64)]
    assert len(receiver.posts) == receiver.connections == 64
