"""When a failing webhook is tried again: 5 s, doubled to five minutes, then every five minutes."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_WAITS = (5, 10, 20, 40, 80, 160, 300)
_SPREAD = 0.1
LONGEST_RETRY_AFTER_SECONDS = 3600
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
    """Seconds that a `Retry-After` header asks for, in either form of RFC 9110 section 10.2.3; None if unreadable.

    A moment is meant by the receiver's own clock: its distance from the answer's `Date` counts, or from now where that
    cannot be read.
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        # Ten digits say enough, and int() refuses more than 4,300.
        return min(int(text.lstrip("0")[:10] or "0"), LONGEST_RETRY_AFTER_SECONDS)
    moment = _moment(text)
    if moment is None:
        return None
    wait = moment - (_moment(date or "") or datetime.fromtimestamp(now_ms / 1000, UTC))
    return min(max(0, int(wait.total_seconds())), LONGEST_RETRY_AFTER_SECONDS)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text.strip())
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
