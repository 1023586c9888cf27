"""Counts: what every write of a delivery adds up to."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.delivery.counts import (
    HOUR_MS,
    Change,
    Counts,
    CountsKey,
    Place,
    counted,
    hour_of,
    keys_of,
    standing_of,
    together,
)
from recado.rules.delivery.delivery import DeliveryStatus
from tests.unit.builders import NOW
from tests.unit.rules.delivery.writes import KEPT_UNTIL, Table, change, standing, tables

DELIVERED, PENDING, EXPIRED = DeliveryStatus.DELIVERED, DeliveryStatus.PENDING, DeliveryStatus.EXPIRED
HOURS = (hour_of(NOW), hour_of(NOW) + HOUR_MS, None)


def changes_for(table: Table, place: Place, hour_ms: int | None) -> list[Change]:
    """Return the writes that belong to these counts."""
    key = CountsKey("1010", "wh_1", place, hour_ms)
    return [one for one in table.changes if key in keys_of(one)]


def said(counts: Counts) -> Counts:
    """Return what counts tell people."""
    return replace(counts, counted_to=0, kept_until=0)


@given(tables())
def test_any_writes_sum_up_to_what_is_there(table: Table) -> None:
    """By hour and over all hours, the log and the backlog together, whatever was written, moved or removed by age."""
    for hour in HOURS:
        both = [counted(Counts(), changes_for(table, place, hour)) for place in Place]
        assert said(together(both)) == table.truth(hour)


@given(tables(), st.data())
def test_nothing_is_counted_twice(table: Table, data: st.DataObject) -> None:
    """Batches come again, from any write before: as a whole, in part, or with what follows."""
    for place in Place:
        changes = changes_for(table, place, None)
        counts, done = Counts(), 0
        while done < len(changes):
            start = data.draw(st.integers(0, done))
            done = data.draw(st.integers(done + 1, len(changes)))
            counts = counted(counts, changes[start:done])

        assert counts == counted(Counts(), changes)


@given(tables())
def test_counts_outlive_every_delivery_in_them_by_two_weeks(table: Table) -> None:
    """So that no later write of it can meet counts that are gone."""
    for place in Place:
        counts = counted(Counts(), changes_for(table, place, None))
        kept = [one.kept_until for (where, _), one in table.there.items() if where is place]
        assert counts.kept_until >= max(kept, default=-(10**9)) + 14 * 24 * 60 * 60


def test_a_delivery_that_is_kept_longer_keeps_its_counts_longer() -> None:
    """Delivered again it begins a new time in the log, and nothing else about it may change."""
    first, again = standing(DELIVERED), standing(DELIVERED, kept_until=KEPT_UNTIL + 100)

    counts = counted(Counts(), [change(1, None, first), change(2, first, again)])

    assert (counts.delivered, counts.kept_until) == (1, KEPT_UNTIL + 100 + 14 * 24 * 60 * 60)


def test_one_more_failed_attempt_changes_nothing() -> None:
    """What waits goes on waiting: there is nothing to write."""
    before, after = standing_of(PENDING, None, None, KEPT_UNTIL), standing_of(PENDING, 20, None, KEPT_UNTIL)

    assert not change(1, before, after, Place.BACKLOG).counts


def test_the_log_forgets_and_the_counts_do_not() -> None:
    """A removal by age is not counted in the log; in the backlog nothing waits any longer."""
    assert not change(1, standing(DELIVERED), None).counts
    waiting = standing(PENDING)
    gone = [change(1, None, waiting, Place.BACKLOG), change(2, waiting, None, Place.BACKLOG)]
    assert counted(Counts(), gone).pending == 0


def test_a_delivered_event_has_its_latency_and_its_end() -> None:
    """Those of the attempt that was acknowledged."""
    counts = counted(Counts(), [change(1, None, standing_of(DELIVERED, 87, NOW + 92, KEPT_UNTIL))])
    assert (counts.longest_ms, counts.last_delivered_at) == (87, NOW + 92)


@pytest.mark.parametrize(
    ("latencies", "half", "most"),
    [
        ([], None, None),
        ([3], 3, 3),
        ([30], 30, 30),
        ([3, 40], 25, 40),
        ([20] * 94 + [700] * 6, 25, 700),
        ([20] * 95 + [700] * 5, 25, 25),
        ([20] * 50 + [60] * 50, 25, 60),
        ([20] * 49 + [60] * 50 + [90], 90, 90),
        ([15_000, 15_003], 15_000, 15_003),
        ([25], 25, 25),
        ([26, 27, 49], 49, 49),
    ],
)
def test_a_share_of_deliveries_came_within_so_many_milliseconds(
    latencies: list[int], half: int | None, most: int | None
) -> None:
    """The bound of the bucket in which that share is reached, and never more than the longest."""
    writes = [change(number, None, standing(DELIVERED, latency)) for number, latency in enumerate(latencies, 1)]

    counts = counted(Counts(), writes)

    assert (counts.latency_ms(0.5), counts.latency_ms(0.95)) == (half, most)


def test_an_event_counts_in_its_own_hour_and_in_all() -> None:
    """Hours begin with the hours of UTC."""
    last_of_hour = replace(change(1, None, standing(EXPIRED)), timestamp_ms=NOW + HOUR_MS - 1)

    assert keys_of(last_of_hour) == (
        CountsKey("1010", "wh_1", Place.LOG, NOW),
        CountsKey("1010", "wh_1", Place.LOG, None),
    )
    assert hour_of(NOW + HOUR_MS) == NOW + HOUR_MS


def test_without_a_delivered_event_there_is_no_latency() -> None:
    """Nor where the longest one is not known."""
    assert Counts(longest_ms=87).latency_ms(0.5) is None
    assert replace(Counts(), latencies=(1, *Counts().latencies[1:])).latency_ms(0.5) is None


def test_counts_that_began_before_cancelled_ones_were_counted_do_not_go_below_nothing() -> None:
    """What was cancelled then, and is delivered now, was never counted as cancelled."""
    cancelled, now_delivered = standing(DeliveryStatus.CANCELLED), standing(DELIVERED)

    counts = counted(Counts(delivered=1, counted_to=1), [change(2, cancelled, now_delivered)])
    assert (counts.delivered, counts.cancelled) == (2, 0)
    assert counted(counts, [change(3, None, cancelled)]).cancelled == 1
