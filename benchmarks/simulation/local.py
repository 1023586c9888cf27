"""The same simulation with the numbers of the stack on one machine, held against what was measured there."""

import json
from collections.abc import Mapping
from dataclasses import replace
from math import inf
from statistics import mean
from typing import Any

from benchmarks.simulation import measuring, sending
from benchmarks.simulation.aws import Costs, Latencies, Setting, Spread
from benchmarks.simulation.outcome import Outcome, outcome_of
from benchmarks.simulation.receivers import NO_ANSWER, Receiver
from benchmarks.simulation.scenarios import HEALTHY, TROUBLED
from benchmarks.simulation.world import Hook, Steps, World
from local.emulator.pacing import MOST_PROCESSES_A_FUNCTION

FACTOR = 2.0
"""So far from 1 the middle of the runs' ratios, simulated to measured latency, may be in either direction."""

_PLENTY = 1e9
_LOOK_SECONDS = 0.05  # how often whoever waits for a process looks


def measured() -> Mapping[str, Any]:
    """The measured runs, and what an event takes while nobody else needs the processors."""
    content: Mapping[str, Any] = json.loads(measuring.MEASURED.read_text(encoding="utf-8"))
    return content


def setting_of(run: Mapping[str, Any], calm: Mapping[str, Any]) -> Setting:
    """One machine: the processors that were free, the function's processes and how fast they became more.

    What an event takes while it is alone is CPU, the emulator's included; the very first of a process takes more.
    """
    nothing = Spread(0.0, 0.0)
    usual = Setting.usual().quota(
        concurrency=MOST_PROCESSES_A_FUNCTION,
        scaling_a_second=run["startsPerSecond"],
        scaling_at_once=1,
        partition_writes=_PLENTY,
        table_writes_at_first=_PLENTY,
        table_writes=_PLENTY,
        async_first_wait=_LOOK_SECONDS,
        async_longest_wait=_LOOK_SECONDS,
    )
    latencies = Latencies(
        bus=nothing, dynamodb=nothing, sqs=nothing, invoke=nothing, environment=nothing, receiver=nothing
    )
    costs = Costs(calm["warmP50Ms"] / 1000, 0.0, 0.0, 0.0, 0.0, import_cpu=calm["firstMs"] / 1000)
    return replace(usual, latencies=latencies, costs=costs, cores=run["cores"])


def simulated(run: Mapping[str, Any], calm: Mapping[str, Any]) -> Outcome:
    """What was measured, simulated: three webhooks of one account, one of which never answers."""
    setting = setting_of(run, calm)
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


def ratios(hundredth: int) -> list[float]:
    """Simulated to measured latency, the middle of both healthy receivers, of each run."""
    content, found = measured(), []
    for run in content["runs"]:
        had = simulated(run, content["calm"]).within(HEALTHY, hundredth)
        taken = mean(each[f"p{hundredth}Ms"] for each in run["receivers"].values())
        found.append(1000 * had / taken)
    return found
