"""Client certificates that are refused: at the field, in a sentence that says what is accepted and what is wrong."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from recado.rules.certificates.reading import read_identity
from recado.rules.certificates.refusal import CERTIFICATE_FIELD, KEY_FIELD, MOST_CHARACTERS, InvalidCertificateError
from tests.support.receivers.chains import Issued, client_chain, issued, named, used_for
from tests.unit.rules.certificates.now import DAY_MS, NOW_MS

GOOD = client_chain()
OTHER = client_chain()
RSA_CA = issued("RSA", authority=True, key=rsa.generate_private_key(65537, 2048))
ACCEPTED = {
    CERTIFICATE_FIELD: "must be a client certificate as PEM, with what leads from it to its authority; ",
    KEY_FIELD: "must be the private key of the certificate as PEM, without passphrase; ",
}
USE = "use RSA from 2048 bits on, P-256, P-384, P-521, Ed25519 or Ed448"


def cause(certificate: str, private_key: str, field: str, now_ms: int = NOW_MS) -> str:
    """Return why two texts are refused, which is to be said at this field, after what is accepted there."""
    with pytest.raises(InvalidCertificateError) as refused:
        read_identity(certificate, private_key, now_ms)
    assert refused.value.field == field
    assert refused.value.reason.startswith(ACCEPTED[field])
    return refused.value.reason.removeprefix(ACCEPTED[field])


def block(label: str, der: bytes = b"0\x03\x02\x01\x00") -> str:
    """Return a block of PEM."""
    return f"-----BEGIN {label}-----\n{base64.b64encode(der).decode()}\n-----END {label}-----\n"


REQUEST = x509.CertificateSigningRequestBuilder().subject_name(named("client")).sign(GOOD.key, hashes.SHA256())
STORE = pkcs12.serialize_key_and_certificates(b"x", GOOD.key, GOOD.certificate, None, serialization.NoEncryption())
PUBLIC = GOOD.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
PKCS1_ENCRYPTED = GOOD.key_as(serialization.PrivateFormat.TraditionalOpenSSL, b"secret")
ENCRYPTED = "this key is encrypted: `openssl pkey -in key.pem -out plain.pem` takes its passphrase away"
BINARY = "this is a binary file (DER or PKCS#12): `openssl x509 -inform DER` or `openssl pkcs12 -nodes` makes it PEM"
NO_BLOCK = "there is no line that begins with -----BEGIN"

KEYS = {
    "encrypted": (GOOD.key_as(serialization.PrivateFormat.PKCS8, b"secret"), ENCRYPTED),
    "encrypted in the old way": (PKCS1_ENCRYPTED, ENCRYPTED),
    "encrypted, in one line": (PKCS1_ENCRYPTED.replace("\n", " "), ENCRYPTED),
    "of another certificate": (OTHER.key_pem, "this key belongs to none of the certificates (CN=client.example)"),
    "left out": (" \n", "there is none"),
    "a certificate": (GOOD.pem, "there is only a certificate"),
    "two": (GOOD.key_pem + OTHER.key_pem, "these are 2 keys"),
    "many": ("".join(block("PRIVATE KEY", bytes([each])) for each in range(9)), "these are 9 keys"),
    "public": (PUBLIC, "this is a public key"),
    "of OpenSSH": (
        GOOD.key_as(serialization.PrivateFormat.OpenSSH),
        "this is a key of OpenSSH: `ssh-keygen -p -m PEM -f key` makes it PEM",
    ),
    "damaged": (block("PRIVATE KEY"), "this key is damaged, or of an unknown kind"),
    "of 64 bytes, as libsodium has it": (
        block("PRIVATE KEY", bytes.fromhex("304e020100300506032b657004420440") + bytes(64)),
        "this key is damaged, or of an unknown kind",
    ),
    "without base64": (
        "-----BEGIN PRIVATE KEY-----\n***\n-----END PRIVATE KEY-----",
        "its block PRIVATE KEY is damaged: between BEGIN and END is no base64",
    ),
    "cut off": (GOOD.key_pem[:-30], "its block PRIVATE KEY has no line END: it was cut off"),
    "cut off before another": (
        GOOD.key_pem[:90] + GOOD.key_pem,
        "its block PRIVATE KEY has no line END: it was cut off",
    ),
    "huge": (block("RSA PRIVATE KEY", bytes(3073)), "this key has more than 4096 bits"),
    "a password": ("s3cret", NO_BLOCK),
    "a path": ("/etc/ssl/client.key", NO_BLOCK),
    "too long": ("#" * (MOST_CHARACTERS + 1), "this is longer than 64 KiB"),
}


@pytest.mark.parametrize(("entered", "why"), KEYS.values(), ids=KEYS)
def test_a_private_key_is_refused_with_its_cause(entered: str, why: str) -> None:
    """In words that need no knowledge of OpenSSL's errors."""
    assert cause(GOOD.pem, entered, KEY_FIELD) == why


