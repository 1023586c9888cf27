"""States, changed: a slot, what is shared, and the one state that stands for all that differ in names alone."""

from typing import Any

from tests.faults.interleaving.model.lane_item import DEAD, NOBODY, Slot
from tests.faults.interleaving.scenarios.scenario import State


def with_shared(state: State, **fields: Any) -> State:
    """Return the state with some of what is shared changed."""
    return state._replace(shared=state.shared._replace(**fields))


def with_slot(state: State, who: int, **fields: Any) -> State:
    """Return the state with a slot changed."""
    slot: Slot = state.slots[who]._replace(**fields)
    return state._replace(slots=(*state.slots[:who], slot, *state.slots[who + 1 :]))


def ended(state: State, who: int, slot: Slot) -> State:
    """Return the state without the process, whose end a late look no longer waits for."""
    lane = state.shared.lane
    if lane is not None and lane.alive >> who & 1:
        state = with_shared(state, lane=lane._replace(alive=lane.alive & ~(1 << who)))
    return state._replace(slots=(*state.slots[:who], slot, *state.slots[who + 1 :]))


def canonical(state: State, first_run: int, *, keep_messages: bool = False) -> State:
    """Runs are alike, and so are tokens: which is which makes no difference.

    A message of nobody's does nothing, and is dropped unless messages are kept.
    """
    shared, lane = state.shared, state.shared.lane
    owner = 0 if lane is None else lane.owner
    slots = state.slots
    runs = range(first_run, len(slots))
    order = sorted(runs, key=lambda who: (*slots[who][:1], *slots[who][3:], slots[who].token != owner))
    places = [*range(first_run), *order]
    names: dict[int, int] = {0: 0}
    for token in (owner, *(slots[who].token for who in places)):
        names.setdefault(token, len(names))
    for token in shared.queue if keep_messages else ():
        names.setdefault(token, len(names))
    slots = tuple(slots[who]._replace(token=names[slots[who].token]) for who in places)
    queue = tuple(sorted(names[token] for token in shared.queue if token in names))
    if lane is not None:
        to = {who: place for place, who in enumerate(places)}
        alive = sum(1 << to[who] for who in to if lane.alive >> who & 1)
        lease = to.get(lane.lease, lane.lease)
        # Who comes after whom matters where two are set aside.
        after = lane.after if shared.aside & (shared.aside - 1) else NOBODY
        lane = lane._replace(owner=names[owner], alive=alive if lane.due == "late" else 0, lease=lease, after=after)
    return State(shared._replace(lane=lane, queue=queue), slots, state.budget)


def left_behind(state: State, who: int) -> State:
    """A lease that its run has not released ends by itself."""
    lane = state.shared.lane
    if lane is None or lane.lease != who:
        return state
    return with_shared(state, lane=lane._replace(lease=NOBODY if lane.lapsed else DEAD, lapsed=False))


def back(state: State, token: int) -> State:
    """Return the state with a message in the queue."""
    return with_shared(state, queue=(*state.shared.queue, token))
