"""Counting: adds what the writes of deliveries have changed up to counts, each write once."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from recado.ports.counting import CountsStore
from recado.ports.sending import OurFaultError
from recado.rules.delivery.counts import Change, Counts, CountsKey, counted, keys_of

Write = tuple[CountsKey, Counts, Counts]
"""Whose counts, how they were read, and how they are to be."""
Each = Callable[[Callable[[Write], OurFaultError | None], Iterable[Write]], Iterable[OurFaultError | None]]
"""Calls a function with each of these, like `map`; some of them at once, where it likes."""


class Counting:
    """Counts writes of deliveries.

    A death between two of its own writes counts a part; the same changes come again, and what was counted knows it.
    That is so of every write by itself, so that they need no order and may be made side by side (`each`).
    """

    def __init__(self, store: CountsStore, each: Each = map) -> None:
        self._store = store
        self._each = each

    def __call__(self, changes: Iterable[Change]) -> None:
        """Count these writes, those of each place in their order; raises `OurFaultError`, and may then be repeated.

        What one write fails at keeps no other from being made.
        """
        by_key: defaultdict[CountsKey, list[Change]] = defaultdict(list)
        for change in changes:
            if change.counts:
                for key in keys_of(change):
                    by_key[key].append(change)
        if not by_key:
            return
        known = self._store.read(by_key)
        all_counts = ((key, known.get(key, Counts()), own) for key, own in by_key.items())
        results = ((key, before, counted(before, own)) for key, before, own in all_counts)
        changed = [(key, before, after) for key, before, after in results if after != before]
        faults = [fault for fault in self._each(self._write, changed) if fault is not None]
        if faults:
            raise faults[0]

    def _write(self, write: Write) -> OurFaultError | None:
        try:
            self._store.write(*write)
        except OurFaultError as error:
            return error
        return None
