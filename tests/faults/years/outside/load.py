"""What is published: a few events a day, bursts, duplicates, and events that are older than they look."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from recado.rules.event.catalogue import Category
from tests.faults.simulation import Simulation
from tests.faults.years.faults import DAY_MS, HOUR_MS
from tests.support.catalogue import SHIPPED

REAL_TIME = [one.name for one in SHIPPED if one.category is Category.REAL_TIME][:2]
BATCH = [one.name for one in SHIPPED if one.category is Category.NON_REAL_TIME][:2]
NAMES = (*REAL_TIME, *BATCH)


@dataclass(frozen=True)
class Published:
    """An event, and when it was accepted."""

    account_id: str
    name: str
    key: str
    envelope: dict[str, Any] = field(repr=False)
    at_ms: int


@dataclass
class Load:
    """Publishes the events of an account, so many a day on average; some of them receivers cannot take."""

    simulation: Simulation
    random: Random
    account_id: str
    publish: Callable[[Published], object]
    a_day: float
    bad: float = 0.0
    count: int = 0

    def go_on_until(self, end_ms: int) -> None:
        """Publish, with pauses; to be run."""
        while self.simulation.now_ms < end_ms:
            self.simulation.sleep(self.random.expovariate(self.a_day / 86_400))
            if self.simulation.now_ms < end_ms:
                self._publish_some()

    def _publish_some(self) -> None:
        random = self.random
        burst = random.random() < 0.005
        names = NAMES if not burst or random.random() < 0.3 else tuple(BATCH)
        for _ in range(random.randint(10, 150) if burst else 1):
            one = self._event(random.choice(names))
            self.publish(one)
            if random.random() < 0.03:
                later = self.simulation.now_ms + random.choice([0, 0, 500, 20_000, HOUR_MS])
                self.simulation.at(later, self.publish, one)
            if burst and random.random() < 0.5:
                self.simulation.sleep(random.uniform(0, 0.3))

    def _event(self, name: str) -> Published:
        random, now = self.random, self.simulation.now_ms
        self.count += 1
        event_id = f"{self.account_id}-{self.count}"
        timestamp = now - random.choice([0] * 15 + [random.randint(0, 5_000), random.randint(0, 2 * DAY_MS)])
        data: dict[str, Any] = {"text": "x" * random.choice([20, 20, 200, 2_000])}
        if random.random() < self.bad:
            data["bad"] = True
        detail = {"accountId": self.account_id, "eventId": event_id, "timestamp": timestamp, "data": data}
        envelope = {"version": "0", "detail-type": name, "source": "source", "detail": detail}
        return Published(self.account_id, name, f"{timestamp:015d}#{event_id}", envelope, now)
