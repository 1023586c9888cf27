"""The mark of slowness: kept by whoever knows nothing of it, and told of once."""

from dataclasses import replace

import pytest

from recado.ports.sending import Expect
from recado.rules.webhook.lane import Lane, waiting
from tests.integration.stores.lanes.stored import DAY, LATER, LEASED, SLOW, current, stored
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.lost_answers import lost_answers
from tests.support.events import NOON_MS
from tests.support.system import System


def test_a_mark_of_slowness_is_kept_by_whoever_knows_nothing_of_it(system: System) -> None:
    """A change that does not concern it neither fails because of it, nor forgets it."""
    before = stored(system, LEASED)
    system.lanes.mark_slow(before, NOON_MS + 1)

    assert system.lanes.change(before, replace(before, lane=waiting(before.lane, LATER)), Expect.LEASED)

    assert current(system).lane.slow_at == NOON_MS + 1


def test_of_many_who_find_a_webhook_slow_the_first_tells(system: System, aws: AwsCalls) -> None:
    """All have read that it is not; the others mark it all the same, and the last mark counts."""
    before = stored(system, LEASED)
    aws.clear()

    told = [system.lanes.mark_slow(before, NOON_MS + number) for number in range(3)]

    assert told == [True, False, False]
    assert current(system).lane == replace(LEASED, slow_at=NOON_MS + 2, slow_told_at=NOON_MS)
    assert len(aws.of("UpdateItem")) == 5


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (replace(LEASED, slow_told_at=NOON_MS - DAY + 1), False),
        (replace(LEASED, slow_told_at=NOON_MS - DAY), True),
        (SLOW, False),
    ],
    ids=["told lately", "told a day ago", "slow already"],
)
def test_a_mark_of_slowness_is_one_write(system: System, aws: AwsCalls, read: Lane, told: bool) -> None:
    """Where nobody else marks it: whether it is told, or was told within a day, or was slow before."""
    before = stored(system, read)
    aws.clear()

    assert system.lanes.mark_slow(before, NOON_MS) is told

    told_at = NOON_MS if told else read.slow_told_at
    assert current(system).lane == replace(read, slow_at=NOON_MS, quick=0, slow_told_at=told_at)
    assert len(aws.of("UpdateItem")) == 1


def test_a_webhook_that_was_quick_in_between_is_not_told_twice(system: System) -> None:
    """Whoever found it slow first has told, though its mark is gone by now."""
    before = stored(system, LEASED)
    assert system.lanes.mark_slow(before, NOON_MS)
    slow = current(system)
    assert system.lanes.change(slow, replace(slow, lane=replace(slow.lane, slow_at=None)), Expect.LEASED)

    assert system.lanes.mark_slow(before, NOON_MS + 1) is False

    assert current(system).lane == replace(LEASED, slow_at=NOON_MS + 1, slow_told_at=NOON_MS)


def test_a_mark_whose_answer_was_lost_is_told_by_nobody(system: System) -> None:
    """It is made all the same: an alert goes out at most once."""
    before = stored(system, LEASED)

    with lost_answers(1):
        assert system.lanes.mark_slow(before, NOON_MS) is False

    assert current(system).lane == replace(LEASED, slow_at=NOON_MS, slow_told_at=NOON_MS)


def test_when_somebody_was_told_is_stored_with_the_lane(system: System) -> None:
    """That the webhook is slow, and that it has events set aside."""
    before = stored(system, LEASED)
    told = replace(LEASED, slow_told_at=NOON_MS, aside_told_at=NOON_MS + 1)

    assert system.lanes.change(before, replace(before, lane=told), Expect.LEASED)

    assert current(system).lane == told


def test_a_new_mark_of_slowness_forgets_the_quick_posts(system: System) -> None:
    """They begin to be counted anew."""
    before = stored(system, SLOW)

    system.lanes.mark_slow(before, LATER)

    assert current(system).lane == replace(SLOW, slow_at=LATER, quick=0)
