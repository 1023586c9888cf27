"""When a failing webhook is tried again: 5 s, doubled to five minutes, then every five minutes."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_WAITS = (5, 10, 20, 40, 80, 160, 300)
FIRST_WAIT_SECONDS = _WAITS[0]
LONGEST_RETRY_AFTER_SECONDS = 3600


def wait_seconds(attempts: int, retry_after: int | None = None) -> int:
    """Seconds to wait after that many failed attempts in a row; a receiver may ask for longer, up to an hour."""
    scheduled = _WAITS[min(attempts, len(_WAITS)) - 1]
    return max(scheduled, min(retry_after or 0, LONGEST_RETRY_AFTER_SECONDS))


def retry_after_seconds(header: str | None, now_ms: int) -> int | None:
    """Seconds that a `Retry-After` header asks for, in either form of RFC 9110 section 10.2.3; None if unreadable."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        # Ten digits say enough, and int() refuses more than 4,300.
        return min(int(text.lstrip("0")[:10] or "0"), LONGEST_RETRY_AFTER_SECONDS)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    wait = moment - datetime.fromtimestamp(now_ms / 1000, UTC)
    return min(max(0, int(wait.total_seconds())), LONGEST_RETRY_AFTER_SECONDS)
