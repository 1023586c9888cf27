"""Items by their keys, and an index of them that is a little late."""

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Callable

from tests.faults.throttling.stored import IndexEntry, Key
from tests.faults.years.aws.expressions import Item


class Partition:
    """Items with one partition key."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.order: list[str] = []

    def put(self, sort: str, item: Item | None) -> None:
        """Store an item; None removes it."""
        if item is None:
            if self.items.pop(sort, None) is not None:
                del self.order[bisect_left(self.order, sort)]
            return
        if sort not in self.items:
            insort(self.order, sort)
        self.items[sort] = item

    def between(self, lowest: str, highest: str) -> list[str]:
        """Return the sort keys of a range, both ends included."""
        return self.order[bisect_left(self.order, lowest) : bisect_right(self.order, highest)]


class Index:
    """Which items have which keys there; a change comes in when its time has come, in the order of the changes."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._there: dict[Key, IndexEntry] = {}
        self._comes: deque[tuple[int, Key, IndexEntry | None]] = deque()

    def let_come(self, late_ms: int, key: Key, entry: IndexEntry | None) -> None:
        """Let an item have this entry, or none, so much later."""
        self._comes.append((self._clock() + late_ms, key, entry))

    def after_all(self) -> dict[Key, IndexEntry]:
        """Return what there will be."""
        found = dict(self._there)
        for _, key, entry in self._comes:
            _enter(found, key, entry)
        return found

    def partition(self, partition: str) -> list[tuple[Key, IndexEntry]]:
        """Return what is there of a partition, in order."""
        while self._comes and self._comes[0][0] <= self._clock():
            _enter(self._there, *self._comes.popleft()[1:])
        found = [(key, entry) for key, entry in self._there.items() if entry.partition == partition]
        return sorted(found, key=lambda one: (int(one[1].sort), one[0].partition, one[0].sort))


def _enter(entries: dict[Key, IndexEntry], key: Key, entry: IndexEntry | None) -> None:
    entries.pop(key, None)
    if entry is not None:
        entries[key] = entry
