"""A clock that tests set forward instead of sleeping."""

import time


class Clock:
    """Real time, and what a test has added to it; stopped, it moves only when it is set forward."""

    def __init__(self) -> None:
        self._ahead_ns = 0
        self._stopped_at: int | None = None

    def stop(self) -> None:
        """Stand still, so that a slow machine changes nothing."""
        self._stopped_at = time.time_ns()

    def advance(self, seconds: float) -> None:
        """Set the clock forward."""
        self._ahead_ns += round(seconds * 1_000_000_000)

    def time_ns(self) -> int:
        """Tell nanoseconds since 1970, as `time.time_ns` does."""
        now = time.time_ns() if self._stopped_at is None else self._stopped_at
        return now + self._ahead_ns

    def milliseconds(self) -> float:
        """Tell milliseconds since 1970."""
        return self.time_ns() / 1_000_000
