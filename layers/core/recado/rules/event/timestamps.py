"""Points in time: what publishers send, milliseconds inside, RFC 3339 in answers.

Publishers of the original system send epoch milliseconds, epoch seconds and ISO 8601; all three are accepted, the first
two as number or text, and delivered as they came, while keys and stored times are whole milliseconds since 1970 (UTC).
"""

import re
from datetime import UTC, datetime
from decimal import Decimal

# 10^11 s is the year 5138 and 10^11 ms is March 1973, so no plausible moment can be read both ways.
_FIRST_MILLISECONDS = 100_000_000_000
LATEST_MS = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z, the last that ISO 8601's four-digit years can show

# As `datetime` knows it, and with what RFC 3339 allows beyond that: a small `t` or `z`, and a 60th second.
_DATE = r"(?P<date>\d{4}-?\d\d-?\d\d|\d{4}-?W\d\d-?\d)"
_TIME = r"(?P<minute>\d\d(:?\d\d)?)(:?(?P<second>\d\d)([.,]\d+)?)?"
_ISO = re.compile(rf"{_DATE}([Tt ]{_TIME}(?P<offset>[Zz]|[+-]\d\d(:?\d\d)?)?)?", re.ASCII)
_EPOCH = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_DIGITS_OF_A_DATE = 8
_MOST_DIGITS = 20  # more than any time has
_LAST_MINUTE = (23, 59)

ACCEPTED = (
    "an RFC 3339 date and time such as 2026-11-24T08:00:00Z, or epoch seconds or milliseconds, as a number or a text"
)


class InvalidTimestampError(ValueError):
    """Not a point in time that is accepted."""

    def __init__(self, reason: str = f"must be {ACCEPTED}") -> None:
        super().__init__(reason)


def to_milliseconds(value: object) -> int:
    """Milliseconds since 1970 of epoch seconds, epoch milliseconds or RFC 3339 text (UTC where no offset is given).

    A leap second is the last millisecond before it, so that it stays in its day and in order.

    Raises `InvalidTimestampError`.
    """
    if isinstance(value, str):
        milliseconds = _from_epoch(Decimal(_epoch_text(value))) if _EPOCH.fullmatch(value) else _from_iso(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        milliseconds = _from_epoch(value)
    else:
        raise InvalidTimestampError
    if not 0 <= milliseconds <= LATEST_MS:
        raise InvalidTimestampError("must lie between the years 1970 and 9999")
    return milliseconds


def _from_epoch(value: float | Decimal) -> int:
    try:
        return round(value * 1000) if value < _FIRST_MILLISECONDS else round(value)
    except (OverflowError, ValueError):
        raise InvalidTimestampError from None


def _epoch_text(text: str) -> str:
    whole, _, _ = text.partition(".")
    if len(text) == _DIGITS_OF_A_DATE and text.isdigit():
        raise InvalidTimestampError("must not be eight digits as text, which may be a date: write 2026-11-24")
    if len(whole) > _MOST_DIGITS:
        raise InvalidTimestampError("must lie between the years 1970 and 9999")
    return text


def _from_iso(text: str) -> int:
    match = _ISO.fullmatch(text)
    if match is None:
        raise InvalidTimestampError
    leaps = match["second"] == "60"
    spelt = text[: match.start("second")] + "59" + text[match.end("second") :] if leaps else text
    try:
        moment = datetime.fromisoformat(spelt.upper())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        # Integer arithmetic: a float of microseconds since 1970 rounds the last millisecond away.
        elapsed = moment - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidTimestampError from None
    milliseconds = (elapsed.days * 86_400 + elapsed.seconds) * 1000 + elapsed.microseconds // 1000
    if not leaps:
        return milliseconds
    if divmod(elapsed.seconds // 60, 60) != _LAST_MINUTE:
        raise InvalidTimestampError("must have a 60th second at 23:59 UTC alone")
    return milliseconds // 1000 * 1000 + 999


def to_iso(milliseconds: int) -> str:
    """ISO 8601 text in UTC with milliseconds, e.g. `2026-11-24T08:00:00.000Z`."""
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"
