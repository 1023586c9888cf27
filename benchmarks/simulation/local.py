"""The same simulation with the numbers of the stack on one machine, held against what was measured there."""

import json
from collections.abc import Mapping
from dataclasses import replace
from math import inf
from typing import Any

from benchmarks.simulation import measuring, sending
from benchmarks.simulation.aws import Costs, Latencies, Setting, Spread
from benchmarks.simulation.outcome import Outcome, outcome_of
from benchmarks.simulation.receivers import NO_ANSWER, Receiver
from benchmarks.simulation.scenarios import HEALTHY, TROUBLED
from benchmarks.simulation.world import Hook, Steps, World
from local.emulator.pacing import MOST_PROCESSES_A_FUNCTION

FACTOR = 2.0
"""So far apart the simulated and the measured latencies may be, in either direction."""

_CALLS = 3
_LOOK_SECONDS = 0.05  # how often whoever waits for a process looks


def calmest() -> list[Mapping[str, Any]]:
    """The calmer half of the measured runs: those in which an event was quickest before anything hung.

    In the others the machine had something else to do, of which the simulation knows nothing.
    """
    runs: list[Mapping[str, Any]] = json.loads(measuring.MEASURED.read_text(encoding="utf-8"))["runs"]
    return sorted(runs, key=lambda run: float(run["warmP50Ms"]))[: len(runs) // 2]


def setting_of(run: Mapping[str, Any]) -> Setting:
    """One machine: its processes and how fast they become more, its calls; the rest of a warm event is the receiver."""
    call, warm = run["dynamodbMs"] / 1000, run["warmP50Ms"] / 1000
    nothing, answer = Spread(0.0, 0.0), max(0.001, warm - _CALLS * call)
    usual = Setting.usual().quota(
        concurrency=MOST_PROCESSES_A_FUNCTION,
        scaling_a_second=run["startsPerSecond"],
        scaling_at_once=1,
        partition_writes=1e9,
        table_writes_at_first=1e9,
        table_writes=1e9,
        async_first_wait=_LOOK_SECONDS,
        async_longest_wait=_LOOK_SECONDS,
    )
    latencies = Latencies(
        bus=nothing,
        dynamodb=Spread(call, call),
        sqs=Spread(call, call),
        invoke=nothing,
        environment=Spread(run["firstMs"] / 1000, run["firstMs"] / 1000),
        receiver=Spread(answer, answer),
    )
    return replace(usual, latencies=latencies, costs=Costs(0, 0, 0, 0, 0, 0))


def simulated(run: Mapping[str, Any]) -> Outcome:
    """What was measured, simulated: three webhooks of one account, one of which never answers."""
    setting = setting_of(run)
    well = Receiver(setting.latencies.receiver)
    hangs = Receiver(setting.latencies.receiver, 0.0, inf, NO_ANSWER)
    hooks = [Hook.of("1", number, well, HEALTHY) for number in (1, 2)] + [Hook.of("1", 3, hangs, TROUBLED)]
    world = World(setting, hooks, warm=run["processes"])

    def evenly() -> Steps:
        for _ in range(measuring.RATE * measuring.SECONDS):
            sending.publish(world, "1")
            yield world.env.timeout(1 / measuring.RATE)

    world.env.process(evenly())
    world.env.run(until=measuring.SECONDS + 60)
    return outcome_of(world)
