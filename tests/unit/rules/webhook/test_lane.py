"""The lane's steps: who owns a webhook, who sends, and when somebody is to look."""

import pytest

from recado.rules.webhook.lane import (
    ASIDE_LOOK_MS,
    LATE_LOOK_MS,
    Lane,
    after_quick_posts,
    asked_for,
    asked_to_withdraw,
    emptied,
    given_up,
    leased,
    left,
    owned,
    switched_off,
    waiting,
)
from tests.unit.builders import NOW

JOBS = frozenset({"job_1"})
SENDING = Lane(owner="a", next_at=NOW + 9, lease_holder="run", lease_until=NOW + 9, turn_at=NOW + 1, jobs=JOBS)


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
        owner="b", next_at=NOW, lease_holder="run", lease_until=NOW + 9, turn_at=NOW + 1, jobs=JOBS
    )


def test_whoever_sends_is_due_when_the_lease_is_over() -> None:
    """A run that dies is found by the sweep."""
    assert leased(owned(Lane(), "a", NOW), "run", NOW + 9) == Lane("a", NOW + 9, "run", NOW + 9)


def test_a_run_that_ends_lets_the_lease_go() -> None:
    """The owner comes back; given up there is none, and somebody looks ten minutes later; left, nobody does."""
    assert waiting(SENDING, NOW + 5) == Lane("a", NOW + 5, turn_at=NOW + 1, jobs=JOBS)
    assert given_up(SENDING, NOW, has_aside=False) == Lane(None, NOW + LATE_LOOK_MS, turn_at=NOW + 1, jobs=JOBS)
    assert left(waiting(SENDING, NOW)) == Lane(turn_at=NOW + 1, jobs=JOBS)


def test_what_is_set_aside_is_looked_at_sooner() -> None:
    """Until nothing is set aside any more: then one late look is left."""
    given = given_up(SENDING, NOW, has_aside=True)

    assert (given.owner, given.next_at, given.has_aside) == (None, NOW + ASIDE_LOOK_MS, True)
    assert (emptied(given, NOW).next_at, emptied(given, NOW).has_aside) == (NOW + LATE_LOOK_MS, False)


def test_whoever_asks_for_sending_ends_every_wait() -> None:
    """The new owner is due now, and so is what is set aside; a rest is over."""
    lane = Lane("a", NOW + 300_000, rest_until=NOW + 300_000, turn_at=NOW + 1)

    assert asked_for(lane, "b", NOW) == Lane("b", NOW, asked_at=NOW, turn_at=NOW + 1)


@pytest.mark.parametrize(
    ("lane", "rest_until"),
    [
        (Lane(), None),
        (Lane(next_at=NOW + 600_000), None),
        (Lane("a", NOW), None),
        (Lane("a", NOW + 1), NOW + 1),
        (Lane("a", NOW, rest_until=NOW + 7), NOW + 7),
        (Lane("a", NOW + 9, "run", NOW + 9), None),
        (Lane("a", NOW + 9, "run", NOW + 9, rest_until=NOW + 7), NOW + 7),
        (Lane("a", NOW + 9, "run", NOW - 1), NOW + 9),
        (Lane("a", NOW + 9, faults=1), None),
        (Lane("a", NOW + 9, faults=1, rest_until=NOW + 7), NOW + 7),
    ],
    ids=[
        *("nobody", "given up", "due", "waits", "woken twice", "sends", "sends after a rest", "died"),
        *("waits for our fault", "waits for our fault after a rest"),
    ],
)
def test_whoever_asks_to_withdraw_shortens_no_wait(lane: Lane, rest_until: int | None) -> None:
    """The new owner is due now, to take back; before the time for which the one before it waited, nothing is sent."""
    asked = asked_to_withdraw(lane, "b", NOW)

    assert (asked.owner, asked.next_at, asked.rest_until, asked.asked_at) == ("b", NOW, rest_until, None)


def test_a_rest_goes_on_until_its_time_has_come_or_nobody_owns_the_webhook() -> None:
    """A run that ends sooner, by a fault or as its time is up, does not shorten it."""
    lane = leased(Lane("a", NOW, rest_until=NOW + LATE_LOOK_MS + 5), "run", NOW + 9)

    for before in (lane, waiting(lane, NOW), waiting(lane, NOW + LATE_LOOK_MS + 4)):
        assert before.rest_until == NOW + LATE_LOOK_MS + 5
    for after in (waiting(lane, NOW + LATE_LOOK_MS + 5), given_up(lane, NOW, has_aside=False), left(lane)):
        assert after.rest_until is None


def test_a_webhook_that_is_switched_off_has_an_owner_as_long_as_jobs_are_unfinished() -> None:
    """Those that cancel are carried on; without any, nobody has to look."""
    waits = Lane("a", NOW + 300_000, asked_at=NOW - 1)

    assert switched_off(waits, "b", NOW) == Lane()
    assert switched_off(Lane("a", NOW + 300_000, jobs=JOBS), "b", NOW) == Lane("b", NOW, asked_at=NOW, jobs=JOBS)


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
