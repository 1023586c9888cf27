"""The end of an invocation."""

from dataclasses import dataclass

import pytest

from recado.deadline import InvocationDeadline


@dataclass
class Context:
    """Lambda's context, as far as it tells the time."""

    milliseconds: int

    def get_remaining_time_in_millis(self) -> int:
        """Return what Lambda would."""
        return self.milliseconds


@pytest.mark.parametrize(("left_ms", "seconds"), [(30_000, 25.0), (5_000, 0.0), (4_000, -1.0), (0, -5.0)])
def test_five_seconds_are_kept_for_recording(left_ms: int, seconds: float) -> None:
    """Sending ends before the invocation does."""
    assert InvocationDeadline(Context(left_ms)).remaining_seconds() == seconds


def test_time_runs_on() -> None:
    """The context is asked every time."""
    context = Context(30_000)
    deadline = InvocationDeadline(context)
    context.milliseconds = 10_000

    assert deadline.remaining_seconds() == 5.0
