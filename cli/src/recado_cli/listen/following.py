"""Following the delivery log: what has arrived since, each delivery once.

The log is listed by the events' own time, newest first, and a delivery is written when its POST is over: so neither the
last one seen nor the time of asking says what is new. Each look asks again for what has arrived in the minutes before
the last one, and remembers what it has given. Two looks are taken. One, every time, at events of the last hour. The
other at all of the log, a page at a time, for events that arrive long after their own time. All times are the server's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

# A drain takes five minutes at most from its beginning, which counts as arrival, until the last delivery is written.
OVERLAP = timedelta(minutes=6)
# What is written to the log a little after its arrival would be left out otherwise, and may come twice so.
_STEP_BACK = timedelta(minutes=1)
_LATE_BY = timedelta(hours=1)
_LATE_LOOK_EVERY = timedelta(minutes=1)
MOST = 10_000
"""So many deliveries are caught up with."""


@dataclass(frozen=True)
class Arrival:
    """A delivery in the log, and when the event had arrived for its webhook."""

    webhook_id: str
    delivery_id: str
    event_id: str
    event_name: str
    event_time: datetime
    arrived_at: datetime
    status: str = ""
    webhook_name: str = ""
    shown: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    """The delivery with its request, where the log shows it at once."""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it this one."""
        return self.webhook_id, self.delivery_id

    @property
    def place(self) -> tuple[datetime, str, str]:
        """Its place in the order in which Recado sends."""
        return self.event_time, self.event_id, self.webhook_id


class Page(NamedTuple):
    """A page of the log, newest first, the cursor of the next, and the server's time when it answered."""

    arrivals: list[Arrival]
    next_cursor: str | None
    server_time: datetime


class Log(Protocol):
    """The delivery log of an account, or of one webhook."""

    def page(self, *, arrived_from: datetime, events_from: datetime | None, cursor: str | None) -> Page:
        """One page of what has arrived since `arrived_from` of events not older than `events_from`."""
        ...


class TooManyError(Exception):
    """More has arrived since than is caught up with."""


@dataclass
class _Walk:
    """A look that is under way: at what, and how far; a page that fails is asked for again, not those before it."""

    arrived_from: datetime
    events_from: datetime | None
    began: datetime | None = None
    cursor: str | None = None
    done: bool = False
    found: list[Arrival] = field(default_factory=list)

    def step(self, log: Log) -> None:
        """Read one page; what arrives after the first belongs to the next look."""
        page = log.page(arrived_from=self.arrived_from, events_from=self.events_from, cursor=self.cursor)
        self.began = self.began or page.server_time
        self.found += page.arrivals
        self.cursor, self.done = page.next_cursor, not page.next_cursor


class Follower:
    """Gives what has arrived since `start`, a time or its beginning; a look that fails goes on where it was."""

    def __init__(self, log: Log, now: datetime, since: datetime | None = None) -> None:
        self._log = log
        self.start = now if since is None else since
        self._read_up_to = self._all_read_up_to = self.start
        # What has arrived since a time is looked for in all of the log at first, so that order is kept across pages.
        self._recent = None if since is None else _Walk(self.start, None)
        self._late: _Walk | None = None
        self._seen: dict[tuple[str, str], datetime] = {}

    @property
    def read_up_to(self) -> datetime:
        """The server's time of the last look: the cursor."""
        return self._read_up_to

    def goes_on_from(self, unsent: Sequence[Arrival]) -> datetime:
        """From when on to listen next, so that nothing is left out, where these are not sent."""
        stepped_back = max(self.start, self._read_up_to - _STEP_BACK)
        return min([stepped_back, *(one.arrived_at for one in unsent)])

    def look(self) -> list[Arrival]:
        """What is new, in the order in which Recado sends; raises what the log raises, and `TooManyError`."""
        recent = self._walked_recent()
        late = self._stepped_late(recent.began or self._read_up_to)
        found = [*recent.found, *(late.found if late else [])]
        self._recent = None
        self._read_up_to = max(self._read_up_to, recent.began or self.start)
        if recent.events_from is None:
            self._all_read_up_to = self._read_up_to
        if late is not None:
            late.found = []
            if late.done:
                self._all_read_up_to, self._late = late.began or self._all_read_up_to, None
        return self._new(found)

    def _walked_recent(self) -> _Walk:
        """All pages of what has arrived lately of recent events."""
        if self._recent is None:
            window = self._window(self._read_up_to)
            self._recent = _Walk(window, window - _LATE_BY)
        while not self._recent.done:
            self._recent.step(self._log)
            if len(self._recent.found) > MOST:
                raise TooManyError
        return self._recent

    def _stepped_late(self, now: datetime) -> _Walk | None:
        """One more page of the look at all of the log, where one is under way or it is time for one."""
        is_time = now - self._all_read_up_to >= _LATE_LOOK_EVERY
        if self._late is None and is_time and self._recent is not None and self._recent.events_from is not None:
            self._late = _Walk(self._window(self._all_read_up_to), None)
        if self._late is not None:
            self._late.step(self._log)
        return self._late

    def _window(self, mark: datetime) -> datetime:
        return max(self.start, mark - OVERLAP)

    def _new(self, arrivals: list[Arrival]) -> list[Arrival]:
        new = {one.key: one for one in arrivals if one.key not in self._seen}
        self._seen |= {one.key: one.arrived_at for one in new.values()}
        # What arrived before both windows is asked for no more.
        oldest = self._window(min(self._read_up_to, self._all_read_up_to)) - timedelta(seconds=1)
        self._seen = {key: at for key, at in self._seen.items() if at >= oldest}
        return sorted(new.values(), key=lambda one: one.place)
