"""Writes of deliveries in any order, and what is true after them."""

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st

from recado.rules.delivery.counts import HOUR_MS, LATENCY_BOUNDS_MS, Change, Counts, Place, Standing
from recado.rules.delivery.delivery import DeliveryStatus
from tests.unit.builders import NOW

KEPT_UNTIL = NOW // 1000 + 30 * 24 * 60 * 60
# Two events of one hour, one of the next.
TIMESTAMPS = (NOW, NOW + 1, NOW + HOUR_MS)


def standing(status: DeliveryStatus, latency_ms: int = 20, kept_until: int = KEPT_UNTIL) -> Standing:
    """Build how a delivery stands; a delivered one ended at its latency after noon."""
    delivered = status is DeliveryStatus.DELIVERED
    return Standing(status, latency_ms if delivered else None, NOW + latency_ms if delivered else None, kept_until)


def change(sequence: int, before: Standing | None, after: Standing | None, place: Place = Place.LOG) -> Change:
    """Build a write of one delivery of noon."""
    return Change("1010", "wh_1", place, NOW, sequence, before, after)


@dataclass
class Table:
    """The deliveries of a webhook: written, removed, and remembered with every write."""

    changes: list[Change] = field(default_factory=list)
    there: dict[tuple[Place, int], Standing] = field(default_factory=dict)
    forgotten: list[tuple[int, Standing]] = field(default_factory=list)
    ever: list[tuple[int, Standing]] = field(default_factory=list)

    def write(self, place: Place, timestamp_ms: int, after: Standing | None) -> None:
        """Put a delivery, or remove it; the log removes what is too old and for no other reason."""
        before = self.there.pop((place, timestamp_ms), None)
        if before is None and after is None:
            return
        if after is not None:
            self.there[place, timestamp_ms] = after
            self.ever.append((timestamp_ms, after))
        elif before is not None and place is Place.LOG:
            self.forgotten.append((timestamp_ms, before))
        sequence = len(self.changes) + 1
        self.changes.append(Change("1010", "wh_1", place, timestamp_ms, sequence, before, after))

    def truth(self, hour_ms: int | None) -> Counts:
        """What counts are to say, but for how far they go and how long they are kept."""
        counted = [
            one
            for timestamp, one in [*((key[1], value) for key, value in self.there.items()), *self.forgotten]
            if hour_ms in (None, timestamp - timestamp % HOUR_MS)
        ]
        ever = [one for timestamp, one in self.ever if hour_ms in (None, timestamp - timestamp % HOUR_MS)]
        statuses = [one.status for one in counted]
        latencies = [one.latency_ms for one in counted if one.latency_ms is not None]
        edges = [-1, *LATENCY_BOUNDS_MS, 10**9]
        return Counts(
            delivered=statuses.count(DeliveryStatus.DELIVERED),
            pending=statuses.count(DeliveryStatus.PENDING),
            expired=statuses.count(DeliveryStatus.EXPIRED),
            skipped=statuses.count(DeliveryStatus.SKIPPED),
            cancelled=statuses.count(DeliveryStatus.CANCELLED),
            latencies=tuple(sum(low < latency <= high for latency in latencies) for low, high in pairwise(edges)),
            longest_ms=max((one.latency_ms for one in ever if one.latency_ms is not None), default=None),
            last_delivered_at=max((one.finished_at for one in ever if one.finished_at is not None), default=None),
        )


_pending = st.just(standing(DeliveryStatus.PENDING))
_finished = st.builds(
    standing,
    st.sampled_from([status for status in DeliveryStatus if status is not DeliveryStatus.PENDING]),
    st.sampled_from([0, 25, 26, 99, 15_000, 15_001]),
)
_writes = st.one_of(
    st.tuples(st.just(Place.BACKLOG), st.sampled_from(TIMESTAMPS), st.one_of(st.none(), _pending)),
    st.tuples(st.just(Place.LOG), st.sampled_from(TIMESTAMPS), st.one_of(st.none(), _finished)),
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw a table after any writes."""
    table = Table()
    for write in draw(st.lists(_writes, max_size=25)):
        table.write(*write)
    return table
