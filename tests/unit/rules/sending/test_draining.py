"""How many drains a queue calls for."""

import pytest

from recado.rules.sending.draining import Received, more_drains

HALF_AN_HOUR = 30 * 60 * 1000
KB = 1024


@pytest.mark.parametrize(
    ("depth", "received", "more"),
    [
        (0, Received(1000, 1000 * KB, 9 * HALF_AN_HOUR), 0),
        (4_999, Received(1000, 1000 * KB, 0), 0),
        (5_000, Received(1000, 1000 * KB, 0), 1),
        (14_999, Received(1000, 1000 * KB, 0), 2),
        (255, Received(10, 10 * 256 * KB, 0), 0),
        (256, Received(10, 10 * 256 * KB, 0), 1),
        (1_024, Received(10, 10 * 256 * KB, 0), 4),
        (1, Received(10, 10 * KB, HALF_AN_HOUR - 1), 0),
        (1, Received(10, 10 * KB, HALF_AN_HOUR), 1),
        (1, Received(10, 10 * KB, 5 * HALF_AN_HOUR), 5),
        (9_000, Received(0, 0, 0), 0),
    ],
    ids=[
        "nothing waits",
        "few",
        "5,000",
        "many",
        "large, few",
        "64 MB",
        "256 MB",
        "young",
        "half an hour old",
        "old",
        "nothing was seen",
    ],
)
def test_a_queue_calls_for_drains_by_number_size_and_age(depth: int, received: Received, more: int) -> None:
    """By whichever asks for most."""
    assert more_drains(depth, received) == more
