"""The use cases over tables in memory, with receivers and queues that take their simulated time."""

import heapq
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from recado.ports.sending import Deadline as DeadlinePort
from recado.ports.sending import QueueMessage
from recado.rules.sending import retry
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.sending.direct.drain import Drain
from tests.faults.simulation import Deadline, Simulation
from tests.support.catalogue import READER
from tests.unit.builders import NOW
from tests.unit.use_cases.fakes.sending_fakes import World

RECEIVE_SECONDS = 0.02
RUN_SECONDS = 115
TIMEOUT_SECONDS = 5


@dataclass
class Receivers:
    """Receivers by URL: how long each takes, None for one that never answers; a twentieth of a second otherwise."""

    simulation: Simulation
    seconds: dict[str, float | None]

    def __post_init__(self) -> None:
        self.posts: Counter[str] = Counter()
        self.last_at: dict[str, int] = {}

    @contextmanager
    def keeping(self) -> Iterator[Self]:
        """Keep nothing."""
        yield self

    def send(self, request: OutgoingRequest, _deadline: DeadlinePort) -> AttemptResult:
        """Answer after a while, or not at all."""
        started, url = self.simulation.now_ms, request.url
        seconds = self.seconds.get(url, 0.05)
        self.posts[url] += 1
        self.simulation.sleep(TIMEOUT_SECONDS if seconds is None else seconds)
        self.last_at[url] = self.simulation.now_ms
        if seconds is not None:
            return AttemptResult(started, round(seconds * 1000), 204)
        failure = Failure(FailureClass.TIMEOUT, "The receiver did not answer.")
        return AttemptResult(started, TIMEOUT_SECONDS * 1000, failure=failure)


class WakeUps:
    """The redelivery queue, first in, first out among what is visible; fills the port `WakeUps`."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._order = itertools.count()
        self._hidden: list[tuple[int, int, str]] = []
        self._visible: list[tuple[int, int, str]] = []

    def send(self, webhook: Webhook, delay_seconds: int) -> None:
        """Send the owner's wake-up."""
        self.postpone(json.dumps([webhook.account_id, webhook.webhook_id, webhook.lane.owner]), delay_seconds)

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Let it come (back) then."""
        heapq.heappush(self._hidden, (self._simulation.now_ms + seconds * 1000, next(self._order), receipt_handle))

    def visible(self) -> int:
        """Tell how many wait to be received."""
        while self._hidden and self._hidden[0][0] <= self._simulation.now_ms:
            heapq.heappush(self._visible, heapq.heappop(self._hidden))
        return len(self._visible)

    def receive(self) -> WakeUp | None:
        """Receive the one that has been visible for longest."""
        if not self.visible():
            return None
        handle = heapq.heappop(self._visible)[2]
        account_id, webhook_id, token = json.loads(handle)
        return WakeUp(handle, handle, account_id, webhook_id, token)


class BatchQueue:
    """The batch queue; fills the port `BatchQueue`."""

    def __init__(self, simulation: Simulation, bodies: Sequence[str]) -> None:
        self._simulation = simulation
        self._waiting = [(0, number, body, 0) for number, body in enumerate(bodies)]
        self._received: dict[str, tuple[int, int, str, int]] = {}

    def depth(self) -> int:
        """Tell how many are visible."""
        return sum(at <= self._simulation.now_ms for at, *_ in self._waiting)

    def receive(self) -> list[QueueMessage]:
        """Take up to ten."""
        self._simulation.sleep(RECEIVE_SECONDS)
        taken = [entry for entry in self._waiting if entry[0] <= self._simulation.now_ms][:10]
        self._waiting = [entry for entry in self._waiting if entry not in taken]
        for _, number, body, receives in taken:
            self._received[str(number)] = (0, number, body, receives + 1)
        return [QueueMessage(str(n), str(n), body, receives + 1, NOW) for _, n, body, receives in taken]

    def delete(self, messages: Sequence[QueueMessage]) -> None:
        """Forget them."""
        for message in messages:
            del self._received[message.receipt_handle]

    def hand_back(self, messages: Sequence[QueueMessage]) -> None:
        """Let them come back later."""
        for message in messages:
            _, number, body, receives = self._received.pop(message.receipt_handle)
            visible_at = self._simulation.now_ms + retry.fault_wait_seconds(receives) * 1000
            self._waiting.append((visible_at, number, body, receives))

    def send(self, body: str) -> None:
        """Take none: nothing is redriven here."""
        raise NotImplementedError


class SimulatedWorld(World):
    """Dispatch, drain, runs and sweep; `held` counts the invocations under way for each account."""

    def __init__(self, simulation: Simulation, receivers: Receivers, *webhooks: Webhook) -> None:
        self.simulation = simulation
        super().__init__(*webhooks)
        self.sender: Any = receivers
        self.wake_ups: Any = WakeUps(simulation)
        self.held: defaultdict[str, int] = defaultdict(int)
        self.most_held: defaultdict[tuple[str, int], int] = defaultdict(int)

    def clock(self) -> int:
        """Tell the simulated time."""
        return self.simulation.now_ms

    def pause(self, seconds: float) -> None:
        """Wait, while others run."""
        self.simulation.sleep(seconds)

    @contextmanager
    def holding(self, account_id: str) -> Iterator[None]:
        """Count an invocation; `most_held` is by account and the second in which the last of them began."""
        self.held[account_id] += 1
        second = int(self.seconds)
        self.most_held[account_id, second] = max(self.most_held[account_id, second], self.held[account_id])
        yield
        self.held[account_id] -= 1

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return (self.simulation.now_ms - NOW) / 1000

    def answer_wake_ups(self, until_ms: int) -> None:
        """Be one of the senders: answer one wake-up after the other."""
        redelivery = self.redelivery()
        while self.simulation.now_ms < until_ms:
            wake_up = self.wake_ups.receive()
            if wake_up is None:
                self.simulation.sleep(1)
                continue
            with self.holding(f"owner of {wake_up.account_id}"):
                redelivery(wake_up, Deadline(self.simulation, RUN_SECONDS))

    def drain(self, queue: BatchQueue) -> Drain:
        """Build the drain of this world."""
        return Drain(
            reader=READER,
            queue=queue,
            dispatch=self.dispatch(self.simulation),
            dead_letters=self.dead_letters,
            start_drains=lambda _count: None,
            max_drains=1,
            executor=self.simulation,
            clock=self.clock,
        )
