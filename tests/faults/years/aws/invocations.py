"""Invocations of functions: each has an end, a clock of its own, and what it has seen and suffered."""

from collections.abc import Callable
from dataclasses import dataclass, field

from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, BACKLOG_SUFFIX
from tests.faults.simulation import Simulation

WEBHOOKS, DELIVERIES = "webhooks", "deliveries"
CLOCK_FAULTS = {"lapsed lease", "lapse", "clock jump"}
LOOKED_UP = "looked up"
"""Stands for the table in `Invocation.saw`, where events were looked up, and not read."""


class Died(BaseException):
    """The process is gone: no handler of the code under test catches this."""


@dataclass(eq=False)
class Invocation:
    """One invocation, as Lambda's context and as the checks know it; times are true ones, `now_ms` is what it believes.

    `marker` names the keyed request that it answers, `hurt` the faults that have befallen it. `saw` is when it last
    read a webhook, an account or a partition of deliveries, by table and key, `posted` when its last POST to a webhook
    ended.
    """

    simulation: Simulation
    function: str
    number: int
    timeout_seconds: float
    began_ms: int
    skew_ms: int = 0
    frozen_ms: int = 0
    dead: bool = False
    marker: str | None = None
    hurt: set[str] = field(default_factory=set)
    saw: dict[tuple[str, str], int] = field(default_factory=dict)
    posted: dict[str, int] = field(default_factory=dict)

    def saw_waiting(self, webhook_id: str) -> list[int]:
        """When it has read what waits of a webhook: in the backlog, and aside; a dispatcher, when it looked up events.

        What else it reads, such as for an alert, does not count.
        """
        backlog, aside = webhook_id + BACKLOG_SUFFIX, webhook_id + ASIDE_SUFFIX
        if self.function != "redelivery":
            return [self.saw.get((LOOKED_UP, backlog), self.began_ms)]
        aside_ms = self.saw.get((DELIVERIES, aside), 0)
        return [self.saw.get((DELIVERIES, backlog), 0), *([aside_ms] if aside_ms else [])]

    def __post_init__(self) -> None:
        self._began_by_its_clock = self.now_ms()

    def now_ms(self) -> int:
        """Tell the time by its own clock."""
        return self.simulation.now_ms + self.skew_ms

    def get_remaining_time_in_millis(self) -> int:
        """Tell the time left by its own clock, as Lambda's runtime does."""
        return round(self.timeout_seconds * 1000) - (self.now_ms() - self._began_by_its_clock)

    @property
    def out_of_time(self) -> bool:
        """Whether Lambda has ended it."""
        return self.simulation.now_ms - self.began_ms - self.frozen_ms > self.timeout_seconds * 1000

    def check(self) -> None:
        """Go no further, where it has died or its time is over."""
        if self.out_of_time and not self.dead:
            self.hurt.add("timeout")
            self.dead = True
        if self.dead:
            raise Died

    def die(self) -> None:
        """End here."""
        self.hurt.add("death")
        self.dead = True
        raise Died

    def freeze(self, seconds: float) -> None:
        """Stand still while the world goes on, and know nothing of it afterwards."""
        self.hurt.add("lapse")
        before = self.simulation.now_ms
        self.frozen_ms += round(seconds * 1000)
        self.simulation.sleep(seconds)
        self.skew_ms -= self.simulation.now_ms - before


@dataclass
class Functions:
    """Starts invocations, and tells what came of them."""

    simulation: Simulation
    skew_ms: Callable[[Invocation], int]
    timed_out: Callable[[Invocation], None]
    count: int = 0
    under_way: dict[int, Invocation] = field(default_factory=dict)

    def invoke(
        self,
        function: str,
        timeout_seconds: float,
        work: Callable[[Invocation], object],
        then: Callable[[Invocation, BaseException | None, object], None],
    ) -> None:
        """Begin an invocation now; `then` gets what ended it, or what it has answered."""
        self.count += 1
        simulation = self.simulation
        one = Invocation(simulation, function, self.count, timeout_seconds, simulation.now_ms)
        one.skew_ms = self.skew_ms(one)
        self.under_way[one.number] = one

        def run() -> None:
            problem: BaseException | None = None
            answer: object = None
            try:
                answer = work(one)
            except (Exception, Died) as error:  # noqa: BLE001 - Lambda catches everything
                problem = error
            del self.under_way[one.number]
            if "timeout" in one.hurt:
                self.timed_out(one)
            simulation.at_for(None, simulation.now_ms, then, one, problem, answer)

        simulation.at_for(one, simulation.now_ms, run)
