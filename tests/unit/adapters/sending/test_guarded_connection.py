"""The guard of an attempt: how long a single wait may take."""

import time

import pytest

from recado.adapters.sending.guarded_connection import Guard


def guard(seconds: float) -> Guard:
    """Build the guard of an attempt with so much time left."""
    return Guard(time.monotonic() + seconds, lambda _address: None, lambda _host, _port: [])


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
