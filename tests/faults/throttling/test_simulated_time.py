"""Time that passes only when something takes it."""

import time as real

import pytest

from tests.faults.throttling.simulated_time import SimulatedTime


def test_a_sleep_moves_the_clock_and_waits_for_nothing(time: SimulatedTime) -> None:
    """Deadlines go by it."""
    deadline = time.deadline(3600)

    with time:
        real.sleep(3000)

    assert time.seconds == 3000
    assert deadline.remaining_seconds() == 600


def test_what_sleeps_together_sleeps_at_the_same_time(time: SimulatedTime) -> None:
    """Whoever is due first goes on first."""
    order: list[tuple[str, float]] = []

    def work(name: str, seconds: float) -> str:
        for _ in range(3):
            real.sleep(seconds)
            order.append((name, time.seconds))
        return name

    with time:
        assert time.together(lambda: work("a", 10), lambda: work("b", 4)) == ["a", "b"]

    assert order == [("b", 4), ("b", 8), ("a", 10), ("b", 12), ("a", 20), ("a", 30)]
    assert time.seconds == 30


def test_an_error_of_one_is_raised_when_all_have_ended(time: SimulatedTime) -> None:
    """The others are not held by it."""
    ended: list[float] = []

    def fail() -> None:
        raise ValueError("as told")

    def end() -> None:
        real.sleep(5)
        ended.append(time.seconds)

    with time, pytest.raises(ValueError, match="as told"):
        time.together(fail, end)

    assert ended == [5]
