"""When an invocation gets a new process of its function, and when it waits for one that will soon be free."""

# ruff: noqa: SLF001  a repair reaches into what the emulator keeps to itself
from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TypeAlias

# The emulator's own class of function processes; it ships no types.
Worker: TypeAlias = Any

MOST_PROCESSES_A_FUNCTION = 64
# A forked process has loaded little of what its first event needs: that takes several times as long as the fork.
_PAUSE_AFTER_A_START = 8.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


@dataclass
class Pace:
    """How fast one function may grow.

    Lambda starts an environment for every event that finds none free, on machines of its own. Here each start takes
    time from those that run, until a burst is nothing but starts. So after each there is a pause, which is longer
    the busier the machine is. But the growth goes on while somebody waits: what hangs must not hold up the others.
    """

    next_start: float = 0.0
    freed: threading.Condition = field(default_factory=threading.Condition)

    def allows(self, free: int, existing: int, now: float) -> bool:
        """Whether an invocation goes on now; the caller then takes a free process, or starts one if there is none."""
        if free:
            return True
        if existing >= MOST_PROCESSES_A_FUNCTION or now < self.next_start:
            return False
        self.next_start = now + _LONGEST_PAUSE
        return True

    def started(self, began: float, ended: float) -> None:
        """Begin the pause after a start that took from one time to the other, in seconds of one clock."""
        pause = (ended - began) * _PAUSE_AFTER_A_START
        self.next_start = ended + min(_LONGEST_PAUSE, max(_SHORTEST_PAUSE, pause))


@dataclass
class Paces:
    """The paces of all functions, over the emulator's own pool of their processes."""

    runtime: ModuleType
    paces: defaultdict[str, Pace] = field(default_factory=lambda: defaultdict(Pace))

    def acquire(
        self, take: Callable[..., Any], name: str, config: dict[str, Any], *args: object, **kwargs: object
    ) -> tuple[Worker, str]:
        """What `take` gives, the emulator's own way to a process, as soon as the function's pace allows it."""
        key = self.runtime._worker_key(name, config, kwargs.get("qualifier", "$LATEST"))
        pace = self.paces[name]
        with pace.freed:
            while not pace.allows(*self._counts(key), time.monotonic()):
                pace.freed.wait(_SHORTEST_PAUSE)
            worker, how = take(name, config, *args, **kwargs)
        if how == "spawn":
            began = time.monotonic()
            # What cannot be started fails once more when it is invoked, and says why.
            with suppress(Exception):
                self.runtime.ensure_spawned(worker)
            pace.started(began, time.monotonic())
        return worker, how

    def release(self, give_back: Callable[[Worker], None], worker: Worker) -> None:
        """Give a process back, and tell who waits for one; None stands for one that is gone."""
        give_back(worker)
        for pace in [self.paces[worker.func_name]] if worker else list(self.paces.values()):
            with pace.freed:
                pace.freed.notify()

    def _counts(self, key: str) -> tuple[int, int]:
        with self.runtime._lock:
            workers: list[Worker] = list(self.runtime._workers.get(key, ()))
        return sum(not worker.in_use for worker in workers), len(workers)
