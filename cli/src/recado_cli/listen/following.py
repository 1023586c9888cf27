"""Following the delivery log: what has arrived since, each delivery once.

The log is listed by the events' own time, newest first, and a delivery is written when its POST is over: so neither the
last one seen nor the time of asking says what is new. Each look asks again for what has arrived in the minutes before
the last one, and remembers what it has given. Two looks are taken. One, every time, at events of the last hour. The
other at all of the log, a page at a time, for events that arrive long after their own time. All times are the server's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

# A drain takes five minutes at most from its beginning, which counts as arrival, until the last delivery is written.
OVERLAP = timedelta(minutes=6)
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


@dataclass(frozen=True)
class _Walk:
    """A look at all of the log that is under way: since when, begun when, and the page where it goes on."""

    arrived_from: datetime
    began: datetime
    cursor: str


class Follower:
    """Gives what has arrived since a time, or since it began; a failing look changes nothing, and is taken again."""

    def __init__(self, log: Log, now: datetime, since: datetime | None = None) -> None:
        self._log = log
        self._start = now if since is None else since
        self._read_up_to = self._all_read_up_to = self._start
        self._catches_up = since is not None
        self._walk: _Walk | None = None
        self._seen: dict[tuple[str, str], datetime] = {}

    @property
    def read_up_to(self) -> datetime:
        """The server's time of the last look: the cursor."""
        return self._read_up_to

    def look(self) -> list[Arrival]:
        """What is new, in the order in which Recado sends; raises what the log raises, and `TooManyError`."""
        if self._catches_up:
            return self._caught_up()
        window = self._window(self._read_up_to)
        arrivals, time = self._all_pages(window, window - _LATE_BY)
        late, walk, walked_to = self._late_page(time)
        self._walk, self._all_read_up_to = walk, walked_to
        return self._new([*arrivals, *late], time)

    def _caught_up(self) -> list[Arrival]:
        """The first look where it goes on from a time: at all, so that the order is kept across pages."""
        arrivals, time = self._all_pages(self._start, None)
        self._catches_up, self._all_read_up_to = False, time
        return self._new(arrivals, time)

    def _all_pages(self, arrived_from: datetime, events_from: datetime | None) -> tuple[list[Arrival], datetime]:
        """All pages, and the server's time at the first: what arrives meanwhile belongs to the next look."""
        arrivals: list[Arrival] = []
        first: datetime | None = None
        for page in self._pages(arrived_from, events_from):
            first = first or page.server_time
            arrivals += page.arrivals
            if len(arrivals) > MOST:
                raise TooManyError
        return arrivals, first or arrived_from

    def _pages(self, arrived_from: datetime, events_from: datetime | None) -> Iterator[Page]:
        cursor: str | None = None
        while True:
            page = self._log.page(arrived_from=arrived_from, events_from=events_from, cursor=cursor)
            yield page
            cursor = page.next_cursor
            if not cursor:
                return

    def _late_page(self, now: datetime) -> tuple[list[Arrival], _Walk | None, datetime]:
        """A page of the look at all, where it is time for one; what it found, and how it stands then."""
        walk, self._walk = self._walk, None  # a cursor that is refused must not be shown again
        if walk is None and now - self._all_read_up_to < _LATE_LOOK_EVERY:
            return [], None, self._all_read_up_to
        arrived_from = self._window(self._all_read_up_to) if walk is None else walk.arrived_from
        began = now if walk is None else walk.began
        page = self._log.page(arrived_from=arrived_from, events_from=None, cursor=walk.cursor if walk else None)
        if page.next_cursor:
            return page.arrivals, _Walk(arrived_from, began, page.next_cursor), self._all_read_up_to
        return page.arrivals, None, began

    def _window(self, mark: datetime) -> datetime:
        return max(self._start, mark - OVERLAP)

    def _new(self, arrivals: list[Arrival], time: datetime) -> list[Arrival]:
        new = {one.key: one for one in arrivals if one.key not in self._seen}
        self._seen |= {one.key: one.arrived_at for one in new.values()}
        self._read_up_to = max(self._read_up_to, time)
        # What arrived before both windows is asked for no more.
        oldest = self._window(min(self._read_up_to, self._all_read_up_to)) - timedelta(seconds=1)
        if self._walk is not None:
            oldest = min(oldest, self._walk.arrived_from)
        self._seen = {key: at for key, at in self._seen.items() if at >= oldest}
        return sorted(new.values(), key=lambda one: one.place)
