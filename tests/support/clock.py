"""A clock that tests set forward instead of sleeping."""

import time
from types import SimpleNamespace
from typing import Self

import pytest


class Clock:
    """Real time, and what a test has added to it; stopped, it moves only when it is set forward."""

    def __init__(self) -> None:
        self._ahead_ns = 0
        self._stopped_at: int | None = None

    @classmethod
    def of_functions(cls, patch: pytest.MonkeyPatch) -> Self:
        """Return a clock that functions and queues go by; who waits sets it forward, and no wait is spread."""
        clock = cls()
        patch.setattr("recado.composition.clients.time", SimpleNamespace(time_ns=clock.time_ns))
        patch.setattr("recado.composition.senders.time", SimpleNamespace(sleep=clock.advance))
        patch.setattr("recado.composition.senders.random", SimpleNamespace(random=lambda: 0.0))
        patch.setattr("recado.adapters.dynamodb.item_writes.time", SimpleNamespace(sleep=clock.advance))
        patch.setattr("moto.sqs.models.unix_time_millis", clock.milliseconds)
        return clock

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
