"""The HTTP sender over TLS: whom it trusts, and how a failed handshake reads."""

import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from recado.adapters.sending import trouble
from recado.adapters.sending.http_sender import HttpSender
from recado.rules.sending.attempt import FailureClass
from recado.rules.target.target_policy import TargetPolicy
from tests.support.receivers.certificates import Authority
from tests.support.receivers.rude import Connection, Receiver, answer, answering, sending
from tests.unit.adapters.sending.sending import BODY, NAME, SHORT, request, resolving, send, sender, trusting
from tests.unit.builders import NOW


def https(receiver: Receiver, authority: Authority) -> tuple[str, HttpSender]:
    """Return the receiver's address by name, and a sender that trusts the authority."""
    resolver = resolving(("127.0.0.1", receiver.port))
    return f"https://{NAME}:{receiver.port}/hooks", sender(resolver=resolver, context=trusting(authority.file))


def test_a_certificate_of_the_name_is_accepted(authority: Authority) -> None:
    """The receiver sees the name in the handshake and in the request, and the bytes as they are."""
    context = authority.context(NAME)
    seen: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: seen.append(name)
    with Receiver(answering(), tls=context) as receiver:
        url, by = https(receiver, authority)
        sent = send(url, by=by)

    assert (sent.result.failure, sent.result.status_code) == (None, 202)
    assert seen == [NAME]
    assert [(post.headers["host"], post.body) for post in receiver.posts] == [(f"{NAME}:{receiver.port}", BODY)]


def test_an_international_name_is_checked_in_its_ascii_form(authority: Authority) -> None:
    """In the certificate, in the handshake and in the request."""
    name = "xn--bcher-kva.example"
    context = authority.context(name)
    seen: list[str | None] = []
    context.sni_callback = lambda _socket, asked, _context: seen.append(asked)
    with Receiver(answering(), tls=context) as receiver:
        by = sender(resolver=resolving(("127.0.0.1", receiver.port)), context=trusting(authority.file))
        sent = send("https://bücher.example/hooks", by=by)

    assert sent.result.delivered
    assert (seen, [post.headers["host"] for post in receiver.posts]) == ([name], [name])


@pytest.mark.parametrize(
    ("host", "ended", "reason"),
    [
        ("other.example", timedelta(0), "Hostname mismatch, certificate is not valid for 'receiver.example'"),
        ("example", timedelta(0), "Hostname mismatch, certificate is not valid for 'receiver.example'"),
        (NAME, timedelta(days=1), "certificate has expired"),
    ],
)
def test_a_wrong_certificate_is_refused(authority: Authority, host: str, ended: timedelta, reason: str) -> None:
    """Before anything is sent, with OpenSSL's reason."""
    with Receiver(answering(), tls=authority.context(host, ended=ended)) as receiver:
        url, by = https(receiver, authority)
        sent = send(url, by=by)

    assert (sent.failure_class, sent.failure.detail) == (FailureClass.TLS, f"The TLS handshake failed: {reason}.")
    assert receiver.posts == []


def test_an_unknown_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    """Whatever name the certificate has."""
    stranger = Authority(tmp_path, "Stranger")
    with Receiver(answering(), tls=stranger.context(NAME)) as receiver:
        url, by = https(receiver, authority)
        sent = send(url, by=by)

    assert sent.failure_class is FailureClass.TLS
    assert "unable to get local issuer certificate" in sent.failure.detail
    assert receiver.posts == []


def test_the_public_authorities_are_trusted_and_no_others(authority: Authority) -> None:
    """The sender as it is deployed does not know a test's authority."""
    with Receiver(answering(), tls=authority.context(NAME)) as receiver:
        deployed = HttpSender(TargetPolicy(True), lambda: NOW, resolver=resolving(("127.0.0.1", receiver.port)))
        assert send(f"https://{NAME}/", by=deployed).failure_class is FailureClass.TLS

    assert receiver.posts == []


