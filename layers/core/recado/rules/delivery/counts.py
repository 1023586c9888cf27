"""How many deliveries of a webhook stand where, by hour: the sum of what every write of a delivery has changed.

A write is counted from its two images alone, before and after. Log, backlog and what is set aside are counted
apart, because their writes come in orders that know nothing of each other.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate

from recado.rules.delivery.delivery import DeliveryStatus

HOUR_MS = 60 * 60 * 1000
LATENCY_BOUNDS_MS = (25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 15_000)
"""The upper bounds of the latency histogram's buckets; one more bucket holds what is above the last."""

_KEPT_LONGER_SECONDS = 14 * 24 * 60 * 60
_NONE_YET = (0,) * (len(LATENCY_BOUNDS_MS) + 1)


class Place(StrEnum):
    """Which of a webhook's partitions a delivery is written to."""

    LOG = "log"
    BACKLOG = "backlog"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of a delivery as it is written; `latency_ms` and `finished_at` where it is delivered.

    `kept_until` is when the table removes it, in seconds since 1970.
    """

    status: DeliveryStatus
    latency_ms: int | None
    finished_at: int | None
    kept_until: int


@dataclass(frozen=True, slots=True)
class Change:
    """One write of a delivery: how it stood before and stands after, None where it was not or is no longer there.

    `sequence` orders the writes of one place.
    """

    account_id: str
    webhook_id: str
    place: Place
    timestamp_ms: int
    sequence: int
    before: Standing | None
    after: Standing | None

    @property
    def counts(self) -> bool:
        """Whether there is anything to count: not for one more failed attempt, nor when the log forgets with time.

        The log's own removals are left out, so that counts say what happened, however long the log is kept; but not
        that of a delivery which waits elsewhere again.
        """
        ended = self.before is not None and self.before.status is not DeliveryStatus.PENDING
        forgotten = self.place is Place.LOG and self.after is None and ended
        return self.before != self.after and not forgotten

    @property
    def ends(self) -> bool:
        """Whether a delivery has come to an end in the log: another than it had, if it had one."""
        if self.place is not Place.LOG or self.after is None or self.after.status is DeliveryStatus.PENDING:
            return False
        return self.before is None or self.before.status is not self.after.status

    @property
    def end_to_end_ms(self) -> int | None:
        """Milliseconds from the event's own timestamp until it was delivered, or None; 0 where its clock is ahead.

        None, too, for what stood in the log before: it has waited for somebody to ask for it.
        """
        if self.before is not None or self.after is None or self.after.finished_at is None:
            return None
        return max(0, self.after.finished_at - self.timestamp_ms)


@dataclass(frozen=True, slots=True)
class CountsKey:
    """Whose counts: those of one hour (its start, in milliseconds), or of all hours where it is None."""

    account_id: str
    webhook_id: str
    place: Place
    hour_ms: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Deliveries by status, a histogram of the latencies of delivered ones, the longest latency, the last delivery.

    `counted_to` is the sequence of the last write that was counted. The counts are kept for two weeks longer than every
    delivery in them (`kept_until`, in seconds since 1970), so that no write can meet counts that are gone.
    """

    delivered: int = 0
    pending: int = 0
    expired: int = 0
    skipped: int = 0
    cancelled: int = 0
    latencies: tuple[int, ...] = _NONE_YET
    longest_ms: int | None = None
    last_delivered_at: int | None = None
    counted_to: int = 0
    kept_until: int = 0

    def latency_ms(self, share: float) -> int | None:
        """Milliseconds within which that share was delivered: the bound of a bucket, or the longest if it is less."""
        total = sum(self.latencies)
        if total <= 0 or self.longest_ms is None:
            return None
        rank = max(1, math.ceil(share * total))
        reached = sum(1 for so_far in accumulate(self.latencies) if so_far < rank)
        bound = LATENCY_BOUNDS_MS[reached] if reached < len(LATENCY_BOUNDS_MS) else self.longest_ms
        return min(bound, self.longest_ms)


def standing_of(status: DeliveryStatus, latency_ms: int | None, finished_at: int | None, kept_until: int) -> Standing:
    """What counts of a delivery with these values."""
    delivered = status is DeliveryStatus.DELIVERED
    return Standing(status, latency_ms if delivered else None, finished_at if delivered else None, kept_until)


def hour_of(milliseconds: int) -> int:
    """The start of the hour (UTC) in which a moment lies."""
    return milliseconds - milliseconds % HOUR_MS


def keys_of(change: Change) -> tuple[CountsKey, CountsKey]:
    """The counts that a write belongs to: those of its event's hour, and those of all hours."""
    own = (change.account_id, change.webhook_id, change.place)
    return CountsKey(*own, hour_of(change.timestamp_ms)), CountsKey(*own, None)


def counted(counts: Counts, changes: Iterable[Change]) -> Counts:
    """The counts with these writes, in their order, but for those that were counted before."""
    for change in changes:
        if change.counts and change.sequence > counts.counted_to:
            counts = _with(counts, change)
    return counts


def together(counts: Iterable[Counts]) -> Counts:
    """The sum of counts of different places; which writes are in it is no longer known."""
    total = Counts()
    for one in counts:
        total = Counts(
            delivered=total.delivered + one.delivered,
            pending=total.pending + one.pending,
            expired=total.expired + one.expired,
            skipped=total.skipped + one.skipped,
            cancelled=total.cancelled + one.cancelled,
            latencies=tuple(map(sum, zip(total.latencies, one.latencies, strict=True))),
            longest_ms=_later(total.longest_ms, one.longest_ms),
            last_delivered_at=_later(total.last_delivered_at, one.last_delivered_at),
        )
    return total


def _with(counts: Counts, change: Change) -> Counts:
    after = change.after
    kept_until = 0 if after is None else after.kept_until + _KEPT_LONGER_SECONDS
    return replace(
        counts,
        delivered=counts.delivered + _gain(change, DeliveryStatus.DELIVERED),
        pending=counts.pending + _gain(change, DeliveryStatus.PENDING),
        expired=counts.expired + _gain(change, DeliveryStatus.EXPIRED),
        skipped=counts.skipped + _gain(change, DeliveryStatus.SKIPPED),
        # Counts that began before what is cancelled was counted know nothing of what leaves it.
        cancelled=max(0, counts.cancelled + _gain(change, DeliveryStatus.CANCELLED)),
        latencies=_latencies(counts.latencies, change),
        longest_ms=_later(counts.longest_ms, None if after is None else after.latency_ms),
        last_delivered_at=_later(counts.last_delivered_at, None if after is None else after.finished_at),
        counted_to=change.sequence,
        kept_until=max(counts.kept_until, kept_until),
    )


def _gain(change: Change, status: DeliveryStatus) -> int:
    return (change.after is not None and change.after.status is status) - (
        change.before is not None and change.before.status is status
    )


def _latencies(latencies: tuple[int, ...], change: Change) -> tuple[int, ...]:
    left, entered = _bucket(change.before), _bucket(change.after)
    return tuple(number + (position == entered) - (position == left) for position, number in enumerate(latencies))


def _bucket(standing: Standing | None) -> int | None:
    if standing is None or standing.latency_ms is None:
        return None
    return sum(1 for bound in LATENCY_BOUNDS_MS if bound < standing.latency_ms)


def _later(one: int | None, other: int | None) -> int | None:
    return max((value for value in (one, other) if value is not None), default=None)
