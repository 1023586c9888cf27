"""Moments: numbers that say how things lie in time, before and after the beginnings of the jobs there have been.

The first job begins at 100, the second at 200. Between two beginnings all that ends does so at one moment, and whoever
asks for a copy does so after that, or before.
"""

from tests.unit.builders import NOW

_FROM = NOW - 2_000
_BETWEEN = 100
ENDED_BEFORE = 10
"""What had ended before any job began."""
ASKED_BEFORE = 50
"""A copy that was asked for before any job began."""
JUST_NOW = -1
"""What is written now: the moment follows from the jobs there are."""


def begun(number: int) -> int:
    """Return when a job began."""
    return _BETWEEN * number


def ended_now(jobs: int) -> int:
    """Return when something ends that ends now, after so many jobs have begun."""
    return _BETWEEN * jobs + 10


def asked_now(jobs: int, *, earlier: bool = False) -> int:
    """Return when a copy is asked for that is so now, after all else or before what ends now."""
    return _BETWEEN * jobs + (5 if earlier else 50)


def time_of(moment: int) -> int:
    """Return the time of a moment, in milliseconds since 1970."""
    return _FROM + moment


def moment_of(time: int | None) -> int:
    """Return the moment that a process writes: one that it has read, or that it is now."""
    if time is None:
        return 0
    return time - _FROM if _FROM <= time < NOW else JUST_NOW
