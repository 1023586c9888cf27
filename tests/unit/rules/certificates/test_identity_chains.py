"""Client certificates and those that issued them: when they end, for what they are, and how they are named."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from recado.rules.certificates.reading import read_identity
from recado.rules.certificates.refusal import CERTIFICATE_FIELD
from tests.support.receivers.chains import Issued, issued, used_for
from tests.unit.rules.certificates.now import NOW_MS
from tests.unit.rules.certificates.refusals import GOOD, RSA_CA, cause


def test_a_certificate_that_has_ended_is_refused() -> None:
    """To the second."""
    ends_ms = int(GOOD.certificate.not_valid_after_utc.timestamp() * 1000)

    assert read_identity(GOOD.pem, GOOD.key_pem, ends_ms)
    assert re.fullmatch(
        r"the certificate CN=client\.example ended at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z",
        cause(GOOD.pem, GOOD.key_pem, CERTIFICATE_FIELD, ends_ms + 1),
    )


def test_a_certificate_that_has_not_begun_is_refused() -> None:
    """Receivers would refuse it, too."""
    begins_ms = int(GOOD.certificate.not_valid_before_utc.timestamp() * 1000)

    assert read_identity(GOOD.pem, GOOD.key_pem, begins_ms)
    assert "the certificate CN=client.example is valid only from 20" in cause(
        GOOD.pem, GOOD.key_pem, CERTIFICATE_FIELD, begins_ms - 1
    )


def test_an_intermediate_that_has_ended_is_refused() -> None:
    """No receiver gets past it."""
    root = issued("Root", authority=True)
    between = issued("Between", root, authority=True, ends=datetime.now(UTC) - timedelta(days=1))
    leaf = issued("client", between)

    assert "the certificate CN=Between ended at " in cause(leaf.pem + between.pem, leaf.key_pem, CERTIFICATE_FIELD)


def test_an_intermediate_that_ends_first_is_the_end_of_the_certificate() -> None:
    """From then on receivers refuse it; the authority that they have themselves is their own matter."""
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
    root = issued("Root", authority=True, ends=ends - timedelta(days=1))
    between = issued("Between", root, authority=True, ends=ends)
    leaf = issued("client", between)

    facts = read_identity(leaf.pem + between.pem + root.pem, leaf.key_pem, NOW_MS).facts
    assert (facts.subject, facts.not_after) == ("CN=client", round(ends.timestamp() * 1000))


def test_of_an_intermediate_that_was_renewed_the_one_is_taken_that_has_not_ended() -> None:
    """Bundles hold both."""
    root, key = issued("Root", authority=True), ec.generate_private_key(ec.SECP256R1())
    earlier = issued("Between", root, authority=True, key=key, ends=datetime.now(UTC) - timedelta(days=1))
    later = issued("Between", root, authority=True, key=key)
    leaf = issued("client", later)

    assert read_identity(earlier.pem + leaf.pem + later.pem + root.pem, leaf.key_pem, NOW_MS).pem == leaf.identity


def test_of_a_certificate_that_was_renewed_with_its_key_the_last_to_end_is_taken() -> None:
    """But none that has not begun, as long as there is another."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    earlier = issued("client", RSA_CA, key=key, ends=now + timedelta(days=3))
    later = issued("client", RSA_CA, key=key, ends=now + timedelta(days=90))
    to_come = issued("client", RSA_CA, key=key, begins=now + timedelta(days=60), ends=now + timedelta(days=120))

    for entered in ([earlier, later, to_come], [to_come, later, earlier]):
        assert read_identity("".join(each.pem for each in entered), later.key_pem, NOW_MS).pem == later.identity


def test_authorities_that_have_signed_each_other_make_no_endless_chain() -> None:
    """As those do that were merged: each is taken once."""
    first, second = issued("First", authority=True), issued("Second", authority=True)
    first_by_second = issued("First", second, authority=True, key=first.key)
    second_by_first = issued("Second", first, authority=True, key=second.key)
    leaf = issued("client", first)

    identity = read_identity(second_by_first.pem + leaf.pem + first_by_second.pem, leaf.key_pem, NOW_MS)

    assert identity.pem == leaf.key_pem + leaf.pem + first_by_second.pem + second_by_first.pem


USES = {
    "of servers": (issued("x", RSA_CA, uses=(ExtendedKeyUsageOID.SERVER_AUTH,)), "extended key usage lacks clientAuth"),
    "of keys": (issued("x", RSA_CA, usage=used_for(key_encipherment=True)), "key usage lacks digitalSignature"),
}


@pytest.mark.parametrize(("chain", "lacks"), USES.values(), ids=USES)
def test_a_certificate_that_is_not_for_clients_is_refused(chain: Issued, lacks: str) -> None:
    """Where it says what it is for."""
    assert (
        cause(chain.pem, chain.key_pem, CERTIFICATE_FIELD) == f"the certificate CN=x is not for clients (its {lacks})"
    )


@pytest.mark.parametrize(
    "chain",
    [
        issued("anything", RSA_CA),
        issued("any use", RSA_CA, uses=(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)),
        issued("both", RSA_CA, uses=(ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)),
        issued("signing", RSA_CA, usage=used_for(digital_signature=True)),
        issued("itself"),
    ],
    ids=["without a word", "any use", "both uses", "signing", "self-signed"],
)
def test_a_certificate_that_may_be_a_clients_is_accepted(chain: Issued) -> None:
    """As most receivers judge."""
    assert read_identity(chain.pem, chain.key_pem, NOW_MS).pem == chain.identity


def test_one_without_subject_is_named_by_its_other_names() -> None:
    """As services issue them that know workloads by address."""
    chain = issued("", RSA_CA, names=("client.internal",))

    assert read_identity(chain.pem, chain.key_pem, NOW_MS).facts.subject == "client.internal"


@pytest.mark.parametrize("names", [(), (x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x04\x01\xff"),)])
def test_one_without_any_name_is_named_by_its_number(names: tuple[x509.GeneralName, ...]) -> None:
    """Names in forms of somebody's own are none that could be read."""
    chain = issued("", GOOD.issuer, names=names)

    subject = read_identity(chain.pem, chain.key_pem, NOW_MS).facts.subject
    assert subject == f"serial number {chain.certificate.serial_number:x}"


def test_names_are_shown_without_signs_that_turn_a_text_around() -> None:
    """Whoever issues a certificate writes what they like; a line of the console is to stay one."""
    chain = issued("a\u202eb\nc" + "x" * 40, RSA_CA)

    subject = read_identity(chain.pem, chain.key_pem, NOW_MS).facts.subject
    assert "\u202e" not in subject
    assert "\n" not in subject
