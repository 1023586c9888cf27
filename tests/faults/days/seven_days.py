"""A week in a second: redelivery with a clock that jumps from message to message, and a receiver that follows it."""

import json
from collections.abc import Callable
from dataclasses import replace

from recado.ports.sending import Deadline
from recado.rules.event.event import Event
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.rewriting import Rewriting
from tests.faults.timed_world import DAY, HOUR, SECOND, TimedWorld
from tests.support.acts import ADMIN
from tests.support.catalogue import ACCEPTED
from tests.unit.builders import NAME, NOW, delivered, failed
from tests.unit.builders import event as built
from tests.unit.use_cases.fakes.admin_fakes import FakeRegistry, FakeVault
from tests.unit.use_cases.fakes.journal import Journal
from tests.unit.use_cases.fakes.sending_fakes import FakeSender

__all__ = ["DAY", "HOUR", "SECOND", "START", "Week", "arriving", "dead", "dead_until", "scheduled_attempts"]

_LATENCY_MS = 20


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


class Week(TimedWorld):
    """A world in which time passes."""

    def __init__(self, receiver: Callable[[int], AttemptResult], *webhooks: Webhook) -> None:
        super().__init__(*webhooks)
        self.receiver = receiver
        self.sender: TimedSender = TimedSender(self.journal, self)
        registry = FakeRegistry(50, self.activities)
        registry.kept = self.webhooks.kept
        rewriting = Rewriting(
            registry=registry,
            vault=FakeVault(registry),
            activities=self.activities,
            acts=self.acts,
            clock=self.clock,
        )
        self.administration = Administration(
            rewriting, wake_ups=self.wake_ups, reader=self.deliveries, accepted=ACCEPTED, token=self.token
        )

    def switch_on(self) -> None:
        """Let the admin switch the webhook on again."""
        self.administration.change("1010", "wh_1", Changes(active=True), None, ADMIN)

    def swept(self) -> int:
        """Sweep, as the schedule does: nothing is lost here, so it never has to wake anybody."""
        woken = super().swept()
        assert woken == 0
        return woken


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
