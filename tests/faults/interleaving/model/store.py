"""What the processes share, and what each of their calls makes of it.

Consistent where DynamoDB is; the index that the sweep asks may answer with anything. Time is not counted: what may be
over is over at any moment.
"""

from collections.abc import Iterator
from typing import Any

from tests.faults.interleaving.model.answered import SET_ASIDE
from tests.faults.interleaving.model.jobs_kept import advanced, job_view, number_of, out_of_order
from tests.faults.interleaving.model.lane_item import NOBODY, OVERDUE, due_at_of, seen, watched
from tests.faults.interleaving.model.mishaps import spent
from tests.faults.interleaving.model.places import ORIGINALS
from tests.faults.interleaving.model.receiving import answers
from tests.faults.interleaving.model.shelves import (
    ProblemError,
    between,
    check_refused_move,
    in_log,
    moved,
    parts_of,
    seen_aside,
    seen_waiting,
)
from tests.faults.interleaving.model.states import with_shared, with_slot
from tests.faults.interleaving.model.writes import ModelWrites
from tests.faults.interleaving.scenarios.scenario import State
from tests.faults.interleaving.stepping.replay import FAULT, Call
from tests.unit.builders import NOW

Outcome = tuple[State, Any, bool]
"""The state, what the caller is answered, and whether something has gone wrong."""
_RESOLVED = ("sweep", "cancel all", "end")
"""Who is told that it is due now, where that time is over."""
REPEATED = "repeated"
"""The answer of a write whose answer is lost: the SDK makes it once more."""


class ModelStore(ModelWrites):
    """Answers the calls of processes; `left_out` are conditions that are taken away, as `site.attribute`."""

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
        slot = state.slots[who]
        resolved = call.site == "take_lease" or self._kinds[who] in _RESOLVED
        times = [due_at_of(lane, resolved=resolved)]
        if self._kinds[who] == "sweep" and lane.owner not in (0, slot.token) and times[0] == NOW:
            times.append(OVERDUE)
        for due_at in times:
            view = seen(lane, who, slot, self._kinds[who], due_at) | self._jobs_seen(state, who)
            may_copy = self._kinds[who] in ("dispatch", *_RESOLVED) and watched(view)
            after = with_slot(state, who, moved=0 if may_copy else -1, excused=0)
            yield after, tuple(sorted(view.items())), False

    def _on_update(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        place, changes, condition = call.arguments
        if place[0] == "job":
            if not self._job_holds(condition, state, place[1], who, call.site):
                yield state, "no", False
            else:
                number = number_of(state.shared, place[1], who)
                yield advanced(state, number, dict(changes)), "yes", False
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
        view = seen(lane, who, after.slots[who], "run", due_at_of(lane, resolved=False)) | self._jobs_seen(after, who)
        yield with_slot(after, who, excused=0), tuple(sorted(view.items())), False

    def _on_statuses(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
        waiting, ended = call.arguments
        shared = state.shared
        mask, expired, asked = seen_waiting(shared, shared.backlog & waiting)
        yield state, (mask, expired & ~ORIGINALS, asked, in_log(shared, ended)), False

    def _on_log(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
        yield state, in_log(state.shared, call.arguments[0]), False

    def _on_logged(self, call: Call, state: State, _who: int) -> Iterator[Outcome]:
        yield state, in_log(state.shared, between(*call.arguments) & ORIGINALS), False

    def _on_backlog(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        shared = state.shared
        mask = shared.backlog & between(*call.arguments)
        after = with_slot(state, who, allowed=0) if state.slots[who].allowed else state
        yield after, ("backlog", *seen_waiting(shared, mask)), False

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

    def _on_jobs(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        shared = state.shared
        numbers = [number_of(shared, name, who) for name in call.arguments]
        yield state, tuple(job_view(shared, one, who) for one in numbers if one <= len(shared.jobs)), False

    def _on_once(self, _call: Call, state: State, who: int) -> Iterator[Outcome]:
        once = state.shared.once
        yield state, once and self._name_of(state, once[0], who), False

    def _on_post(self, call: Call, state: State, who: int) -> Iterator[Outcome]:
        is_run = self._kinds[who] == "run"
        if is_run and out_of_order(state.shared, state.slots[who].token, call.arguments[0]):
            raise ProblemError("sent ahead of what is to be caught up")
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
