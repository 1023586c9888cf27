"""The HTTP sender that keeps its connection: which is not used again, and what a receiver can do about it."""

import socket
import ssl
import threading
from collections.abc import Callable

import pytest
from urllib3.exceptions import SSLError

from recado.adapters.sending import trouble
from recado.adapters.sending.guard import Guard
from recado.rules.sending.attempt import FailureClass
from tests.support.receivers.certificates import Authority
from tests.support.receivers.rude import CHUNKED, Connection, Receiver, answer, closed_port
from tests.unit.adapters.sending.kept_connection.keeping import OK, OTHER, Scheme, answering_each, end, made, on_each
from tests.unit.adapters.sending.sending import BODY, NAME, SHORT, AnyUrl, request, resolving, send, sender, trusting

# As many bytes as are asked for at once: what is behind them has been decrypted, and nobody sees it in the socket.
FULL = answer("200 OK", b"x" * (8192 - len(answer("200 OK", b"x" * 8000)) + 8000))

NOT_KEPT: dict[str, bytes] = {
    "says that it closes": answer("200 OK", b"ok", "Connection: close"),
    "speaks HTTP/1.0": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "sends no length": b"HTTP/1.1 200 OK\r\n\r\nok",
    "sends more than is read": answer("200 OK", b"x" * (16 * 1024 + 1)),
    "sends half of a body": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok",
    "sends half of the chunks": CHUNKED + b"2\r\nok\r\n",
    "sends invalid chunks": CHUNKED + b"no number\r\n\r\n",
    "fails": answer("500 Error", b"no"),
    "refuses": answer("429 Too Many", b"no", "Retry-After: 1"),
    "redirects": answer("307 Moved", b"", "Location: /"),
    "answers with a status of its own": answer("600 What", b""),
    "sends another answer at once": OK + OTHER,
    "sends half of another answer at once": OK + OTHER[:9],
    "sends another answer behind chunks": CHUNKED + b"0\r\n\r\n" + OTHER,
    "sends another answer behind none": answer("204 No Content") + OTHER,
    "sends another answer in the record of the first": FULL + OTHER,
    "sends a line too much": OK + b"\r\n",
}


@pytest.mark.parametrize("reply", NOT_KEPT.values(), ids=NOT_KEPT)
def test_a_connection_is_not_used_again_after_an_answer_that_is_not_whole_or_no_success(
    scheme: Scheme, reply: bytes
) -> None:
    """The next POST has a new one, and the answer that belongs to it."""
    with (
        Receiver(on_each(answering_each(reply), answering_each(OK)), tls=scheme.server) as receiver,
        scheme.sender(receiver).keeping() as keeping,
    ):
        first = send(scheme.url(receiver), by=keeping).result
        second = send(scheme.url(receiver), by=keeping).result

    assert first.status_code == int(reply[9:12])
    assert (second.status_code, second.failure) == (200, None)
    assert (len(made(receiver)), receiver.connections) == (2, 2)


@pytest.mark.parametrize("extra", [OTHER, b"H", OK * 1000], ids=["an answer", "a byte", "many answers"])
def test_nobody_answers_a_post_in_advance(scheme: Scheme, extra: bytes) -> None:
    """What comes on a connection while nothing is asked for makes it useless, however late it comes."""
    told, said = threading.Event(), threading.Event()

    def ahead(connection: Connection) -> None:
        # Or what is sent below would wait in the kernel for the acknowledgement of the answer.
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.read_post()
        connection.send(OK)
        assert told.wait(5)
        connection.send(extra)
        said.set()
        connection.wait()

    with (
        Receiver(on_each(ahead, answering_each(answer("202 Accepted"))), tls=scheme.server) as receiver,
        scheme.sender(receiver).keeping() as keeping,
    ):
        first = send(scheme.url(receiver), by=keeping).result
        told.set()
        assert said.wait(5)
        second = send(scheme.url(receiver), by=keeping).result

    assert (first.status_code, second.status_code) == (200, 202)
    assert (len(made(receiver)), receiver.connections) == (2, 2)


@pytest.mark.parametrize("ending", [end, Connection.reset], ids=["closes", "resets"])
def test_a_connection_that_ends_while_nothing_is_sent_is_replaced(
    scheme: Scheme, ending: Callable[[Connection], object]
) -> None:
    """Nobody learns of it."""
    answered, ended = threading.Event(), threading.Event()

    def behave(connection: Connection) -> None:
        connection.read_post()
        connection.send(OK)
        assert answered.wait(5)
        answered.clear()
        ending(connection)
        ended.set()

    with (
        Receiver(behave, tls=scheme.server) as receiver,
        scheme.sender(receiver).keeping() as keeping,
    ):
        for _ in range(3):
            assert send(scheme.url(receiver), by=keeping).result.delivered
            answered.set()
            assert ended.wait(5)
            ended.clear()

    assert (len(made(receiver)), receiver.connections) == (3, 3)


def reset_at_once(connection: Connection) -> None:
    """Reset the connection in the middle of a POST."""
    connection.socket.recv(1)
    connection.reset()


def reset_behind(connection: Connection) -> None:
    """Read a POST, and reset the connection."""
    connection.read_post()
    connection.reset()


ENDS: dict[str, Callable[[Connection], object]] = {
    "closes": Connection.read_post,
    "resets": reset_behind,
    "resets in the middle": reset_at_once,
}


