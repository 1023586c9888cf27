"""The stage of the kill test: the deployed stack, functions that can be killed, and two receivers."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count

from local.listener import HEALTHY, Listener
from recado.rules.delivery.job import JobState
from recado.rules.webhook.webhook import HealthState, Status
from tests.faults.infrastructure import Infrastructure
from tests.faults.killing.kill_world import World, is_whole
from tests.faults.killing.killing import Kill, Workers
from tests.support.system import System

LONG = os.environ.get("FAULTS") == "long"
EVERY = 1 if LONG else 3
"""The short suite takes every third point, another one in each scenario: they go the same ways for the most part."""


@dataclass
class Tally:
    """What a scenario came to."""

    points: int = 0
    events: int = 0
    duplicates: int = 0
    latest_ms: int = 0
    lost: list[str] = field(default_factory=list)


@dataclass
class Stage:
    """Runs a scenario once, with kills or without."""

    system: System
    workers: Workers
    healthy: Listener
    faulty: Listener
    tally: Tally = field(default_factory=Tally)
    _accounts: Iterator[int] = field(default_factory=lambda: count(1000, 2))

    def next_account(self) -> int:
        """Return an account that nobody has used so far; the one after it is as new."""
        return next(self._accounts)

    def run(self, begin: Callable[[World], None], kills: Mapping[int, Kill], seed: int | None) -> Infrastructure:
        """Let the scenario begin and settle; afterwards everything has arrived and nothing is left over."""
        self.faulty.answers.clear()
        self.faulty.usual_answer = HEALTHY
        self.workers.after = lambda _operation: None
        infrastructure = Infrastructure(self.system, self.workers, kills=kills, seed=seed)
        world = World(self.system, infrastructure, self.healthy, self.faulty, self.next_account())
        begin(world)
        infrastructure.settle(world.webhooks, entirely=world.entirely)
        assert not kills or infrastructure.died
        self._check_arrivals(world)
        self._check_leftovers(world)
        self.tally.latest_ms = max(self.tally.latest_ms, infrastructure.latest_ms)
        return infrastructure

    def _check_arrivals(self, world: World) -> None:
        times = 2 if world.again and HTTPStatus.ACCEPTED in world.infrastructure.answers else 1
        # A request that died may have been made all the same.
        most = (2 if world.again else 1) + sum("POST" in calls for calls in world.infrastructure.died)
        for path, expected in world.expected.items():
            arrived = world.arrived(path)
            kept = expected - {name for name in world.withdrawn if self._is_cancelled(world, name)}
            assert arrived.keys() <= kept
            self.tally.events += len(kept)
            self.tally.duplicates += sum(max(0, arrived[name] - times) for name in kept)
            lost = sorted(name for name in kept if arrived[name] < times)
            self.tally.lost += lost
            assert lost == []
            assert [name for name in kept if arrived[name] > most] == []
        # Each function that dies may take a lease, or a token, with it.
        asked = sum(request.path == world.token_path for request in self.faulty.received)
        assert asked <= world.token_requests_needed + len(world.infrastructure.died)
        assert all(request.verified is not False for request in world.healthy.received if is_whole(request))

    def _is_cancelled(self, world: World, name: str) -> bool:
        (webhook,) = world.webhooks
        cancelled = self.system.outcomes(webhook)[name] == "CANCELLED"
        assert cancelled or HTTPStatus.OK not in world.infrastructure.answers
        return cancelled

    def _check_leftovers(self, world: World) -> None:
        for webhook in world.webhooks:
            current = self.system.webhook(webhook)
            if current.status is Status.ACTIVE:
                # A run that dies after its last POST, before it has noted the recovery, leaves that to the next POST.
                unnoted = any("POST" in calls for calls in world.infrastructure.died)
                assert current.health.state is HealthState.HEALTHY or (unnoted and current.health.attempts == 0)
                assert "PENDING" not in self.system.outcomes(webhook).values()
                assert self.system.backlog(webhook) == []
            assert all(job.state is JobState.DONE for job in self.system.jobs.newest(current))
        assert [self.system.waiting_in(queue) for queue in ("BatchQueue", "RedeliveryQueue")] == [0, 0]
        dead = {body for body, _ in self.system.dead_letters()}
        assert len(dead) == world.unreadable
