"""The end of an invocation."""

from dataclasses import dataclass

import pytest

from recado.deadline import InvocationDeadline, Until, Within


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


@pytest.mark.parametrize(("left_ms", "seconds"), [(30_000, 7.0), (12_000, 7.0), (11_000, 6.0)])
def test_a_deadline_within_another_is_never_later(left_ms: int, seconds: float) -> None:
    """It has its own seconds as long as the invocation has as many."""
    assert Within(InvocationDeadline(Context(left_ms)), 7.0).remaining_seconds() == seconds


def test_what_must_be_over_by_then_has_less_time_with_every_wait() -> None:
    """And never more than the invocation has."""
    now, context = [1_000], Context(30_000)
    until = Until(InvocationDeadline(context), 7.0, lambda: now[0])
    assert until.remaining_seconds() == 7.0

    now[0] += 2_500
    assert until.remaining_seconds() == 4.5
    context.milliseconds = 6_000
    assert until.remaining_seconds() == 1.0


def test_it_ends_no_later_than_the_invocation() -> None:
    """As that was at the beginning."""
    now = [1_000]
    until = Until(InvocationDeadline(Context(8_000)), 7.0, lambda: now[0])

    now[0] += 1_000
    assert until.remaining_seconds() == 2.0
