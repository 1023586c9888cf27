"""The guard of an attempt: how long a single wait may take, and how long the answer."""

import time

import pytest

from recado.adapters.sending.guard import Guard


def guard(seconds: float) -> Guard:
    """Build the guard of an attempt with so much time left."""
    return Guard(time.monotonic() + seconds, lambda _address: None, lambda _host, _port: [], answer_seconds=5.0)


@pytest.mark.parametrize(("left", "at_most", "wait"), [(10.0, 5.0, 5.0), (2.0, 5.0, 2.0), (10.0, -1.0, 0.001)])
def test_a_wait_ends_with_its_own_time_or_with_the_attempt(left: float, at_most: float, wait: float) -> None:
    """Whichever comes first, and never so soon that the socket would not wait at all."""
    assert guard(left).left(at_most) == pytest.approx(wait, abs=0.1)
    assert guard(left).left(at_most) > 0


@pytest.mark.parametrize("left", [0.0, -1.0])
def test_nothing_is_waited_for_when_the_attempt_is_over(left: float) -> None:
    """It ends as any other timeout does."""
    with pytest.raises(TimeoutError):
        guard(left).left(5.0)


def test_an_answer_has_its_time_from_when_it_is_waited_for() -> None:
    """Within that of the attempt; until then it has the attempt's."""
    one = guard(10.0)
    assert one.answer_left() == pytest.approx(10.0, abs=0.1)

    one.answer_within(3.0)
    assert one.answer_left() == pytest.approx(3.0, abs=0.1)
    assert not one.answer_is_late

    one.answer_within(30.0)
    assert one.answer_left() == pytest.approx(10.0, abs=0.1)


def test_an_answer_that_is_late_is_not_waited_for() -> None:
    """However much is left of the attempt."""
    one = guard(10.0)
    one.answer_within(0.0)

    assert one.answer_is_late
    with pytest.raises(TimeoutError):
        one.answer_left()
