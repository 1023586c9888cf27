"""When an invocation gets a new process, and when it waits for one that is soon free."""

import threading
from types import ModuleType
from typing import Any

from local.emulator.pacing import MOST_PROCESSES_A_FUNCTION, Pace, Paces

CONFIG = {"FunctionName": "F"}


class Worker:
    """A function process as the emulator keeps it."""

    def __init__(self) -> None:
        self.func_name = "F"
        self.in_use = True


class Runtime(ModuleType):
    """The emulator's pool: it makes a process for everyone who finds none free."""

    def __init__(self) -> None:
        super().__init__("runtime")
        self._lock = threading.Lock()
        self._workers: dict[str, list[Worker]] = {}
        self.spawned: list[Worker] = []

    def _worker_key(self, name: str, _config: dict[str, Any], qualifier: str) -> str:
        return f"{name}:{qualifier}"

    def take(self, name: str, _config: dict[str, Any]) -> tuple[Worker, str]:
        """Lease a process as the emulator does."""
        workers = self._workers.setdefault(f"{name}:$LATEST", [])
        for worker in workers:
            if not worker.in_use:
                worker.in_use = True
                return worker, "reused"
        workers.append(Worker())
        return workers[-1], "spawn"

    def give_back(self, worker: Worker | None) -> None:
        """Take a process back."""
        if worker:
            worker.in_use = False

    def ensure_spawned(self, worker: Worker) -> None:
        """Note that the process was started."""
        self.spawned.append(worker)


def test_a_free_process_is_taken_at_once() -> None:
    """Whatever was started just now."""
    pace = Pace()
    assert pace.allows(free=0, existing=3, now=100.0)

    assert pace.allows(free=1, existing=4, now=100.0)


def test_after_a_start_the_others_wait_for_a_multiple_of_what_it_took() -> None:
    """On a busy machine longer: what runs has to get on."""
    pace = Pace()
    assert pace.allows(free=0, existing=0, now=100.0)
    assert not pace.allows(free=0, existing=1, now=100.05)
    pace.started(100.0, 100.05)

    assert not pace.allows(free=0, existing=1, now=100.4)
    assert pace.allows(free=0, existing=1, now=100.5)


def test_a_start_that_took_very_long_holds_up_the_others_for_a_second() -> None:
    """They may be waiting for processes that hang."""
    pace = Pace()
    pace.started(100.0, 130.0)

    assert pace.allows(free=0, existing=1, now=131.0)


def test_while_all_hang_a_function_grows_until_it_has_64_processes() -> None:
    """As many as there are, and no more."""
    pace, existing, now = Pace(), 0, 0.0
    while now < 60:
        existing += pace.allows(free=0, existing=existing, now=now)
        now += 1.0
    assert existing == 60

    assert not pace.allows(free=0, existing=MOST_PROCESSES_A_FUNCTION, now=1000.0)


def test_who_waits_takes_the_process_that_becomes_free_first() -> None:
    """A second process is not started where the first is given back in time."""
    runtime = Runtime()
    paces = Paces(runtime)
    first, how = paces.acquire(runtime.take, "F", CONFIG)
    paces.paces["F"].next_start = float("inf")
    taken: list[Any] = []
    waiting = threading.Thread(target=lambda: taken.append(paces.acquire(runtime.take, "F", CONFIG)))
    waiting.start()

    paces.release(runtime.give_back, first)
    waiting.join(10)

    assert how == "spawn"
    assert taken == [(first, "reused")]
    assert runtime.spawned == [first]


def test_a_process_that_cannot_be_started_is_handed_on_all_the_same() -> None:
    """Invoking it fails, and tells why."""
    runtime = Runtime()

    def broken(_worker: Worker) -> None:
        raise RuntimeError("no")

    runtime.__dict__["ensure_spawned"] = broken

    assert Paces(runtime).acquire(runtime.take, "F", CONFIG)[1] == "spawn"
