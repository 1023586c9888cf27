"""What the partitions of DynamoDB let through."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

WRITE_UNITS_A_SECOND = 1_000
READ_UNITS_A_SECOND = 3_000


@dataclass(frozen=True)
class Place:
    """A partition key value of a table, or of one of its indexes; they take reads and writes apart."""

    table: str
    index: str | None
    partition: str
    kind: Literal["read", "write"]


@dataclass
class Buckets:
    """A bucket for each place, which holds a second's units, and fills again evenly.

    "Every partition in a DynamoDB table is designed to deliver a maximum capacity of 3,000 read units per second and
    1,000 write units per second"
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html). Stricter than AWS,
    which may let a partition borrow from others or save for later: that is best effort, and promised nowhere. Each
    partition key value counts as a partition, since an item collection whose sort keys grow is split nowhere of use.
    """

    now_seconds: Callable[[], float]
    spent: defaultdict[Place, float] = field(default_factory=lambda: defaultdict(float))
    refused: Counter[Place] = field(default_factory=Counter)
    _left: dict[Place, tuple[float, float]] = field(default_factory=dict)

    def left(self, place: Place) -> float:
        """Units that are left now; less than none after a read that cost more than was left."""
        now = self.now_seconds()
        rate = WRITE_UNITS_A_SECOND if place.kind == "write" else READ_UNITS_A_SECOND
        left, at = self._left.get(place, (float(rate), now))
        left = min(rate, left + (now - at) * rate)
        self._left[place] = left, now
        return left

    def pay(self, bill: Mapping[Place, float]) -> bool:
        """Take these units, all or none; False where a bucket holds too little."""
        short = [place for place, units in bill.items() if self.left(place) < units]
        self.refused.update(short)
        if not short:
            self.charge(bill)
        return not short

    def charge(self, bill: Mapping[Place, float]) -> None:
        """Take units whether or not the buckets hold them, for what is known only when it is done."""
        for place, units in bill.items():
            self._left[place] = self.left(place) - units, self.now_seconds()
            self.spent[place] += units

    def empty(self, place: Place) -> None:
        """Let others have used up a bucket this moment."""
        self._left[place] = 0.0, self.now_seconds()
