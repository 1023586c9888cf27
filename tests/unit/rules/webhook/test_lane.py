"""The lane's steps: who owns a webhook, who sends, and when somebody is to look."""

import pytest

from recado.rules.webhook.lane import LATE_LOOK_MS, Lane, after_quick_posts, given_up, leased, left, owned, waiting
from tests.unit.builders import NOW

SENDING = Lane(owner="a", next_at=NOW + 9, lease_holder="run", lease_until=NOW + 9, turn_at=NOW + 1, job="job_1")


@pytest.mark.parametrize(
    ("lane", "held"),
    [
        (Lane(), False),
        (SENDING, True),
        (Lane(lease_holder="run", lease_until=NOW), True),
        (Lane(lease_holder="run", lease_until=NOW - 1), False),
        (Lane(lease_until=NOW), False),
    ],
)
def test_a_lease_holds_until_its_time_is_over(lane: Lane, held: bool) -> None:
    """To the millisecond."""
    assert lane.is_leased_at(NOW) is held


def test_a_new_owner_leaves_the_run_that_sends_its_lease() -> None:
    """Nobody sends beside it: the new owner comes when that run has ended."""
    assert owned(SENDING, "b", NOW) == Lane(
        owner="b", next_at=NOW, lease_holder="run", lease_until=NOW + 9, turn_at=NOW + 1, job="job_1"
    )


def test_whoever_sends_is_due_when_the_lease_is_over() -> None:
    """A run that dies is found by the sweep."""
    assert leased(owned(Lane(), "a", NOW), "run", NOW + 9) == Lane("a", NOW + 9, "run", NOW + 9)


def test_a_run_that_ends_lets_the_lease_go() -> None:
    """The owner comes back; given up there is none, and somebody looks ten minutes later; left, nobody does."""
    assert waiting(SENDING, NOW + 5) == Lane("a", NOW + 5, turn_at=NOW + 1, job="job_1")
    assert given_up(SENDING, NOW, has_aside=False) == Lane(None, NOW + LATE_LOOK_MS, turn_at=NOW + 1, job="job_1")
    assert left(waiting(SENDING, NOW)) == Lane(turn_at=NOW + 1, job="job_1")


@pytest.mark.parametrize(
    ("slow_at", "quick", "after"),
    [
        (None, 2, Lane()),
        (NOW, 0, Lane(slow_at=NOW)),
        (NOW, 2, Lane(slow_at=NOW, quick=2)),
        (NOW, 3, Lane()),
        (NOW, 100, Lane()),
    ],
)
def test_three_quick_posts_end_that_a_receiver_counts_as_slow(slow_at: int | None, quick: int, after: Lane) -> None:
    """Fewer are counted; of one that is not slow nothing is."""
    assert after_quick_posts(Lane(slow_at=slow_at), quick) == after
