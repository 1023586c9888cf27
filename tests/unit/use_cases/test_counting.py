"""Counting: every write once, however often it comes and wherever the process dies."""

from collections.abc import Collection
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.ports.sending import OurFaultError
from recado.rules.delivery.counts import Counts, CountsKey, Place, hour_of, together
from recado.rules.delivery.delivery import DeliveryStatus
from recado.use_cases.counting import Counting
from tests.unit.builders import NOW
from tests.unit.rules.delivery.writes import Table, change, standing, tables

PENDING = standing(DeliveryStatus.PENDING)


class FakeCounts:
    """Keeps counts, and dies at the writes it is told; fills `CountsStore`."""

    def __init__(self) -> None:
        self.kept: dict[CountsKey, Counts] = {}
        self.reads: list[set[CountsKey]] = []
        self.writes = 0
        self.left: int | None = None
        self.refused: set[CountsKey] = set()

    def read(self, keys: Collection[CountsKey]) -> dict[CountsKey, Counts]:
        """Return those that are there."""
        self.reads.append(set(keys))
        return {key: self.kept[key] for key in keys if key in self.kept}

    def write(self, key: CountsKey, before: Counts, after: Counts) -> None:
        """Keep them in place of those that were read."""
        if self.left == 0 or key in self.refused:
            raise OurFaultError("throttled")
        self.left = None if self.left is None else self.left - 1
        if self.kept.get(key, Counts()) != before:
            raise OurFaultError("others are counting")
        self.writes += 1
        self.kept[key] = after

    def said(self, hour_ms: int | None) -> Counts:
        """Return what people are told."""
        both = [self.kept.get(CountsKey("1010", "wh_1", place, hour_ms), Counts()) for place in Place]
        return replace(together(both), counted_to=0, kept_until=0)


@given(tables(), st.data())
def test_counts_are_true_wherever_it_dies(table: Table, data: st.DataObject) -> None:
    """A batch that fails between two of its writes comes again, from its beginning or before, in other cuts."""
    store, done = FakeCounts(), 0
    while done < len(table.changes):
        start = data.draw(st.integers(0, done))
        end = data.draw(st.integers(done + 1, len(table.changes)))
        store.left = data.draw(st.one_of(st.none(), st.integers(0, 3)))
        try:
            Counting(store)(table.changes[start:end])
        except OurFaultError:
            continue
        done = end

    for hour in (hour_of(NOW), None):
        assert store.said(hour) == table.truth(hour)


def test_a_batch_is_one_read_and_a_write_for_each_count() -> None:
    """A hundred events of one hour that leave the backlog: hour and total, log and backlog."""
    store = FakeCounts()
    gone = [change(number, PENDING, None, Place.BACKLOG) for number in range(1, 101)]
    delivered = [change(number, None, standing(DeliveryStatus.DELIVERED)) for number in range(101, 201)]

    Counting(store)(gone + delivered)

    assert (len(store.reads), len(store.reads[0]), store.writes) == (1, 4, 4)


def test_a_sparse_minute_is_few_writes() -> None:
    """A record every two seconds, of three webhooks, collected for a minute: 0.2 writes a delivery."""
    store = FakeCounts()
    delivered = standing(DeliveryStatus.DELIVERED)
    minute = [replace(change(number, None, delivered), webhook_id=f"wh_{number % 3}") for number in range(1, 31)]

    Counting(store)(minute)

    assert store.writes / len(minute) <= 0.2


def test_one_write_that_fails_keeps_no_other_from_being_made() -> None:
    """Only its own count comes again, with the batch that does."""
    store = FakeCounts()
    the_sum = CountsKey("1010", "wh_1", Place.LOG, None)
    store.refused = {the_sum}
    changes = [change(1, None, standing(DeliveryStatus.DELIVERED))]
    with pytest.raises(OurFaultError):
        Counting(store)(changes)
    assert (store.said(hour_of(NOW)).delivered, store.said(None).delivered) == (1, 0)

    store.refused = set()
    Counting(store)(changes)

    assert (store.said(hour_of(NOW)).delivered, store.said(None).delivered) == (1, 1)


def test_what_changes_no_count_costs_no_call() -> None:
    """A failed attempt of a whole backlog is read from the stream, and that is all."""
    store = FakeCounts()

    Counting(store)([change(number, PENDING, PENDING, Place.BACKLOG) for number in range(1, 101)])

    assert (store.reads, store.writes) == ([], 0)


def test_what_was_counted_is_not_written_again() -> None:
    """A batch that comes again costs its read."""
    store = FakeCounts()
    changes = [change(1, None, PENDING, Place.BACKLOG)]
    Counting(store)(changes)

    Counting(store)(changes)

    assert (len(store.reads), store.writes) == (2, 2)


def test_writes_that_even_out_are_remembered_as_counted() -> None:
    """One that came and went leaves nothing to see, but the second half may come again without the first."""
    store = FakeCounts()
    came, went = change(1, None, PENDING, Place.BACKLOG), change(2, PENDING, None, Place.BACKLOG)
    Counting(store)([came, went])

    Counting(store)([went])

    assert store.said(None).pending == 0


def test_a_fault_is_for_the_caller_to_repeat() -> None:
    """It is not swallowed."""
    store = FakeCounts()
    store.left = 0

    with pytest.raises(OurFaultError):
        Counting(store)([change(1, None, PENDING, Place.BACKLOG)])
