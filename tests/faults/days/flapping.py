"""A receiver that fails at random, and a simulated day's work for it: real clocks are left out, real HTTP is not."""

import heapq
import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from recado.adapters.sending.http_sender import HttpSender
from recado.rules.sending.wake_up import WakeUp
from recado.rules.target.target_policy import TargetPolicy
from recado.rules.webhook.webhook import HealthState, Webhook
from recado.use_cases.sending.direct.drain import Drain
from tests.support.catalogue import READER
from tests.support.receivers.rude import Connection, Receiver, answer
from tests.unit.builders import NAME, envelope_text, event, webhook
from tests.unit.use_cases.fakes.journal import FixedDeadline, SameThread
from tests.unit.use_cases.fakes.sending_fakes import FakeBatchQueue, World

ACCOUNT, WEBHOOK = "1010", "wh_1"
BATCH_NAME = "LEARNER_PROGRESS"
DEADLINE = FixedDeadline(100.0)
_DRAIN_MS = 15 * 60 * 1000


class FlappingReceiver:
    """Fails at a share of the requests: refuses a half of them, and takes the other half but loses the answer."""

    def __init__(self, seed: int, share: float) -> None:
        self._random = random.Random(seed)
        self._share = share
        self.posts: list[list[dict[str, Any]]] = []
        self.failed = 0
        self.taken: Counter[str] = Counter()
        self.answer_lost: set[str] = set()

    def __call__(self, connection: Connection) -> None:
        """Behave towards one connection."""
        events = json.loads(connection.read_post().body)["events"]
        ids = [one["eventId"] for one in events]
        self.posts.append(events)
        fails, refuses = self._random.random() < self._share, self._random.random() < 0.5
        self.failed += fails
        if fails and refuses:
            connection.send(answer(self._random.choice(["500 Error", "502 Bad Gateway", "429 Slow Down"])))
            return
        self.taken.update(ids)
        if fails:
            self.answer_lost.update(ids)
            connection.reset()
            return
        connection.send(answer())


class TimedWakeUps:
    """The redelivery queue on a simulated clock; fills the port `WakeUps`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: list[tuple[int, str]] = []

    def send(self, webhook: Webhook, delay_seconds: int) -> None:
        """Hold a wake-up back for its delay; its token is its id and its handle."""
        assert (webhook.account_id, webhook.webhook_id) == (ACCOUNT, WEBHOOK)
        self.postpone(webhook.lane.owner or "", delay_seconds)

    def visible(self) -> int:
        """Tell how many are due."""
        return sum(due_at <= self._world.now for due_at, _ in self._waiting)

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Hold a wake-up back."""
        heapq.heappush(self._waiting, (self._world.now + seconds * 1000, receipt_handle))

    def due(self) -> Iterator[WakeUp]:
        """Give the wake-ups whose time has come, those included that are sent meanwhile."""
        while self._waiting and self._waiting[0][0] <= self._world.now:
            _, token = heapq.heappop(self._waiting)
            yield WakeUp(token, token, ACCOUNT, WEBHOOK, token)

    @property
    def next_at(self) -> int | None:
        """When the next one is due."""
        return self._waiting[0][0] if self._waiting else None


class Simulation:
    """One webhook, its events of both categories, and the functions that send them, on a simulated clock."""

    def __init__(self, target_url: str, seed: int) -> None:
        self._random = random.Random(seed)
        self.world = World(webhook(WEBHOOK, target_url=target_url, event_names=(NAME, BATCH_NAME)))
        self._wake_ups = TimedWakeUps(self.world)
        self._queue = FakeBatchQueue(self.world.journal)
        # Tables and queues are in memory, since emulated ones would take minutes; the sender is the real one.
        sender = HttpSender(TargetPolicy(allow_private=True), self.world.clock)
        self.world.sender = sender  # type: ignore[assignment]  # the world's own is a fake of the same port
        self.world.wake_ups = self._wake_ups  # type: ignore[assignment]  # the same
        self._dispatch = self.world.dispatch()
        self._redelivery = self.world.redelivery()
        self._drain = Drain(
            reader=READER,
            queue=self._queue,
            dispatch=self._dispatch,
            dead_letters=self.world.dead_letters,
            start_drains=lambda _count: None,
            max_drains=1,
            executor=SameThread(),
            clock=self.world.clock,
        )
        self._next_drain_at = self.world.now + _DRAIN_MS

    def real_time(self, event_id: str) -> None:
        """Bring a real-time event."""
        self._dispatch([event(event_id, name=NAME, timestamp=self._moment())], DEADLINE)

    def batch(self, event_id: str) -> None:
        """Let a non-real-time event wait for the next drain."""
        detail = {"accountId": 1010, "eventId": event_id, "timestamp": self._moment(), "data": {}}
        self._queue.send(json.dumps({**json.loads(envelope_text()), "detail-type": BATCH_NAME, "detail": detail}))

    def advance(self, milliseconds: int) -> None:
        """Let time pass: wake-ups that fall due are answered, and the schedule drains."""
        until = self.world.now + milliseconds
        while (next_at := self._wake_ups.next_at) is not None and next_at <= until:
            self.world.now = max(self.world.now, next_at)
            for wake_up in self._wake_ups.due():
                self._redelivery(wake_up, DEADLINE)
        self.world.now = until
        if until >= self._next_drain_at:
            self._next_drain_at += _DRAIN_MS
            self._drain(DEADLINE)

    def settle(self) -> None:
        """Drain once more, and let the redeliveries come to their end."""
        self.advance(_DRAIN_MS)
        for _ in range(1000):
            if self._wake_ups.next_at is None:
                return
            self.advance(1000)

    @property
    def healthy(self) -> bool:
        """Whether the webhook works and nothing waits."""
        state = self.world.webhook(WEBHOOK).health.state
        return state is HealthState.HEALTHY and not self.world.deliveries.pending and not self._queue.waiting

    def _moment(self) -> int:
        """Publishers' clocks differ: what comes later may have happened before."""
        return self.world.now - self._random.randrange(60_000)


@contextmanager
def flapping(seed: int, share: float) -> Iterator[tuple[Simulation, FlappingReceiver]]:
    """Run a receiver that fails at this share of its requests, and the simulation that sends to it."""
    behaviour = FlappingReceiver(seed, share)
    with Receiver(behaviour) as receiver:
        yield Simulation(receiver.url, seed), behaviour
