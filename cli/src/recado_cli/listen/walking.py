"""Walking through what has arrived for a receiver, oldest first, a page at a time: `resumeFrom` leads to the next walk.

All that a page brings is sent before the next is asked for, so there is never more in memory than a page, and nothing
is too much to be caught up with. All times are the server's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from recado_cli.listen.following import Arrival

# Often enough for who is killed, and no write to the disk for every look.
_KEPT_EVERY = timedelta(minutes=1)


class ArrivedPage(NamedTuple):
    """A page, oldest first, the cursor of the next, from when on to ask once it ends, and the server's time."""

    arrivals: list[Arrival]
    next_cursor: str | None
    resume_from: datetime
    server_time: datetime


class ArrivedLog(Protocol):
    """What has arrived for one webhook."""

    def page(self, *, arrived_from: datetime, cursor: str | None) -> ArrivedPage:
        """One page of what has arrived since."""
        ...


class Walker:
    """Gives what has arrived since `start`, each once; a page that fails is asked for again.

    `keep` is told from when on another session would miss nothing, at the beginning and from time to time.
    """

    def __init__(self, log: ArrivedLog, start: datetime, keep: Callable[[datetime], object]) -> None:
        self._log, self._keep = log, keep
        self._from = self._kept = self._read_up_to = start
        self._cursor: str | None = None
        self._next: datetime | None = None
        self._seen: dict[tuple[str, str], datetime] = {}
        keep(start)

    @property
    def read_up_to(self) -> datetime:
        """The server's time at the end of the last walk."""
        return self._read_up_to

    def goes_on_from(self, unsent: Sequence[Arrival]) -> datetime:
        """From when on to ask next, where these are not sent: an end of a walk counts once all of it is."""
        return self._from if unsent or self._next is None else self._next

    def look(self) -> list[Arrival]:
        """What is new on the next page; all that was given before must have been sent. Raises what the log raises."""
        if self._next is not None:
            self._begin(self._next)
        page = self._log.page(arrived_from=self._from, cursor=self._cursor)
        new = [one for one in page.arrivals if one.key not in self._seen]
        # What arrived before that is on no page of the next walk.
        self._seen |= {one.key: one.arrived_at for one in new if one.arrived_at >= page.resume_from}
        self._cursor = page.next_cursor
        if page.next_cursor is None:
            self._read_up_to, self._next = page.server_time, page.resume_from
        return new

    def _begin(self, arrived_from: datetime) -> None:
        self._from, self._next = arrived_from, None
        self._seen = {key: at for key, at in self._seen.items() if at >= arrived_from}
        if arrived_from - self._kept >= _KEPT_EVERY:
            self._keep(arrived_from)
            self._kept = arrived_from
