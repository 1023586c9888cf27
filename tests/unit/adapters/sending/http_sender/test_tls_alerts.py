"""Receivers that end TLS with an alert, in the handshake or after it: the class, the reason, and whose certificate."""

import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from recado.adapters.sending import trouble
from recado.adapters.sending.guard import Guard
from recado.adapters.sending.guarded_connection import tls_context
from recado.rules.sending.attempt import CLIENT_CERTIFICATE_HINT, HINTS, FailureClass
from tests.support.receivers.certificates import Authority
from tests.support.receivers.rude import Connection, Receiver, answer, answering
from tests.unit.adapters.sending.sending import BODY, NAME, AnyUrl, Sent, request, resolving, send, sender

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
ASKS = "The receiver asks for a client certificate that it accepts"


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Return each version of TLS."""
    return str(request.param)


def receiver_of(authority: Authority, version: str, *, trusted: Authority | None = None) -> ssl.SSLContext:
    """Build the context of a receiver that speaks one version, and asks for certificates of an authority if given."""
    context = authority.context(NAME)
    context.minimum_version = context.maximum_version = VERSIONS[version]
    if trusted is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(str(trusted.file))
    return context


def send_to(server: ssl.SSLContext, authority: Authority, certificate: Path | None = None, body: bytes = BODY) -> Sent:
    """Send to a receiver, with a client certificate if given."""
    context = tls_context(str(authority.file))
    if certificate is not None:
        context.load_cert_chain(certificate)
    with Receiver(answering(), tls=server) as receiver:
        by = sender(AnyUrl(True), resolver=resolving(("127.0.0.1", receiver.port)), context=context)
        return send(request(f"https://{NAME}:{receiver.port}/hooks", body), by=by)


@pytest.mark.parametrize("body", [BODY, bytes(3_000_000)], ids=["small", "large"])
def test_a_receiver_that_requires_a_client_certificate_says_so(authority: Authority, version: str, body: bytes) -> None:
    """With TLS 1.3 after the handshake, while the POST is on its way; with 1.2 in a word that says less."""
    sent = send_to(receiver_of(authority, version, trusted=authority), authority, body=body)

    reason = {"1.2": "handshake failure", "1.3": "certificate required"}[version]
    assert (sent.failure_class, sent.failure.detail) == (FailureClass.TLS, f"{ASKS}: {reason}.")
    assert sent.failure.hint == CLIENT_CERTIFICATE_HINT


def test_a_client_certificate_that_is_accepted_lets_us_in(authority: Authority, version: str) -> None:
    """The receivers of these tests are right about what they refuse."""
    server = receiver_of(authority, version, trusted=authority)

    assert send_to(server, authority, authority.client_file()).result.delivered


REFUSED: dict[str, tuple[Callable[[Authority, Path], Path], str]] = {
    "of another authority": (lambda _, folder: Authority(folder, "Stranger").client_file(), "unknown CA"),
    "that has ended": (lambda authority, _: authority.client_file(ended=timedelta(days=2)), "certificate expired"),
    "for another use": (
        lambda authority, _: authority.client_file(usage=ExtendedKeyUsageOID.SERVER_AUTH),
        "unsupported certificate",
    ),
}


@pytest.mark.parametrize(("made", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_client_certificate_that_is_refused_has_its_reason(
    authority: Authority, tmp_path: Path, version: str, made: Callable[[Authority, Path], Path], reason: str
) -> None:
    """In the receiver's own word."""
    server = receiver_of(authority, version, trusted=authority)
    sent = send_to(server, authority, made(authority, tmp_path))

    assert (sent.failure_class, sent.failure.detail) == (FailureClass.TLS, f"{ASKS}: {reason}.")
    assert sent.failure.hint == CLIENT_CERTIFICATE_HINT


