"""What TLS needs of a certificate; each check answers why it is not so, or None.

What is too weak is what OpenSSL refuses at its security level 2, Python's. `now_ms` is milliseconds since 1970.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from recado.rules.event.timestamps import to_iso
from recado.rules.webhook.authentication.authentication import CertificateFacts

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.x509 import Certificate, Name

_SHORTEST_RSA_BITS = 2048
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_WEAK_HASHES = {"md5": "MD5", "sha1": "SHA-1"}
_MOST_BYTES_OF_NAME = 512
MOST_BYTES_OF_AUTHORITY = 128
"""Of the name of each authority: up to twenty are in the webhook, which every event of its account reads."""


def facts_of(certificate: "Certificate", most_bytes: int = _MOST_BYTES_OF_NAME) -> CertificateFacts:
    """What is shown of a certificate, names to so many bytes.

    One without subject has its first other name, or its number.
    """
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - see `contents.py`

    return CertificateFacts(
        _named(certificate, most_bytes),
        _shown(certificate.issuer, most_bytes),
        certificate.fingerprint(SHA256()).hex(),
        _ms(certificate.not_valid_before_utc),
        _ms(certificate.not_valid_after_utc),
    )


def problem_of_dates(facts: CertificateFacts, now_ms: int) -> str | None:
    """Whether it has ended, or not begun."""
    if facts.not_after < now_ms:
        return f"the certificate {facts.subject} ended at {to_iso(facts.not_after)}"
    if facts.not_before > now_ms:
        return f"the certificate {facts.subject} is valid only from {to_iso(facts.not_before)} on"
    return None


def problem_of_key(certificate: "Certificate") -> str | None:
    """Whether its key is one that TLS cannot use, or too short.

    Tried with OpenSSL 3.0: other curves, DSA and X25519 end no handshake, or not that of TLS 1.3.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa  # noqa: PLC0415 - see `contents.py`
    from cryptography.x509.oid import PublicKeyAlgorithmOID  # noqa: PLC0415

    key: PublicKeyTypes = certificate.public_key()
    accepted = "RSA from 2048 bits on, P-256, P-384, P-521, Ed25519 or Ed448"
    name, problem = type(key).__name__.removesuffix("PublicKey"), None
    if isinstance(key, rsa.RSAPublicKey):
        if certificate.public_key_algorithm_oid == PublicKeyAlgorithmOID.RSASSA_PSS:
            problem = "bound to RSA-PSS"
        elif key.key_size < _SHORTEST_RSA_BITS:
            problem = f"RSA of {key.key_size} bits"
    elif isinstance(key, ec.EllipticCurvePublicKey):
        problem = None if key.curve.name in _CURVES else f"on the curve {key.curve.name}"
    elif not isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        problem = f"of the kind {name}"
    return problem and f"the key of the certificate {_named(certificate)} is {problem}: use {accepted}"


def problem_of_signature(certificate: "Certificate") -> str | None:
    """Whether it was signed by a way that is broken; nobody looks at the signature of one that signed itself."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - see `contents.py`

    if certificate.subject == certificate.issuer:
        return None
    try:
        used = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return f"the certificate {_named(certificate)} was signed in an unknown way"
    if used is not None and used.name in _WEAK_HASHES:
        return f"the certificate {_named(certificate)} was signed with {_WEAK_HASHES[used.name]}, which is broken"
    return None


def problem_of_use(certificate: "Certificate") -> str | None:
    """Whether the certificate says that it is not a client's (RFC 5280 section 4.2.1.12).

    One for any use is a client's for most receivers; those on OpenSSL refuse it, and say so.
    """
    from cryptography import x509  # noqa: PLC0415 - see `contents.py`
    from cryptography.x509.oid import ExtendedKeyUsageOID as Use  # noqa: PLC0415

    extensions = {extension.oid: extension.value for extension in certificate.extensions}
    uses, usage = extensions.get(x509.ExtendedKeyUsage.oid), extensions.get(x509.KeyUsage.oid)
    name = _named(certificate)
    if isinstance(uses, x509.ExtendedKeyUsage) and not {Use.CLIENT_AUTH, Use.ANY_EXTENDED_KEY_USAGE} & set(uses):
        return f"the certificate {name} is not for clients (its extended key usage lacks clientAuth)"
    if isinstance(usage, x509.KeyUsage) and not usage.digital_signature:
        return f"the certificate {name} is not for clients (its key usage lacks digitalSignature)"
    return None


def is_authority(certificate: "Certificate") -> bool:
    """Whether OpenSSL lets a chain end at it: an authority's, or one that has signed itself."""
    from cryptography import x509  # noqa: PLC0415 - see `contents.py`

    if certificate.subject == certificate.issuer:
        return True
    extensions = {extension.oid: extension.value for extension in certificate.extensions}
    constraints, usage = extensions.get(x509.BasicConstraints.oid), extensions.get(x509.KeyUsage.oid)
    may_sign = not isinstance(usage, x509.KeyUsage) or usage.key_cert_sign
    return isinstance(constraints, x509.BasicConstraints) and constraints.ca and may_sign


def _named(certificate: "Certificate", most_bytes: int = _MOST_BYTES_OF_NAME) -> str:
    other = _shown(certificate.subject, most_bytes) or _printable(_other_name(certificate), most_bytes)
    return other or f"serial number {certificate.serial_number:x}"


def _shown(name: "Name", most_bytes: int) -> str:
    return _printable(name.rfc4514_string(), most_bytes)


def _printable(text: str, most_bytes: int) -> str:
    shown = "".join(sign if sign.isprintable() else "�" for sign in text)
    encoded = shown.encode()
    return shown if len(encoded) <= most_bytes else f"{encoded[:most_bytes].decode(errors='ignore')}…"


def _other_name(certificate: "Certificate") -> str:
    from cryptography import x509  # noqa: PLC0415 - see `contents.py`

    for extension in certificate.extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            names = (name.value for name in extension.value)
            return next((str(name) for name in names if not isinstance(name, bytes)), "")
    return ""


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)
