"""One round of all scenarios: `python -m benchmarks.rounds counts|cpu <file>` writes what it measured as JSON.

The functions run in this process. The emulator of AWS and the receiver run in others, so that none of their CPU is
measured. The emulator is that of the local stack: it keeps items, evaluates every condition, knows what writes consume,
and a warm call takes about 2 ms; a stub of our own would answer sooner and be code to keep.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import certifi

from benchmarks.meter import Meter
from benchmarks.naive import naive_delivery
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.world import World
from local.emulator import server as emulator
from local.settings import HOST, Settings
from tests.support.clock import Clock
from tests.support.stack import Stack
from tests.support.system import System

_NAIVE_DELIVERIES = 5


def counts(scenario: Scenario, world: World, *, units: bool = True) -> dict[str, Any]:
    """Return the AWS calls of one warm invocation by operation and table or queue, and their capacity units."""
    invocations = scenario.invocations(world)
    _invoke(world, scenario, next(invocations))
    event = next(invocations)
    with Meter(world.system.stack.names, units=units) as meter:
        _invoke(world, scenario, event)
    measured: dict[str, Any] = {"calls": dict(sorted(meter.calls.items()))}
    return measured | ({"writeUnits": meter.write_units, "readUnits": meter.read_units} if units else {})


def cpu(scenario: Scenario, world: World, deliver: Callable[[], None]) -> dict[str, Any]:
    """Return the CPU of an event in a warm invocation: in naive deliveries right after it, and in milliseconds."""
    invocations = scenario.invocations(world)
    _invoke(world, scenario, next(invocations))
    deliver()
    ratios, seconds = [], []
    for _repetition in range(scenario.repetitions):
        seconds.append(_cpu_of(partial(_invoke, world, scenario, next(invocations))) / scenario.events)
        ratios.append(seconds[-1] / median(_cpu_of(deliver) for _delivery in range(_NAIVE_DELIVERIES)))
    return {"cpu": median(ratios), "cpuMs": 1000 * median(seconds)}


def _cpu_of(work: Callable[[], object]) -> float:
    """The seconds of CPU of this process, all of its threads."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _invoke(world: World, scenario: Scenario, event: Any) -> None:
    """Invoke, and see that it went well: a benchmark of failures would say something else."""
    answer = world.system.invoke(scenario.function, event) or {}
    refused = answer.get("statusCode", 200) >= 300  # noqa: PLR2004 - HTTP's own number
    if refused or answer.get("handedBack") or answer.get("deadLetters") or answer.get("batchItemFailures"):
        raise RuntimeError(f"{scenario.name}: {answer}")


@contextmanager
def _world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as name, _emulator(folder := Path(name)), _receivers(folder) as receivers:
        # As many authorities as are trusted on Lambda, and the one of the receiver; parsing them is part of the cost.
        authorities = folder / "authorities.pem"
        authorities.write_bytes(Path(certifi.where()).read_bytes() + Path(receivers["authority"]).read_bytes())
        with patch.object(certifi, "where", lambda: str(authorities)):
            system = System(Stack.deploy({"AllowPrivateTargets": "true"}), Clock())
            yield World(system, receivers["plain"], receivers["tls"], time.sleep)


@contextmanager
def _emulator(folder: Path) -> Iterator[None]:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    settings = Settings.from_env({"AWS_PORT": str(port), "LOCAL_DIR": str(folder)})
    try:
        emulator.start(settings)
        os.environ["AWS_ENDPOINT_URL"] = settings.aws_endpoint_url
        yield
    finally:
        emulator.stop(settings)


@contextmanager
def _receivers(folder: Path) -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", "benchmarks.receiver", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def main(what: str, file: str) -> None:
    """Run the round and write the file: what was measured, by the scenario's name."""
    with _world() as world:
        if what == "counts":
            measured = {scenario.name: counts(scenario, world) for scenario in SCENARIOS}
        else:
            plain, tls = naive_delivery(world, world.receiver_url), naive_delivery(world, world.tls_url)
            measured = {scenario.name: cpu(scenario, world, tls if scenario.tls else plain) for scenario in SCENARIOS}
    Path(file).write_text(json.dumps(measured), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
