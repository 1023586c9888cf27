"""The minutes that limits count by."""

from tests.support.clock import Clock

MINUTE = 60


def begin_a_minute(clock: Clock) -> None:
    """Go on to where a minute has just begun."""
    a_minute = MINUTE * 1_000_000_000
    clock.advance((a_minute - clock.time_ns() % a_minute) / 1_000_000_000)
