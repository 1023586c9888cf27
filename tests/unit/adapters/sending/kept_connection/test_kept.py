"""The HTTP sender that keeps its connection: for whom, and until when."""

import threading

import pytest

from recado.adapters.sending.guard import AddressInfo
from recado.rules.sending.attempt import FailureClass
from recado.rules.target.target_policy import TargetPolicy
from tests.support.receivers.certificates import Authority
from tests.support.receivers.rude import CHUNKED, Connection, Receiver, answer
from tests.unit.adapters.sending.kept_connection.keeping import OK, Scheme, answering_each, made, on_each
from tests.unit.adapters.sending.sending import BODY, NAME, AnyUrl, resolving, send, sender, trusting


@pytest.mark.parametrize(
    "reply",
    [
        OK,
        answer("204 No Content"),
        answer("202 Accepted", b"x" * (16 * 1024)),
        CHUNKED + b"3\r\nyes\r\n0\r\nX-Trailer: x\r\n\r\n",
        CHUNKED + b"0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
        answer("200 OK", b"ok", "Connection: keep-alive", "Set-Cookie: a=b"),
        b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok",
    ],
    ids=["length", "no content", "16 KB", "chunks", "no chunk", "continues", "says so", "HTTP/1.0"],
)
def test_posts_to_one_receiver_share_a_connection(scheme: Scheme, reply: bytes) -> None:
    """Where the answers are delivered whole; all else is as in any other attempt."""
    with (
        Receiver(answering_each(reply), tls=scheme.server) as receiver,
        scheme.sender(receiver).keeping() as keeping,
    ):
        sent = [send(scheme.url(receiver, f"/hooks/{number}"), by=keeping) for number in range(3)]

    assert [each.failure_class for each in sent] == [None] * 3
    assert [each.result.address for each in sent] == ["127.0.0.1"] * 3
    assert [post.line for post in made(receiver)] == [f"POST /hooks/{number} HTTP/1.1" for number in range(3)]
    assert [(post.body, post.headers["connection"]) for post in made(receiver)] == [(BODY, "keep-alive")] * 3
    assert "cookie" not in made(receiver)[1].headers
    assert receiver.connections == 1


def test_a_name_is_looked_up_once_a_connection(scheme: Scheme) -> None:
    """A kept one goes to the address that was judged, whatever the name says by now."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[AddressInfo]:
        asked.append(host)
        return list(resolving(("127.0.0.1", receiver.port) if len(asked) == 1 else ("127.0.0.2", 1))(host, port))

    with Receiver(answering_each(OK), tls=scheme.server) as receiver:
        by = sender(AnyUrl(True), resolver=resolve, context=scheme.client)
        with by.keeping() as keeping:
            assert [send(scheme.url(receiver), by=keeping).result.delivered for _ in range(2)] == [True] * 2

    assert (asked, receiver.connections) == ([NAME], 1)


def test_the_connection_ends_with_the_block(scheme: Scheme) -> None:
    """The receiver sees its end; what is sent by the same sender later has one of its own, which nobody keeps."""
    ended = threading.Event()

    def behave(connection: Connection) -> None:
        answering_each(OK)(connection)
        ended.set()

    with Receiver(behave, tls=scheme.server) as receiver:
        with scheme.sender(receiver).keeping() as keeping:
            send(scheme.url(receiver), by=keeping)
            assert not ended.is_set()
        assert ended.wait(5)
        send(scheme.url(receiver), by=keeping)

    assert [post.headers["connection"] for post in made(receiver)] == ["keep-alive", "close"]


def test_the_connection_ends_with_the_block_that_fails() -> None:
    """Also where the owner's run ends in a fault."""
    ended = threading.Event()

    def behave(connection: Connection) -> None:
        answering_each(OK)(connection)
        ended.set()

    with Receiver(behave) as receiver:
        with pytest.raises(RuntimeError), sender().keeping() as keeping:
            send(receiver.url, by=keeping)
            raise RuntimeError
        assert ended.wait(5)


def test_the_sender_itself_keeps_nothing(scheme: Scheme) -> None:
    """Whoever else uses it meanwhile has connections of their own, and so has another block."""
    with Receiver(answering_each(OK), tls=scheme.server) as receiver:
        one, url = scheme.sender(receiver), scheme.url(receiver)
        with one.keeping() as keeping, one.keeping() as other:
            for by in (keeping, one, other, keeping, other):
                assert send(url, by=by).result.delivered

    assert receiver.connections == 3


def test_another_receiver_gets_another_connection(scheme: Scheme) -> None:
    """One is kept at most: the first is closed, and made again when its turn comes."""
    ended = threading.Event()

    def behave(connection: Connection) -> None:
        answering_each(OK)(connection)
        ended.set()

    with Receiver(behave, tls=scheme.server) as first, Receiver(answering_each(OK), tls=scheme.server) as second:
        by = sender(AnyUrl(True), resolver=lambda _, port: resolving(("127.0.0.1", port))("", 0), context=scheme.client)
        with by.keeping() as keeping:
            assert send(scheme.url(first), by=keeping).result.delivered
            assert send(scheme.url(second), by=keeping).result.delivered
            assert ended.wait(5)
            assert send(scheme.url(first), by=keeping).result.delivered

    assert (first.connections, second.connections) == (2, 1)


def test_another_name_or_scheme_is_another_receiver(authority: Authority) -> None:
    """Though it leads to the very same address and port."""
    plain, silent = answering_each(OK), lambda connection: connection.socket.recv(1000)
    with Receiver(on_each(plain, plain, silent)) as receiver:
        by = sender(AnyUrl(True), resolver=resolving(("127.0.0.1", receiver.port)), context=trusting(authority.file))
        with by.keeping() as keeping:
            for name in ("a.example", "b.example"):
                assert send(f"http://{name}:{receiver.port}/", by=keeping).result.delivered
            assert send(f"https://b.example:{receiver.port}/", by=keeping).failure_class is FailureClass.TLS

    assert receiver.connections == 3
    assert [post.headers["host"] for post in made(receiver)[:2]] == [
        f"a.example:{receiver.port}",
        f"b.example:{receiver.port}",
    ]


def test_each_post_is_judged() -> None:
    """A URL that may not be contacted, and an address that may no longer be, is not, though a connection is open."""
    allowed = True

    class Changing(TargetPolicy):
        def refusal_of(self, address: str) -> str | None:
            return super().refusal_of(address) if allowed else "a private address"

    with Receiver(answering_each(OK)) as receiver, sender(Changing(allow_private=True)).keeping() as keeping:
        assert send(receiver.url, by=keeping).result.delivered
        assert send(f"{receiver.url}#x", by=keeping).failure_class is FailureClass.BLOCKED_TARGET
        assert send(receiver.url, by=keeping).result.delivered
        allowed = False
        assert send(receiver.url, by=keeping).failure_class is FailureClass.BLOCKED_TARGET

    assert (len(made(receiver)), receiver.connections) == (2, 2)


def test_what_a_receiver_may_send_is_counted_for_each_attempt(scheme: Scheme) -> None:
    """Many small answers on one connection are not too much."""
    with (
        Receiver(answering_each(answer("200 OK", b"x" * 16_000)), tls=scheme.server) as receiver,
        scheme.sender(receiver).keeping() as keeping,
    ):
        sent = [send(scheme.url(receiver), by=keeping).result for _ in range(10)]

    assert [each.failure for each in sent] == [None] * 10
    assert receiver.connections == 1
