"""Counting: adds what the writes of deliveries have changed up to counts, each write once."""

from collections import defaultdict
from collections.abc import Iterable

from recado.ports.counting import CountsStore
from recado.rules.delivery.counts import Change, Counts, CountsKey, counted, keys_of


class Counting:
    """Counts writes of deliveries.

    A death between two of its own writes counts a part; the same changes come again, and what was counted knows it.
    """

    def __init__(self, store: CountsStore) -> None:
        self._store = store

    def __call__(self, changes: Iterable[Change]) -> None:
        """Count these writes, those of each place in their order; raises `OurFaultError`, and may then be repeated."""
        by_key: defaultdict[CountsKey, list[Change]] = defaultdict(list)
        for change in changes:
            if change.counts:
                for key in keys_of(change):
                    by_key[key].append(change)
        if not by_key:
            return
        known = self._store.read(by_key)
        for key, own in by_key.items():
            before = known.get(key, Counts())
            after = counted(before, own)
            if after != before:
                self._store.write(key, before, after)
