"""What becomes of jobs in the model: their beginnings, their progress, their ends, and what they mean."""

from typing import Any

from tests.faults.interleaving.model.lane_item import EVENTS, OFF_SINCE, OWN, Lane
from tests.faults.interleaving.model.moments import begun, time_of
from tests.faults.interleaving.model.places import COPY, ORIGINALS, job_id_of
from tests.faults.interleaving.model.states import with_shared
from tests.faults.interleaving.scenarios.scenario import Job, Shared, State


def number_of(shared: Shared, name: str, who: int) -> int:
    """Return the number of the job that a process knows by this name; of its own that is still to be put, the next."""
    if name != OWN:
        return int(name)
    return next((at for at, job in enumerate(shared.jobs, 1) if job.asker == who), len(shared.jobs) + 1)


def started(state: State, who: int, job: dict[str, Any], unwanted: int) -> State:
    """Return the state after a job is started: it is meant for all that stands so, or waits, now."""
    shared, status = state.shared, job["status"]
    new = Job(who, job["kind"], status, job["set_aside"])
    if new.kind == "CANCELLATION":
        waiting = shared.aside if new.set_aside else shared.backlog | shared.aside
        after = with_shared(state, jobs=(*shared.jobs, new))
        return taken_back_by_a_job(after, waiting & ~shared.received & ~shared.expired & ~_ended(shared))
    meant = sum(1 << number for number, one in enumerate(shared.log) if status is not None and one == status)
    if status == "EXPIRED":
        meant |= (shared.backlog | shared.aside) & shared.expired & ORIGINALS
    meant &= ~unwanted
    cancelled = shared.cancelled & ~(meant << COPY)
    return with_shared(state, jobs=(*shared.jobs, new._replace(meant=meant)), cancelled=cancelled)


def _ended(shared: Shared) -> int:
    """The originals that have an end in the log, though they wait still."""
    return sum(1 << number for number, one in enumerate(shared.log) if one not in ("", "PENDING"))


def taken_back_by_a_job(state: State, bits: int) -> State:
    """Return the state in which these are to be sent no more, but by whoever has looked at its webhook before."""
    shared = state.shared
    slots = tuple(
        slot if slot.process < 0 else slot._replace(excused=slot.excused | bits & ~shared.cancelled)
        for slot in state.slots
    )
    after = with_shared(state, cancelled=shared.cancelled | bits, owed=shared.owed & ~bits)
    return after._replace(slots=slots)


def advanced(state: State, number: int, changes: dict[str, Any]) -> State:
    """Return the state after an update of a job's progress."""
    numbers = {one.key: at for at, one in enumerate(EVENTS)} | {None: -1}
    shared = state.shared
    before = shared.jobs[number - 1]
    after = before._replace(
        state=changes["state"], after=numbers[changes["page_after"]], position=numbers[changes["position"]]
    )
    if not after.is_unfinished:
        after = after._replace(after=-1, position=-1)
    if before.state == "RUNNING" and after.state == "ENDING":
        return _ending(state, number, after._replace(meant=0))
    return with_shared(state, jobs=_with(shared, number, after))


def _ending(state: State, number: int, job: Job) -> State:
    """What the job has put there is to be sent no more; what it was to withdraw, and has not, goes on waiting."""
    shared = state.shared
    after = with_shared(state, jobs=_with(shared, number, job))
    if job.kind == "CANCELLATION":
        return with_shared(after, cancelled=shared.cancelled & ~(shared.backlog | shared.aside))
    return taken_back_by_a_job(after, copies_of(shared, number) & ~shared.received)


def _with(shared: Shared, number: int, job: Job) -> tuple[Job, ...]:
    return (*shared.jobs[: number - 1], job, *shared.jobs[number:])


def copies_of(shared: Shared, number: int) -> int:
    """Return the bits of the copies that a job has put, and that wait."""
    asked = sum(1 << at + COPY for at, moment in enumerate(shared.asked) if moment == begun(number))
    return asked & (shared.backlog | shared.aside)


def job_view(shared: Shared, number: int, who: int) -> tuple[tuple[str, Any], ...]:
    """Return the attributes of a job, as a process sees them."""
    job = shared.jobs[number - 1]
    key = [one.key for one in EVENTS]
    return tuple(
        {
            "job_id": job_id_of(OWN if job.asker == who else str(number)),
            "kind": job.kind,
            "status": job.status,
            "set_aside": job.set_aside,
            "skipped_from": OFF_SINCE if job.kind == "CATCH_UP" else None,
            "created_at": time_of(begun(number)),
            "state": job.state,
            "page_after": None if job.after < 0 else key[job.after],
            "position": None if job.position < 0 else key[job.position],
        }.items()
    )


def check_jobs(shared: Shared, lane: Lane, most: int) -> str:
    """Return what is wrong with the jobs that the webhook names; nothing where nothing is."""
    unfinished = [number for number, job in enumerate(shared.jobs, 1) if job.is_unfinished]
    if lane.jobs != sum(1 << number for number in unfinished):
        return "a webhook does not name the jobs that are unfinished"
    return "more jobs than there may be" if len(unfinished) > most else ""


def out_of_order(shared: Shared, token: int, mask: int) -> bool:
    """Whether the owner sends something before what is to be caught up and is older.

    A POST of the owner before was under way when the catch-up began.
    """
    if shared.lane is None or shared.lane.owner != token:
        return False
    for number, job in enumerate(shared.jobs, 1):
        if job.kind == "CATCH_UP" and job.state == "RUNNING":
            to_come = job.meant | (copies_of(shared, number) & shared.backlog) >> COPY
            if to_come & ((1 << (mask.bit_length() - 1)) - 1) & ~mask:
                return True
    return False


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
