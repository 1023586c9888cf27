"""What is to be reached, and whether it is: the rows of the numbers that can be measured here.

A row that was not measured in this run, because it needs `FULL=1` or a file that another command writes, has no value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Results = Mapping[str, Mapping[str, Any]]
"""Figures by name; those of `make simulate` under their names there, those of `make cost` under `dollars`."""

DISPATCHERS = ("realtime_dispatcher", "batch_dispatcher", "redelivery")
_FAN_OUT = 3
_SHARD_CALL_MS = 4.0  # that DynamoDB takes to write, besides our own CPU
_CALLS_AT_ONCE = 8
_SPARSE_EVENTS_A_SECOND = 0.5
_MIB = 2**20


@dataclass(frozen=True)
class Target:
    """A number, what it is to be at most or (`at_least`) at least, and where it stands in the results."""

    name: str
    bound: float
    value: Callable[[Results], float]
    at_least: bool = False

    def judged(self, results: Results) -> dict[str, Any]:
        """Return `value`, `target` and `reached`; the first and the last are None where something is not measured."""
        try:
            value = self.value(results)
        except (KeyError, ZeroDivisionError):
            return {"value": None, "target": self.bound, "reached": None}
        reached = value >= self.bound if self.at_least else value <= self.bound
        return {"value": float(f"{value:.4g}"), "target": self.bound, "reached": reached}


def judged(results: Results) -> dict[str, dict[str, Any]]:
    """Return all targets by name."""
    return {target.name: target.judged(results) for target in TARGETS}


def _calls(name: str, events: int = 1) -> Callable[[Results], float]:
    return lambda results: sum(results[name]["calls"].values()) / events


def _of(name: str, key: str) -> Callable[[Results], float]:
    return lambda results: float(results[name][key])


def _imports(results: Results) -> float:
    return max(float(results[f"import, {name}"]["deployedCpu"]) for name in DISPATCHERS)


def _own_cpu_of_a_delivery(results: Results) -> float:
    counter = results.get("counter, 100 records", {}).get("cpuMs", 0.0)
    return float(results["real time, 3 webhooks"]["cpuMs"]) / _FAN_OUT + float(counter)


def _sparse_writes(results: Results) -> float:
    """One record alone, which is what a window brings at half an event a second, unless the window is longer."""
    window = float(results["counter"]["windowSeconds"])
    return float(sum(results["counter, 1 record"]["writeUnits"].values())) / max(1.0, window * _SPARSE_EVENTS_A_SECOND)


def _records_a_second(results: Results) -> float:
    """A hundred records of as many webhooks: CPU on the counter's whole core, and its calls, eight at once."""
    one = results["counter, 100 records of 100 webhooks"]
    seconds = (100 * one["cpuMs"] + _SHARD_CALL_MS * sum(one["calls"].values()) / _CALLS_AT_ONCE) / 1000
    return float(100 / seconds)


def _most(prefix: str, key: str) -> Callable[[Results], float]:
    """The worst of the simulated cases whose names begin so."""

    def value(results: Results) -> float:
        values = [
            float(figures[key]) for name, figures in results.items() if name.startswith(prefix) and key in figures
        ]
        if not values:
            raise KeyError(prefix)
        return max(values)

    return value


def _dollars(key: str) -> Callable[[Results], float]:
    return lambda results: float(results["dollars"][key])


_THREE, _BATCH = "real time, 3 webhooks", "batch, 1,000 to 1 webhook"
_DUEL, _CALL = "an event to 3 webhooks, TLS", "an AWS call on its way"
_LARGE, _BACKLOG = "redelivery, backlog of 100 events of 250 KB", "redelivery, backlog of 10,000"

TARGETS = (
    Target("CPU of an event to 3 webhooks, TLS, of the naive way", 0.12, _of(_DUEL, "ofNaive")),
    Target("CPU of an event to 3 webhooks, TLS, of the leanest with the same calls", 1.05, _of(_DUEL, "ofLeanest")),
    Target("CPU of an AWS call on an event's way, of a signed POST", 1.3, _of(_CALL, "ofSignedPost")),
    Target("own CPU of a delivery, fan-out 3, counter included, ms", 1.2, _own_cpu_of_a_delivery),
    Target("import and init of the slowest dispatcher, as deployed, of the yardstick", 0.75, _imports),
    Target("CPU until the first signed POST, as deployed, of the baseline", 0.40, _of("cold start", "ofBaseline")),
    Target("AWS calls of a real-time event", 3, _calls(_THREE)),
    Target("AWS calls of an event in a batch of 1,000", 0.27, _calls(_BATCH, 1000)),
    Target("POSTs of a backlog of 10,000", 107, _of(_BACKLOG, "posts")),
    Target("MB read to send a backlog of 100 events of 250 KB", 60, lambda it: it[_LARGE]["bytesRead"] / 1e6),
    Target("MiB of memory, a drain of large events", 150, lambda it: it["memory"]["drainBytes"] / _MIB),
    Target("MiB of memory, a redelivery of large events", 150, lambda it: it["memory"]["redeliveryBytes"] / _MIB),
    Target("counter: writes of a sparse event", 0.2, _sparse_writes),
    Target("counter: records a second and shard", 1000, _records_a_second, at_least=True),
    Target("POSTs to a dead receiver in seven days", 2040, _most("dead for seven days", "posts")),
    Target("receiver that takes k events: events sent twice, %", 5, _most("at most k events", "twice")),
    Target("receiver that takes k events: POSTs, of the optimum", 1.5, _most("at most k events", "ratio")),
    Target("one bad event of 1,000, 500: seconds of waits", 40, _most("one bad of 1,000, 500", "waited")),
    Target("ten bad events in a row: seconds of waits", 300, _most("10 bad in a row", "waited")),
    Target("fails at random, p = 0.3: seconds", 1200, _most("fails at random", "seconds")),
    Target("429 beyond 20 POSTs a minute: POSTs", 200, _most("429 beyond", "posts")),
    Target("set aside for seven days: POSTs", 2100, _most("one aside for seven days", "posts")),
    Target("$ a million, real time to 1 webhook, busy", 3.0, _dollars("real time, 1 webhook, busy")),
    Target("$ a million, real time to 1 webhook, sparse", 3.0, _dollars("real time, 1 webhook, sparse")),
    Target("$ a million, batch", 2.0, _dollars("batch, 100 a POST")),
    Target("$ a month idle, without alarms and dashboard", 1.3, _dollars("idle a month, without alarms")),
    Target("p95 beside a webhook that hangs, local stack, ratio", 1.3, _of("local stack", "p95BesideHanging")),
    Target("median latency from rest at 20 events a second, local stack, s", 0.1, _of("local stack", "medianFromRest")),
)
