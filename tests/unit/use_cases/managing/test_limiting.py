"""Limiting of an account's requests."""

from collections import Counter, defaultdict

import pytest

from recado.ports.sending import OurFaultError
from recado.rules.limit import LimitKind, Limits, Window
from recado.use_cases.managing.limiting import Limiting, ReadBudget, TooManyRequestsError

LIMITS = Limits(mutations=3, test_sends=1, publishes=2, read_units=100)
REQUESTS = (LimitKind.MUTATION, LimitKind.TEST_SEND, LimitKind.PUBLISH)


class FakeCounts:
    """Counts in memory; fills `RequestCounts`."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self.units: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.refuses = False

    def add(self, account_id: str, window: Window, limit: int) -> bool:
        """Count one more, below the limit."""
        if self._counts[account_id, window.key] >= limit:
            return False
        self._counts[account_id, window.key] += 1
        return True

    def used(self, account_id: str, window: Window) -> float:
        """How much was used."""
        return self.units[account_id, window.key]

    def use(self, account_id: str, window: Window, amount: float) -> None:
        """Use more, unless told to refuse it."""
        if self.refuses:
            raise OurFaultError("throttled")
        self.units[account_id, window.key] += amount


class Minute:
    """A limiting, on a clock that can be set."""

    def __init__(self) -> None:
        self.now = 0
        self.limiting = Limiting(FakeCounts(), LIMITS, lambda: self.now)

    def admitted(self, kind: LimitKind, account_id: str = "1010") -> int:
        """Ask ten times; return how often it was let through."""
        admitted = 0
        for _ in range(10):
            try:
                self.limiting(account_id, kind)
            except TooManyRequestsError:
                continue
            admitted += 1
        return admitted


def test_a_minute_lets_through_as_many_as_the_limit_says() -> None:
    """Of each kind and in each account by itself."""
    minute = Minute()

    assert {kind: minute.admitted(kind) for kind in REQUESTS} == {
        LimitKind.MUTATION: 3,
        LimitKind.TEST_SEND: 1,
        LimitKind.PUBLISH: 2,
    }
    assert minute.admitted(LimitKind.MUTATION) == 0
    assert minute.admitted(LimitKind.MUTATION, "2020") == 3


def test_the_next_minute_lets_through_as_many_again() -> None:
    """The refusal says in how many seconds that is."""
    minute = Minute()
    minute.now = 17_500
    minute.admitted(LimitKind.TEST_SEND)

    with pytest.raises(TooManyRequestsError) as refused:
        minute.limiting("1010", LimitKind.TEST_SEND)
    assert (refused.value.kind, refused.value.limit) == (LimitKind.TEST_SEND, 1)
    assert refused.value.retry_after_seconds == 43

    minute.now += refused.value.retry_after_seconds * 1000
    assert minute.admitted(LimitKind.TEST_SEND) == 1


class Reader:
    """Requests that read, on a clock and a meter that can be set."""

    def __init__(self) -> None:
        self.now, self.metered = 0, 0.0
        self.counts = FakeCounts()
        self.survived: list[OurFaultError] = []
        self.budget = ReadBudget(self.counts, LIMITS, lambda: self.now, lambda: self.metered, self.survived.append)

    def read(self, units: float, *, until: int | None = None, error: Exception | None = None) -> bool:
        """Make a request that reads so many units and then ends, by that time and with that error; False if refused."""
        try:
            with self.budget.reading("1010"):
                self.metered += units
                self.now = self.now if until is None else until
                if error:
                    raise error
        except TooManyRequestsError:
            return False
        return True


def test_an_account_reads_until_its_budget_is_used_up() -> None:
    """What the last request read beyond it is not taken back; the next minute has a budget of its own."""
    reader = Reader()

    assert [reader.read(50), reader.read(49.5), reader.read(300), reader.read(1)] == [True, True, True, False]

    reader.now = 60_000
    assert reader.read(1)


def test_a_request_under_way_is_not_counted_yet() -> None:
    """Two at once are let in, and both are counted; the refusal tells the budget and the seconds to wait."""
    reader = Reader()
    reader.now = 17_500
    with reader.budget.reading("1010"):
        assert reader.read(60)
        reader.metered += 60

    with pytest.raises(TooManyRequestsError) as refused, reader.budget.reading("1010"):
        pass
    assert (refused.value.kind, refused.value.limit, refused.value.retry_after_seconds) == (LimitKind.READ, 100, 43)


def test_a_request_that_fails_has_read_too() -> None:
    """It is counted as every other, and its error goes on."""
    reader = Reader()

    with pytest.raises(ZeroDivisionError):
        reader.read(100, error=ZeroDivisionError())

    assert not reader.read(1)


def test_what_is_read_counts_where_it_ends() -> None:
    """A long request that began in the last seconds of a minute takes from the next one."""
    reader = Reader()
    reader.now = 59_000

    assert reader.read(100, until=61_000)

    assert not reader.read(1)


def test_a_refused_request_is_not_counted() -> None:
    """However often it is repeated."""
    reader = Reader()
    reader.read(100)
    before = dict(reader.counts.units)

    assert not any(reader.read(5) for _ in range(3))
    assert reader.counts.units == before


def test_what_cannot_be_counted_is_shown_all_the_same() -> None:
    """The reading is done; the fault is ours, and is told."""
    reader = Reader()
    reader.counts.refuses = True

    assert reader.read(100)

    assert [str(fault) for fault in reader.survived] == ["throttled"]
