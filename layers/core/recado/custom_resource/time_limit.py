"""A limit of time that ends whatever is under way."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeUpError(BaseException):
    """The time is up. No `Exception`, so that nothing on its way takes it for a failed call and goes on."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeUpError` in what is inside once so many seconds are over, also where it waits for an answer.

    By the process's alarm: a thread that answered instead would leave behind what it was to end, which the next
    invocation would thaw. The alarm is of the main thread, where Lambda runs handlers; elsewhere there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if seconds <= 0:
        raise TimeUpError("no time is left")
    before = signal.signal(signal.SIGALRM, _raise)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _raise(_number: int, _frame: FrameType | None) -> None:
    raise TimeUpError("the time is up")
