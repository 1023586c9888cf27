"""The world: what invokes the functions, by queues, schedules and the bus, on a simulated clock."""

import json
import random as global_random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch
from uuid import UUID

from recado.adapters.messaging import queues
from recado.deadline import InvocationDeadline
from recado.rules.sending.wake_up import read_wake_up
from recado.use_cases.sending.direct import dispatch, flow
from tests.faults.simulation import Simulation
from tests.faults.years.aws.calls import Calls, SimulatedConnection, TableClient
from tests.faults.years.aws.deployment import BATCH_QUEUE, DEAD_LETTERS, WAKE_UPS, deploy
from tests.faults.years.aws.invocations import DELIVERIES, WEBHOOKS, Functions, Invocation
from tests.faults.years.aws.queues import Alerting, Message, Queue, Sqs
from tests.faults.years.aws.tables import Tables
from tests.faults.years.checks.ledger import Ledger
from tests.faults.years.checks.posts import Posts
from tests.faults.years.faults import Faults
from tests.faults.years.outside.admins import API_SECONDS, Act, is_answer
from tests.faults.years.outside.load import REAL_TIME, Published
from tests.faults.years.outside.receivers import Receiver
from tests.faults.years.outside.sender import Sender

REALTIME_SECONDS, DRAIN_SECONDS, REDELIVERY_SECONDS = 30, 300, 120
MAX_SENDERS = 6
_SCHEDULE_OF_DRAINS_MS, _SCHEDULE_OF_SWEEPS_MS = 15 * 60_000, 5 * 60_000
_ASYNC_RETRIES_SECONDS = (60, 120)
_KEYS = {WEBHOOKS: ("account_id", "webhook_id"), DELIVERIES: ("partition", "key")}
_INDEX_KEYS = ("due_partition", "due_at")


