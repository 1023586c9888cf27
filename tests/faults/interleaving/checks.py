"""What must hold in every state, and at every end."""

from typing import Any

from tests.faults.interleaving.model.jobs_kept import check_jobs
from tests.faults.interleaving.model.lane_item import MOST_JOBS, NOBODY, QUICK_POSTS, Lane
from tests.faults.interleaving.model.places import COPY, ORIGINALS
from tests.faults.interleaving.model.shelves import ProblemError
from tests.faults.interleaving.scenarios.scenario import FAULTS, Scenario, Shared, State


def check_state(scenario: Scenario, state: State) -> None:
    """Nothing is lost: each event whose dispatcher has ended is in log, backlog or aside; raises `ProblemError`.

    What stands in the log as pending is set aside, and an original that is set aside stands there.
    """
    shared = state.shared
    if shared.lane is None:
        return
    problem = check_jobs(shared, shared.lane, MOST_JOBS)
    if problem:
        raise ProblemError(problem)
    if dict(scenario.settings).get("ordered") and shared.aside:
        raise ProblemError("what is ordered is set aside")
    known = shared.backlog | shared.aside
    known |= known >> COPY
    for number, status in enumerate(shared.log):
        is_aside = bool(shared.aside >> number & 1)
        if (status == "PENDING" and not is_aside) or (is_aside and not status):
            raise ProblemError("log and aside do not agree")
        known |= (status not in ("", "PENDING")) << number
    first = len(scenario.asks)
    for number, mask in enumerate(scenario.events):
        if state.slots[first + number].process == NOBODY and mask & ~known:
            raise ProblemError("lost")


def check_answer(shared: Shared, program: tuple[Any, ...], answer: Any) -> None:
    """Who asked is told the truth; raises `ProblemError`.

    What waits, and has not ended, can be cancelled; and a request with a key that is answered well has had its effect.
    """
    if program[0] == "cancel" and answer == "409":
        number = program[1]
        waits = (shared.backlog | shared.aside) >> number & 1
        if waits and shared.log[number] in ("", "PENDING") and not shared.expired >> number & 1:
            raise ProblemError("what waits cannot be cancelled")
    if program[-1] == "key" and answer in ("200", "202") and not shared.effect:
        raise ProblemError("a request is answered that has had no effect")


def check_end(scenario: Scenario, state: State) -> None:
    """Nothing is stranded, nothing is left over, nobody who asked was forgotten; raises `ProblemError`."""
    if state.shared.lane is not None:
        for problem, is_there in _at_an_end(scenario, state, state.shared.lane).items():
            if is_there:
                raise ProblemError(problem)


def _at_an_end(scenario: Scenario, state: State, lane: Lane) -> dict[str, object]:
    shared = state.shared
    active = lane.status == "ACTIVE"
    unharmed = all(getattr(state.budget, one) == getattr(scenario.budget, one) for one in FAULTS)
    sent = sum(1 << number for number, status in enumerate(shared.log) if status == "DELIVERED")
    unfinished = [job for job in shared.jobs if job.is_unfinished]
    # What has ended by other hands is set aside no longer, whoever looks.
    over = sum(1 << number for number, status in enumerate(shared.log) if status not in ("", "PENDING"))
    aside = shared.aside & ~over
    unwanted = scenario.unwanted | scenario.unwanted << COPY
    taken_back = shared.cancelled & ~(0 if active else unwanted)
    return {
        "stranded": active and (shared.backlog | aside),
        "what was asked for was never sent": active and shared.owed,
        "what was asked for has vanished": shared.owed & ~(shared.backlog | shared.aside) and not unfinished,
        "what a job was to send was left out": active and shared.meant,
        "an owner is left over": lane.owner,
        "a due time is left over": lane.due is not None,
        "a job is left over": any(active or job.withdraws for job in unfinished),
        "what was taken back waits": taken_back & (shared.backlog | aside),
        "a lease is left over": lane.lease != NOBODY and not lane.lapsed,
        "a message is left over": shared.queue,
        "in two places": shared.backlog & shared.aside,
        "a rest is left over": lane.rests,
        "failing for ever": active and unharmed and not scenario.budget.expiries and lane.failing and lane.since,
        "a mark of slowness is lost": unharmed and shared.marks and not lane.slow and shared.quick < QUICK_POSTS,
        "recorded as delivered, and never received": sent & ~(shared.received | shared.received >> COPY) & ORIGINALS,
    }


def without_end(before: list[list[int]], ends: list[int]) -> int | None:
    """Return the first state from which no end can be reached, if there is one; `before` are those before each."""
    reached = set(ends)
    todo = list(ends)
    while todo:
        for one in before[todo.pop()]:
            if one not in reached:
                reached.add(one)
                todo.append(one)
    return next((number for number in range(len(before)) if number not in reached), None)
