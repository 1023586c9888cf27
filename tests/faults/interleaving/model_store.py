"""What the processes share, and what each of their calls makes of it.

Consistent where DynamoDB is; the index that the sweep asks may answer with anything. Time is not counted: what may be
over is over at any moment.
"""

from collections.abc import Callable, Iterator
from typing import Any

from tests.faults.interleaving.lane_item import (
    NOBODY,
    OVERDUE,
    due_at_of,
    holds,
    seen,
    watched,
    written,
)
from tests.faults.interleaving.mishaps import spent
from tests.faults.interleaving.receiving import answers
from tests.faults.interleaving.replay import FAULT, Call
from tests.faults.interleaving.scenario import Job, Scenario, State
from tests.faults.interleaving.shelves import (
    ORIGINALS,
    ProblemError,
    advanced,
    asked,
    between,
    check_lease,
    check_order,
    check_refused_move,
    fresh,
    in_log,
    job_view,
    log_ended,
    logged_anew,
    moved,
    of_log,
    parts_of,
    put_down,
    removed,
    satisfied,
    seen_aside,
    started,
    taken_back,
    without,
)
from tests.faults.interleaving.states import with_shared, with_slot
from tests.faults.interleaving.tables import COPY, SET_ASIDE
from tests.unit.builders import NOW

Outcome = tuple[State, Any, bool]
"""The state, what the caller is answered, and whether something has gone wrong."""
_ASKERS = ("redeliver", "job", "admin")
REPEATED = "repeated"
"""The answer of a write whose answer is lost: the SDK makes it once more."""


