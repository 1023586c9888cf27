"""The benchmarks: their scenarios run, and the calls they make are those of the committed results."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from benchmarks.large import BACKLOG, LARGE_BACKLOG
from benchmarks.outcome import LATEST
from benchmarks.rounds import counts
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.servers.addresses import DOWN
from benchmarks.servers.capacity import call_name
from benchmarks.world import World
from local.listener import BROKEN, HEALTHY, Answer, Listener
from tests.support.aws.aws_calls import AwsCalls
from tests.support.system import System

COMMITTED: dict[str, dict[str, int]] = {
    name: figures["calls"]
    for name, figures in json.loads(LATEST.read_text(encoding="utf-8"))["figures"].items()
    if "calls" in figures
}


class Receiver(Listener):
    """A receiver that is always broken below `/down`, and acknowledges everything else."""

    def take(self, _method: str, path: str, _headers: dict[str, str], _body: bytes) -> Answer:
        """Decide the answer by the path."""
        return BROKEN if path.startswith(DOWN) else HEALTHY


def calls_of(
    system: System, calls: AwsCalls, wanted: Callable[[Scenario], bool], **world: Any
) -> dict[str, dict[str, int]]:
    """Return the calls of the scenarios that are wanted and possible here.

    The console's makes none, and needs its bundle; no account has 25 webhooks here.
    """

    @contextmanager
    def counting() -> Iterator[dict[str, Any]]:
        told: dict[str, Any] = {}
        calls.clear()
        yield told
        names = system.stack.names
        named = [call_name(call.operation, call.parameters) for call in calls.seen]
        told["calls"] = Counter(
            " ".join([operation, *sorted(names[target] for target in targets if target in names)])
            for operation, *targets in named
        )

    with Receiver() as receiver:
        place = World(system, receiver.url, receiver.url, system.clock.advance, **world)
        return {
            scenario.name: dict(sorted(counts(scenario, place, counting)["calls"].items()))
            for scenario in SCENARIOS
            if wanted(scenario) and scenario.function != "console" and "25 webhooks" not in scenario.name
        }


@pytest.mark.deep
def test_the_scenarios_make_the_calls_that_are_committed(system: System, calls: AwsCalls) -> None:
    """A change of the calls on a main path shows as a change of the results, which `make bench` writes anew."""
    measured = calls_of(system, calls, lambda scenario: scenario.events <= 100)

    assert measured == {name: COMMITTED[name] for name in measured}


@pytest.mark.deep
def test_the_large_scenarios_make_the_kinds_of_calls_that_are_committed(
    system: System, calls: AwsCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a backlog of two POSTs in place of ten, the same operations are called on the same tables and queues."""
    monkeypatch.setattr("recado.use_cases.sending.direct.drain.WINDOW_MESSAGES", 110)  # more than a window waits
    measured = calls_of(system, calls, lambda scenario: scenario.events > 100, backlog=120)

    assert {name: list(calls) for name, calls in measured.items()} == {name: list(COMMITTED[name]) for name in measured}


def test_every_scenario_has_committed_results() -> None:
    """No figure is left over from a scenario that is no more, and none is missing."""
    assert {scenario.name for scenario in SCENARIOS} == COMMITTED.keys() - {BACKLOG, LARGE_BACKLOG}
