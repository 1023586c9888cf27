"""What became of every delivery, and how long it took: published = delivered + waiting + expired, and what is twice."""

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import accumulate


@dataclass
class Ledger:
    """Counts deliveries; `published` are those that the bus has accepted, or a publisher still holds.

    `taken` has for each group how many were received after how many seconds since they were published.
    """

    published: int = 0
    delivered: int = 0
    expired: int = 0
    twice: int = 0
    faults: int = 0
    taken: defaultdict[str, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    fallen: Counter[str] = field(default_factory=Counter)

    def received(self, group: str, seconds: float, count: int = 1) -> None:
        """A receiver has so many for the first time."""
        self.delivered += count
        self.taken[group].append((seconds, count))

    def lost(self, waiting: int) -> int:
        """How many are nowhere, when so many wait: to be nothing."""
        return self.published - self.delivered - self.expired - waiting

    def hundredths(self, group: str, *wanted: int) -> list[float | None]:
        """Within how many seconds so many of a hundred were received, of those that were; None where none was."""
        taken = sorted(self.taken[group])
        if not taken:
            return [None] * len(wanted)
        counts = list(accumulate(count for _, count in taken))
        return [taken[bisect_left(counts, counts[-1] * each / 100)][0] for each in wanted]
