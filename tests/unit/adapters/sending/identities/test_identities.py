"""Client certificates and authorities of the receiver's own, with receivers of TLS 1.2 and 1.3 that insist on them."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from recado.rules.certificates.reading import read_authorities, read_identity
from recado.rules.sending.attempt import CLIENT_CERTIFICATE_HINT, HINTS, REFUSED_CERTIFICATE_HINT, FailureClass
from recado.rules.sending.tls_identity import TlsIdentity
from tests.support.receivers.chains import Issued, client_chain, issued
from tests.support.receivers.rude import Receiver
from tests.unit.adapters.sending.identities.receivers import VERSIONS, Guests, root_of, send_as, sender_to, serving
from tests.unit.adapters.sending.sending import BODY, NAME, Sent

OURS = client_chain()
ROOT = root_of(OURS)
LARGE = bytes(3_000_000)
ENDED = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Return each version of TLS."""
    return str(request.param)


def ours(chain: Issued) -> TlsIdentity:
    """Return the identity of a client's chain, as it is kept after it was entered without its root."""
    assert chain.issuer is not None
    now_ms = round(time.time() * 1000)
    return TlsIdentity("v1", read_identity(chain.pem + chain.issuer.pem, chain.key_pem, now_ms).pem)


def sent_as(
    identity: TlsIdentity | None, folder: Path, version: str, *, asks_for: Issued | None = ROOT, body: bytes = BODY
) -> tuple[Sent, Guests]:
    """Send to a receiver that asks for clients of an authority; and what it saw."""
    guests = Guests()
    with Receiver(guests, tls=serving(folder, version, asks_for=asks_for)) as receiver:
        return send_as(identity, receiver, sender_to(receiver, folder), body), guests


@pytest.mark.parametrize(
    "chain",
    [
        OURS,
        client_chain(key=rsa.generate_private_key(65537, 2048)),
        client_chain(key=ed25519.Ed25519PrivateKey.generate()),
    ],
    ids=["P-256", "RSA", "Ed25519"],
)
def test_a_receiver_is_shown_the_certificate_that_it_asks_for(tmp_path: Path, version: str, chain: Issued) -> None:
    """With what leads to the root, which is all that the receiver knows."""
    sent, guests = sent_as(ours(chain), tmp_path, version, asks_for=root_of(chain))

    assert sent.result.delivered
    assert guests.certificates == [chain.der]


@pytest.mark.parametrize("identity", [None, TlsIdentity("v1", None, ROOT.pem)], ids=["nothing", "only authorities"])
@pytest.mark.parametrize("body", [BODY, LARGE], ids=["small", "large"])
def test_whoever_has_no_certificate_is_told_to_enter_one(
    tmp_path: Path, version: str, identity: TlsIdentity | None, body: bytes
) -> None:
    """Where the receiver insists on one."""
    sent, _ = sent_as(identity, tmp_path, version, body=body)

    word = {"1.2": "handshake failure", "1.3": "certificate required"}[version]
    assert sent.failure_class is FailureClass.TLS
    assert sent.failure.detail == f"The receiver asks for a client certificate that it accepts: {word}."
    assert sent.failure.hint == CLIENT_CERTIFICATE_HINT


REFUSED = {
    "of another authority": (client_chain().identity, "unknown CA"),
    "without what leads to its authority": (OURS.key_pem + OURS.pem, "unknown CA"),
    "that has ended": (issued("client", ROOT, ends=ENDED).identity, "certificate expired"),
    "of a server": (
        issued("client", ROOT, uses=(ExtendedKeyUsageOID.SERVER_AUTH,)).identity,
        "unsupported certificate",
    ),
}


