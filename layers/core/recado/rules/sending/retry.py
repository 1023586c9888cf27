"""When a failing webhook is tried again: 5 s, doubled to five minutes, then every five minutes."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_WAITS = (5, 10, 20, 40, 80, 160, 300)
_SPREAD = 0.1
LONGEST_RETRY_AFTER_SECONDS = 3600
_LONGEST_HEADER = 16 * 1024
_BLANKS = " \t"
_NUMBER = re.compile(r"(?P<whole>\d+)(\.(?P<fraction>\d+))?", re.ASCII)
_BETWEEN = re.compile(r"(?<!mon)(?<!tue)(?<!wed)(?<!thu)(?<!fri)(?<!sat)(?<!sun)(?<!day),", re.IGNORECASE)
_LEAP_SECOND = re.compile(r":60(?=\s)")
_FIRST_FAULT_WAIT_SECONDS = 30
_LONGEST_FAULT_WAIT_SECONDS = 6 * 60 * 60  # below the 12 hours that SQS can hide a message for


def wait_ms(attempts: int, retry_after: int | None, chance: float) -> int:
    """Milliseconds to wait after that many failed attempts in a row; a receiver may ask for longer, up to an hour.

    Never less, and by `chance`, which is from 0 to 1, up to a tenth more: what failed together is not to come back
    together. Whole seconds, because a queue knows no others: it would make six of five and a quarter.
    """
    scheduled = math.floor(_WAITS[min(attempts, len(_WAITS)) - 1] * (1 + _SPREAD * chance)) * 1000
    return max(scheduled, min(retry_after or 0, LONGEST_RETRY_AFTER_SECONDS) * 1000)


def fault_wait_seconds(faults: int) -> int:
    """Seconds to wait after that many faults of ours in a row: 30, doubled to six hours.

    What was sent and could not be recorded is sent again then, so each wait is as long as all before it together.
    """
    doubled = _FIRST_FAULT_WAIT_SECONDS << min(max(faults, 1) - 1, 16)
    return min(doubled, _LONGEST_FAULT_WAIT_SECONDS)


def retry_after_seconds(header: str | None, date: str | None, now_ms: int) -> int | None:
    """Seconds that a `Retry-After` header asks for, at most an hour; None if unreadable.

    In either form of RFC 9110 section 10.2.3; decimals, which it does not know, are seconds all the same, and count up.
    Of several headers, which come joined with a comma, the longest wait counts: it keeps them all. A moment is meant by
    the receiver's own clock: its distance from the answer's `Date` counts, or from now where that cannot be read.
    """
    if header is None or len(header) > _LONGEST_HEADER:
        return None
    known = _moment(date or "") or datetime.fromtimestamp(now_ms / 1000, UTC)
    waits = [wait for text in _members(header) if (wait := _wait(text, known)) is not None]
    return min(max(waits), LONGEST_RETRY_AFTER_SECONDS) if waits else None


def _members(header: str) -> list[str]:
    """The values of one header or of several; of the commas, that behind the day of a week joins nothing."""
    return [text.strip(_BLANKS) for text in _BETWEEN.split(header)]


def _wait(text: str, date: datetime) -> int | None:
    number = _NUMBER.fullmatch(text)
    if number is not None:
        # Ten digits say enough, and int() refuses more than 4,300.
        whole = int(number["whole"].lstrip("0")[:10] or "0")
        return whole + bool((number["fraction"] or "").strip("0"))
    moment = _moment(text)
    return None if moment is None else max(0, math.ceil((moment - date).total_seconds()))


def _moment(text: str) -> datetime | None:
    try:
        # A leap second is a date of HTTP, too (RFC 9110 section 5.6.7), which the library does not know.
        moment = parsedate_to_datetime(_LEAP_SECOND.sub(":59", text.strip(_BLANKS)))
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
