"""A webhook as it is and was, by what is committed to the tables."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.faults.years.checks.hand import Asked


@dataclass
class Spans:
    """When something was there: times of coming and going."""

    times: list[tuple[int, int | None]] = field(default_factory=list)

    def come(self, now: int) -> None:
        """It is there from now on."""
        if not self.times or self.times[-1][1] is not None:
            self.times.append((now, None))

    def go(self, now: int) -> None:
        """It is there no longer."""
        if self.times and self.times[-1][1] is None:
            self.times[-1] = (self.times[-1][0], now)

    @property
    def there(self) -> bool:
        """Whether it is there."""
        return bool(self.times) and self.times[-1][1] is None

    def at(self, moment: int) -> bool:
        """Whether it was there then; both ends count."""
        return any(begin <= moment and (end is None or moment <= end) for begin, end in self.times)

    def since(self, moment: int) -> bool:
        """Whether it was there at any time since then."""
        return any(end is None or end >= moment for _, end in self.times)

    def all_along(self, begin: int, end: int) -> bool:
        """Whether it was there all the time from then to then."""
        return any(come <= begin and (gone is None or gone > end) for come, gone in self.times)


@dataclass
class Watched:
    """A webhook as it is, and was; `on` are the spans in which it was active."""

    account_id: str
    webhook_id: str
    created_ms: int
    removed_ms: int | None = None
    status: str = "ACTIVE"
    on: Spans = field(default_factory=Spans)
    urls: list[tuple[int, str]] = field(default_factory=list)
    wants: dict[str, Spans] = field(default_factory=dict)
    ordered: bool = False
    paced: int | None = None
    failing: bool = False
    faults: int = 0
    jobs: frozenset[str] = frozenset()
    asked: Asked = field(default_factory=Asked)
    owner: str | None = None
    queued_since: int | None = None
    backlog: dict[str, tuple[int, int]] = field(default_factory=dict)  # when it came in, and when it expires
    aside: dict[str, tuple[int, int]] = field(default_factory=dict)  # the same of what is set aside
    copies: dict[str, Spans] = field(default_factory=dict)
    requested: dict[str, int] = field(default_factory=dict)  # when a copy was asked for, by the product's time
    owed: dict[str, int] = field(default_factory=dict)  # what a catch-up has to send, by when it was asked for
    expired: dict[str, int] = field(default_factory=dict)  # copies that have waited for too long
    cancelled: dict[str, int] = field(default_factory=dict)
    recorded: dict[str, int] = field(default_factory=dict)
    revived: set[str] = field(default_factory=set)  # waits, by a fault of whoever put it there
    late: set[str] = field(default_factory=set)  # copies that somebody has put whose time, or lease, was over
    at_once: set[str] = field(default_factory=set)  # waits, by somebody who could not know that it was delivered
    moved_ms: int = 0  # when something last went on: an attempt, a switch, an arrival
    succeeded_ms: int = 0
    failed_ms: int = 0
    gone_ms: int = 0
    failures: defaultdict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))
    """POSTs of runs in the last hour, since anybody did anything; those of what is set aside by its key."""
