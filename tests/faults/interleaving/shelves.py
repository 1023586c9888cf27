"""What the world's parts are, and what becomes of them: the log, the backlog, the job of a webhook."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from tests.faults.interleaving.lane_item import EVENTS, MOST_EVENTS, OFF_SINCE, OWN, Lane, Slot
from tests.faults.interleaving.replay import Call
from tests.faults.interleaving.scenario import Job, Shared, State
from tests.faults.interleaving.states import with_shared
from tests.faults.interleaving.tables import COPY
from tests.unit.builders import NOW

ORIGINALS = (1 << COPY) - 1


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


def seen_aside(shared: Shared, lowest: str, highest: str, first_alone: bool) -> tuple[int, ...]:
    """Return what is set aside in a range of keys, or the first of it, and what matters of that."""
    mask = shared.aside & between(lowest, highest)
    mask = first_of(mask) if first_alone else mask
    by_job = shared.by_job & (mask | mask >> COPY)
    return mask, shared.expired & mask, by_job, shared.resting & mask, shared.tried & mask, shared.late & mask


def put_down(shared: Shared, bit: int, *, by_run: bool) -> Shared:
    """Put into the backlog."""
    by_job = shared.by_job | bit if by_run else shared.by_job & ~bit
    shared = shared._replace(
        backlog=shared.backlog | bit,
        expired=shared.expired & ~bit,
        by_job=by_job & ~ORIGINALS,
        meant=shared.meant & ~(bit >> COPY),
    )
    if bit <= ORIGINALS:
        return shared
    # Who asks anew may have it sent again; a page of a job that was asked for before may not.
    cancelled = shared.cancelled if by_run else shared.cancelled & ~bit
    return shared._replace(owed=shared.owed | bit, cancelled=cancelled, received=shared.received & ~bit)


def check_lease(lane: Lane, slot: Slot) -> None:
    """A run begins whose wake-up owns the webhook, when that is due."""
    if lane.owner != slot.token:
        raise ProblemError("a run begins that does not own the webhook")
    if not lane.over:
        raise ProblemError("a run begins before it is due")
    if lane.status != "ACTIVE":
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


def in_log(shared: Shared, mask: int) -> tuple[tuple[int, str, bool, bool], ...]:
    """Return what the log has of these events."""
    return tuple(
        (number, shared.log[number], bool(shared.recent >> number & 1), bool(shared.withdrawn >> number & 1))
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
    recent = shared.recent if shared.job is None or ended_before else shared.recent | bit
    log = logged_anew(shared, bit, status)
    # A put writes the whole item. What ends while a job is to send it again is left out.
    meant = shared.meant if ended_before else shared.meant & ~bit
    return shared._replace(log=log, recent=recent, withdrawn=shared.withdrawn & ~bit, meant=meant)


def without(shared: Shared, mask: int, shelf: str = "backlog") -> Shared:
    """Delete from the backlog, or from what is set aside."""
    other = shared.aside if shelf == "backlog" else shared.backlog
    owed = shared.owed & ~(shared.expired & mask)  # a copy that has waited for too long goes without a trace
    shared = shared._replace(owed=owed, **{shelf: getattr(shared, shelf) & ~mask})
    keep, aside = ~mask | other, shared.aside
    return shared._replace(
        expired=shared.expired & keep,
        by_job=shared.by_job & keep,
        tried=shared.tried & keep,
        resting=shared.resting & aside,
        sooner=shared.sooner & aside,
        late=shared.late & aside,
    )


def moved(shared: Shared, site: str, kind: str, place: tuple[Any, ...], *, by_run: bool = False) -> Shared:
    """Return the world after one part of a move between the backlog and what is set aside."""
    shelf, bit = place[:2]
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
    shared = shared._replace(cancelled=shared.cancelled | bit, owed=shared.owed & ~bit, meant=shared.meant & ~bit)
    return state._replace(shared=shared)


def removed(state: State) -> State:
    """Return the state without the webhook."""
    return with_shared(state, lane=None)


def started(state: State, who: int, job: dict[str, Any]) -> State:
    """Return the state after a job is started: it is meant for all that stands so now."""
    shared, status = state.shared, job["status"]
    meant = sum(1 << number for number, one in enumerate(shared.log) if one == status)
    if status == "EXPIRED":
        meant |= (shared.backlog | shared.aside) & shared.expired & ORIGINALS
    asked = {
        "job": Job(who, status, catches_up=job["off_since"] is not None),
        "meant": shared.meant | meant,
        "cancelled": shared.cancelled & ~(meant << COPY),
    }
    return with_shared(state, recent=0, withdrawn=0, **asked)


def job_view(job: Job, who: int) -> tuple[tuple[str, Any], ...]:
    """Return the attributes of a job, as a process sees them."""
    key = [one.key for one in EVENTS]
    return tuple(
        {
            "job_id": f"job_{OWN}" if job.asker == who else f"job_{job.asker}",
            "status": job.status,
            "from_ms": NOW,
            "to_ms": NOW + 1_000,
            "created_at": NOW,
            "updated_at": NOW,
            "requested_by": "admin",
            "off_since": OFF_SINCE if job.catches_up else None,
            "state": "RUNNING" if job.running else "DONE",
            "page_after": None if job.after < 0 else key[job.after],
            "position": None if job.position < 0 else key[job.position],
            "requeued": 0,
        }.items()
    )


def check_order(shared: Shared, token: int, mask: int) -> None:
    """The owner sends nothing before what is to be caught up and is older.

    A POST of the owner before was under way when the catch-up began.
    """
    if shared.job is None or not (shared.job.running and shared.job.catches_up):
        return
    if shared.lane is None or shared.lane.owner != token:
        return
    to_come = shared.meant | (shared.backlog & shared.by_job) >> COPY
    if to_come & ((1 << (mask.bit_length() - 1)) - 1) & ~mask:
        raise ProblemError("sent ahead of what is to be caught up")


def advanced(job: Job | None, changes: dict[str, Any]) -> Job | None:
    """Return the job after an update of its progress."""
    assert job is not None
    numbers = {one.key: number for number, one in enumerate(EVENTS)} | {None: -1}
    return job._replace(
        running=changes["state"] == "RUNNING",
        after=numbers[changes["page_after"]],
        position=numbers[changes["position"]],
    )


def satisfied(condition: Any, known: dict[str, Any], left_out: frozenset[str]) -> bool | None:
    """Whether a condition on a job holds; None where nothing of it is left."""
    operator, *operands = condition
    if operator in ("AND", "OR"):
        found = [satisfied(each, known, left_out) for each in operands]
        answers = [answer for answer in found if answer is not None]
        if not answers:
            return None
        return all(answers) if operator == "AND" else any(answers)
    if operands[0] in left_out:
        return None
    value = known.get(operands[0])
    if operator == "attribute_not_exists":
        return value is None
    assert operator == "=", condition
    return value is not None and bool(value == operands[1])


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
