"""Client certificates and authorities: one form of them, whatever form they were entered in."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from recado.rules.certificates import checks
from recado.rules.certificates.contents import Contents, contents_of
from recado.rules.certificates.refusal import (
    AUTHORITIES_FIELD,
    CERTIFICATE_FIELD,
    KEY_FIELD,
    InvalidCertificateError,
)
from recado.rules.webhook.authentication.authentication import CertificateFacts

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate


@dataclass(frozen=True, slots=True)
class Identity:
    """A client certificate: `pem` is the private key as PKCS#8, then the chain, leaf first and without the root.

    `facts` are those of the leaf; its end is that of the first of them to end.
    """

    pem: str = field(repr=False)
    facts: CertificateFacts


@dataclass(frozen=True, slots=True)
class Authorities:
    """Authorities as PEM, and the facts of each, in the order in which they were entered."""

    pem: str
    facts: tuple[CertificateFacts, ...]


def read_identity(certificate: str, private_key: str, now_ms: int) -> Identity:
    """The identity that is in two texts; raises `InvalidCertificateError` with the field and what is wrong with it.

    Certificates and key may stand in either, also both in one. Of the certificates those are taken that lead from the
    key's own to its authority, whatever their order; where several have the key, the one that ends last. `now_ms` is
    milliseconds since 1970.
    """
    in_first, in_second = contents_of(certificate, CERTIFICATE_FIELD), contents_of(private_key, KEY_FIELD)
    certificates = list((in_first.certificates | in_second.certificates).values())
    if not certificates:
        raise InvalidCertificateError(CERTIFICATE_FIELD, in_first.missing("certificate"))
    key_pem, key = _only_key(in_first, in_second)
    leaf = _leaf(certificates, key, now_ms)
    facts = checks.facts_of(leaf)
    _refuse_first(
        CERTIFICATE_FIELD,
        checks.problem_of_dates(facts, now_ms),
        checks.problem_of_key(leaf),
        checks.problem_of_signature(leaf),
        checks.problem_of_use(leaf),
    )
    chain = _chain(leaf, certificates, now_ms)
    ends = min(checks.facts_of(each).not_after for each in chain)
    return Identity(key_pem + "".join(map(_pem, chain)), replace(facts, not_after=ends))


def read_authorities(pem: str, now_ms: int) -> Authorities:
    """The authorities that are in a text; raises `InvalidCertificateError` with what is wrong with it.

    Beside authorities, intermediate ones too, a certificate counts that has signed itself. `now_ms` is milliseconds
    since 1970.
    """
    contents = contents_of(pem, AUTHORITIES_FIELD)
    if contents.keys:
        raise InvalidCertificateError(AUTHORITIES_FIELD, "there is a private key, which must not leave its owner")
    certificates = list(contents.certificates.values())
    if not certificates:
        raise InvalidCertificateError(AUTHORITIES_FIELD, contents.missing("certificate"))
    facts = tuple(checks.facts_of(each, checks.MOST_BYTES_OF_AUTHORITY) for each in certificates)
    for each, its_facts in zip(certificates, facts, strict=True):
        _refuse_first(
            AUTHORITIES_FIELD,
            checks.problem_of_dates(its_facts, now_ms),
            checks.problem_of_key(each),
            None if checks.is_authority(each) else f"{its_facts.subject} is no authority: enter its issuer's",
        )
    return Authorities("".join(map(_pem, certificates)), facts)


def _only_key(in_first: Contents, in_second: Contents) -> "tuple[str, PrivateKeyTypes]":
    keys = in_second.keys or in_first.keys
    if not keys:
        # An encrypted key beside the certificate says more than an empty field.
        says_more = in_first.instead and not (in_second.instead or in_second.certificates)
        raise InvalidCertificateError(KEY_FIELD, (in_first if says_more else in_second).missing("key"))
    if len(keys) > 1:
        raise InvalidCertificateError(KEY_FIELD, f"these are {len(keys)} keys")
    return next(iter(keys.items()))


def _leaf(certificates: "Sequence[Certificate]", key: "PrivateKeyTypes", now_ms: int) -> "Certificate":
    """The certificate of the key: the one that ends last of those that have begun."""
    own = _spki(key.public_key())
    leaves = [each for each in certificates if _spki(each.public_key()) == own]
    if not leaves:
        names = ", ".join(checks.facts_of(each).subject for each in certificates[:3])
        raise InvalidCertificateError(KEY_FIELD, f"this key belongs to none of the certificates ({names})")
    return max(leaves, key=lambda each: _preference(each, now_ms))


def _chain(leaf: "Certificate", certificates: "Sequence[Certificate]", now_ms: int) -> "list[Certificate]":
    """The leaf and what leads to its authority; the root is the receiver's own."""
    chain = [leaf]
    while not _is_root(chain[-1]):
        issuers = [each for each in certificates if each not in chain and _has_issued(each, chain[-1])]
        if not issuers:
            break
        issuer = max(issuers, key=lambda each: _preference(each, now_ms))
        if _is_root(issuer):
            break
        _refuse_first(
            CERTIFICATE_FIELD,
            checks.problem_of_dates(checks.facts_of(issuer), now_ms),
            checks.problem_of_key(issuer),
            checks.problem_of_signature(issuer),
        )
        chain.append(issuer)
    return chain


def _preference(certificate: "Certificate", now_ms: int) -> tuple[bool, int, str]:
    facts = checks.facts_of(certificate)
    return facts.not_before <= now_ms, facts.not_after, facts.fingerprint


def _is_root(certificate: "Certificate") -> bool:
    return certificate.subject == certificate.issuer


def _has_issued(issuer: "Certificate", certificate: "Certificate") -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 - see `contents.py`

    try:
        certificate.verify_directly_issued_by(issuer)
    except UnsupportedAlgorithm:
        return certificate.issuer == issuer.subject  # signed in a way that is refused afterwards
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _refuse_first(field_name: str, *problems: str | None) -> None:
    problem = next(filter(None, problems), None)
    if problem is not None:
        raise InvalidCertificateError(field_name, problem)


def _spki(key: object) -> bytes:
    from cryptography.hazmat.primitives import serialization as to  # noqa: PLC0415 - see `contents.py`

    return key.public_bytes(to.Encoding.DER, to.PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]


def _pem(certificate: "Certificate") -> str:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - see `contents.py`

    return certificate.public_bytes(Encoding.PEM).decode()
