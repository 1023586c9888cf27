"""One round: `python -m benchmarks.rounds counts|cpu|large|full <file>` writes what it measured as JSON.

The functions run in this process; AWS and the receivers in others, on another core, so that none of their CPU is
measured. What this process prints is the functions' log.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import duels, large
from benchmarks.baselines.naive import naive_delivery
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.servers.processes import Servers, servers
from benchmarks.timing import cpu_of
from benchmarks.world import World, counter_window, deployed
from tests.support.functions import FUNCTIONS

Counting = Callable[[], AbstractContextManager[dict[str, Any]]]
"""Counts AWS calls while it is entered, and fills the dictionary at its end: at least its `calls`."""

_NAIVE_DELIVERIES = 3
_COUNTED = ("calls", "writeUnits", "readUnits", "bytesRead", "bytesPut")


def counts(scenario: Scenario, world: World, counting: Counting) -> dict[str, Any]:
    """Return what one warm invocation calls, by operation and table or queue, and whatever else is counted."""
    invocations = scenario.invocations(world)
    _invoke(world, scenario, next(invocations))
    event = next(invocations)
    with counting() as told:
        _invoke(world, scenario, event)
    return {name: told[name] for name in _COUNTED if name in told}


def counted(scenario: Scenario, world: World, near: Servers) -> dict[str, Any]:
    """Return what one warm invocation calls, its units by table, and the bytes that it logs and sends."""

    @contextmanager
    def counting() -> Iterator[dict[str, Any]]:
        near.seen()
        before = _logged()
        with near.counting(world.system.stack.names) as told:
            yield told
        told["writeUnits"] = _by_table(told["writeUnits"])
        measured.update(logBytes=_logged() - before, **near.seen())

    measured: dict[str, Any] = {}
    told = counts(scenario, world, counting)
    return {**told, "logBytes": measured["logBytes"], "posts": measured["posts"], "postBytes": measured["bytes"]}


def cpu(scenario: Scenario, world: World, deliver: Callable[[], None]) -> dict[str, Any]:
    """Return the CPU of an event in a warm invocation: in naive deliveries right after it, and in milliseconds."""
    invocations = scenario.invocations(world)
    _invoke(world, scenario, next(invocations))
    deliver()
    ratios, seconds = [], []
    for _repetition in range(scenario.repetitions):
        seconds.append(cpu_of(partial(_invoke, world, scenario, next(invocations))) / scenario.events)
        ratios.append(seconds[-1] / median(cpu_of(deliver) for _delivery in range(_NAIVE_DELIVERIES)))
    return {"cpu": median(ratios), "cpuMs": 1000 * median(seconds)}


def _by_table(units: dict[str, float]) -> dict[str, float]:
    tables: dict[str, float] = {}
    for name, count in units.items():
        for table in name.split()[1:] or ["other"]:
            tables[table] = tables.get(table, 0) + count
    return {table: count for table, count in tables.items() if count}


def _logged() -> int:
    """How many bytes this process has printed; it must print into a file."""
    sys.stdout.flush()
    return os.fstat(sys.stdout.fileno()).st_size


def _invoke(world: World, scenario: Scenario, event: Any) -> None:
    """Invoke, and see that it went well: a benchmark of failures would say something else."""
    answer = world.system.invoke(scenario.function, event) or {}
    refused = answer.get("statusCode", 200) >= 300  # noqa: PLR2004 - HTTP's own number
    comes_back = answer.get("batchItemFailures") and not scenario.comes_back
    if refused or answer.get("handedBack") or answer.get("deadLetters") or comes_back:
        raise RuntimeError(f"{scenario.name}: {answer}")


def main(what: str, file: str) -> None:
    """Run the round and write the file: what was measured, by the scenario's name."""
    scenarios = [scenario for scenario in SCENARIOS if (FUNCTIONS / scenario.function).exists()]
    measured: dict[str, Any] = {}
    with servers() as near:
        world = deployed(near)
        if what == "counts":
            measured = {scenario.name: counted(scenario, world, near) for scenario in scenarios}
            measured["counter"] = {"windowSeconds": counter_window()}
        elif what in {"large", "full"}:
            measured = large.figures(world, near, full=what == "full")
        else:
            plain, tls = naive_delivery(world, world.receiver_url), naive_delivery(world, world.tls_url)
            measured = {scenario.name: cpu(scenario, world, tls if scenario.tls else plain) for scenario in scenarios}
            measured["an event to 3 webhooks, TLS"] = duels.event_to_three(world)
            measured["an AWS call on its way"] = duels.aws_call(world, near)
    Path(file).write_text(json.dumps(measured), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
