"""What must hold in every state, and at every end."""

from tests.faults.interleaving.lane_item import NOBODY, QUICK_POSTS
from tests.faults.interleaving.model_store import ORIGINALS, Problem
from tests.faults.interleaving.scenario import FAULTS, Scenario, State
from tests.faults.interleaving.tables import COPY


def check_state(scenario: Scenario, state: State) -> None:
    """Nothing is lost: each event whose dispatcher has ended is in log or backlog; raises `Problem`."""
    shared = state.shared
    if shared.lane is None:
        return
    known = shared.backlog | shared.unwanted
    known |= known >> COPY
    for number, status in enumerate(shared.log):
        known |= bool(status) << number
    first = len(scenario.asks)
    for number, mask in enumerate(scenario.events):
        if state.slots[first + number].process == NOBODY and mask & ~known:
            raise Problem("lost")


def check_end(scenario: Scenario, state: State) -> None:
    """Nothing is stranded, nothing is left over, nobody who asked was forgotten; raises `Problem`."""
    shared, lane = state.shared, state.shared.lane
    if lane is None:
        return
    unharmed = all(getattr(state.budget, one) == getattr(scenario.budget, one) for one in FAULTS)
    if unharmed and shared.marks and not lane.slow and shared.quick < QUICK_POSTS:
        raise Problem("a mark of slowness is lost")
    if lane.status == "ACTIVE":
        if shared.backlog:
            raise Problem("stranded")
        if shared.owed:
            raise Problem("what was asked for was never sent")
        if shared.meant:
            raise Problem("what a job was to send was left out")
        if lane.owner:
            raise Problem("an owner is left over")
        if lane.job != NOBODY or (shared.job is not None and shared.job.running):
            raise Problem("a job is left over")
        if unharmed and not scenario.budget.expiries and lane.failing and lane.since:
            raise Problem("failing for ever")
    elif shared.owed & ~shared.backlog and not _job_waits(state):
        raise Problem("what was asked for has vanished")
    if lane.lease != NOBODY and not lane.lapsed:
        raise Problem("a lease is left over")
    if shared.queue:
        raise Problem("a message is left over")
    sent = sum(1 << number for number, status in enumerate(shared.log) if status == "DELIVERED")
    if sent & ~(shared.received | shared.received >> COPY) & ORIGINALS:
        raise Problem("recorded as delivered, and never received")


def _job_waits(state: State) -> bool:
    job = state.shared.job
    return job is not None and job.running