@pytest.mark.parametrize("ending", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("body", [BODY, bytes(2_000_000)], ids=["small", "large"])
def test_a_post_whose_kept_connection_ends_is_made_once_more(
    scheme: Scheme, ending: Callable[[Connection], object], body: bytes
) -> None:
    """It is one attempt, and the new connection is kept in its turn."""

    def once(connection: Connection) -> None:
        connection.read_post()
        connection.send(OK)
        ending(connection)

    with (
        Receiver(on_each(once, answering_each(OK)), tls=scheme.server) as receiver,
        scheme.sender(receiver).keeping() as keeping,
    ):
        sent = [send(request(scheme.url(receiver), body), by=keeping).result for _ in range(3)]

    assert [each.failure for each in sent] == [None] * 3
    assert [each.address for each in sent] == ["127.0.0.1"] * 3
    assert receiver.connections == 2
    assert [len(post.body) for post in made(receiver)][-2:] == [len(body)] * 2


def test_a_post_is_made_twice_at_most(scheme: Scheme) -> None:
    """A new connection that ends is a failed attempt, and so is the first one."""

    def behave(connection: Connection) -> None:
        connection.read_post()
        connection.send(OK)
        connection.read_post()

    silent = ENDS["closes"]
    with (
        Receiver(on_each(silent, behave, silent, answering_each(OK)), tls=scheme.server) as receiver,
        scheme.sender(receiver).keeping() as keeping,
    ):
        sent = [send(scheme.url(receiver), by=keeping) for _ in range(4)]

    assert [each.failure_class for each in sent] == [FailureClass.CLOSED, None, FailureClass.CLOSED, None]
    assert (len(made(receiver)), receiver.connections) == (5, 4)


def test_a_post_is_not_made_again_where_nobody_lets_it_in() -> None:
    """The failure is that of the new connection."""

    def behave(connection: Connection) -> None:
        connection.read_post()
        connection.send(OK)
        connection.read_post()

    with Receiver(behave) as receiver:
        ports = iter([receiver.port, closed_port()])
        by = sender(AnyUrl(True), resolver=lambda *_name: resolving(("127.0.0.1", next(ports)))("", 0))
        with by.keeping() as keeping:
            assert send(f"http://{NAME}:{receiver.port}/", by=keeping).result.delivered
            sent = send(f"http://{NAME}:{receiver.port}/", by=keeping)

    assert sent.failure_class is FailureClass.CONNECT
    assert sent.result.address is None
    assert len(made(receiver)) == 2


def test_a_post_is_not_made_again_where_the_handshake_fails(authority: Authority) -> None:
    """The failure is that of the new connection, here too."""
    context = authority.context(NAME)

    def encrypted(connection: Connection) -> None:
        with context.wrap_socket(connection.socket, server_side=True) as wrapped:
            inner = Connection(receiver, wrapped)
            inner.read_post()
            inner.send(OK)
            inner.read_post()

    def plain(connection: Connection) -> None:
        connection.socket.recv(1000)

    with Receiver(on_each(encrypted, plain)) as receiver:
        by = sender(AnyUrl(True), resolver=resolving(("127.0.0.1", receiver.port)), context=trusting(authority.file))
        with by.keeping() as keeping:
            assert send(f"https://{NAME}/", by=keeping).result.delivered
            assert send(f"https://{NAME}/", by=keeping).failure_class is FailureClass.TLS

    assert (len(made(receiver)), receiver.connections) == (2, 2)


def test_an_end_that_only_tls_tells_of_is_one() -> None:
    """urllib3 wraps it in an error of its own that has no cause."""
    guard = Guard(0, lambda _address: None, lambda _host, _port: [], 5.0, reused=True)

    assert trouble.ended_while_kept(SSLError(ssl.SSLEOFError(8, "EOF occurred")), guard)
    assert not trouble.ended_while_kept(SSLError(ssl.SSLError(1, "bad record mac")), guard)


FAILS: dict[str, tuple[Callable[[Connection], object], FailureClass]] = {
    "does not answer": (Connection.wait, FailureClass.TIMEOUT),
    "ends in the status line": (lambda connection: connection.send(b"HTTP/1.1 2"), FailureClass.CLOSED),
    "ends behind an interim answer": (
        lambda connection: connection.send(b"HTTP/1.1 100 Continue\r\n\r\n"),
        FailureClass.CLOSED,
    ),
    "speaks SSH": (lambda connection: connection.send(b"SSH-2.0-OpenSSH_9.9\r\n"), FailureClass.PROTOCOL),
}


@pytest.mark.parametrize(("behaviour", "failure_class"), FAILS.values(), ids=FAILS)
def test_a_post_that_was_answered_in_part_or_not_in_time_is_not_made_again(
    scheme: Scheme, behaviour: Callable[[Connection], object], failure_class: FailureClass
) -> None:
    """A kept connection fails as any other does, and is not used again."""

    def second(connection: Connection) -> None:
        connection.read_post()
        connection.send(OK)
        connection.read_post()
        behaviour(connection)

    with (
        Receiver(on_each(second, answering_each(OK)), tls=scheme.server) as receiver,
        scheme.sender(receiver).keeping() as keeping,
    ):
        sent = [
            send(request(scheme.url(receiver), timeout=5.0 if number != 1 else 0.2), SHORT, by=keeping)
            for number in range(3)
        ]

    assert [each.failure_class for each in sent] == [None, failure_class, None]
    assert (len(made(receiver)), receiver.connections) == (3, 2)


def test_both_times_share_the_time_of_one_attempt() -> None:
    """The second one ends when the attempt does."""

    def late(connection: Connection) -> None:
        connection.read_post()
        connection.send(OK)
        connection.read_post()
        connection.wait(0.6)

    with Receiver(on_each(late, lambda connection: connection.wait())) as receiver, sender().keeping() as keeping:
        assert send(receiver.url, by=keeping).result.delivered
        sent = send(receiver.url, SHORT, by=keeping)

    assert sent.failure_class is FailureClass.TIMEOUT
    assert 1000 <= sent.result.latency_ms < 1900
    assert sent.seconds < SHORT + 0.9
