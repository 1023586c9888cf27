"""The fakes of the unit tests as a world in which time passes: wake-ups come when they are visible, plans at theirs."""

import heapq
import itertools
from collections.abc import Callable

from recado.rules.event.event import Event
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.webhook import Webhook
from tests.unit.use_cases.fakes.journal import FixedDeadline, Journal
from tests.unit.use_cases.fakes.sending_fakes import FakeWakeUps, World

SECOND = 1_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
SWEEP_MS = 5 * 60 * SECOND
RUN_SECONDS = 110
"""What an invocation of the redelivery function has, less what it needs to end."""


class TimedQueue(FakeWakeUps):
    """The redelivery queue: wake-ups, by the token of the owner that each is, and when they become visible."""

    def __init__(self, journal: Journal, world: "TimedWorld") -> None:
        super().__init__(journal)
        self._world = world
        self.visible_at: dict[str, int] = {}

    def send(self, webhook: Webhook, delay_seconds: int) -> None:
        """Add a wake-up."""
        super().send(webhook, delay_seconds)
        self.visible_at[webhook.lane.owner or ""] = self._world.now + delay_seconds * SECOND

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Let it come back by its visibility."""
        super().postpone(receipt_handle, seconds)
        self.visible_at[receipt_handle] = self._world.now + seconds * SECOND

    def take(self, token: str) -> WakeUp:
        """Receive a wake-up, which is deleted unless it is postponed."""
        del self.visible_at[token]
        return WakeUp(token, token, "1010", "wh_1", token)


class TimedDeadline:
    """The end of an invocation that began just now; fills the port `Deadline`."""

    def __init__(self, world: World, seconds: float) -> None:
        self._world = world
        self._end = world.now + seconds * SECOND

    def remaining_seconds(self) -> float:
        """Return the seconds left."""
        return (self._end - self._world.now) / SECOND


class TimedWorld(World):
    """A world in which time passes; `sweeping` lets the schedule come every five minutes, too."""

    def __init__(self, *webhooks: Webhook, sweeping: bool = True) -> None:
        super().__init__(*webhooks)
        self.wake_ups: TimedQueue = TimedQueue(self.journal, self)
        self._plans: list[tuple[int, int, Callable[[], object]]] = []
        self._order = itertools.count()
        if sweeping:
            self.at(self.now, self._sweep)

    def at(self, moment: int, action: Callable[[], object]) -> None:
        """Do something at that time."""
        heapq.heappush(self._plans, (moment, next(self._order), action))

    def publish(self, *events: Event) -> None:
        """Dispatch events that arrive now."""
        self.dispatch()(events, FixedDeadline(25))

    def run_until(self, end: int, is_over: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, until then at most: wake-ups come when they are visible, plans at their time."""
        while not is_over():
            token, visible_at = min(self.wake_ups.visible_at.items(), key=lambda item: item[1], default=("", end + 1))
            planned_at = self._plans[0][0] if self._plans else end + 1
            if min(visible_at, planned_at) > end:
                self.now = max(self.now, end)
                return
            if planned_at <= visible_at:
                self.now = max(self.now, planned_at)
                heapq.heappop(self._plans)[2]()
                continue
            self.now = max(self.now, visible_at)
            answer = self.redelivery()(self.wake_ups.take(token), TimedDeadline(self, RUN_SECONDS))
            if answer.progress.faults:
                raise answer.progress.faults[0]

    def swept(self) -> int:
        """Sweep, as the schedule does; return how many webhooks got a new wake-up."""
        return self.sweep()().woken

    def _sweep(self) -> None:
        self.swept()
        self.at(self.now + SWEEP_MS, self._sweep)
