"""What the world's parts are, and what becomes of them: the log, the backlog, what is set aside."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from tests.faults.interleaving.model.lane_item import EVENTS, MOST_EVENTS, Lane, Slot
from tests.faults.interleaving.model.moments import ENDED_BEFORE, JUST_NOW, asked_now, begun, ended_now
from tests.faults.interleaving.model.places import COPY, ORIGINALS
from tests.faults.interleaving.model.states import with_shared
from tests.faults.interleaving.scenarios.scenario import Shared, State
from tests.faults.interleaving.stepping.replay import Call


class ProblemError(Exception):
    """A step does what must never be done."""


def between(lowest: str, highest: str) -> int:
    """Return the bits of the keys in a range."""
    mask = 0
    for number, one in enumerate(EVENTS):
        mask |= (lowest <= one.key <= highest) << number
        mask |= (lowest <= f"{one.key}##again" <= highest) << (number + COPY)
    return mask


def first_of(mask: int) -> int:
    """Return the bit of the first key, in the order of keys: a copy comes after its event."""
    for number in range(MOST_EVENTS):
        for bit in (1 << number, 1 << (number + COPY)):
            if mask & bit:
                return bit
    return 0


def seen_waiting(shared: Shared, mask: int) -> tuple[int, int, tuple[int, ...]]:
    """Return these of what waits, which of them have expired, and when copies among them were asked for."""
    asked = tuple(moment if mask >> (number + COPY) & 1 else 0 for number, moment in enumerate(shared.asked))
    return mask, shared.expired & mask, asked


def seen_aside(shared: Shared, lowest: str, highest: str, first_alone: bool) -> tuple[Any, ...]:
    """Return what is set aside in a range of keys, or the first of it, and what matters of that."""
    mask = shared.aside & between(lowest, highest)
    mask = first_of(mask) if first_alone else mask
    return *seen_waiting(shared, mask), shared.resting & mask, shared.tried & mask, shared.late & mask


def put_down(shared: Shared, bit: int, moment: int, *, by_run: bool) -> Shared:
    """Put into the backlog; a copy that was asked for at that moment."""
    shared = shared._replace(backlog=shared.backlog | bit, expired=shared.expired & ~bit)
    if bit <= ORIGINALS:
        return shared
    shared = asked_at(shared, bit, moment).not_meant(bit >> COPY)
    if any(moment == begun(number) and job.state in ("ENDING", "ENDED") for number, job in enumerate(shared.jobs, 1)):
        # The page of a job that somebody has ended meanwhile.
        return shared._replace(cancelled=shared.cancelled | bit, received=shared.received & ~bit)
    # Who asks anew may have it sent again; a page of a job that was asked for before may not.
    cancelled = shared.cancelled if by_run else shared.cancelled & ~bit
    return shared._replace(owed=shared.owed | bit, cancelled=cancelled, received=shared.received & ~bit)


def asked_at(shared: Shared, bit: int, moment: int) -> Shared:
    """Return the world where a copy was asked for at that moment; what was just asked for is later than all else."""
    number = (bit >> COPY).bit_length() - 1
    moment = asked_now(len(shared.jobs)) if moment == JUST_NOW else moment
    return shared._replace(asked=_with(shared.asked, number, moment))


def _with(moments: tuple[int, ...], number: int, moment: int) -> tuple[int, ...]:
    return (*moments[:number], moment, *moments[number + 1 :])


def check_lease(lane: Lane, slot: Slot) -> None:
    """A run begins whose wake-up owns the webhook, when that is due."""
    if lane.owner != slot.token:
        raise ProblemError("a run begins that does not own the webhook")
    if not lane.over:
        raise ProblemError("a run begins before it is due")
    if lane.status != "ACTIVE" and not lane.jobs:
        raise ProblemError("a run begins though the webhook is off")


def of_log(condition: Any, found: tuple[Any, ...]) -> bool:
    """Whether a condition on an item of the log holds."""
    operator, *operands = condition
    if operator in ("AND", "OR"):
        answers = [of_log(each, found) for each in operands]
        return all(answers) if operator == "AND" else any(answers)
    if operator in ("attribute_exists", "attribute_not_exists"):
        return bool(found) == bool(operator == "attribute_exists")
    assert operator in ("=", "<>"), condition
    return bool(found and (found[0][1] == operands[1]) == (operator == "="))


def logged_anew(shared: Shared, bit: int, status: str) -> tuple[str, ...]:
    """Return the log with another status of an event, or none."""
    number = bit.bit_length() - 1
    return (*shared.log[:number], status, *shared.log[number + 1 :])


def asked(shared: Shared, lane: Lane, *, is_new: bool) -> dict[str, int]:
    """Return what becomes of what is to be tried sooner, as somebody asks, or the webhook is given up."""
    if is_new:
        return {"sooner": shared.aside, "tried": 0, "late": 0}
    if lane.asked:
        return {}
    if lane.status == "ACTIVE" and lane.due is not None and shared.sooner:
        raise ProblemError("what is set aside was asked for, and is not tried")
    return {"sooner": 0, "tried": 0}


def in_log(shared: Shared, mask: int) -> tuple[tuple[int, str, int, int], ...]:
    """Return what the log has of these events."""
    return tuple(
        (number, shared.log[number], shared.ended[number], shared.withdrawn[number])
        for number in range(MOST_EVENTS)
        if mask >> number & 1 and shared.log[number]
    )


def log_ended(shared: Shared, place: tuple[str, int, str, bool], allowed: int) -> Shared:
    """Put an end into the log; what was read before a cancel (`allowed`) may overtake it."""
    _, bit, status, ended_before = place
    number = bit.bit_length() - 1
    known = shared.log[number]
    if known in ("CANCELLED", "DELIVERED", "EXPIRED") and status == "PENDING":
        raise ProblemError(f"what was {known} is PENDING")
    if known in ("CANCELLED", "DELIVERED") and status != "DELIVERED" and not allowed & bit:
        raise ProblemError(f"what was {known} is {status}")
    jobs = len(shared.jobs)
    moment = ENDED_BEFORE if ended_before or status == "PENDING" else ended_now(jobs)
    asked = shared.asked
    if asked[number] == asked_now(jobs) and moment == ended_now(jobs) and not ended_before:
        asked = _with(asked, number, asked_now(jobs, earlier=True))
    # A put writes the whole item. What ends while a job is to send it again is left out.
    return shared._replace(
        log=logged_anew(shared, bit, status),
        ended=_with(shared.ended, number, moment),
        asked=asked,
        withdrawn=_with(shared.withdrawn, number, 0),
    ).not_meant(0 if ended_before else bit)


def log_forgotten(shared: Shared, bit: int) -> Shared:
    """Take an event out of the log."""
    number = bit.bit_length() - 1
    return shared._replace(
        log=logged_anew(shared, bit, ""),
        ended=_with(shared.ended, number, ENDED_BEFORE),
        withdrawn=_with(shared.withdrawn, number, 0),
    )


def withdrawn_now(shared: Shared, bit: int) -> Shared:
    """Note in the log that the copy of an event was withdrawn."""
    moment = ended_now(len(shared.jobs))
    return shared._replace(withdrawn=_with(shared.withdrawn, bit.bit_length() - 1, moment)).not_meant(bit)


def without(shared: Shared, mask: int, shelf: str = "backlog") -> Shared:
    """Delete from the backlog, or from what is set aside."""
    other = shared.aside if shelf == "backlog" else shared.backlog
    owed = shared.owed & ~(shared.expired & mask)  # a copy that has waited for too long goes without a trace
    shared = shared._replace(owed=owed, **{shelf: getattr(shared, shelf) & ~mask})
    keep, aside = ~mask | other, shared.aside
    gone = (mask & ~other) >> COPY
    asked = tuple(0 if gone >> number & 1 else moment for number, moment in enumerate(shared.asked))
    return shared._replace(
        asked=asked,
        expired=shared.expired & keep,
        tried=shared.tried & keep,
        resting=shared.resting & aside,
        sooner=shared.sooner & aside,
        late=shared.late & aside,
    )


def moved(shared: Shared, site: str, kind: str, place: tuple[Any, ...], *, by_run: bool = False) -> Shared:
    """Return the world after one part of a move between the backlog and what is set aside."""
    shelf, bit = place[:2]
    if kind == "save" and bit > ORIGINALS and not shared.expired & bit:
        shared = asked_at(shared, bit, place[2])
    if kind == "save" and shelf == "aside":
        asked_for = shared.lane is not None and shared.lane.asked and site == "put"
        late = bit if asked_for else 0
        sooner = bit & ~shared.tried if asked_for and by_run else 0
        return shared._replace(
            aside=shared.aside | bit,
            resting=shared.resting | bit,
            late=shared.late | late,
            sooner=shared.sooner | sooner,
        )
    if kind == "save":
        return shared._replace(backlog=shared.backlog | bit)
    if site in ("put", "back"):
        shared = shared._replace(**{shelf: getattr(shared, shelf) & ~bit})
    else:
        shared = without(shared, bit, shelf)
    aside = shared.aside
    return shared._replace(resting=shared.resting & aside, sooner=shared.sooner & aside, late=shared.late & aside)


def check_refused_move(call: Call, shared: Shared, *, ends: bool) -> None:
    """What waits, and has not ended, is set aside where that is asked for; else it blocks the others.

    Where nothing is named, it has failed alone: then its end was looked for before (`ends`).
    """
    known = ("PENDING", "DELIVERED") if ends else ("PENDING",)
    for _, place, _, _ in call.arguments:
        waits = place[0] == "aside" and shared.backlog & place[1]
        if waits and all(found[1] in known for found in in_log(shared, place[1] & ORIGINALS)):
            raise ProblemError("what blocks the others is not set aside")


def taken_back(state: State, bit: int, shelf: str) -> State:
    """Return the state after a cancel: what a run has read by now may go out still."""
    if not getattr(state.shared, shelf) & bit:
        raise ProblemError("a cancel is confirmed of what does not wait")
    shared = without(state.shared, bit, shelf)
    shared = shared._replace(cancelled=shared.cancelled | bit, owed=shared.owed & ~bit)
    return state._replace(shared=shared.not_meant(bit))


def removed(state: State) -> State:
    """Return the state without the webhook."""
    return with_shared(state, lane=None)


def acknowledged(step: Call) -> int:
    """Return the bits of the copies that a run is about to end, as their POST was acknowledged."""
    if step.site == "finish" and step.operation in ("put", "delete"):
        return sum(place[1] << COPY if place[0] == "log" else place[1] for place in step.arguments)
    if step.site == "end" and any(part[1][0] == "log" for part in step.arguments):
        return sum(part[1][1] for part in step.arguments if part[1][0] == "aside")
    return 0


def parts_of(places: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield every part of a batch write but the whole."""
    for number in range(len(places)):
        yield from combinations(places, number)


def fresh(state: State) -> int:
    """Return a token that nobody has."""
    lane = state.shared.lane
    known = {*state.shared.queue, *(slot.token for slot in state.slots), 0 if lane is None else lane.owner}
    return next(number for number in range(1, len(known) + 2) if number not in known)
