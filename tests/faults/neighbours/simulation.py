"""Threads on a simulated clock: one runs at a time, and time passes only when all of them wait."""

import heapq
import itertools
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Executor, Future
from typing import Any

_STEP_SECONDS = 0.02


class Deadline:
    """The end of an invocation; fills the port `Deadline`."""

    def __init__(self, simulation: "Simulation", seconds: float) -> None:
        self._simulation = simulation
        self._end_ms = simulation.now_ms + seconds * 1000

    def remaining_seconds(self) -> float:
        """Tell the seconds left."""
        return (self._end_ms - self._simulation.now_ms) / 1000


class Simulation(Executor):
    """Runs work at its time, in threads of which one runs until it waits; as an executor, work that begins now."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self._order = itertools.count()
        self._due: list[tuple[int, int, threading.Event]] = []
        self._ended = threading.Event()

    def clock(self) -> int:
        """Tell the time; fills the port `Clock`."""
        return self.now_ms

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Begin with this as soon as whoever runs waits."""
        return self.at(self.now_ms, fn, *args, **kwargs)

    def at(self, moment_ms: int, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        """Do this at that time."""
        future: Future[Any] = Future()
        turn = self._turn(moment_ms)

        def run() -> None:
            turn.wait()
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - handed on to whoever asks for the result
                future.set_exception(error)
            self._hand_on()

        threading.Thread(target=run, daemon=True).start()
        return future

    def sleep(self, seconds: float) -> None:
        """Wait, while others run."""
        turn = self._turn(self.now_ms + round(seconds * 1000))
        self._hand_on()
        turn.wait()

    def wait(
        self, futures: Collection[Future[Any]], timeout: float | None = None, return_when: str = ALL_COMPLETED
    ) -> tuple[set[Future[Any]], set[Future[Any]]]:
        """Wait until they are done, or the time is up; takes the place of `concurrent.futures.wait`."""
        until = None if timeout is None else self.now_ms + round(timeout * 1000)
        enough = 1 if return_when == FIRST_COMPLETED else len(futures)
        while sum(future.done() for future in futures) < enough and (until is None or self.now_ms < until):
            self.sleep(_STEP_SECONDS)
        done = {future for future in futures if future.done()}
        return done, set(futures) - done

    def run(self) -> None:
        """Go on until nothing is left to do."""
        self._hand_on()
        self._ended.wait()

    def _turn(self, moment_ms: int) -> threading.Event:
        turn = threading.Event()
        heapq.heappush(self._due, (moment_ms, next(self._order), turn))
        return turn

    def _hand_on(self) -> None:
        if not self._due:
            self._ended.set()
            return
        moment, _, turn = heapq.heappop(self._due)
        self.now_ms = max(self.now_ms, moment)
        turn.set()
