"""How a receiver knows that a POST is ours, as far as it may be seen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What is shown of a certificate.

    `subject` and `issuer` as RFC 4514 writes names, `fingerprint` the SHA-256 of the whole in lower hex, `not_before`
    and `not_after` in milliseconds since 1970.
    """

    subject: str
    issuer: str
    fingerprint: str
    not_before: int
    not_after: int
