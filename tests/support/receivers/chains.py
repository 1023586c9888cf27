"""Certificates in memory, of any key and use, with those that issued them."""

import inspect
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, and who has issued it; None where it has signed itself."""

    certificate: x509.Certificate = field(repr=False)
    key: Any = field(repr=False)
    issuer: "Issued | None" = None

    @property
    def pem(self) -> str:
        """The certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        """The certificate's bytes."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def key_pem(self) -> str:
        """The key as PKCS#8."""
        return self.key_as(serialization.PrivateFormat.PKCS8)

    @property
    def identity(self) -> str:
        """The key and the chain without its root, as Recado keeps it."""
        chain, each = "", self
        while each.issuer is not None:
            chain, each = chain + each.pem, each.issuer
        return self.key_pem + (chain or self.pem)

    def key_as(self, form: serialization.PrivateFormat, passphrase: bytes | None = None) -> str:
        """The key in another form."""
        sealing = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
        pem: bytes = self.key.private_bytes(serialization.Encoding.PEM, form, sealing)
        return pem.decode()


def issued(
    name: str | x509.Name,
    by: Issued | None = None,
    *,
    key: Any = None,
    authority: bool | None = None,
    names: tuple[str | x509.GeneralName, ...] = (),
    uses: tuple[ObjectIdentifier, ...] = (),
    usage: x509.KeyUsage | None = None,
    begins: datetime | None = None,
    ends: datetime | None = None,
    strict: bool = True,
) -> Issued:
    """Issue a certificate; `authority` None leaves its basic constraints out.

    One that is not `strict` has nothing beyond what it is told, such as identifiers of keys: private authorities often
    leave them out.
    """
    if strict and authority and usage is None:
        usage = used_for(key_cert_sign=True, crl_sign=True)
    key = key or ec.generate_private_key(ec.SECP256R1())
    signer, now = by.key if by else key, datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(by.certificate.subject if by else named(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins or now - 30 * _DAY)
        .not_valid_after(ends or now + 300 * _DAY)
    )
    for extension, critical in _extensions(authority, names, uses, usage):
        builder = builder.add_extension(extension, critical)
    if strict:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(issuer, critical=False)
    edwards = isinstance(signer, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    return Issued(builder.sign(signer, None if edwards else hashes.SHA256()), key, by)


def _extensions(
    authority: bool | None,
    names: tuple[str | x509.GeneralName, ...],
    uses: tuple[ObjectIdentifier, ...],
    usage: x509.KeyUsage | None,
) -> list[tuple[x509.ExtensionType, bool]]:
    extensions: list[tuple[x509.ExtensionType, bool]] = []
    if authority is not None:
        extensions.append((x509.BasicConstraints(ca=authority, path_length=None), True))
    if names:
        known = [x509.DNSName(each) if isinstance(each, str) else each for each in names]
        extensions.append((x509.SubjectAlternativeName(known), False))
    if uses:
        extensions.append((x509.ExtendedKeyUsage(uses), False))
    if usage is not None:
        extensions.append((usage, True))
    return extensions


def client_chain(*, key: Any = None, ends: datetime | None = None) -> Issued:
    """Issue a client's certificate under an intermediate and a root."""
    root = issued("Root", authority=True)
    between = issued("Between", root, authority=True)
    return issued("client.example", between, key=key, uses=(ExtendedKeyUsageOID.CLIENT_AUTH,), ends=ends)


def named(name: str | x509.Name) -> x509.Name:
    """Return a name of this common name; of an empty text one without any."""
    if isinstance(name, x509.Name):
        return name
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else [])


def used_for(**uses: bool) -> x509.KeyUsage:
    """Return a key usage."""
    every = inspect.signature(x509.KeyUsage).parameters
    return x509.KeyUsage(**{**dict.fromkeys(every, False), **uses})
