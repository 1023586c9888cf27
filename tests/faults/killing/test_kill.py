"""The kill test: functions die at every call they make, before it and after it, and no event is lost."""

from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from tests.faults.infrastructure import Infrastructure
from tests.faults.killing.kill_scenarios import SCENARIOS, into_a_backlog, ordered
from tests.faults.killing.kill_world import World
from tests.faults.killing.killing import Kill
from tests.faults.killing.stage import EVERY, LONG, Stage
from tests.support.deep import deep_but

_READINGS = ("GetItem", "BatchGetItem", "Query", "GetQueueAttributes", "Decrypt", "Receive")
_SEEDS: tuple[int | None, ...] = (None, 1, 2, 3) if LONG else (None,)
# By the backlog, and in order; the deep run has the others.
_QUICK = (into_a_backlog, ordered)
_LEAST_POINTS = 5 if LONG else 1


def kill_points(unharmed: Infrastructure) -> Iterator[dict[int, Kill]]:
    """Every call of every invocation, before and after; where Lambda tries again, also in all three tries.

    The short suite leaves out what comes to the same: a death after one call that changes something is a death before
    the next one, whatever was read in between. And it lets only the first event die for good: each further one goes the
    same way to the batch queue.
    """
    for number, (folder, calls) in enumerate(unharmed.invocations):
        changes = [position for position, call in enumerate(calls) if LONG or not call.startswith(_READINGS)]
        kills = [Kill(position, answered=True) for position in changes]
        kills += [Kill(position, answered=False) for position in (changes if LONG else changes[:1])]
        for kill in kills:
            yield {number: kill}
            if folder == "realtime_dispatcher" and (LONG or (number == 0 and kill.answered)):
                yield {number: kill, number + 1: kill, number + 2: kill}


@pytest.mark.parametrize("seed", _SEEDS)
@pytest.mark.parametrize("scenario", deep_but(_QUICK, SCENARIOS), ids=lambda scenario: scenario.__name__)
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
    first = SCENARIOS.index(scenario) % EVERY
    for kills in islice(kill_points(unharmed), first, None, EVERY):
        stage.run(scenario, kills, seed)
        tally.points += 1
    # Into the JUnit report, where one is asked for.
    told = (
        f"{tally.points} points, {tally.events} events, {tally.duplicates} sent twice, {tally.latest_ms / 1000} s late"
    )
    record_property("kill test", told)
    assert tally.points >= _LEAST_POINTS
