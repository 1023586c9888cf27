"""Limits of an account's requests: each one is counted before anything is done for it."""

from recado.ports import Clock, RequestCounts
from recado.rules.limit import LimitKind, Limits, Window


class TooManyRequestsError(Exception):
    """The account has made as many requests of this kind as it may in this minute."""

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

    def __call__(self, account_id: str, kind: LimitKind) -> None:
        """Count one request; raises `TooManyRequestsError`, which is not counted, or `OurFaultError`."""
        now = self._clock()
        window = Window.at(kind, now)
        limit = self._limits.of(kind)
        if not self._counts.add(account_id, window, limit):
            raise TooManyRequestsError(kind, limit, window.seconds_left(now))
