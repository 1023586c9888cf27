"""What the processes share, and what each of their calls makes of it.

Consistent where DynamoDB is; the index that the sweep asks may answer with anything. Time is not counted: what may be
over is over at any moment.
"""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from tests.faults.interleaving.lane_item import (
    DEAD,
    NOBODY,
    OVERDUE,
    OWN,
    QUICK_POSTS,
    Lane,
    Slot,
    due_at_of,
    holds,
    mark_of,
    seen,
    watched,
    written,
)
from tests.faults.interleaving.replay import FAULT, Call
from tests.faults.interleaving.scenario import Budget, Job, Shared, State
from tests.faults.interleaving.tables import COPY, EVENTS, MOST_EVENTS
from tests.unit.builders import NOW

ORIGINALS = (1 << COPY) - 1
_PENDING = "PENDING"
Outcome = tuple[State, Any, bool]
"""The state, what the caller is answered, and whether something has gone wrong."""
REPEATED = "repeated"
"""The answer of a write whose answer is lost: the SDK makes it once more."""


class Problem(Exception):
    """A step does what must never be done."""


class ModelStore:
    """Answers the calls of processes; `left_out` are conditions that are taken away, as `site.attribute`."""

    def __init__(self, kinds: tuple[str, ...], left_out: tuple[str, ...], has_begun: Callable[[int], bool], lapses: int) -> None:
        self._kinds = kinds
        self._has_begun = has_begun
        self._lapses = lapses
        self._left_out: dict[str, frozenset[str]] = {}
        for one in left_out:
            site, _, name = one.partition(".")
            self._left_out[site] = self._left_out.get(site, frozenset()) | {name}

    def outcomes(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        """Yield every way in which a call may end."""
        budget = state.budget
        for after, answer, wrong in getattr(self, f"_on_{call.operation}")(call, state, who):
            yield after, answer, wrong
            if wrong or call.operation in ("put", "delete", "post", "time"):
                continue
            changed = after.shared != state.shared
            if budget.faults and changed:
                yield spent(after, "faults"), FAULT, True
            # A transaction has a token: once it is made, it is answered well however often the SDK repeats it.
            if budget.lost and changed and call.operation != "transact":
                yield spent(after, "lost"), REPEATED, True
        if budget.faults and call.operation not in ("put", "delete", "time"):
            yield spent(state, "faults"), FAULT, True

    def kind(self, who: int) -> str:
        """Return what a process is."""
        return self._kinds[who]

    # The webhook

    def _on_webhook(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        lane = state.shared.lane
        if lane is None:
            yield state, None, False
            return
        resolved = call.site == "take_lease" or self._kinds[who] == "sweep"
        times = [due_at_of(lane, resolved=resolved)]
        if self._kinds[who] == "sweep" and lane.owner and times[0] == NOW:
            times.append(OVERDUE)
        for due_at in times:
            view = seen(lane, who, state.slots[who], self._kinds[who], due_at)
            may_copy = self._kinds[who] in ("sweep", "dispatch") and watched(view)
            after = _with_slot(state, who, moved=0 if may_copy else -1)
            yield after, tuple(sorted(view.items())), False

    def _on_update(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        place, changes, condition = call.arguments
        if place[0] == "job":
            if not self._job_holds(condition, state.shared.job, call.site):
                yield state, "no", False
            else:
                yield _with_shared(state, job=_advanced(state.shared.job, dict(changes))), "yes", False
            return
        if not self._lane_holds(condition, call.site, state, who):
            yield state, "no", False
            return
        after = self._written(state, who, changes, call.site)
        if call.site != "take_lease":
            yield after, "yes", False
            return
        lane = after.shared.lane
        assert lane is not None
        view = seen(lane, who, after.slots[who], "run", due_at_of(lane, resolved=False))
        yield after, tuple(sorted(view.items())), False

    def _lane_holds(self, condition: Any, site: str, state: State, who: int) -> bool:
        left_out = self._left_out.get(site, frozenset())
        return holds(condition, state.shared.lane, who, state.slots[who], left_out)

    def _written(self, state: State, who: int, changes: Any, site: str) -> State:
        shared, slot = state.shared, state.slots[who]
        if shared.lane is None:
            raise Problem("a webhook that was removed is there again")
        if site == "take_lease" and shared.lane.lease != who:
            self._check_lease(shared.lane)
        alive = sum(1 << number for number, one in enumerate(state.slots) if self._has_begun(one.process))
        if self._kinds[who] == "dispatch":
            # It writes what it has read: where that was written since, a time that has begun before.
            alive = 0 if slot.moved & 2 else -1
        result = written(shared.lane, changes, who, slot, (fresh(state), shared.marks, alive, shared.quick))
        if result.problem:
            raise Problem(result.problem)
        quick = 0 if result.marks != shared.marks else shared.quick
        after = _with_shared(state, lane=result.lane, marks=result.marks, quick=quick)
        after = _with_slot(after, who, token=result.token)
        names, lane = dict(changes), result.lane
        if shared.lane.due == "late" and not shared.lane.over and (lane.due, lane.status) == (None, "ACTIVE"):
            raise Problem("a late look is undone")
        moved = (1 if "owner" in names else 0) | (2 if "due_at" in names else 0)
        slots = tuple(
            one if number == who or one.moved < 0 or not moved else one._replace(moved=one.moved | moved)
            for number, one in enumerate(after.slots)
        )
        return after._replace(slots=slots)

    def _check_lease(self, lane: Lane) -> None:
        if not lane.over:
            raise Problem("a run begins before it is due")
        if lane.status != "ACTIVE":
            raise Problem("a run begins though the webhook is off")

    # Deliveries

    def _on_statuses(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
        waiting, logged = call.arguments
        yield state, (state.shared.backlog & waiting, _logged(state.shared, logged)), False

    def _on_log(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
        yield state, _logged(state.shared, call.arguments[0]), False

    def _on_logged(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
        yield state, _logged(state.shared, _between(*call.arguments) & ORIGINALS), False

    def _on_backlog(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        shared = state.shared
        mask = shared.backlog & _between(*call.arguments)
        after = _with_slot(state, who, allowed=0) if state.slots[who].allowed else state
        yield after, (mask, shared.expired & mask, shared.by_job & mask), False

    def _on_put(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        yield self.put(state, who, call.arguments), (), False
        if state.budget.faults:
            for done in parts_of(call.arguments):
                left = tuple(one for one in call.arguments if one not in done)
                yield spent(self.put(state, who, done), "faults"), left, True

    def _on_delete(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        yield self.delete(state, call.arguments), (), False
        if state.budget.faults:
            for done in parts_of(call.arguments):
                left = tuple(one for one in call.arguments if one not in done)
                yield spent(self.delete(state, done), "faults"), left, True

    def put(self, state: State, who: int, places: Any) -> State:
        """Put these items."""
        shared = state.shared
        for place in places:
            if place[0] == "backlog":
                bit = place[1]
                by_job = shared.by_job | bit if self._kinds[who] == "run" else shared.by_job & ~bit
                shared = shared._replace(
                    backlog=shared.backlog | bit,
                    expired=shared.expired & ~bit,
                    by_job=by_job & ~ORIGINALS,
                    meant=shared.meant & ~(bit >> COPY),
                )
                if bit > ORIGINALS:
                    # Who asks anew may have it sent again; a page of a job that was asked for before may not.
                    cancelled = shared.cancelled if self._kinds[who] == "run" else shared.cancelled & ~bit
                    received = shared.received & ~bit
                    shared = shared._replace(owed=shared.owed | bit, cancelled=cancelled, received=received)
            else:
                allowed = state.slots[who].allowed | (ORIGINALS if state.budget.lapses < self._lapses else 0)
                shared = _ended(shared, place, allowed)
        return state._replace(shared=shared)

    def delete(self, state: State, places: Any) -> State:
        """Delete these items."""
        mask = sum(place[1] for place in places)
        return state._replace(shared=_without(state.shared, mask))

    # Transactions

    def _on_transact(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        if not all(self._part_holds(part, call.site, state, who) for part in call.arguments):
            yield state, "no", False
            return
        after = state
        for kind, place, content, _ in call.arguments:
            after = self._part(after, who, kind, place, content)
        yield after, "yes", False

    def _part_holds(self, part: Any, site: str, state: State, who: int) -> bool:
        _, place, _, condition = part
        shared = state.shared
        if condition is None:
            return True
        if place[0] == "webhook":
            return self._lane_holds(condition, site, state, who)
        if place[0] == "job":
            return self._job_holds(condition, shared.job, site)
        is_copy = place[1] > ORIGINALS or place[2:3] == (None,)
        name = f"{place[0]} of a {'copy' if is_copy else 'delivery'}"
        there = bool(shared.backlog & place[1]) if place[0] == "backlog" else bool(_logged(shared, place[1]))
        if name in self._left_out.get(site, frozenset()):
            return True
        return there == (condition[0] == "attribute_exists")

    def _part(self, state: State, who: int, kind: str, place: Any, content: Any) -> State:
        shared = state.shared
        if place[0] == "webhook":
            return self._written(state, who, content, "") if kind == "update" else _removed(state)
        if place[0] == "job":
            if kind == "delete":
                return _with_shared(state, job=None)
            status = dict(content)["status"]
            meant = sum(1 << number for number, one in enumerate(shared.log) if one == status)
            if status == "EXPIRED":
                meant |= shared.backlog & shared.expired & ORIGINALS
            cancelled = shared.cancelled & ~(meant << COPY)
            asked = {"job": Job(who, status), "meant": meant, "cancelled": cancelled}
            return _with_shared(state, recent=0, withdrawn=0, **asked)
        if place[0] == "other":
            return state
        if place[0] == "backlog":
            return _cancelled(state, place[1])
        if kind == "save":
            return self.put(state, who, [place])
        return _with_shared(state, withdrawn=shared.withdrawn | place[1], meant=shared.meant & ~place[1])

    # Jobs

    def _on_job(self, _call: Call, state: State, who: int) -> Iterator[Outcome]:
        job = state.shared.job
        yield state, None if job is None else _job_view(job, who), False

    def _job_holds(self, condition: Any, job: Job | None, site: str) -> bool:
        known = {} if job is None else dict(_job_view(job, NOBODY))
        return _satisfied(condition, known, self._left_out.get(site, frozenset())) is not False

    # The receiver, the queue, the clock

    def _on_post(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        mask, of_copies = call.arguments
        bits = mask << COPY if of_copies else mask
        shared, budget = state.shared, state.budget
        if self._kinds[who] == "run" and bits & shared.cancelled & ~state.slots[who].allowed:
            raise Problem("sent after it was cancelled")
        is_run = self._kinds[who] == "run"
        quick = min(shared.quick + 1, QUICK_POSTS) if is_run and shared.lane and shared.lane.slow else shared.quick
        # A copy that is delivered takes an original with it, and either is what was asked for.
        owed = shared.owed & ~(mask << COPY if of_copies else 0)
        taken = _with_shared(state, received=shared.received | bits, owed=owed)
        yield _with_shared(taken, quick=quick), ("ok", 0), False
        if budget.slow:
            # A dispatcher marks it with a write of its own.
            found = {"marks": shared.marks + 1, "quick": 0} if is_run else {}
            marks = shared.marks + is_run
            yield _with_shared(spent(taken, "slow"), **found), ("slow", mark_of(marks)), False
        if budget.refusals:
            yield _with_shared(spent(state, "refusals"), quick=quick), ("refused", 0), False
        if budget.gone:
            yield _with_shared(spent(state, "gone"), quick=quick), ("gone", 0), False

    def _on_send(self, _call: Call, state: State, who: int) -> Iterator[Outcome]:
        queue = tuple(sorted((*state.shared.queue, state.slots[who].token)))
        yield _with_shared(state, queue=queue), None, False
        if state.budget.unsent:
            yield spent(state, "unsent"), FAULT, False

    def _on_time(self, _call: Call, state: State, _who: int) -> Iterator[Outcome]:
        yield state, "enough", False
        if state.budget.hurries:
            yield spent(state, "hurries"), "over", False


def spent(state: State, what: str) -> State:
    """Return the state with one less of what may go wrong."""
    budget: Budget = state.budget._replace(**{what: getattr(state.budget, what) - 1})
    return state._replace(budget=budget)


def parts_of(places: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield every part of a batch write but the whole."""
    for number in range(len(places)):
        yield from combinations(places, number)


def fresh(state: State) -> int:
    """Return a token that nobody has."""
    lane = state.shared.lane
    known = {*state.shared.queue, *(slot.token for slot in state.slots), 0 if lane is None else lane.owner}
    return next(number for number in range(1, len(known) + 2) if number not in known)


def _with_shared(state: State, **fields: Any) -> State:
    return state._replace(shared=state.shared._replace(**fields))


def _with_slot(state: State, who: int, **fields: Any) -> State:
    slot: Slot = state.slots[who]._replace(**fields)
    return state._replace(slots=(*state.slots[:who], slot, *state.slots[who + 1 :]))


def _between(lowest: str, highest: str) -> int:
    mask = 0
    for number, one in enumerate(EVENTS):
        mask |= (lowest <= one.key <= highest) << number
        mask |= (lowest <= f"{one.key}#again" <= highest) << (number + COPY)
    return mask


def _logged(shared: Shared, mask: int) -> tuple[tuple[int, str, bool, bool], ...]:
    return tuple(
        (number, shared.log[number], bool(shared.recent >> number & 1), bool(shared.withdrawn >> number & 1))
        for number in range(MOST_EVENTS)
        if mask >> number & 1 and shared.log[number]
    )


def _ended(shared: Shared, place: tuple[str, int, str, bool], allowed: int) -> Shared:
    _, bit, status, ended_before = place
    number = bit.bit_length() - 1
    known = shared.log[number]
    if known in ("CANCELLED", "DELIVERED") and status != "DELIVERED" and not allowed & bit:
        raise Problem(f"what was {known} is {status}")
    recent = shared.recent if shared.job is None or ended_before else shared.recent | bit
    log = (*shared.log[:number], status, *shared.log[number + 1 :])
    # A put writes the whole item. What ends while a job is to send it again is left out.
    meant = shared.meant if ended_before else shared.meant & ~bit
    return shared._replace(log=log, recent=recent, withdrawn=shared.withdrawn & ~bit, meant=meant)


def _without(shared: Shared, mask: int) -> Shared:
    keep = ~mask
    owed = shared.owed & ~(shared.expired & mask)  # a copy that has waited for too long goes without a trace
    return shared._replace(
        backlog=shared.backlog & keep, expired=shared.expired & keep, by_job=shared.by_job & keep, owed=owed
    )


def _cancelled(state: State, bit: int) -> State:
    """Return the state after a cancel: what a run has read by now may go out still."""
    shared = _without(state.shared, bit)
    asked = {"cancelled": shared.cancelled | bit, "owed": shared.owed & ~bit, "meant": shared.meant & ~bit}
    return state._replace(shared=shared._replace(**asked))


def _removed(state: State) -> State:
    return _with_shared(state, lane=None)


def _job_view(job: Job, who: int) -> tuple[tuple[str, Any], ...]:
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
            "state": "RUNNING" if job.running else "DONE",
            "page_after": None if job.after < 0 else key[job.after],
            "position": None if job.position < 0 else key[job.position],
            "requeued": 0,
        }.items()
    )


def _advanced(job: Job | None, changes: dict[str, Any]) -> Job | None:
    assert job is not None
    numbers = {one.key: number for number, one in enumerate(EVENTS)} | {None: -1}
    return job._replace(
        running=changes["state"] == "RUNNING",
        after=numbers[changes["page_after"]],
        position=numbers[changes["position"]],
    )


def _satisfied(condition: Any, known: dict[str, Any], left_out: frozenset[str]) -> bool | None:
    operator, *operands = condition
    if operator in ("AND", "OR"):
        found = [_satisfied(each, known, left_out) for each in operands]
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


__all__ = ["DEAD", "FAULT", "NOBODY", "REPEATED", "ModelStore", "Problem"]
