"""When batches leave, as far as their schedule tells."""

import re

_RATE = re.compile(r"rate\(([0-9]+) (minute|hour|day)s?\)")
_UNIT_MS = {"minute": 60_000, "hour": 60 * 60_000, "day": 24 * 60 * 60_000}


def period_ms(schedule: str) -> int | None:
    """Milliseconds between two drains of a `rate(…)` of EventBridge's; None of a `cron(…)`, which is not worked out."""
    match = _RATE.fullmatch(schedule)
    return None if match is None else int(match[1]) * _UNIT_MS[match[2]]
