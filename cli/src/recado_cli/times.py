"""Times as people type them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from recado_cli.exits import Exit, Stop

ACCEPTED = "2026-11-24T08:00:00Z, epoch seconds or milliseconds, or so long ago: 90s, 30m, 2h, 7d"
_AGO = re.compile(r"(\d{1,6})([smhd])")
_FIRST_MILLISECONDS = 100_000_000_000  # as seconds, the year 5138
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment(option: str, text: str | None, now: datetime | None = None) -> str | None:
    """A time as the API takes it; raises `Stop` that names the option. None stays None."""
    if text is None or re.fullmatch(r"\d{9,14}(\.\d+)?", text):
        return text
    ago = _AGO.fullmatch(text)
    try:
        return _written(text, ago, now)
    except (ValueError, OverflowError):
        raise Stop(f"{option} is {ACCEPTED}; not {text!r}", Exit.USAGE) from None


def _written(text: str, ago: re.Match[str] | None, now: datetime | None) -> str:
    if ago:
        since = (now or datetime.now(UTC)) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        return since.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    given = datetime.fromisoformat(text)
    # Without a zone it is that of this machine, as times are shown; midnight where there is a date alone.
    return given.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant(option: str, text: str | None, now: datetime | None = None) -> datetime | None:
    """A time as people type it, as a point in time; raises `Stop` that names the option. None stays None."""
    written = moment(option, text, now)
    if written is None:
        return None
    if "-" in written:
        return datetime.fromisoformat(written)
    epoch = float(written)
    return datetime.fromtimestamp(epoch / 1000 if epoch >= _FIRST_MILLISECONDS else epoch, UTC)