@pytest.mark.parametrize("body", [BODY, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(("pem", "word"), REFUSED.values(), ids=REFUSED)
def test_a_certificate_that_is_refused_is_told_as_ours(
    tmp_path: Path, version: str, pem: str, word: str, body: bytes
) -> None:
    """In the receiver's own word, also where it says it only after the handshake (TLS 1.3)."""
    sent, _ = sent_as(TlsIdentity("v1", pem), tmp_path, version, body=body)

    assert sent.failure_class is FailureClass.TLS
    assert sent.failure.detail == f"The receiver does not accept the webhook's client certificate: {word}."
    assert sent.failure.hint == REFUSED_CERTIFICATE_HINT


def test_a_receiver_that_asks_for_none_is_shown_none(tmp_path: Path, version: str) -> None:
    """Who we are is told to whoever asks."""
    sent, guests = sent_as(ours(OURS), tmp_path, version, asks_for=None)

    assert sent.result.delivered
    assert guests.certificates == [None]


# Authorities as companies make them: without what RFC 5280 wants of them, and Python 3.13 by itself.
PRIVATE = issued("Private", authority=True, strict=False)
BELOW = issued("Below", PRIVATE, authority=True, strict=False)
THEIRS = issued(NAME, BELOW, names=(NAME,), strict=False)
ITSELF = issued(NAME, names=(NAME,), authority=False)
TRUSTED = {
    "the root": (THEIRS, PRIVATE),
    "one below the root": (THEIRS, BELOW),
    "itself": (ITSELF, ITSELF),
}


def sent_to(chain: Issued | None, trusted: str | None, folder: Path, version: str) -> Sent:
    """Send to a receiver with a certificate, trusting these authorities, too."""
    kept = trusted and read_authorities(trusted, round(time.time() * 1000)).pem
    identity = TlsIdentity("v1", None, kept) if kept else None
    with Receiver(Guests(), tls=serving(folder, version, chain)) as receiver:
        return send_as(identity, receiver, sender_to(receiver, folder))


@pytest.mark.parametrize(("chain", "authority"), TRUSTED.values(), ids=TRUSTED)
def test_a_receiver_under_an_authority_of_its_own_is_trusted_where_that_was_entered(
    tmp_path: Path, version: str, chain: Issued, authority: Issued
) -> None:
    """And by nobody else."""
    assert sent_to(chain, authority.pem, tmp_path, version).result.delivered

    refused = sent_to(chain, None, tmp_path, version)
    assert refused.failure_class is FailureClass.TLS
    assert refused.failure.hint == HINTS[FailureClass.TLS]
    assert sent_to(chain, issued("Another", authority=True).pem, tmp_path, version).failure_class is FailureClass.TLS


def test_public_authorities_are_trusted_beside_those_of_the_receiver(tmp_path: Path, version: str) -> None:
    """A receiver that moves to a public certificate needs no change here."""
    assert sent_to(None, PRIVATE.pem, tmp_path, version).result.delivered


@pytest.mark.parametrize(
    ("chain", "reason"),
    [
        (issued("another.example", PRIVATE, names=("another.example",)), "Hostname mismatch"),
        (issued(NAME, PRIVATE, names=(NAME,), ends=ENDED), "certificate has expired"),
    ],
    ids=["of another name", "that has ended"],
)
def test_an_authority_that_is_trusted_does_not_make_every_certificate_good(
    tmp_path: Path, version: str, chain: Issued, reason: str
) -> None:
    """Name and dates are looked at as ever."""
    assert reason in sent_to(chain, PRIVATE.pem, tmp_path, version).failure.detail


def test_nobody_is_taken_for_another_at_the_same_receiver(tmp_path: Path, version: str) -> None:
    """A kept connection serves the version of the webhook that made it, and no session is taken up again."""
    guests, later = Guests(), client_chain()
    server = serving(tmp_path, version, asks_for=ROOT)
    server.load_verify_locations(cadata=root_of(later).pem)
    first, second = ours(OURS), TlsIdentity("v2", later.identity)
    with Receiver(guests, tls=server) as receiver, sender_to(receiver, tmp_path).keeping() as by:
        sent = [send_as(each, receiver, by) for each in (first, first, second, first)]

    assert [each.result.delivered for each in sent] == [True] * 4
    assert guests.certificates == [OURS.der, later.der, OURS.der]
    assert guests.sessions_resumed == 0


def test_whoever_shows_nothing_does_not_come_in_behind_one_who_does(tmp_path: Path, version: str) -> None:
    """Not on the connection of that one, either."""
    with Receiver(Guests(), tls=serving(tmp_path, version, asks_for=ROOT)) as receiver:
        by = sender_to(receiver, tmp_path)
        with by.keeping() as keeping:
            assert send_as(ours(OURS), receiver, keeping).result.delivered
            assert send_as(None, receiver, keeping).failure_class is FailureClass.TLS
        assert send_as(None, receiver, by).failure_class is FailureClass.TLS
