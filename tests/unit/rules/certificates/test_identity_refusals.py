"""Client certificates that are refused: at the field, in a sentence that says what is accepted and what is wrong."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12

from recado.rules.certificates.reading import read_identity
from recado.rules.certificates.refusal import CERTIFICATE_FIELD, KEY_FIELD, MOST_CHARACTERS, InvalidCertificateError
from tests.support.receivers.chains import Issued, client_chain, issued, named
from tests.unit.rules.certificates.now import DAY_MS, NOW_MS
from tests.unit.rules.certificates.refusals import GOOD, OTHER, RSA_CA, cause

USE = "use RSA from 2048 bits on, P-256, P-384, P-521, Ed25519 or Ed448"


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


@pytest.mark.parametrize("entered", KEYS.values(), ids=KEYS)
def test_no_sentence_holds_what_was_entered(entered: tuple[str, str]) -> None:
    """A key in an error would end in logs."""
    with pytest.raises(InvalidCertificateError) as refused:
        read_identity(GOOD.pem, entered[0], NOW_MS)

    lines = [line for line in entered[0].split("\n") if len(line) > 24 and not line.startswith("-----")]
    assert [line for line in lines if line in str(refused.value)] == []
