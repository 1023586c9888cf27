"""Work on a simulated clock: one piece runs until it waits, and time passes only when all of them wait.

What is under test is plain code that calls and waits; greenlets let it wait inside a call, as threads would, at a
hundredth of their price and in the same order at each run.
"""

import heapq
import itertools
from collections.abc import Callable, Collection
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Executor, Future
from functools import partial
from typing import Any, Protocol

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]  # it says no types


class Owner(Protocol):
    """Whoever a piece of work belongs to; all that it starts belongs to it too."""

    def check(self) -> None:
        """Raise, where the work is not to go on after it has waited."""
        ...


class Deadline:
    """The end of an invocation; fills the port `Deadline`."""

    def __init__(self, simulation: "Simulation", seconds: float) -> None:
        self._simulation = simulation
        self._end_ms = simulation.now_ms + seconds * 1000

    def remaining_seconds(self) -> float:
        """Tell the seconds left."""
        return (self._end_ms - self._simulation.now_ms) / 1000


class _Work(greenlet):  # type: ignore[misc]  # as above
    owner: Owner | None = None


class _Turn:
    """When somebody goes on; whoever has several has the first of them."""

    def __init__(self, begin: Callable[[], _Work]) -> None:
        self.begin = begin
        self.used = False


class Simulation(Executor):
    """Runs work at its time; as an executor, work that begins now."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self._order = itertools.count()
        self._due: list[tuple[int, int, _Turn]] = []
        self._hub = getcurrent()
        self._stopped = False

    def clock(self) -> int:
        """Tell the time; fills the port `Clock`."""
        return self.now_ms

    @property
    def owner(self) -> Any:
        """Whoever the work belongs to that runs now; None for nobody's."""
        return getattr(getcurrent(), "owner", None)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Begin with this as soon as whoever runs waits."""
        return self.at(self.now_ms, fn, *args, **kwargs)

    def at(self, moment_ms: int, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        """Do this at that time, for whoever is at work now."""
        future: Future[Any] = self.at_for(self.owner, moment_ms, fn, *args, **kwargs)
        return future

    def at_for(self, owner: Owner | None, moment_ms: int, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Do this at that time, for that one."""
        future: Future[Any] = Future()

        def run() -> None:
            try:
                if owner is not None:
                    owner.check()
                answer = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - handed on to whoever asks for the result
                future.set_exception(error)
            else:
                future.set_result(answer)

        def begin() -> _Work:
            work = _Work(run, self._hub)
            work.owner = owner
            return work

        self._schedule(moment_ms, _Turn(begin))
        return future

    def sleep(self, seconds: float) -> None:
        """Wait, while others run."""
        self._wait_for(self._turn_of_mine(), self.now_ms + round(seconds * 1000))

    def wait(
        self, futures: Collection[Future[Any]], timeout: float | None = None, return_when: str = ALL_COMPLETED
    ) -> tuple[Any, Any]:
        """Wait until they are done, or the time is up; takes the place of `concurrent.futures.wait`.

        What is answered has the order of the futures, so that the next run goes the same way.
        """
        until = None if timeout is None else self.now_ms + round(timeout * 1000)
        enough = min(1 if return_when == FIRST_COMPLETED else len(futures), len(futures))
        while sum(future.done() for future in futures) < enough and (until is None or self.now_ms < until):
            turn = self._turn_of_mine()
            for future in futures:
                if not future.done():
                    future.add_done_callback(partial(self._done, turn))
            self._wait_for(turn, until)
        done = [future for future in futures if future.done()]
        return done, [future for future in futures if not future.done()]

    def run(self, until_ms: int | None = None) -> None:
        """Go on until nothing is left to do, or until then."""
        self._hub = getcurrent()
        while self._due and not self._stopped and (until_ms is None or self._due[0][0] <= until_ms):
            moment, _, turn = heapq.heappop(self._due)
            if turn.used:
                continue
            turn.used = True
            self.now_ms = max(self.now_ms, moment)
            turn.begin().switch()
        if until_ms is not None:
            self.now_ms = max(self.now_ms, until_ms)

    def stop(self) -> None:
        """Let nothing go on after this."""
        self._stopped = True

    def _turn_of_mine(self) -> _Turn:
        me = getcurrent()
        assert isinstance(me, _Work), "only what is run can wait"
        return _Turn(lambda: me)

    def _wait_for(self, turn: _Turn, moment_ms: int | None) -> None:
        if moment_ms is not None:
            self._schedule(moment_ms, turn)
        self._hub.switch()
        if self.owner is not None:
            self.owner.check()

    def _done(self, turn: _Turn, _future: Future[Any]) -> None:
        self._schedule(self.now_ms, turn)

    def _schedule(self, moment_ms: int, turn: _Turn) -> None:
        heapq.heappush(self._due, (moment_ms, next(self._order), turn))
