"""What goes wrong on our own side, and when: in storms, with calm between them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from random import Random

from tests.faults.throttling.buckets import Buckets, Place
from tests.faults.years.aws.invocations import Invocation

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


class Fate(Enum):
    """What befalls a call."""

    REFUSED = "refused call"
    LOST = "lost answer"
    CONFLICT = "transaction conflict"
    DIES_BEFORE = "death before a call"
    DIES_AFTER = "death after a call"
    FROZEN = "lapsed lease"


OTHERS = (
    "throttled partition",
    "clock jump",
    "purge",
    "message twice",
    "message late",
    "refused message",
    "event twice",
)


@dataclass
class Storm:
    """For some time these things happen with these chances.

    `starved` are partitions that others have used up whenever somebody calls, with the chance `starving`.
    """

    until_ms: int
    chances: dict[str, float]
    starved: list[Place] = field(default_factory=list)
    starving: float = 0.0


class Faults:
    """Draws what goes wrong. `names` limits the kinds of faults, for a run that is to be made smaller."""

    def __init__(self, random: Random, clock: Callable[[], int], names: frozenset[str] | None = None) -> None:
        self._random = random
        self._clock = clock
        self._names = names
        self.storm: Storm | None = None
        self.happened: Counter[str] = Counter()
        self.buckets: Buckets | None = None
        self.last_ms = 0

    @property
    def names(self) -> list[str]:
        """Name the kinds of faults there may be."""
        each = [fate.value for fate in Fate] + list(OTHERS)
        return [name for name in each if self._names is None or name in self._names]

    def begin(self, places: list[Place]) -> int:
        """Begin a storm over these partitions, or some; return when it ends."""
        random, now = self._random, self._clock()
        until = now + random.choice([10 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 10 * HOUR_MS])
        kinds = random.sample(self.names, random.randint(1, len(self.names))) if self.names else []
        strength = random.choice([0.002, 0.01, 0.03, 0.1])
        storm = Storm(until, dict.fromkeys(kinds, strength))
        if "throttled partition" in kinds:
            storm.starved = random.sample(places, random.randint(1, len(places)))
            storm.starving = random.choice([0.5, 0.9, 1.0])
        self.storm = storm
        return until

    def end(self) -> None:
        """Let it be calm."""
        self.storm = None

    def strikes(self, name: str, *, often: float = 1.0) -> bool:
        """Whether this happens now."""
        if self.storm is None or name not in self.storm.chances:
            return False
        if self._random.random() >= self.storm.chances[name] * often:
            return False
        self.note(name)
        return True

    def note(self, name: str) -> None:
        """Count what has happened."""
        self.happened[name] += 1
        self.last_ms = self._clock()

    def of_call(self, operation: str, invocation: Invocation | None) -> Fate | None:
        """Draw what befalls a call, or a POST (`POST`)."""
        storm = self.storm
        if storm is None or invocation is None:
            return None
        self._starve(storm, invocation)
        for fate in Fate:
            if fate.value in storm.chances and self._fits(fate, operation, invocation) and self.strikes(fate.value):
                invocation.hurt.add(fate.value)
                return fate
        return None

    def _fits(self, fate: Fate, operation: str, invocation: Invocation) -> bool:
        if operation == "POST":
            return fate in (Fate.DIES_BEFORE, Fate.DIES_AFTER)
        if fate is Fate.CONFLICT:
            return operation in _WRITES
        if fate is Fate.FROZEN:
            return invocation.function == "redelivery"
        return True

    def _starve(self, storm: Storm, invocation: Invocation) -> None:
        if storm.starved and self.buckets is not None and self._random.random() < storm.starving:
            for place in storm.starved:
                self.buckets.empty(place)
            self.note("throttled partition")
            invocation.hurt.add("near throttled")

    def frozen_seconds(self) -> float:
        """Draw how long a process stands still: its lease lapses."""
        return self._random.uniform(60, 300)

    def skew_ms(self, invocation: Invocation) -> int:
        """Draw how wrong the clock of an invocation is."""
        if not self.strikes("clock jump", often=5):
            return 0
        invocation.hurt.add("clock jump")
        return self._random.randint(-4_000, 4_000)
