"""The kill test: functions die at every call they make, before it and after it, and no event is lost."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count, islice

import pytest

from local.listener import HEALTHY, Listener
from recado.rules.delivery.job import JobState
from recado.rules.webhook.webhook import HealthState, Status
from tests.faults.infrastructure import Infrastructure
from tests.faults.killing.kill_scenarios import SCENARIOS, World, is_whole
from tests.faults.killing.killing import Kill, Workers
from tests.support.functions import logical_id
from tests.support.system import System

_FOLDERS = ("realtime_dispatcher", "batch_dispatcher", "redelivery", "webhook_api")
_READINGS = ("GetItem", "BatchGetItem", "Query", "GetQueueAttributes", "Decrypt", "Receive")
_LONG = os.environ.get("FAULTS") == "long"
_SEEDS: tuple[int | None, ...] = (None, 1, 2, 3) if _LONG else (None,)
_EVERY = 1 if _LONG else 3
"""The short suite takes every third point, another one in each scenario: they go the same ways for the most part."""
_LEAST_POINTS = 5 if _LONG else 1


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

    def run(self, begin: Callable[[World], None], kills: Mapping[int, Kill], seed: int | None) -> Infrastructure:
        """Let the scenario begin and settle; afterwards everything has arrived and nothing is left over."""
        self.faulty.answers.clear()
        self.faulty.usual_answer = HEALTHY
        self.workers.after = lambda _operation: None
        infrastructure = Infrastructure(self.system, self.workers, kills=kills, seed=seed)
        world = World(self.system, infrastructure, self.healthy, self.faulty, next(self._accounts))
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
            job = self.system.jobs.get(webhook.account_id, webhook.webhook_id)
            assert job is None or job.state is JobState.DONE
        assert [self.system.waiting_in(queue) for queue in ("BatchQueue", "RedeliveryQueue")] == [0, 0]
        dead = {body for body, _ in self.system.dead_letters()}
        assert len(dead) == world.unreadable


@pytest.fixture
def stage(system: System) -> Iterator[Stage]:
    """Give the deployed stack with functions in processes of their own, and two receivers."""
    environments = {folder: system.stack.environment(logical_id(folder)) for folder in _FOLDERS}
    with Listener() as healthy, Listener() as faulty, Workers(environments) as workers:
        yield Stage(system, workers, healthy, faulty)


def kill_points(unharmed: Infrastructure) -> Iterator[dict[int, Kill]]:
    """Every call of every invocation, before and after; where Lambda tries again, also in all three tries.

    The short suite leaves out what comes to the same: a death after one call that changes something is a death before
    the next one, whatever was read in between. And it lets only the first event die for good: each further one goes the
    same way to the batch queue.
    """
    for number, (folder, calls) in enumerate(unharmed.invocations):
        changes = [position for position, call in enumerate(calls) if _LONG or not call.startswith(_READINGS)]
        kills = [Kill(position, answered=True) for position in changes]
        kills += [Kill(position, answered=False) for position in (changes if _LONG else changes[:1])]
        for kill in kills:
            yield {number: kill}
            if folder == "realtime_dispatcher" and (_LONG or (number == 0 and kill.answered)):
                yield {number: kill, number + 1: kill, number + 2: kill}


@pytest.mark.parametrize("seed", _SEEDS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_no_event_is_lost(
    stage: Stage,
    scenario: Callable[[World], None],
    seed: int | None,
    record_property: Callable[[str, object], None],
) -> None:
    """Wherever a function dies, every event reaches every receiver, in time, and twice only if the death explains it.

    Nothing is left pending, failing or queued; what was cancelled is not sent.
    """
    tally = stage.tally
    unharmed = stage.run(scenario, {}, seed)
    first = SCENARIOS.index(scenario) % _EVERY
    for kills in islice(kill_points(unharmed), first, None, _EVERY):
        stage.run(scenario, kills, seed)
        tally.points += 1
    # Into the JUnit report, where one is asked for.
    told = (
        f"{tally.points} points, {tally.events} events, {tally.duplicates} sent twice, {tally.latest_ms / 1000} s late"
    )
    record_property("kill test", told)
    assert tally.points >= _LEAST_POINTS
