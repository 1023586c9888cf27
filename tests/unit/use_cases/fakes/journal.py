"""The smallest fakes: an executor, a deadline, and the journal in which all others write down their calls."""

import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from recado.ports.sending import OurFaultError

FAULT = OurFaultError("throttled")


class SameThread(Executor):
    """Does everything at once and in order."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it now; only what ends the test gets past."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - handed on to whoever asks for the result, as executors do
            future.set_exception(error)
        return future


class Held(Executor):
    """Does nothing until the test says so."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Keep it, to be done later."""
        future: Future[Any] = Future()
        self._waiting.append(lambda: future.set_result(fn(*args, **kwargs)))
        return future

    def do(self, position: int = 0) -> None:
        """Do one of what waits, the oldest unless another is named."""
        self._waiting.pop(position)()


class FixedDeadline:
    """An invocation that always has so many seconds left, or these one after the other; the last one stays."""

    def __init__(self, *seconds: float) -> None:
        self._seconds = list(seconds)

    def remaining_seconds(self) -> float:
        """Return the seconds left."""
        return self._seconds.pop(0) if len(self._seconds) > 1 else self._seconds[0]


class Journal:
    """The calls of all fakes in their order; a test may make one fail, or do something just before it."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._before: dict[tuple[str, int], Callable[[], object]] = {}
        self._lock = threading.Lock()

    def before(self, call: str, number: int, action: Callable[[], object]) -> None:
        """Do this just before the call of that name and number, counted from 1."""
        self._before[call, number] = action

    def fail(self, call: str, number: int = 1, error: Exception = FAULT) -> None:
        """Make that call fail on our side."""

        def raise_error() -> None:
            raise error

        self.before(call, number, raise_error)

    def note(self, call: str) -> None:
        """Write a call down."""
        with self._lock:
            self._counts[call] += 1
            self.calls.append(call)
            action = self._before.get((call, self._counts[call]), lambda: None)
        action()

    def of(self, *names: str) -> list[str]:
        """Return the calls of these names, in order."""
        return [call for call in self.calls if call in names]
