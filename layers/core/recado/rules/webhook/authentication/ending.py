"""When somebody is told that a client certificate is about to end. Times are milliseconds since 1970."""

from recado.rules.webhook.authentication.authentication import CertificateFacts

DAYS_BEFORE = (30, 7, 1)
_DAY_MS = 24 * 60 * 60 * 1000


def next_told_at(certificate: CertificateFacts | None, after_ms: int) -> int | None:
    """The first moment after that one at which it is told; None where nothing is to be told any more.

    What was missed, in an outage of ours or before the certificate was entered, is one telling at most.
    """
    if certificate is None:
        return None
    moments = (certificate.not_after - days * _DAY_MS for days in DAYS_BEFORE)
    return next((moment for moment in moments if moment > after_ms), None)


def days_left(certificate: CertificateFacts, now_ms: int) -> int:
    """The days until it ends, begun ones too; zero or less where it has ended."""
    return -((now_ms - certificate.not_after) // _DAY_MS)
