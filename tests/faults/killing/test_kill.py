"""The kill test: functions die at every call they make, before it and after it, and no event is lost."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

import pytest

from local.listener import HEALTHY, Listener
from recado.rules.delivery.job import JobState
from recado.rules.webhook.webhook import HealthState, Status
from tests.faults.infrastructure import Infrastructure
from tests.faults.killing.kill_scenarios import SCENARIOS, World, is_whole
from tests.faults.killing.killing import Kill, Workers
from tests.support.functions import logical_id
from tests.support.system import System

_FOLDERS = ("realtime_dispatcher", "batch_dispatcher", "redelivery")
_LONG = os.environ.get("FAULTS") == "long"
_SEEDS: tuple[int | None, ...] = (None, 1, 2, 3) if _LONG else (None,)
_LEAST_POINTS = 10


@dataclass
class Tally:
    """What a scenario came to."""

    points: int = 0
    events: int = 0
    duplicates: int = 0
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
        infrastructure = Infrastructure(self.system, self.workers, kills=kills, seed=seed)
        world = World(self.system, infrastructure, self.healthy, self.faulty, next(self._accounts))
        begin(world)
        infrastructure.settle(world.webhooks)
        self._check_arrivals(world)
        self._check_leftovers(world)
        return infrastructure

    def _check_arrivals(self, world: World) -> None:
        for path, expected in world.expected.items():
            arrived = world.arrived(path)
            self.tally.events += len(expected)
            self.tally.duplicates += arrived.total() - world.times * len(expected)
            lost = sorted(name for name in expected if arrived[name] < world.times)
            self.tally.lost += lost
            assert lost == []
        assert all(request.verified is not False for request in world.healthy.received if is_whole(request))

    def _check_leftovers(self, world: World) -> None:
        for webhook in world.webhooks:
            current = self.system.webhook(webhook)
            assert current.status is Status.DISABLED or current.health.state is HealthState.HEALTHY
            assert current.status is Status.DISABLED or "PENDING" not in self.system.outcomes(webhook).values()
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

    The short suite leaves out what comes to the same: between the answer to a call and the next call nothing leaves the
    process, so that a death after the one is a death before the other. And it lets only the first event die for good:
    each further one goes the same way to the batch queue.
    """
    for number, (folder, calls) in enumerate(unharmed.invocations):
        for call in range(len(calls)):
            for answered in (False, True) if _LONG or call == 0 else (True,):
                kill = Kill(call, answered)
                yield {number: kill}
                if folder == "realtime_dispatcher" and (_LONG or (number == 0 and answered)):
                    yield {number: kill, number + 1: kill, number + 2: kill}


@pytest.mark.parametrize("seed", _SEEDS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_no_event_is_lost(
    stage: Stage,
    scenario: Callable[[World], None],
    seed: int | None,
    record_property: Callable[[str, object], None],
) -> None:
    """Wherever a function dies, every event reaches every receiver, and nothing is left pending, failing or queued."""
    tally = stage.tally
    unharmed = stage.run(scenario, {}, seed)
    for kills in kill_points(unharmed):
        infrastructure = stage.run(scenario, kills, seed)
        assert infrastructure.died > 0
        tally.points += 1
    # Into the JUnit report, where one is asked for.
    record_property("kill test", f"{tally.points} points, {tally.events} events, {tally.duplicates} duplicates")
    assert tally.points >= _LEAST_POINTS
