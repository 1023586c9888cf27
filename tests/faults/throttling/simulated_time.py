"""Time that passes only when something takes it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from unittest.mock import patch

from tests.support.clock import Clock
from tests.support.functions import LambdaContext

_NS = 1_000_000_000


class Deadline:
    """So many seconds from now on; fills the port `Deadline`."""

    def __init__(self, time: "SimulatedTime", seconds: float) -> None:
        self._time = time
        self._end = time.seconds + seconds

    def remaining_seconds(self) -> float:
        """Tell the seconds left."""
        return self._end - self._time.seconds


@dataclass(frozen=True, kw_only=True)
class SimulatedContext(LambdaContext):
    """The context of an invocation whose time passes."""

    deadline: Deadline

    def get_remaining_time_in_millis(self) -> int:
        """Tell the time left."""
        return round(self.deadline.remaining_seconds() * 1000)


class SimulatedTime:
    """A clock that `time.sleep` moves instead of waiting, that of botocore, tenacity and Recado alike.

    It stands still otherwise. What `together` runs has it in common: one of them runs at a time, the one whose sleep
    ends first, so that four writers that sleep a second each need one second, in the same order at each run. Threads
    that one of them starts are not known to it: their sleeps come one after the other.
    """

    def __init__(self, clock: Clock) -> None:
        clock.stop()
        self.clock = clock
        self.began_ns = clock.time_ns()
        self._turn = threading.Condition()
        self._due: dict[threading.Thread, int] = {}
        self._running: threading.Thread | None = None
        self._patch = patch("time.sleep", self.sleep)

    def __enter__(self) -> Self:
        self._patch.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._patch.stop()

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return (self.clock.time_ns() - self.began_ns) / _NS

    def deadline(self, seconds: float) -> Deadline:
        """Return the end of an invocation that has so many seconds from now on."""
        return Deadline(self, seconds)

    def sleep(self, seconds: float) -> None:
        """Let time pass, in which others of `together` may run."""
        me = threading.current_thread()
        with self._turn:
            if me not in self._due:
                self.clock.advance(seconds)
                return
            self._due[me] = self.clock.time_ns() + round(seconds * _NS)
            self._hand_on()
            self._turn.wait_for(lambda: self._running is me)

    def together(self, *works: Callable[[], Any]) -> list[Any]:
        """Run these at the same time; return what each has returned. The first error of one is raised at the end."""
        answers: list[Any] = [None] * len(works)
        errors: list[BaseException] = []

        def run(number: int, work: Callable[[], Any]) -> None:
            me = threading.current_thread()
            with self._turn:
                self._turn.wait_for(lambda: self._running is me)
            try:
                answers[number] = work()
            except BaseException as error:  # noqa: BLE001 - raised where the test sees it
                errors.append(error)
            with self._turn:
                del self._due[me]
                self._hand_on()

        threads = [threading.Thread(target=run, args=each, daemon=True) for each in enumerate(works)]
        with self._turn:
            self._due = dict.fromkeys(threads, self.clock.time_ns())
            self._hand_on()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        return answers

    def _hand_on(self) -> None:
        self._running = min(self._due, key=self._due.__getitem__, default=None)
        if self._running is not None:
            self.clock.advance(max(0, self._due[self._running] - self.clock.time_ns()) / _NS)
        self._turn.notify_all()
