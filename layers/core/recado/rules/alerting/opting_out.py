"""Who has unsubscribed is left alone: entered again, an address is asked seldom."""

from dataclasses import dataclass

_DAY_MS = 24 * 60 * 60 * 1000
REMEMBERED_MS = 365 * _DAY_MS
"""So long it is remembered that an address has unsubscribed."""
ASKED_EVERY_MS = 30 * _DAY_MS
"""So long lies at least between two questions to an address that has unsubscribed."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """That an address has unsubscribed from an account; when (milliseconds since 1970) and by which mail it was asked
    again, if it was.
    """

    asked_at: int | None = None
    asked_by: str | None = None

    def may_be_asked(self, mail_id: str, now_ms: int) -> bool:
        """Whether this mail may ask; what was let through once is so when it is tried again."""
        return self.asked_at is None or self.asked_by == mail_id or now_ms - self.asked_at >= ASKED_EVERY_MS
