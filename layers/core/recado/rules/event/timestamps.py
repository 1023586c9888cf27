"""Points in time: what publishers send, milliseconds inside, ISO 8601 in answers.

Publishers of the original system send epoch milliseconds, epoch seconds and ISO 8601; all three are accepted and
delivered as they came, while keys and stored times are whole milliseconds since 1970 (UTC).
"""

from datetime import UTC, datetime

# 10^11 s is the year 5138 and 10^11 ms is March 1973, so no plausible moment can be read both ways.
_FIRST_MILLISECONDS = 100_000_000_000
LATEST_MS = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z, the last that ISO 8601's four-digit years can show

ACCEPTED = "epoch seconds, epoch milliseconds or an ISO 8601 date and time"


class InvalidTimestampError(ValueError):
    """Not a point in time that is accepted."""


def to_milliseconds(value: object) -> int:
    """Milliseconds since 1970 of epoch seconds, epoch milliseconds or ISO 8601 text (UTC where no offset is given).

    Raises `InvalidTimestampError`.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InvalidTimestampError(f"must be {ACCEPTED}")
    if isinstance(value, str):
        milliseconds = _from_iso(value)
    else:
        try:
            milliseconds = round(value * 1000) if value < _FIRST_MILLISECONDS else round(value)
        except (OverflowError, ValueError):
            raise InvalidTimestampError(f"must be {ACCEPTED}") from None
    if not 0 <= milliseconds <= LATEST_MS:
        raise InvalidTimestampError("must lie between the years 1970 and 9999")
    return milliseconds


def _from_iso(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        # Integer arithmetic: a float of microseconds since 1970 rounds the last millisecond away.
        elapsed = moment - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidTimestampError(f"must be {ACCEPTED}") from None
    return (elapsed.days * 86_400 + elapsed.seconds) * 1000 + elapsed.microseconds // 1000


def to_iso(milliseconds: int) -> str:
    """ISO 8601 text in UTC with milliseconds, e.g. `2026-11-24T08:00:00.000Z`."""
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"
