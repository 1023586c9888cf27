"""A week in a second: redelivery with a clock that jumps from message to message, and a receiver that follows it."""

import heapq
import itertools
import json
from collections.abc import Callable
from dataclasses import replace

from recado.ports import Deadline
from recado.rules.event.event import Event
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.sending.wake_up import WakeUp
from recado.rules.target.target_policy import TargetPolicy
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.administration import Administration
from tests.unit.builders import NAME, NOW, delivered, failed
from tests.unit.builders import event as built
from tests.unit.use_cases.fakes.admin_fakes import FakeRegistry
from tests.unit.use_cases.fakes.journal import FixedDeadline, Journal
from tests.unit.use_cases.fakes.sending_fakes import FakeSender, FakeWakeUps, World

SECOND = 1_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
_LATENCY_MS = 20
_SWEEP_MS = 5 * 60 * SECOND


class TimedSender(FakeSender):
    """A receiver that answers by the time of day; every POST takes 20 ms."""

    def __init__(self, journal: Journal, week: "Week") -> None:
        super().__init__(journal)
        self._week = week
        self.posts: list[tuple[int, list[str], bool]] = []

    def send(self, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        """Answer as the receiver does now."""
        super().send(request, deadline)
        now = self._week.now
        answer = self._week.receiver(now)
        self.posts.append((now, [one["eventId"] for one in json.loads(request.body)["events"]], answer.delivered))
        self._week.now += _LATENCY_MS
        return replace(answer, started_ms=now, latency_ms=_LATENCY_MS)


class TimedQueue(FakeWakeUps):
    """The redelivery queue: wake-ups, by the token of the owner that each is, and when they become visible."""

    def __init__(self, journal: Journal, week: "Week") -> None:
        super().__init__(journal)
        self._week = week
        self.visible_at: dict[str, int] = {}

    def send(self, webhook: Webhook, delay_seconds: int) -> None:
        """Add a wake-up."""
        super().send(webhook, delay_seconds)
        self.visible_at[webhook.lane.owner or ""] = self._week.now + delay_seconds * SECOND

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Let it come back by its visibility."""
        super().postpone(receipt_handle, seconds)
        self.visible_at[receipt_handle] = self._week.now + seconds * SECOND

    def take(self, token: str) -> WakeUp:
        """Receive a wake-up, which is deleted unless it is postponed."""
        del self.visible_at[token]
        return WakeUp(token, token, "1010", "wh_1", token)


class Week(World):
    """A world in which time passes."""

    def __init__(self, receiver: Callable[[int], AttemptResult], *webhooks: Webhook) -> None:
        super().__init__(*webhooks)
        self.receiver = receiver
        self.sender: TimedSender = TimedSender(self.journal, self)
        self.wake_ups: TimedQueue = TimedQueue(self.journal, self)
        self._plans: list[tuple[int, int, Callable[[], object]]] = []
        self._order = itertools.count()
        registry = FakeRegistry()
        registry.kept = self.webhooks.kept
        self.administration = Administration(
            registry=registry,
            vault=self.vault,
            wake_ups=self.wake_ups,
            reader=self.deliveries,
            policy=TargetPolicy(),
            clock=self.clock,
            token=self.token,
        )
        self.at(START, self._sweep)

    def at(self, moment: int, action: Callable[[], object]) -> None:
        """Do something at that time."""
        heapq.heappush(self._plans, (moment, next(self._order), action))

    def publish(self, *events: Event) -> None:
        """Dispatch events that arrive now."""
        self.dispatch()(events, FixedDeadline(25))

    def run_until(self, end: int) -> None:
        """Let time pass: wake-ups come when they are visible, plans at their time."""
        while True:
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
            answer = self.redelivery()(self.wake_ups.take(token), FixedDeadline(100))
            assert not answer.progress.faults

    def switch_on(self) -> None:
        """Let the admin switch the webhook on again."""
        self.administration.change("1010", "wh_1", Changes(active=True), None)

    def _sweep(self) -> None:
        """Sweep, as the schedule does: nothing is lost here, so it never has to wake anybody."""
        assert self.sweep()().woken == 0
        self.at(self.now + _SWEEP_MS, self._sweep)


def dead(_now: int) -> AttemptResult:
    """Answer nothing but 500."""
    return failed()


def dead_until(moment: int) -> Callable[[int], AttemptResult]:
    """Answer 500 until that time, then 202."""
    return lambda now: failed() if now < moment else delivered()


def arriving(number: int, moment: int) -> Event:
    """Build an event that is published at that time."""
    return built(f"e{number:04}", name=NAME, timestamp=moment)


def scheduled_attempts(lasting_ms: int) -> int:
    """Count the attempts of that long a failure, from the schedule alone: at 0, 5, 15, 35 s and so on."""
    at, count, waits = 0, 1, iter([5, 10, 20, 40, 80, 160])
    while at < lasting_ms:
        at += next(waits, 300) * SECOND + _LATENCY_MS
        count += 1
    return count


START = NOW
