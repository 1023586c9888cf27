"""Limits of an account's requests: each one is counted before anything is done for it, or by what it has read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from recado.ports.managing import ReadMeter, RequestCounts
from recado.ports.sending import Clock, OurFaultError
from recado.rules.limit import LimitKind, Limits, Window


class TooManyRequestsError(Exception):
    """The account has made as many requests of this kind, or read as much, as it may in this minute."""

    def __init__(self, kind: LimitKind, limit: int, retry_after_seconds: int) -> None:
        super().__init__(f"{kind}: {limit} a minute")
        self.kind = kind
        self.limit = limit
        self.retry_after_seconds = retry_after_seconds


class Limiting:
    """Counts requests by account, kind and minute of the clock.

    A store that fails lets nothing through (`OurFaultError`): what a limit protects would otherwise be open just when
    the table is under too much load.
    """

    def __init__(self, counts: RequestCounts, limits: Limits, clock: Clock) -> None:
        self._counts = counts
        self._limits = limits
        self._clock = clock

    def __call__(self, account_id: str, kind: LimitKind, webhook_id: str | None = None) -> None:
        """Count one request, of that webhook alone where one is named.

        Raises `TooManyRequestsError`, which is not counted, or `OurFaultError`.
        """
        now = self._clock()
        window = Window.at(kind, now, webhook_id)
        limit = self._limits.of(kind)
        if not self._counts.add(account_id, window, limit):
            raise TooManyRequestsError(kind, limit, window.seconds_left(now))


class ReadBudget:
    """Counts what an account's requests have read, which is known only when they have.

    So a request is let in while the minute's budget is not used up, and those under way at once may go beyond it, each
    by what one request may read. What cannot be counted is not taken back from who has asked: `survived` is told.
    """

    def __init__(
        self,
        counts: RequestCounts,
        limits: Limits,
        clock: Clock,
        meter: ReadMeter,
        survived: Callable[[OurFaultError], object],
    ) -> None:
        self._counts = counts
        self._limit = limits.of(LimitKind.READ)
        self._clock = clock
        self._meter = meter
        self._survived = survived

    @contextmanager
    def reading(self, account_id: str, webhook_id: str | None = None) -> Iterator[None]:
        """Let a request read, and count what it has read, however it ends, in the minute in which it ends.

        That of a webhook's receiver, which is named then, counts for that webhook alone. Raises
        `TooManyRequestsError`, which costs one read unit that is not counted, or `OurFaultError`.
        """
        before, now = self._meter(), self._clock()
        kind = LimitKind.READ if webhook_id is None else LimitKind.RECEIVER_READ
        window = Window.at(kind, now, webhook_id)
        if self._counts.used(account_id, window) >= self._limit:
            raise TooManyRequestsError(kind, self._limit, window.seconds_left(now))
        try:
            yield
        finally:
            self._count(account_id, Window.at(kind, self._clock(), webhook_id), self._meter() - before)

    def _count(self, account_id: str, window: Window, units: float) -> None:
        try:
            self._counts.use(account_id, window, units)
        except OurFaultError as fault:
            self._survived(fault)
