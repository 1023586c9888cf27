"""What a receiver is shown of its deliveries: those that have arrived since a time, by the time of their events."""

from dataclasses import dataclass

_HOUR_MS = 60 * 60 * 1000
_DAY_MS = 24 * _HOUR_MS
USUALLY_SINCE_MS = _DAY_MS
# A drain takes five minutes at most from its beginning, which counts as arrival, until its last delivery is written.
_WRITTEN_WITHIN_MS = 6 * 60 * 1000


@dataclass(frozen=True, slots=True)
class ArrivedWindow:
    """Deliveries that have arrived since `arrived_from`, of events from `from_ms` on (both in ms since 1970)."""

    arrived_from: int
    from_ms: int


def window(arrived_from: int | None, from_ms: int | None, began_ms: int, drains_every_ms: int | None) -> ArrivedWindow:
    """The window that is asked for, or the usual one, in a walk that began then.

    An event arrives later than its own time: by as much as it took to be published, an hour usually at the very most,
    and by as long as it waits for a drain; a day where nobody knows when the next is.
    """
    since = began_ms - USUALLY_SINCE_MS if arrived_from is None else arrived_from
    if from_ms is None:
        from_ms = since - _HOUR_MS - (_DAY_MS if drains_every_ms is None else drains_every_ms)
    return ArrivedWindow(since, max(0, from_ms))


def resume_from(arrived_from: int, began_ms: int) -> int:
    """From when on to ask next, so that nothing is missed of what was written while this was read from `began_ms`."""
    # A receiver's clock may be ahead: what arrives until then is not to be left out.
    return max(min(arrived_from, began_ms), began_ms - _WRITTEN_WITHIN_MS)