def test_one_context_serves_all_senders_and_attempts(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the CA bundle takes longer than a request: it happens once a process."""

    def refuse(*_args: object, **_kwargs: object) -> ssl.SSLContext:
        raise AssertionError("made another context")

    with Receiver(answering(), tls=authority.context(NAME)) as receiver:
        url, by = https(receiver, authority)
        monkeypatch.setattr(ssl, "create_default_context", refuse)
        monkeypatch.setattr("urllib3.connection.create_urllib3_context", refuse)
        monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", refuse)
        assert [send(url, by=by).result.delivered for _ in range(3)] == [True] * 3
        deployed = HttpSender(TargetPolicy(True), lambda: NOW, resolver=resolving(("127.0.0.1", receiver.port)))
        assert send(url, by=deployed).failure_class is FailureClass.TLS


@pytest.mark.parametrize(
    "behaviour",
    [
        lambda connection: connection.socket.recv(1000),
        lambda connection: (connection.socket.recv(1000), connection.reset()),
        lambda connection: connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        lambda connection: connection.send(b"SSH-2.0-OpenSSH_9.9\r\n"),
        lambda connection: connection.send(bytes(100)),
    ],
    ids=["closes", "resets", "speaks HTTP", "speaks SSH", "sends zeros"],
)
def test_a_receiver_without_tls_fails_in_the_handshake(
    behaviour: Callable[[Connection], object], authority: Authority
) -> None:
    """Whatever it does instead."""
    with Receiver(behaviour) as receiver:
        url, by = https(receiver, authority)
        sent = send(url, by=by)

    assert sent.failure_class is FailureClass.TLS
    assert sent.failure.detail.startswith("The TLS handshake failed: ")
    assert sent.failure.detail.endswith(".")
    assert receiver.connections == 1


@pytest.mark.parametrize(
    "behaviour",
    [Connection.wait, lambda connection: connection.drip(b"\x16\x03\x03\x40\x00" + bytes(1000))],
    ids=["hangs", "drips"],
)
def test_a_handshake_ends_with_the_attempt(behaviour: Callable[[Connection], object], authority: Authority) -> None:
    """It is bounded as a whole, not byte by byte."""
    with Receiver(behaviour) as receiver:
        url, by = https(receiver, authority)
        sent = send(url, SHORT, by=by)

    assert (sent.failure_class, sent.failure.detail) == (
        FailureClass.TLS,
        "The TLS handshake did not finish in time.",
    )
    assert sent.seconds < SHORT + 2.0


FAILURES: dict[str, tuple[Callable[[Connection], object], FailureClass]] = {
    "hangs": (sending(then=Connection.wait), FailureClass.TIMEOUT),
    "drips headers": (
        sending(b"HTTP/1.1 200 OK\r\n", then=lambda connection: connection.drip(b"X-Header: x\r\n" * 99)),
        FailureClass.TIMEOUT,
    ),
    "closes": (sending(), FailureClass.CLOSED),
    "resets": (sending(then=Connection.reset), FailureClass.CLOSED),
    "breaks the encryption": (
        sending(then=lambda connection: connection.send_below_tls(b"\x17\x03\x03\x00\x20" + bytes(32))),
        FailureClass.PROTOCOL,
    ),
    "falls back to plain text": (
        sending(then=lambda connection: connection.send_below_tls(answer())),
        FailureClass.PROTOCOL,
    ),
}


@pytest.mark.parametrize(("behaviour", "failure_class"), FAILURES.values(), ids=FAILURES)
def test_an_attempt_over_tls_ends_with_its_time_and_is_made_once(
    behaviour: Callable[[Connection], object], failure_class: FailureClass, authority: Authority
) -> None:
    """A broken connection after the POST is no reason to send it again."""
    with Receiver(behaviour, tls=authority.context(NAME)) as receiver:
        url, by = https(receiver, authority)
        sent = send(url, SHORT, by=by)

    assert sent.failure_class is failure_class
    assert (len(receiver.posts), receiver.connections) == (1, 1)
    assert sent.seconds < SHORT + 2.0


def read_slowly(connection: Connection) -> None:
    """Take a record of the request at a time, soon enough for each single wait."""
    while connection.wait(0.25) and connection.socket.recv(16_384):
        pass


@pytest.mark.parametrize("behaviour", [Connection.wait, read_slowly])
def test_a_receiver_that_does_not_read_times_out_over_tls(
    behaviour: Callable[[Connection], object], authority: Authority
) -> None:
    """TLS sends a body in many records; all of them together end with the attempt."""
    with Receiver(behaviour, tls=authority.context(NAME), receive_buffer=4096) as receiver:
        url, by = https(receiver, authority)
        sent = send(request(url, bytes(8_000_000)), SHORT, by=by)

    assert sent.failure_class is FailureClass.TIMEOUT
    assert sent.seconds < SHORT + 2.0


def test_a_large_body_arrives_whole_over_tls(authority: Authority) -> None:
    """The largest that is sent, byte by byte."""
    body = bytes(range(256)) * 1024
    with Receiver(answering(), tls=authority.context(NAME)) as receiver:
        url, by = https(receiver, authority)
        assert send(request(url, body), by=by).result.delivered

    assert receiver.posts[0].body == body


def test_a_handshake_that_fails_for_an_unknown_reason_has_a_sentence() -> None:
    """Whatever a library raises."""
    assert trouble._reason(OSError()) == "the connection ended"
