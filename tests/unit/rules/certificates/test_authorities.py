"""Authorities of a receiver's own: accepted as OpenSSL lets chains end at them, refused with one sentence."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.certificates.reading import read_authorities
from recado.rules.certificates.refusal import AUTHORITIES_FIELD, InvalidCertificateError
from tests.support.receivers.chains import Issued, client_chain, issued, used_for
from tests.unit.rules.certificates.now import NOW_MS

ROOT = issued("Root", authority=True)
BETWEEN = issued("Between", ROOT, authority=True, usage=used_for(key_cert_sign=True))
LEAF = issued("receiver.example", BETWEEN, uses=(ExtendedKeyUsageOID.SERVER_AUTH,))
ITSELF = issued("receiver.internal", names=("receiver.internal",))
ACCEPTED = "must be 1 to 20 certificates of authorities as PEM; "


def cause(pem: str) -> str:
    """Return why a text is refused, after what is accepted."""
    with pytest.raises(InvalidCertificateError) as refused:
        read_authorities(pem, NOW_MS)
    assert refused.value.field == AUTHORITIES_FIELD
    assert refused.value.reason.startswith(ACCEPTED)
    return refused.value.reason.removeprefix(ACCEPTED)


@pytest.mark.parametrize("one", [ROOT, BETWEEN, ITSELF], ids=["a root", "an intermediate", "self-signed"])
def test_what_a_chain_may_end_at_is_accepted(one: Issued) -> None:
    """A root, one below it, and a receiver's own certificate that has signed itself."""
    assert read_authorities(one.pem, NOW_MS).pem == one.pem


@given(st.permutations([ROOT, BETWEEN, ITSELF, ROOT]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_each_is_kept_once_in_the_order_of_entry(entered: list[Issued], line_break: str) -> None:
    """With its facts beside it, whatever stands around the blocks."""
    text = "# ours\n".join(each.pem for each in entered).replace("\n", line_break)
    once = list(dict.fromkeys(each.pem for each in entered))

    authorities = read_authorities(text, NOW_MS)
    assert authorities.pem == "".join(once)
    assert len(authorities.facts) == 3
    assert {facts.subject for facts in authorities.facts} == {"CN=Root", "CN=Between", "CN=receiver.internal"}
    assert [read_authorities(one, NOW_MS).facts[0] for one in once] == list(authorities.facts)


@pytest.mark.parametrize(
    ("pem", "why"),
    [
        ("", "there is none"),
        (LEAF.pem, "CN=receiver.example is no authority: enter its issuer's"),
        (ROOT.pem + LEAF.pem, "CN=receiver.example is no authority: enter its issuer's"),
        (
            issued("Mute", ROOT, authority=True, usage=used_for(digital_signature=True)).pem,
            "CN=Mute is no authority: enter its issuer's",
        ),
        (ROOT.pem + ROOT.key_pem, "there is a private key, which must not leave its owner"),
        (
            issued("Old", authority=True, ends=datetime.now(UTC) - timedelta(days=1)).pem,
            "the certificate CN=Old ended at ",
        ),
        (
            issued("Weak", authority=True, key=rsa.generate_private_key(65537, 1024)).pem,  # noqa: S505 - it is to be refused
            "the key of the certificate CN=Weak is RSA of 1024 bits: use ",
        ),
        (client_chain().key_pem.replace("PRIVATE KEY", "PUBLIC KEY"), "this is a public key"),
        (ROOT.pem * 21, "these are more than 20 certificates"),
    ],
    ids=["nothing", "a leaf", "a leaf too", "may not sign", "a key", "ended", "weak", "a public key", "many"],
)
def test_what_no_chain_may_end_at_is_refused(pem: str, why: str) -> None:
    """Or would let in nobody, such as one that is too weak."""
    assert cause(pem).startswith(why)


def test_what_is_shown_of_authorities_stays_small() -> None:
    """It is in the webhook, which every event of the account reads: 8 KB are two units of reading."""
    units = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Prüfungsämter" + "ß" * 40) for _ in range(6)]
    longest = [issued(x509.Name(units), authority=True).pem for _ in range(20)]

    facts = read_authorities("".join(longest), NOW_MS).facts
    assert all(each.subject.startswith("OU=Prüfungsämter") and each.subject.endswith("…") for each in facts)
    assert len(json.dumps([asdict(each) for each in facts], ensure_ascii=False).encode()) < 9_000
