"""What a text holds: certificates, private keys, and what stands in the place of one.

`cryptography` is imported where something is read: an environment that reads none never does.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recado.rules.certificates.pem import Block, MalformedPemError, blocks, first_value
from recado.rules.certificates.refusal import MOST_CERTIFICATES, MOST_CHARACTERS, InvalidCertificateError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate

_CERTIFICATES = {"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}
_KEYS = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"}
_MOST_KEYS = 4
"""More than any tool writes of one key; each is checked, which takes half a second for one of RSA."""
_LONGEST_KEY_BYTES = 3 * 1024
"""An RSA key of 4096 bits is shorter; to check one of 8192 takes seconds, a longer one minutes."""

_DECRYPTED = "`openssl pkey -in key.pem -out plain.pem` takes its passphrase away"
ENCRYPTED = f"this key is encrypted: {_DECRYPTED}"
_INSTEAD = {
    "ENCRYPTED PRIVATE KEY": ENCRYPTED,
    "OPENSSH PRIVATE KEY": "this is a key of OpenSSH: `ssh-keygen -p -m PEM -f key` makes it PEM",
    "CERTIFICATE REQUEST": "this is a certificate request: enter the certificate that the authority made of it",
    "NEW CERTIFICATE REQUEST": "this is a certificate request: enter the certificate that the authority made of it",
    "PUBLIC KEY": "this is a public key",
    "RSA PUBLIC KEY": "this is a public key",
    "PKCS7": "this is a PKCS#7 file: `openssl pkcs7 -print_certs` makes it PEM",
    "CMS": "this is a PKCS#7 file: `openssl pkcs7 -print_certs` makes it PEM",
    "X509 CRL": "this is a list of revoked certificates",
}


@dataclass(slots=True)
class Contents:
    """The certificates of a text by their bytes, the keys by their PEM as PKCS#8, each once and in their order.

    `instead` says what else stands there.
    """

    certificates: "dict[bytes, Certificate]" = field(default_factory=dict)
    keys: "dict[str, PrivateKeyTypes]" = field(default_factory=dict, repr=False)
    instead: list[str] = field(default_factory=list)

    def missing(self, what: str) -> str:
        """Why there is no such thing here."""
        if self.instead:
            return self.instead[0]
        if what == "key" and self.certificates:
            return "there is only a certificate"
        if what == "certificate" and self.keys:
            return "there is only a private key"
        return "there is none"


def contents_of(text: str, field_name: str) -> Contents:
    """What a text holds; raises `InvalidCertificateError` where that cannot be told."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidCertificateError(field_name, f"this is longer than {MOST_CHARACTERS // 1024} KiB")
    try:
        found = blocks(text)
    except MalformedPemError as error:
        raise InvalidCertificateError(field_name, str(error)) from None
    if sum(block.label in _CERTIFICATES for block in found) > MOST_CERTIFICATES:
        raise InvalidCertificateError(field_name, f"these are more than {MOST_CERTIFICATES} certificates")
    keys = len({block.der for block in found if block.label in _KEYS})
    if keys > _MOST_KEYS:
        raise InvalidCertificateError(field_name, f"these are {keys} keys")
    contents = Contents()
    for block in found:
        _add(contents, block, field_name)
    return contents


def _add(contents: Contents, block: Block, field_name: str) -> None:
    if block.encrypted:
        contents.instead.append(ENCRYPTED)
    elif block.label in _CERTIFICATES:
        der = first_value(block.der) if block.label == "TRUSTED CERTIFICATE" else block.der
        contents.certificates[der] = _certificate(der, len(contents.certificates) + 1, field_name)
    elif block.label in _KEYS:
        key = _key(block.der, field_name)
        contents.keys[_pkcs8(key)] = key
    elif not block.label.endswith("PARAMETERS"):
        contents.instead.append(_INSTEAD.get(block.label, f"this is a block {block.label}"))


def _certificate(der: bytes, number: int, field_name: str) -> "Certificate":
    import ssl  # noqa: PLC0415 - see the module

    from cryptography import x509  # noqa: PLC0415 - see the module
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm  # noqa: PLC0415

    malformed = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
    try:
        certificate = x509.load_der_x509_certificate(der)
        # What is read only when it is asked for is to be refused here, too.
        certificate.public_key()
        tuple(certificate.extensions)
        # OpenSSL, which is to use it, refuses some that are read here.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=der)
        _ = certificate.subject, certificate.issuer, certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except UnsupportedAlgorithm:
        raise InvalidCertificateError(field_name, f"certificate {number} has a key of an unknown kind") from None
    except (ValueError, TypeError, InternalError, ssl.SSLError, *malformed):
        raise InvalidCertificateError(field_name, f"certificate {number} is damaged") from None
    return certificate


def _key(der: bytes, field_name: str) -> "PrivateKeyTypes":
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm  # noqa: PLC0415 - see the module
    from cryptography.hazmat.primitives.serialization import load_der_private_key  # noqa: PLC0415

    if len(der) > _LONGEST_KEY_BYTES:
        raise InvalidCertificateError(field_name, "this key has more than 4096 bits")
    try:
        return load_der_private_key(der, None)
    except TypeError:
        raise InvalidCertificateError(field_name, ENCRYPTED) from None
    except (ValueError, UnsupportedAlgorithm, InternalError):  # the last for an Ed25519 key of another length
        raise InvalidCertificateError(field_name, "this key is damaged, or of an unknown kind") from None


def _pkcs8(key: "PrivateKeyTypes") -> str:
    from cryptography.hazmat.primitives import serialization as to  # noqa: PLC0415 - see the module

    return key.private_bytes(to.Encoding.PEM, to.PrivateFormat.PKCS8, to.NoEncryption()).decode()