class World:
    """Functions, queues, tables and receivers."""

    def __init__(self, seed: int, began_ms: int, fault_names: frozenset[str] | None = None) -> None:
        self.random = Random(seed)
        self.simulation = Simulation(began_ms)
        simulation = self.simulation
        self.faults = Faults(Random(seed + 1), simulation.clock, fault_names)
        self.tables = Tables(_KEYS, _INDEX_KEYS, simulation.clock, seed)
        self.tables.index_is_late_ms = lambda: self.random.choice([0, 5, 50, 900])
        self.faults.buckets = self.tables.buckets
        self.ledger = Ledger(simulation)
        self.ledger.log_of = lambda webhook_id: self.tables.partition(DELIVERIES, webhook_id).items
        self.tables.watchers.append(self.ledger.watch)
        self.calls = Calls(simulation, self.faults, self.random)
        self.queues = {
            BATCH_QUEUE: Queue(simulation, self.faults, 1800),
            WAKE_UPS: Queue(simulation, self.faults, 720),
            DEAD_LETTERS: Queue(simulation, self.faults, 30),
        }
        self.posts = Posts(simulation, self.ledger, lambda: self.faults.last_ms, self.queues[BATCH_QUEUE].has)
        self.queues[WAKE_UPS].arrived = lambda at: simulation.at_for(None, at, self._hand_out_wake_ups)
        self.queues[BATCH_QUEUE].received = self._note_dispatch
        self.functions = Functions(simulation, self.faults.skew_ms, self._timed_out)
        self.receivers: dict[str, Receiver] = {}
        self.alerts: list[tuple[str, str]] = []
        self.dispatched_ms: dict[str, int] = {}
        self.senders = 0
        self.asynchronous = 0
        client = TableClient(self.calls, self.tables, simulation)
        self.deployed = deploy(
            simulation,
            self.random,
            connection=lambda: SimulatedConnection(client),
            clients={
                "sqs": Sqs(self.calls, self.faults, self.queues),
                "sns": (alerting := Alerting(self.calls, lambda *what: self.alerts.append(what))),
                "events": alerting,
                "lambda": self,
                "kms": None,
            },
            sender=Sender(simulation, self.faults, self._behind, self.posts),
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let the code under test wait on the simulated clock, and draw the same at each run."""
        global_random.seed(self.random.getrandbits(32))
        with (
            patch("time.sleep", self.simulation.sleep),
            patch("uuid.uuid4", lambda: UUID(int=self.random.getrandbits(128), version=4)),
            patch.object(dispatch, "wait", self.simulation.wait),
            patch.object(flow, "wait", self.simulation.wait),
            patch.object(queues, "wait", self.simulation.wait),
        ):
            yield

    def _behind(self, url: str) -> tuple[str, Receiver]:
        return self.ledger.of_url[url], self.receivers[url]

    # Publishing

    def publish(self, one: Published) -> None:
        """Let the bus have an event: it invokes the dispatcher, or puts it into the batch queue."""
        self.ledger.names[one.key] = one.name
        for _ in range(2 if self.faults.strikes("event twice", often=5) else 1):
            if one.name in REAL_TIME:
                self.asynchronous += 1
                self._invoke_realtime(one, 0)
            else:
                self.queues[BATCH_QUEUE].put(json.dumps(one.envelope), key=one.key)

    def _invoke_realtime(self, one: Published, tried: int) -> None:
        def work(invocation: Invocation) -> None:
            self._note_dispatch(one.key)
            self.deployed.realtime(one.envelope, InvocationDeadline(invocation))

        def then(_: Invocation, problem: BaseException | None, _answer: object) -> None:
            self._note_dispatch(one.key, begins=False)
            if problem is not None and tried < len(_ASYNC_RETRIES_SECONDS):
                self.simulation.sleep(_ASYNC_RETRIES_SECONDS[tried])
                self._invoke_realtime(one, tried + 1)
                return
            self.asynchronous -= 1
            if problem is not None:
                record = {"requestContext": {}, "requestPayload": one.envelope}
                self.queues[BATCH_QUEUE].put(json.dumps(record), key=one.key)

        self.functions.invoke("realtime", REALTIME_SECONDS, work, then)

    def _note_dispatch(self, key: str, *, begins: bool = True) -> None:
        self.posts.dispatched[key] += begins
        self.dispatched_ms[key] = self.simulation.now_ms

    # Schedules and queues

    def schedule(self) -> None:
        """Begin with the schedules: of drains, and of sweeps."""
        now = self.simulation.now_ms
        self.simulation.at(now + _SCHEDULE_OF_DRAINS_MS, self._scheduled_drain)
        self.simulation.at(now + _SCHEDULE_OF_SWEEPS_MS, self._scheduled_sweep)

    def _scheduled_drain(self) -> None:
        self.simulation.at(self.simulation.now_ms + _SCHEDULE_OF_DRAINS_MS, self._scheduled_drain)
        if self.queues[BATCH_QUEUE].visible():  # else it would find nothing to do
            self._drain(starts_others=True)

    def invoke(self, **_named: Any) -> None:
        """Start one more drain; Lambda's client."""
        self.calls.make("Invoke", lambda: self._drain(starts_others=False))

    def _drain(self, *, starts_others: bool) -> None:
        drain = self.deployed.batch.drain
        self.functions.invoke(
            "batch",
            DRAIN_SECONDS,
            lambda one: drain(InvocationDeadline(one), starts_others=starts_others),
            lambda *_: None,
        )

    def _scheduled_sweep(self) -> None:
        self.simulation.at(self.simulation.now_ms + _SCHEDULE_OF_SWEEPS_MS, self._scheduled_sweep)
        due = self.tables.earliest_due()
        if due is None or due > self.simulation.now_ms + 10_000:  # it would find nothing to do
            return
        self.functions.invoke(
            "redelivery sweep", REDELIVERY_SECONDS, lambda _: self.deployed.redelivery.sweep(), lambda *_: None
        )

    def _hand_out_wake_ups(self) -> None:
        """Let senders have what is visible, as many as there may be; SQS purges the queue where it is told to."""
        queue = self.queues[WAKE_UPS]
        if self.faults.strikes("purge", often=0.3):
            queue.messages.clear()
        while self.senders < MAX_SENDERS and (messages := queue.receive(1)):
            self.senders += 1
            self._redeliver(messages[0])

    def _redeliver(self, message: Message) -> None:
        handle = str(message.number)
        wake_up = read_wake_up(handle, handle, message.body)
        assert wake_up is not None

        def then(_: Invocation, problem: BaseException | None, answer: Any) -> None:
            self.senders -= 1
            if problem is None and answer.back_in_seconds is None:
                self.queues[WAKE_UPS].delete(message.number)
            self._hand_out_wake_ups()

        self.functions.invoke(
            "redelivery",
            REDELIVERY_SECONDS,
            lambda one: self.deployed.redelivery.redelivery(wake_up, InvocationDeadline(one)),
            then,
        )

    # Admins

    def ask(self, act: Act, then: Callable[[BaseException | None], object] = lambda _problem: None) -> None:
        """Let the HTTP API do something."""

        def ended(invocation: Invocation, problem: BaseException | None, _answer: object) -> None:
            if isinstance(problem, Exception) and not is_answer(problem) and not invocation.hurt:
                self.ledger.problem("", f"the API fails, and nothing has gone wrong: {problem!r}")
            then(problem)

        self.functions.invoke("api", API_SECONDS, act, ended)

    def answered(self, marker: str, answer: object) -> None:
        """Judge the answer to a keyed request."""
        wrong = self.ledger.acts.wrong_answer(marker, answer)
        if wrong:
            self.ledger.problem("", wrong)

    # What befalls

    def _timed_out(self, one: Invocation) -> None:
        if one.hurt == {"timeout"}:
            self.ledger.problem("", f"{one.function} {one.number} runs into its time-out, and nothing has gone wrong")
        self.faults.happened["time-out after another fault"] += 1
