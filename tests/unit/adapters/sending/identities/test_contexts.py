"""Contexts of identities: one each, a bounded number in memory, and the key on no disk for longer than it is read."""

import os
import ssl
import stat
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import certifi
import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat

from recado.adapters.sending import identities
from recado.adapters.sending.guard import AttemptError
from recado.adapters.sending.identities import REMEMBERED, Identities, context_of
from recado.ports.sending import OurFaultError
from recado.rules.sending.attempt import FailureClass
from recado.rules.sending.tls_identity import TlsIdentity
from tests.support.receivers.chains import client_chain
from tests.support.receivers.rude import Receiver, answering
from tests.unit.adapters.sending.sending import request, send, sender

OURS, OTHER = client_chain(), client_chain()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[TlsIdentity]:
    """Return the identities of which a context was made, instead of making any."""
    asked: list[TlsIdentity] = []

    def make(identity: TlsIdentity, _public: str) -> ssl.SSLContext:
        asked.append(identity)
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    monkeypatch.setattr(identities, "context_of", make)
    return asked


def test_a_context_is_made_once_an_identity(made: list[TlsIdentity]) -> None:
    """Another version, or another webhook's, gets another one; so does whoever has the same version by mistake."""
    each = [TlsIdentity("v1", "a"), TlsIdentity("v2", "a"), TlsIdentity("v1", "b"), TlsIdentity("v1", "a", "c")]
    kept = Identities(lambda context: context)
    first = [kept.of(identity) for identity in each]

    assert [kept.of(TlsIdentity(one.version, one.certificate, one.authorities)) for one in each] == first
    assert len({id(context) for context in first}) == len(made) == 4


def test_those_used_last_stay_in_memory(made: list[TlsIdentity]) -> None:
    """However many webhooks an environment serves."""
    kept = Identities(lambda context: context)
    for number in range(REMEMBERED + 1):
        kept.of(TlsIdentity(str(number)))
        kept.of(TlsIdentity("0"))

    assert len(made) == REMEMBERED + 1
    kept.of(TlsIdentity("1"))  # it was used longest ago
    assert [identity.version for identity in made[REMEMBERED + 1 :]] == ["1"]


def test_the_key_is_read_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has files in memory, there is none on a disk."""
    if not hasattr(os, "memfd_create"):
        pytest.skip("not on this system")
    monkeypatch.setattr(tempfile, "mkstemp", lambda *_: pytest.fail("a file was made"))
    descriptors = Path("/proc/self/fd")
    open_before = sum(1 for _ in descriptors.iterdir())

    context_of(TlsIdentity("v1", OURS.identity), certifi.where())

    assert sum(1 for _ in descriptors.iterdir()) == open_before


@pytest.mark.parametrize("pem", [OURS.identity, "no PEM"], ids=["good", "refused"])
def test_elsewhere_it_is_in_a_file_of_ours_alone_that_is_removed_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pem: str
) -> None:
    """Also where OpenSSL does not take it."""
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen: list[tuple[int, str]] = []

    def look(_context: ssl.SSLContext, path: str, **_options: Any) -> None:
        seen.append((stat.S_IMODE(Path(path).stat().st_mode), Path(path).read_text("ascii")))
        if pem != OURS.identity:
            raise ssl.SSLError

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", look)
    try:
        context_of(TlsIdentity("v1", pem), certifi.where())
    except AttemptError:
        assert pem == "no PEM"

    assert seen == [(0o600, pem)]
    assert list(tmp_path.iterdir()) == []


def test_a_file_serves_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSSL reads the key there."""
    monkeypatch.delattr(os, "memfd_create", raising=False)

    assert context_of(TlsIdentity("v1", OURS.identity), certifi.where()).verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        (TlsIdentity("v1", OURS.key_pem + OTHER.pem), "key values mismatch"),
        (TlsIdentity("v1", OURS.pem), "unreadable"),
        (TlsIdentity("v1", OURS.key_as(PrivateFormat.PKCS8, b"secret") + OURS.pem), "unreadable"),
        (TlsIdentity("v1", None, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), ""),
    ],
    ids=["mismatch", "no key", "encrypted", "damaged authority"],
)
def test_what_openssl_refuses_is_a_failure_of_the_attempt(identity: TlsIdentity, reason: str) -> None:
    """Nobody is asked for a passphrase, and nothing is tried for ever as a fault of ours."""
    with pytest.raises(AttemptError) as refused:
        context_of(identity, certifi.where())

    assert refused.value.failure_class is FailureClass.TLS
    assert refused.value.detail.startswith(f"The webhook's certificates cannot be used: {reason}")
    assert OURS.key_pem[40:80] not in str(refused.value)


def test_what_cannot_be_read_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """No receiver is to blame for a disk that is full."""

    def fail(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", fail)
    with pytest.raises(OurFaultError, match="Permission denied"):
        context_of(TlsIdentity("v1", OURS.identity), certifi.where())


def test_an_identity_shows_nothing_of_its_key() -> None:
    """Errors and logs hold what is shown."""
    assert "BEGIN" not in repr(TlsIdentity("v1", OURS.identity, OURS.pem))


def test_a_sender_makes_contexts_only_for_those_who_have_something_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One a version, with the module that makes them; all others cost nothing and share what there is."""
    name, make = "recado.adapters.sending.identities", ssl.create_default_context
    made: list[str] = []

    def count(**options: Any) -> ssl.SSLContext:
        made.append(options["cafile"])
        return make(**options)

    monkeypatch.setattr(ssl, "create_default_context", count)
    monkeypatch.delitem(sys.modules, name)
    by = sender()
    with Receiver(answering()) as receiver:
        assert all(send(receiver.url, by=by).result.delivered for _ in range(3))
        assert (made, name in sys.modules) == ([], False)
        for version in ("v1", "v1", "v2"):
            assert send(replace(request(receiver.url), tls=TlsIdentity(version)), by=by).result.delivered

    assert (made, name in sys.modules) == ([certifi.where()] * 2, True)
