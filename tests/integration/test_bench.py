"""The benchmarks: their scenarios run, and the calls they make are those of the committed results."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.__main__ import RESULTS
from benchmarks.receiver import Receiver
from benchmarks.rounds import counts
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.world import World
from tests.support.system import System

COMMITTED: dict[str, dict[str, int]] = {
    name: figures["calls"]
    for name, figures in json.loads(RESULTS.read_text(encoding="utf-8"))["figures"].items()
    if "calls" in figures
}


def calls_of(system: System, wanted: Callable[[Scenario], bool], **world: Any) -> dict[str, dict[str, int]]:
    """Return the calls of the scenarios that are wanted, but for the console's: it makes none, and needs its bundle."""
    with Receiver() as receiver:
        place = World(system, receiver.url, receiver.url, system.clock.advance, **world)
        return {
            scenario.name: counts(scenario, place, units=False)["calls"]
            for scenario in SCENARIOS
            if wanted(scenario) and scenario.function != "console"
        }


def test_the_scenarios_make_the_calls_that_are_committed(system: System) -> None:
    """A change of the calls on a main path shows as a change of the results, which `make bench` writes anew."""
    measured = calls_of(system, lambda scenario: scenario.events <= 100)

    assert measured == {name: COMMITTED[name] for name in measured}


def test_the_large_scenarios_make_the_kinds_of_calls_that_are_committed(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a backlog of two POSTs in place of ten, the same operations are called on the same tables and queues."""
    monkeypatch.setattr("recado.use_cases.sending.direct.drain.WINDOW_MESSAGES", 110)  # more than a window waits
    measured = calls_of(system, lambda scenario: scenario.events > 100, backlog=120)

    assert {name: list(calls) for name, calls in measured.items()} == {name: list(COMMITTED[name]) for name in measured}


def test_every_scenario_has_committed_results() -> None:
    """No figure is left over from a scenario that is no more, and none is missing."""
    assert {scenario.name for scenario in SCENARIOS} == COMMITTED.keys()
