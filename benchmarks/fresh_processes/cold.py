"""Cold starts, memory: `python -m benchmarks.fresh_processes.cold cold|memory <file>` writes them as JSON.

Each in a fresh process, as deployed: a real-time event until its first signed POST over TLS leaves; a drain, and a
redelivery, of a hundred events of 250 KB.
"""

import json
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from benchmarks.fresh_processes.layout import lay_out
from benchmarks.fresh_processes.running import run_fresh
from benchmarks.large import LARGE_EVENTS, ask_again, large_data
from benchmarks.servers.processes import Servers, servers
from benchmarks.world import World, deployed
from tests.support.functions import logical_id

_REPETITIONS = 5


class Fresh:
    """Invokes functions in fresh processes."""

    def __init__(self, world: World, near: Servers, folder: Path) -> None:
        self._world, self._near = world, near
        self._folder = lay_out(folder, as_deployed=True, authority=near.authority)
        self._event = folder / "event.json"

    def __call__(self, function: str, event: Any, url: str) -> Any:
        """Return what `child.py` prints of this invocation, whose POSTs go to this address."""
        self._event.write_text(json.dumps(event), encoding="utf-8")
        environment = self._world.system.stack.environment(logical_id(function))
        # Where the layer would be; on this machine AWS speaks plain HTTP.
        environment = {name: value for name, value in environment.items() if name != "AWS_CA_BUNDLE"}
        return run_fresh(self._folder, function, environment, str(self._event), str(urlsplit(url).port))


def _cold_start(world: World, fresh: Fresh) -> dict[str, float]:
    """The milliseconds of CPU until the first POST and of the first invocation, and bytes of memory."""
    account = world.account()
    world.create(account, tls=True, authentication={"type": "SIGNATURE"})
    starts = [fresh("realtime_dispatcher", world.event(account), world.tls_url) for _number in range(_REPETITIONS)]
    post, end, peak = (median(one[key] for one in starts) for key in ("post", "end", "peak"))
    return {"cpuMs": 1000 * post, "endMs": 1000 * end, "bytes": peak}


def _memory(world: World, fresh: Fresh) -> dict[str, float]:
    account = world.account()
    webhook = world.create(account)
    drain = world.drain((account, LARGE_EVENTS), data=large_data())
    drained = fresh("batch_dispatcher", drain, world.receiver_url)
    ask_again(account, webhook)
    redelivered = fresh("redelivery", world.wake_up(webhook), world.receiver_url)
    return {"drainBytes": drained["peak"], "redeliveryBytes": redelivered["peak"]}


def main(what: str, file: str) -> None:
    """Measure, and write the file."""
    with servers() as near, tempfile.TemporaryDirectory() as folder:
        world = deployed(near)
        fresh = Fresh(world, near, Path(folder))
        cold = what == "cold"
        measured = {"cold start": _cold_start(world, fresh)} if cold else {"memory": _memory(world, fresh)}
        Path(file).write_text(json.dumps(measured), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
