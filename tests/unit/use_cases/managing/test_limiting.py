"""Limiting of an account's requests."""

from collections import Counter

import pytest

from recado.rules.limit import LimitKind, Limits, Window
from recado.use_cases.managing.limiting import Limiting, TooManyRequestsError

LIMITS = Limits(mutations=3, test_sends=1, publishes=2)


class FakeCounts:
    """Counts in memory; fills `RequestCounts`."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, account_id: str, window: Window, limit: int) -> bool:
        """Count one more, below the limit."""
        if self._counts[account_id, window.key] >= limit:
            return False
        self._counts[account_id, window.key] += 1
        return True


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

    assert {kind: minute.admitted(kind) for kind in LimitKind} == {
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