def test_a_revoked_client_certificate_has_its_reason(authority: Authority, version: str) -> None:
    """Where the receiver looks it up."""
    certificate = authority.client_file()
    server = receiver_of(authority, version, trusted=authority)
    server.load_verify_locations(str(authority.revocation_list(certificate)))
    server.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    sent = send_to(server, authority, certificate)

    assert sent.failure.detail == f"{ASKS}: certificate revoked."


@pytest.mark.parametrize(
    ("alert", "reason"),
    [
        (ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME, "unrecognized name"),
        (ssl.AlertDescription.ALERT_DESCRIPTION_ACCESS_DENIED, "access denied"),
        (ssl.AlertDescription.ALERT_DESCRIPTION_INTERNAL_ERROR, "internal error"),
        (ssl.AlertDescription.ALERT_DESCRIPTION_HANDSHAKE_FAILURE, "handshake failure"),
    ],
)
def test_an_alert_before_anything_is_agreed_is_about_no_certificate_of_ours(
    authority: Authority, version: str, alert: ssl.AlertDescription, reason: str
) -> None:
    """A receiver that refuses the name, or has no cipher in common, has not asked for anything."""
    server = receiver_of(authority, version)
    server.sni_callback = lambda *_: alert
    sent = send_to(server, authority)

    assert (sent.failure_class, sent.failure.detail) == (FailureClass.TLS, f"The TLS handshake failed: {reason}.")
    assert sent.failure.hint == HINTS[FailureClass.TLS]


def test_receivers_without_a_cipher_in_common_are_told_from_those_that_ask_for_a_certificate(
    authority: Authority,
) -> None:
    """Both say "handshake failure"."""
    server = receiver_of(authority, "1.2")
    server.set_ciphers("AES128-SHA256")
    sent = send_to(server, authority)

    assert sent.failure.detail == "The TLS handshake failed: handshake failure."
    assert sent.failure.hint == HINTS[FailureClass.TLS]


def alert(reason: str) -> ssl.SSLError:
    """Build what the library raises at an alert."""
    error = ssl.SSLError(1, f"[SSL: {reason}]")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("reason", "detail"),
    [
        ("TLSV1_ALERT_ACCESS_DENIED", f"{ASKS}: access denied."),
        ("SSLV3_ALERT_BAD_CERTIFICATE", f"{ASKS}: bad certificate."),
        ("SSLV3_ALERT_CERTIFICATE_UNKNOWN", f"{ASKS}: certificate unknown."),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", f"{ASKS}: handshake failure."),
        ("TLSV1_ALERT_INTERNAL_ERROR", "The receiver ended TLS after the handshake: internal error."),
        ("TLSV13_ALERT_MISSING_EXTENSION", "The receiver ended TLS after the handshake: missing extension."),
        ("TLSV1_UNRECOGNIZED_NAME", "The receiver ended TLS after the handshake: unrecognized name."),
    ],
)
def test_every_alert_after_the_handshake_is_one_of_tls(reason: str, detail: str) -> None:
    """None is told as an answer that is not HTTP."""
    guard = Guard(0, lambda _address: None, lambda _host, _port: [], 5.0, address="127.0.0.1", connected=True)
    failure = trouble.failure_of(alert(reason), guard)

    assert (failure.failure_class, failure.detail) == (FailureClass.TLS, detail)


@pytest.mark.parametrize("body", [BODY, bytes(3_000_000)], ids=["small", "large"])
def test_an_answer_to_a_body_that_is_not_read_is_seen_over_tls(authority: Authority, version: str, body: bytes) -> None:
    """A receiver may answer and close before it has all."""

    def refuse(connection: Connection) -> None:
        connection.socket.recv(1000)
        connection.send(answer("413 Too Large"))
        connection.socket.shutdown(1)
        connection.wait(0.2)

    with Receiver(refuse, tls=receiver_of(authority, version)) as receiver:
        context = tls_context(str(authority.file))
        by = sender(AnyUrl(True), resolver=resolving(("127.0.0.1", receiver.port)), context=context)
        sent = send(request(f"https://{NAME}:{receiver.port}/hooks", body), by=by)

    assert sent.result.status_code == 413
