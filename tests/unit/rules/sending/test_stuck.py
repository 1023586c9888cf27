"""What leads and fails: how long it is waited for, and when an event behind it is tried."""

import pytest

from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.sending.stuck import AMID_BAD_ONES, NOT_STUCK, Stuck, Verdict, judged
from tests.unit.builders import NOW, failed

SERVER_ERROR = failed(500)
BAD_REQUEST = AttemptResult(NOW, 20, 400, Failure(FailureClass.CLIENT_ERROR, "It refused.", 400))
UNREACHED = AttemptResult(NOW, 20, None, Failure(FailureClass.CONNECT, "Nobody is there."))


def alone(stuck: Stuck, result: AttemptResult, key: str = "k1") -> Verdict:
    """Judge a POST of one event."""
    return judged(stuck, result, key, 1, 9)


def waits_and_tries(result: AttemptResult, rounds: int, *, has_neighbour: bool = True) -> list[tuple[int, bool, bool]]:
    """Fail so often, the events behind as well; return the wait of each round, whether one was tried, and drawn."""
    stuck, seen = NOT_STUCK, []
    for _ in range(rounds):
        verdict = alone(stuck, result)
        if verdict.suspects:
            stuck = verdict.stuck.after_neighbour() if has_neighbour else verdict.stuck.waited()
        else:
            stuck = verdict.stuck
        seen.append((stuck.alone, verdict.suspects, verdict.draws))
    return seen


def test_a_post_of_several_is_cut_after_the_shortest_wait() -> None:
    """Its wait stays the first of the schedule, however often it was cut before."""
    verdict = judged(Stuck("k1", tries=5), SERVER_ERROR, "k1", 10, 6)

    assert verdict == Verdict(Stuck("k1", tries=6), wait=1, cuts=True)


def test_a_receiver_that_refuses_several_at_once_is_not_waited_for() -> None:
    """A 4xx says that it is well."""
    assert judged(NOT_STUCK, BAD_REQUEST, "k1", 10, 1) == Verdict(Stuck("k1", tries=1), wait=0, cuts=True)


def test_where_nobody_was_reached_nothing_is_cut() -> None:
    """The wait follows from the failures in a row."""
    assert judged(NOT_STUCK, UNREACHED, "k1", 10, 4) == Verdict(Stuck("k1", tries=1), wait=4)


def test_who_waits_alone_goes_on_waiting_where_nobody_is_reached() -> None:
    """The schedule is not begun anew."""
    verdict = alone(Stuck("k1", tries=5, alone=3), UNREACHED)

    assert (verdict.wait, verdict.stuck.alone, verdict.suspects, verdict.cuts) == (4, 4, False, False)


def test_the_tries_count_what_leads() -> None:
    """Another head begins at one."""
    assert alone(Stuck("k1", tries=5), SERVER_ERROR, "k1").stuck.tries == 6
    assert alone(Stuck("k1", tries=5), SERVER_ERROR, "k2").stuck.tries == 1
    assert Stuck("k1", tries=5).tries_of("k1") == 5
    assert Stuck("k1", tries=5).tries_of("k2") == 0


def test_an_event_behind_is_tried_after_the_first_second_fourth_and_eighth_wait() -> None:
    """So a receiver that takes nothing is not asked twice as often; the next one first, then one that is drawn."""
    seen = waits_and_tries(SERVER_ERROR, 18)

    assert [wait for wait, _, _ in seen] == list(range(1, 19))
    assert [wait - 1 for wait, tried, _ in seen if tried] == [1, 2, 4, 8, 16]
    assert [drawn for _, tried, drawn in seen if tried] == [False, True, True, True, True]


def test_after_a_4xx_the_event_behind_is_tried_at_once() -> None:
    """And then as after any other failure, but drawn."""
    seen = waits_and_tries(BAD_REQUEST, 18)

    assert [wait - 1 for wait, tried, _ in seen if tried] == [0, 1, 2, 4, 8, 16]
    assert [drawn for _, tried, drawn in seen if tried] == [False, True, True, True, True, True]


def test_where_there_is_nobody_behind_the_count_waits_for_one() -> None:
    """Whoever comes behind it later is tried after the next wait, however long the event has been alone."""
    assert all(tried for _, tried, _ in waits_and_tries(SERVER_ERROR, 12, has_neighbour=False)[1:])
    stuck = NOT_STUCK
    for _ in range(12):
        stuck = alone(stuck, SERVER_ERROR).stuck.waited()

    verdict = alone(stuck, SERVER_ERROR)

    assert (verdict.suspects, verdict.draws) == (True, False)


@pytest.mark.parametrize(("result", "tried"), [(BAD_REQUEST, True), (SERVER_ERROR, False)], ids=["4xx", "5xx"])
def test_amid_bad_ones_the_first_that_is_tried_is_drawn(result: AttemptResult, tried: bool) -> None:
    """The next one is bad, too, as likely as not."""
    verdict = alone(AMID_BAD_ONES, result)

    assert verdict.suspects is tried
    after = verdict if tried else alone(verdict.stuck, result)
    assert (after.suspects, after.draws) == (True, True)
