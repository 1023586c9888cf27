"""A clock that tests set forward instead of sleeping."""

import time


class Clock:
    """Real time, and what a test has added to it."""

    def __init__(self) -> None:
        self._ahead_ns = 0

    def advance(self, seconds: float) -> None:
        """Set the clock forward."""
        self._ahead_ns += round(seconds * 1_000_000_000)

    def time_ns(self) -> int:
        """Tell nanoseconds since 1970, as `time.time_ns` does."""
        return time.time_ns() + self._ahead_ns

    def milliseconds(self) -> float:
        """Tell milliseconds since 1970."""
        return self.time_ns() / 1_000_000
