"""The parts of a deployment on a simulated clock, and the webhooks in it. Time is in seconds from the beginning."""

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import simpy

from benchmarks.simulation.aws import Setting
from benchmarks.simulation.ledger import Ledger
from benchmarks.simulation.limits import Account, Bucket, Function, Meter, Table
from benchmarks.simulation.receivers import Receiver
from recado.rules.webhook.webhook import Webhook

EPOCH_MS = 1_800_000_000_000
SECONDS_FOR_RECORDS = 5.0
"""What an invocation keeps of its time for what comes after its last POST (`recado.deadline`)."""

Steps = Generator[simpy.Event, Any, Any]
"""A process of the simulation, or a part of one."""

_TRIES = 5  # of the SDK, in its standard mode
_LONGEST_SDK_WAIT = 20.0


@dataclass(eq=False)
class Hook:
    """A webhook: what the rules know of it, its receiver, and when each event of its backlog was published."""

    webhook: Webhook
    receiver: Receiver
    group: str
    backlog: deque[float] = field(default_factory=deque)
    posts: int = 0

    @classmethod
    def of(cls, account: str, number: int, receiver: Receiver, group: str, *, ordered: bool = False) -> "Hook":
        """A healthy one."""
        name = f"{account}-{number}"
        made = Webhook(account, name, name, "https://r.example/", ("E",), EPOCH_MS, EPOCH_MS, ordered=ordered)
        return cls(made, receiver, group)

    @property
    def account(self) -> str:
        """Whose it is."""
        return self.webhook.account_id

    @property
    def log(self) -> str:
        """The partition of its log."""
        return self.webhook.webhook_id

    @property
    def queue(self) -> str:
        """The partition of its backlog."""
        return f"{self.webhook.webhook_id}#backlog"


@dataclass(eq=False)
class Flight:
    """An event of one account, on its way to the webhooks for which it is not recorded yet.

    `first_at` says after how many seconds those got it that were sent it all the same.
    """

    published_at: float
    account: str
    todo: list[Hook]
    first_at: dict[Hook, float] = field(default_factory=dict)


@dataclass
class Parcel:
    """So many deliveries in the batch queue, published at one time; they are visible from a time on, and come again."""

    published_at: float
    count: int
    visible_at: float
    receives: int = 0


class World:
    """Tables, functions, quotas, and everything that waits; `random` decides all that is left to chance."""

    def __init__(self, setting: Setting, hooks: Sequence[Hook], seed: int = 1, warm: int = 0) -> None:
        self.setting, self.random = setting, Random(seed)
        self.env = env = simpy.Environment()
        self.meter, self.ledger = Meter(env), Ledger()
        self.hooks: dict[str, list[Hook]] = {}
        for hook in hooks:
            self.hooks.setdefault(hook.account, []).append(hook)
        quotas, deployment = setting.quotas, setting.deployment
        self.webhooks = Table(env, self.meter, setting, "webhooks")
        self.deliveries = Table(env, self.meter, setting, "deliveries")
        account = Account(setting)
        reserved = deployment.realtime_concurrency
        self.realtime = Function(env, self.meter, setting, account, reserved=reserved, warm=warm)
        self.batch = Function(env, self.meter, setting, account)
        self.redelivery = Function(env, self.meter, setting, account)
        self.put_events = Bucket(env, setting.share(quotas.put_events))
        self.bus_invocations = Bucket(env, setting.share(quotas.bus_invocations))
        self.senders = simpy.Resource(env, max(1, round(setting.share(deployment.max_senders))))
        self._cores = None if setting.cores is None else simpy.Resource(env, max(1, round(setting.cores)))
        self.in_flight = 0
        self.wake_ups = 0
        self.flights: set[Flight] = set()
        self.parcels: list[Parcel] = []
        self.in_drains = 0

    @property
    def now_ms(self) -> int:
        """The time as the rules have it."""
        return EPOCH_MS + round(self.env.now * 1000)

    def waiting(self) -> int:
        """How many deliveries wait anywhere: with a publisher, in a queue, in an invocation, in a backlog."""
        in_backlogs = sum(len(hook.backlog) for hooks in self.hooks.values() for hook in hooks)
        in_batches = sum(parcel.count for parcel in self.parcels) + self.in_drains
        return sum(len(flight.todo) for flight in self.flights) + in_backlogs + in_batches

    def compute(self, seconds: float, megabytes: float) -> Steps:
        """So much CPU: on a share of a vCPU by memory or, where all run on one machine, on one of its processors."""
        cores = self.setting.cores
        if self._cores is None or cores is None:
            yield self.env.timeout(self.setting.cpu(seconds, megabytes))
            return
        with self._cores.request() as core:
            yield core
            yield self.env.timeout(seconds * self._cores.capacity / cores)

    def call(self, table: Table, partition: str, *, writes: float = 0.0, reads: float = 0.0) -> Steps:
        """A call of DynamoDB, which the SDK repeats; whether it was taken in the end."""
        for attempt in range(_TRIES):
            yield self.env.timeout(self.setting.latencies.dynamodb.draw(self.random))
            if table.admits(partition, self.random.random(), writes=writes, reads=reads):
                return True
            if attempt < _TRIES - 1:
                yield self.env.timeout(self.random.random() * min(2.0**attempt, _LONGEST_SDK_WAIT))
        self.ledger.faults += 1
        return False

    def read_of_each(self, table: Table, partitions: Sequence[str]) -> Steps:
        """One call for a unit of each of them, repeated for those that were left out; whether all were read."""
        left = list(partitions)
        for attempt in range(_TRIES):
            yield self.env.timeout(self.setting.latencies.dynamodb.draw(self.random))
            left = [each for each in left if not table.admits(each, self.random.random(), reads=1)]
            if not left:
                return True
            if attempt < _TRIES - 1:
                yield self.env.timeout(self.random.random() * min(2.0**attempt, _LONGEST_SDK_WAIT))
        self.ledger.faults += 1
        return False

    def written(self, items: Sequence[tuple[str, int]], until: float) -> Steps:
        """Put so many items of a unit into each partition, as `ItemWriter` does; those partitions that took all of it.

        What is refused comes again after a wait that grows, a second at most, until a second before `until`.
        """
        left, done, wait = dict(items), [], 0.05
        while True:
            calls = -(-sum(left.values()) // 25)
            yield self.env.timeout(calls * self.setting.latencies.dynamodb.draw(self.random))
            for partition in list(left):
                while left[partition] and self.deliveries.admits(partition, self.random.random(), writes=1):
                    left[partition] -= 1
                if not left[partition]:
                    done.append(partition)
                    del left[partition]
            pause = self.random.random() * wait
            if not left or self.env.now + pause >= until - 1:
                break
            yield self.env.timeout(pause)
            wait = min(1.0, 2 * wait)
        self.ledger.faults += bool(left)
        return done