CERTIFICATES = {
    "left out": ("", "there is none"),
    "a key": (GOOD.key_pem, "there is only a private key"),
    "a request": (
        REQUEST.public_bytes(Encoding.PEM).decode(),
        "this is a certificate request: enter the certificate that the authority made of it",
    ),
    "a public key": (PUBLIC, "this is a public key"),
    "PKCS#7": (block("PKCS7"), "this is a PKCS#7 file: `openssl pkcs7 -print_certs` makes it PEM"),
    "something else": (block("PGP MESSAGE"), "this is a block PGP MESSAGE"),
    "DER": (GOOD.der.decode("latin-1"), BINARY),
    "DER, read as text": (GOOD.der.decode(errors="replace"), BINARY),
    "PKCS#12": (STORE.decode("latin-1"), BINARY),
    "PKCS#12 as base64": (
        base64.encodebytes(STORE).decode(),
        "this is a PKCS#12 file: `openssl pkcs12 -nodes` makes it PEM",
    ),
    "base64 alone": (
        base64.encodebytes(GOOD.der).decode(),
        "the lines -----BEGIN and -----END are missing around it",
    ),
    "other base64": ("c2VjcmV0", NO_BLOCK),
    "damaged": (block("CERTIFICATE"), "certificate 1 is damaged"),
    "of a version that there is not": (
        block("CERTIFICATE", GOOD.der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x06", 1)),
        "certificate 1 is damaged",
    ),
    "one that OpenSSL does not read": (
        block("CERTIFICATE", GOOD.der.replace(b"\x0c\x07Between", b"\x04\x07Between", 1)),
        "certificate 1 is damaged",
    ),
    "damaged behind a good one": (GOOD.pem + block("CERTIFICATE", GOOD.der[:-9]), "certificate 2 is damaged"),
    "more than twenty": (GOOD.pem * 21, "these are more than 20 certificates"),
}


@pytest.mark.parametrize(("entered", "why"), CERTIFICATES.values(), ids=CERTIFICATES)
def test_a_certificate_is_refused_with_its_cause(entered: str, why: str) -> None:
    """What it is instead, and what makes it one where there is a way."""
    assert cause(entered, GOOD.key_pem, CERTIFICATE_FIELD) == why


WEAK = {
    "RSA of 1024 bits": (rsa.generate_private_key(65537, 1024), "RSA of 1024 bits"),  # noqa: S505 - it is to be refused
    "another curve": (ec.generate_private_key(ec.SECP256K1()), "on the curve secp256k1"),
    "a short curve": (ec.generate_private_key(ec.SECP192R1()), "on the curve secp192r1"),
    "DSA": (dsa.generate_private_key(2048), "of the kind DSA"),
}


@pytest.mark.parametrize(("key", "what"), WEAK.values(), ids=WEAK)
def test_a_key_that_tls_does_not_take_is_refused(key: object, what: str) -> None:
    """What OpenSSL refuses at its level 2, and what ends no handshake of TLS 1.3."""
    chain = client_chain(key=key)

    assert cause(chain.pem, chain.key_pem, CERTIFICATE_FIELD) == (
        f"the key of the certificate CN=client.example is {what}: {USE}"
    )


def test_a_key_that_cannot_sign_is_refused() -> None:
    """X25519 agrees on secrets and proves nothing."""
    key, by = x25519.X25519PrivateKey.generate(), issued("CA", authority=True)
    builder = x509.CertificateBuilder().subject_name(named("agreeing")).issuer_name(named("CA"))
    builder = builder.public_key(key.public_key()).serial_number(5)
    builder = builder.not_valid_before(datetime.now(UTC)).not_valid_after(datetime.now(UTC) + timedelta(days=9))
    chain = Issued(builder.sign(by.key, hashes.SHA256()), key, by)

    assert cause(chain.pem, chain.key_pem, CERTIFICATE_FIELD, NOW_MS + DAY_MS) == (
        f"the key of the certificate CN=agreeing is of the kind X25519: {USE}"
    )


def test_a_key_bound_to_rsa_pss_is_refused() -> None:
    """Few receivers take one, and no library of ours writes one as it was."""
    chain = issued("client", RSA_CA, key=rsa.generate_private_key(65537, 2048))
    ours = chain.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    # The same key under the name of RSA-PSS (RFC 4055 section 3.1), which has no parameters here.
    plain, pss = bytes.fromhex("300d06092a864886f70d0101010500"), bytes.fromhex("300d06092a864886f70d01010a3000")
    bound = chain.der.replace(ours, ours.replace(plain, pss))

    assert "is bound to RSA-PSS: use" in cause(block("CERTIFICATE", bound), chain.key_pem, CERTIFICATE_FIELD)


@pytest.mark.parametrize(("last", "name"), [("05", "SHA-1"), ("04", "MD5")])
@pytest.mark.parametrize("who", ["the leaf", "the intermediate"])
def test_a_signature_that_is_broken_is_refused(last: str, name: str, who: str) -> None:
    """Of the leaf, and of whatever leads to its authority."""
    between = issued("Between", RSA_CA, authority=True, key=RSA_CA.key)
    leaf = issued("client", between)
    # No library signs so any more: the name of the way alone is changed, sha256WithRSAEncryption before (RFC 8017).
    sha256 = bytes.fromhex("06092a864886f70d01010b")
    changed, other = (leaf, between) if who == "the leaf" else (between, leaf)
    weak = block("CERTIFICATE", changed.der.replace(sha256, sha256[:-1] + bytes.fromhex(last)))

    assert cause(weak + other.pem, leaf.key_pem, CERTIFICATE_FIELD) == (
        f"the certificate {'CN=client' if changed is leaf else 'CN=Between'} was signed with {name}, which is broken"
    )


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


@pytest.mark.parametrize("entered", KEYS.values(), ids=KEYS)
def test_no_sentence_holds_what_was_entered(entered: tuple[str, str]) -> None:
    """A key in an error would end in logs."""
    with pytest.raises(InvalidCertificateError) as refused:
        read_identity(GOOD.pem, entered[0], NOW_MS)

    lines = [line for line in entered[0].split("\n") if len(line) > 24 and not line.startswith("-----")]
    assert [line for line in lines if line in str(refused.value)] == []
