"""What happens by itself: times that are over, and what goes wrong with nobody's doing."""

from collections.abc import Iterator
from typing import Any

from tests.faults.interleaving.model.lane_item import DEAD, NOBODY
from tests.faults.interleaving.model.states import with_shared
from tests.faults.interleaving.scenarios.scenario import Budget, State


def spent(state: State, what: str) -> State:
    """Return the state with one less of what may go wrong."""
    budget: Budget = state.budget._replace(**{what: getattr(state.budget, what) - 1})
    return state._replace(budget=budget)


def of_time(state: State) -> Iterator[tuple[str, State]]:
    """Whatever has a time: it is over at any moment, but a late look only when all that was under way has ended."""
    lane = state.shared.lane
    if lane is None:
        return
    if lane.lease == DEAD:
        over = lane._replace(lease=NOBODY, lapsed=False, over=lane.over or lane.due == "lease")
        yield "a dead run's lease ends", with_shared(state, lane=over)
    if lane.due is not None and not lane.over:
        is_leased = lane.due == "lease" and lane.lease != NOBODY and not lane.lapsed
        if not is_leased and not lane.alive:
            over = lane._replace(over=True)
            waits = state.shared.waits and lane.due != "wait"
            yield "time", with_shared(state, lane=over, resting=0, waits=waits)
            if state.shared.resting and lane.due != "aside":
                yield "time, and what is aside rests still", with_shared(state, lane=over, waits=waits)
    if lane.rests:
        yield "it has rested", with_shared(state, lane=lane._replace(rests=False), waits=False)
    if lane.turn:
        yield "its turn", with_shared(state, lane=lane._replace(turn=False))


def mishaps(state: State, first_run: int) -> Iterator[tuple[tuple[Any, ...], State]]:
    """Yield what may go wrong at any moment: a purge, a lease that ends, a mark of slowness, seven days that end."""
    shared, budget, lane = state.shared, state.budget, state.shared.lane
    if budget.purges and (shared.queue or any(slot.process != NOBODY for slot in state.slots[first_run:])):
        slots = [
            slot._replace(gone=who >= first_run and slot.process != NOBODY) for who, slot in enumerate(state.slots)
        ]
        yield ("purge",), with_shared(spent(state, "purges"), queue=())._replace(slots=tuple(slots))
    if budget.lapses and lane is not None and lane.lease >= 0 and not lane.lapsed:
        over = lane._replace(lapsed=True, over=lane.over or lane.due == "lease")
        yield ("lease lapses",), with_shared(spent(state, "lapses"), lane=over)
    if budget.marks and lane is not None:
        marked = lane._replace(slow=shared.marks + 1, quick=0, told=lane.told or not lane.slow)
        yield ("marked slow",), with_shared(spent(state, "marks"), lane=marked, marks=shared.marks + 1, quick=0)
    if budget.expiries and not any(job.is_unfinished for job in shared.jobs):
        for bit in (1 << number for number in range(6)):
            if (shared.backlog | shared.aside) & bit and not shared.expired & bit:
                yield ("expires", bit), with_shared(spent(state, "expiries"), expired=shared.expired | bit)
