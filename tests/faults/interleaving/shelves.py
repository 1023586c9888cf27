"""What the world's parts are, and what becomes of them: the log, the backlog, the job of a webhook."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from tests.faults.interleaving.lane_item import OFF_SINCE, OWN
from tests.faults.interleaving.scenario import Job, Shared, State
from tests.faults.interleaving.states import with_shared
from tests.faults.interleaving.tables import COPY, EVENTS, MOST_EVENTS
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
    if known in ("CANCELLED", "DELIVERED") and status != "DELIVERED" and not allowed & bit:
        raise ProblemError(f"what was {known} is {status}")
    recent = shared.recent if shared.job is None or ended_before else shared.recent | bit
    log = (*shared.log[:number], status, *shared.log[number + 1 :])
    # A put writes the whole item. What ends while a job is to send it again is left out.
    meant = shared.meant if ended_before else shared.meant & ~bit
    return shared._replace(log=log, recent=recent, withdrawn=shared.withdrawn & ~bit, meant=meant)


def without(shared: Shared, mask: int) -> Shared:
    """Delete from the backlog."""
    keep = ~mask
    owed = shared.owed & ~(shared.expired & mask)  # a copy that has waited for too long goes without a trace
    return shared._replace(
        backlog=shared.backlog & keep, expired=shared.expired & keep, by_job=shared.by_job & keep, owed=owed
    )


def taken_back(state: State, bit: int) -> State:
    """Return the state after a cancel: what a run has read by now may go out still."""
    if not state.shared.backlog & bit:
        raise ProblemError("a cancel is confirmed of what does not wait")
    shared = without(state.shared, bit)
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
        meant |= shared.backlog & shared.expired & ORIGINALS
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


def parts_of(places: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield every part of a batch write but the whole."""
    for number in range(len(places)):
        yield from combinations(places, number)


def fresh(state: State) -> int:
    """Return a token that nobody has."""
    lane = state.shared.lane
    known = {*state.shared.queue, *(slot.token for slot in state.slots), 0 if lane is None else lane.owner}
    return next(number for number in range(1, len(known) + 2) if number not in known)