class ModelStore:
    """Answers the calls of processes; `left_out` are conditions that are taken away, as `site.attribute`."""

    def __init__(
        self, kinds: tuple[str, ...], left_out: tuple[str, ...], has_begun: Callable[[int], bool], scenario: Scenario
    ) -> None:
        self._kinds = kinds
        self._has_begun = has_begun
        self._lapses = scenario.budget.lapses
        self._poison = scenario.poison
        self._names = bool(scenario.budget.named)
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

    def _on_webhook(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        lane = state.shared.lane
        if lane is None:
            yield state, None, False
            return
        resolved = call.site == "take_lease" or self._kinds[who] == "sweep"
        times = [due_at_of(lane, resolved=resolved)]
        if self._kinds[who] == "sweep" and lane.owner not in (0, state.slots[who].token) and times[0] == NOW:
            times.append(OVERDUE)
        for due_at in times:
            view = seen(lane, who, state.slots[who], self._kinds[who], due_at)
            may_copy = self._kinds[who] in ("sweep", "dispatch") and watched(view)
            after = with_slot(state, who, moved=0 if may_copy else -1)
            yield after, tuple(sorted(view.items())), False

    def _on_update(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        place, changes, condition = call.arguments
        if place[0] == "job":
            if not self._job_holds(condition, state.shared.job, call.site):
                yield state, "no", False
            else:
                yield with_shared(state, job=advanced(state.shared.job, dict(changes))), "yes", False
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
            raise ProblemError("a webhook that was removed is there again")
        if site == "take_lease" and shared.lane.lease != who:
            check_lease(shared.lane, slot)
        alive = sum(1 << number for number, one in enumerate(state.slots) if self._has_begun(one.process))
        if self._kinds[who] == "dispatch":
            # It writes what it has read: where that was written since, a time that has begun before.
            alive = 0 if slot.moved & 2 else -1
        result = written(shared.lane, changes, who, slot, (fresh(state), shared.marks, alive, shared.quick))
        if result.problem:
            raise ProblemError(result.problem)
        quick = 0 if result.marks != shared.marks else shared.quick
        after = with_shared(state, lane=result.lane, marks=result.marks, quick=quick)
        after = with_slot(after, who, token=result.token)
        names, lane = dict(changes), result.lane
        after = with_shared(
            after, **asked(shared, lane, is_new=bool(names.get("asked_at") and self._kinds[who] in _ASKERS))
        )
        if shared.lane.due == "late" and not shared.lane.over and (lane.due, lane.status) == (None, "ACTIVE"):
            raise ProblemError("a late look is undone")
        moved = (1 if "owner" in names else 0) | (2 if "due_at" in names else 0)
        slots = tuple(
            one if number == who or one.moved < 0 or not moved else one._replace(moved=one.moved | moved)
            for number, one in enumerate(after.slots)
        )
        return after._replace(slots=slots)

    def _on_statuses(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
        waiting, ended = call.arguments
        shared = state.shared
        mask = shared.backlog & waiting
        yield state, (mask, shared.expired & mask & ~ORIGINALS, shared.by_job & mask, in_log(shared, ended)), False

    def _on_log(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
        yield state, in_log(state.shared, call.arguments[0]), False

    def _on_logged(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
        yield state, in_log(state.shared, between(*call.arguments) & ORIGINALS), False

    def _on_backlog(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        shared = state.shared
        mask = shared.backlog & between(*call.arguments)
        after = with_slot(state, who, allowed=0) if state.slots[who].allowed else state
        yield after, (mask, shared.expired & mask, shared.by_job & (mask | mask >> COPY)), False

    def _on_aside(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        after = with_slot(state, who, allowed=0) if state.slots[who].allowed else state
        yield after, ("aside", *seen_aside(state.shared, *call.arguments)), False

    def _on_save(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
        place, condition = call.arguments
        if not self._part_holds(("save", place, (), condition), call.site, state, NOBODY):
            yield state, "no", False
        else:
            yield with_shared(state, **moved(state.shared, call.site, "save", place)._asdict()), "yes", False

    def _on_forget(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
        place, condition = call.arguments
        since = SET_ASIDE[bool(state.shared.late & place[1])]
        if condition is not None and not (state.shared.aside & place[1] and condition[2] == since):
            yield state, "no", False
        else:
            yield self.delete(state, [place]), "yes", False

    def _on_put(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        yield self.put(state, who, call.arguments), (), False
        if state.budget.faults:
            for done in parts_of(call.arguments):
                left = tuple(one for one in call.arguments if one not in done)
                yield spent(self.put(state, who, done), "faults"), left, True

    def _on_delete(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
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
                shared = put_down(shared, place[1], by_run=self._kinds[who] == "run")
            else:
                allowed = state.slots[who].allowed | (ORIGINALS if state.budget.lapses < self._lapses else 0)
                shared = log_ended(shared, place, allowed)
        return state._replace(shared=shared)

    def delete(self, state: State, places: Any) -> State:
        """Delete these items."""
        shared = state.shared
        for place in places:
            shared = without(shared, place[1], place[0])
        return state._replace(shared=shared)

    # Transactions

    def _on_transact(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        if not all(self._part_holds(part, call.site, state, who) for part in call.arguments):
            if call.site == "put" and self._kinds[who] == "run":
                check_refused_move(call, state.shared, ends=not self._names)
            yield state, "no", False
            return
        after = state
        for part in call.arguments:
            after = self._part(after, who, call.site, part)
        yield after, "yes", False

    def _part_holds(self, part: Any, site: str, state: State, who: int) -> bool:
        kind, place, _, condition = part
        shared = state.shared
        if condition is None:
            return True
        if place[0] == "webhook":
            return self._lane_holds(condition, site, state, who)
        if place[0] == "job":
            return self._job_holds(condition, shared.job, site)
        is_copy = place[1] > ORIGINALS or kind == "update"
        name = f"{place[0]} of a {'copy' if is_copy else 'delivery'}"
        if name in self._left_out.get(site, frozenset()):
            return True
        if place[0] != "log":
            return bool(getattr(shared, place[0]) & place[1]) == bool(condition[0] == "attribute_exists")
        return of_log(condition, in_log(shared, place[1]))

    def _part(self, state: State, who: int, site: str, part: Any) -> State:
        kind, place, content, _ = part
        shared, after = state.shared, state
        if place[0] == "other":
            return state
        if place[0] == "webhook":
            after = self._written(state, who, content, "") if kind == "update" else removed(state)
        elif place[0] == "job":
            after = with_shared(state, job=None) if kind == "delete" else started(state, who, dict(content))
        elif place[0] != "log" and site in ("withdraw", "note_expired"):
            after = taken_back(state, place[1], place[0])
        elif site == "renew" and kind == "save":
            after = self.put(state, who, [place])
        elif place[0] != "log":
            after = state._replace(shared=moved(shared, site, kind, place, by_run=self._kinds[who] == "run"))
        elif kind == "delete":
            after = with_shared(state, log=logged_anew(shared, place[1], ""))
        elif kind == "save":
            after = self.put(state, who, [place])
        else:
            withdrawn = shared.withdrawn | place[1]
            after = with_shared(state, withdrawn=withdrawn, meant=shared.meant & ~place[1])
        return after

    # Jobs

    def _on_job(self, _call: Call, state: State, who: int) -> Iterator[Outcome]:
        yield state, state.shared.job and job_view(state.shared.job, who), False

    def _job_holds(self, condition: Any, job: Job | None, site: str) -> bool:
        known = {} if job is None else dict(job_view(job, NOBODY))
        return satisfied(condition, known, self._left_out.get(site, frozenset())) is not False

    def _on_post(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        is_run = self._kinds[who] == "run"
        if is_run:
            check_order(state.shared, state.slots[who].token, call.arguments[0])
        yield from answers(call, state, who, self._poison, is_run=is_run)

    def _on_send(self, _call: Call, state: State, who: int) -> Iterator[Outcome]:
        queue = tuple(sorted((*state.shared.queue, state.slots[who].token)))
        yield with_shared(state, queue=queue), None, False
        if state.budget.unsent:
            yield spent(state, "unsent"), FAULT, False

    def _on_time(self, _call: Call, state: State, _who: int) -> Iterator[Outcome]:
        yield state, "enough", False
        if state.budget.hurries:
            yield spent(state, "hurries"), "over", False
