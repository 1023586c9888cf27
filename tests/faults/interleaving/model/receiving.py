"""How a receiver may answer a POST."""

from collections.abc import Iterator
from typing import Any

from tests.faults.interleaving.model.lane_item import QUICK_POSTS, mark_of
from tests.faults.interleaving.model.mishaps import spent
from tests.faults.interleaving.model.places import COPY, ORIGINALS
from tests.faults.interleaving.model.shelves import ProblemError
from tests.faults.interleaving.model.states import with_shared
from tests.faults.interleaving.scenarios.scenario import State
from tests.faults.interleaving.stepping.replay import Call

_ANSWERS = ("ok", "slow", "refused", "gone", "named")


def answers(
    call: Call, state: State, who: int, poison: int, *, is_run: bool
) -> Iterator[tuple[State, tuple[str, int], bool]]:
    """Yield the state after each answer, and the answer: a kind, and a mark of slowness or what was named."""
    mask, of_copies = call.arguments
    bits = mask << COPY if of_copies else mask
    shared, budget = state.shared, state.budget
    slot = state.slots[who]
    if is_run and bits & shared.cancelled & ~(slot.allowed | slot.excused):
        raise ProblemError("sent after it was cancelled")
    if is_run and shared.waits and shared.lane is not None and shared.lane.owner == slot.token:
        raise ProblemError("sent before a wait is over")
    if shared.lane is not None and shared.lane.asked:
        sooner = 0 if bits & shared.sooner else shared.sooner
        state = with_shared(state, tried=shared.tried | bits, sooner=sooner)
        shared = state.shared
    quick = min(shared.quick + 1, QUICK_POSTS) if is_run and shared.lane and shared.lane.slow else shared.quick
    # A copy that is delivered takes an original with it, and either is what was asked for.
    owed = shared.owed & ~(mask << COPY if of_copies else 0)
    # A copy that was on its way as it was taken back is delivered: it may be sent again, as any that is.
    cancelled = shared.cancelled & ~(bits & ~ORIGINALS)
    taken = with_shared(state, received=shared.received | bits, owed=owed, cancelled=cancelled)
    yield with_shared(taken, quick=quick), ("ok", 0), False
    if budget.slow:
        # A dispatcher marks it with a write of its own.
        found = {"marks": shared.marks + 1, "quick": 0} if is_run else {}
        yield with_shared(spent(taken, "slow"), **found), ("slow", mark_of(shared.marks + is_run)), False
    failed = with_shared(state, quick=quick)
    if budget.refusals and (not poison or mask & poison):
        yield spent(failed, "refusals"), ("refused", 0), False
    if budget.gone:
        yield spent(failed, "gone"), ("gone", 0), False
    if budget.named:
        yield from _named(spent(failed, "named"), mask, bits, poison)


def _named(state: State, mask: int, bits: int, poison: int) -> Iterator[tuple[State, tuple[str, int], bool]]:
    shared = state.shared
    for number in range(COPY):
        bit = 1 << number
        if mask & bit and mask != bit and (not poison or poison & bit):
            others = bits & ~(bit if bits == mask else bit << COPY)
            owed = shared.owed & ~(0 if bits == mask else others)
            yield with_shared(state, received=shared.received | others, owed=owed), ("named", bit), False


def read_so_far(found: tuple[Any, ...]) -> int:
    """Return what a run has read of what waits since its last POST, of all that it was answered."""
    head = 0
    for answer in found:
        if not isinstance(answer, tuple) or not answer:
            continue
        if answer[0] in _ANSWERS:
            head = 0
        elif answer[0] == "aside":
            head |= answer[1]
        elif answer[0] == "backlog":
            head = answer[1]
    return head
