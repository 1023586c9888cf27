"""What writes make of what the processes share, and whether their conditions hold."""

from collections.abc import Callable
from typing import Any

from tests.faults.interleaving.model.jobs_kept import advanced, job_view, number_of, satisfied, started
from tests.faults.interleaving.model.lane_item import NOBODY, OWN, holds, written
from tests.faults.interleaving.model.places import ORIGINALS
from tests.faults.interleaving.model.shelves import (
    ProblemError,
    asked,
    check_lease,
    fresh,
    in_log,
    log_ended,
    log_forgotten,
    moved,
    of_log,
    put_down,
    removed,
    taken_back,
    withdrawn_now,
    without,
)
from tests.faults.interleaving.model.states import with_shared, with_slot
from tests.faults.interleaving.scenarios.scenario import Scenario, State

_ASKERS = ("redeliver", "job", "send", "admin")
"""Who asks for sending."""
_TAKE_BACK = ("cancel all", "end")
_SEE_JOBS = ("run", "sweep", "admin", "job", *_TAKE_BACK)


class ModelWrites:
    """Judges and makes the writes of processes."""

    def __init__(
        self, programs: tuple[tuple[Any, ...], ...], has_begun: Callable[[int], bool], scenario: Scenario
    ) -> None:
        self._kinds = tuple(str(program[0]) for program in programs)
        self._has_key = tuple(program[-1] == "key" for program in programs)
        self._has_begun = has_begun
        self._lapses = scenario.budget.lapses
        self._poison = scenario.poison
        self._unwanted = scenario.unwanted
        self._names = bool(scenario.budget.named)
        self._left_out: dict[str, frozenset[str]] = {}
        for one in scenario.left_out:
            site, _, name = one.partition(".")
            self._left_out[site] = self._left_out.get(site, frozenset()) | {name}

    def put(self, state: State, who: int, places: Any) -> State:
        """Put these items."""
        shared, slot = state.shared, state.slots[who]
        for place in places:
            if place[0] == "backlog":
                shared = put_down(shared, place[1], place[2], by_run=self._kinds[who] == "run")
            else:
                may_overtake = ORIGINALS if state.budget.lapses < self._lapses else 0
                shared = log_ended(shared, place, slot.allowed | slot.excused | may_overtake)
        return state._replace(shared=shared)

    def delete(self, state: State, places: Any) -> State:
        """Delete these items."""
        shared = state.shared
        for place in places:
            shared = without(shared, place[1], place[0])
        return state._replace(shared=shared)

    def _lane_holds(self, condition: Any, site: str, state: State, who: int) -> bool:
        left_out = self._left_out.get(site, frozenset())
        return holds(condition, state.shared.lane, who, state.slots[who], left_out)

    def _written(self, state: State, who: int, changes: Any, site: str) -> State:
        shared, slot, kind = state.shared, state.slots[who], self._kinds[who]
        if shared.lane is None:
            raise ProblemError("a webhook that was removed is there again")
        if site == "take_lease" and shared.lane.lease != who:
            check_lease(shared.lane, slot)
        alive = sum(1 << number for number, one in enumerate(state.slots) if self._has_begun(one.process))
        if kind == "dispatch":
            # It writes what it has read: where that was written since, a time that has begun before.
            alive = 0 if slot.moved & 2 else -1
        changes = [(name, number_of(shared, to, who) if name.endswith(" jobs") else to) for name, to in changes]
        if kind == "admin":
            slot = slot._replace(token=0)  # each of its changes makes a new owner
        result = written(shared.lane, changes, who, slot, (fresh(state), shared.marks, alive, shared.quick))
        if result.problem:
            raise ProblemError(result.problem)
        names, lane = dict(changes), result.lane
        asks = bool(names.get("asked_at") and kind in _ASKERS)
        if asks and kind != "admin" and lane.status != "ACTIVE":
            raise ProblemError("asked for sending while it is off")
        # What a failure has to wait for ends with its time, or as somebody asks.
        # Who takes something back leaves the wait that it has read, and may miss one that began just now.
        asks_or_misses = asks or (kind in _TAKE_BACK and slot.moved & 2)
        waits = not asks_or_misses and (
            (lane.due == "wait" and not lane.over) or (shared.waits and lane.due in ("now", "lease"))
        )
        quick = 0 if result.marks != shared.marks else shared.quick
        after = with_shared(state, lane=lane, marks=result.marks, quick=quick, waits=waits)
        after = with_slot(after, who, token=result.token or state.slots[who].token)
        after = with_shared(after, **asked(shared, lane, is_new=asks))
        if shared.lane.due == "late" and not shared.lane.over and (lane.due, lane.status) == (None, "ACTIVE"):
            raise ProblemError("a late look is undone")
        moved_on = (1 if "owner" in names else 0) | (2 if "due_at" in names else 0)
        slots = tuple(
            one if number == who or one.moved < 0 or not moved_on else one._replace(moved=one.moved | moved_on)
            for number, one in enumerate(after.slots)
        )
        return after._replace(slots=slots)

    def _part_holds(self, part: Any, site: str, state: State, who: int) -> bool:
        _, place, _, condition = part
        if condition is None or place[0] == "other":
            return True
        if place[0] == "webhook":
            return self._lane_holds(condition, site, state, who)
        if place[0] == "job":
            return self._job_holds(condition, state, place[1], who, site)
        if place[0] == "once":
            return state.shared.once is None or "once" in self._left_out.get(site, frozenset())
        return self._delivery_holds(part, site, state)

    def _delivery_holds(self, part: Any, site: str, state: State) -> bool:
        kind, place, _, condition = part
        is_copy = place[1] > ORIGINALS or kind == "update"
        name = f"{place[0]} of a {'copy' if is_copy else 'delivery'}"
        if name in self._left_out.get(site, frozenset()):
            return True
        if place[0] != "log":
            return bool(getattr(state.shared, place[0]) & place[1]) == bool(condition[0] == "attribute_exists")
        return of_log(condition, in_log(state.shared, place[1]))

    def _part(self, state: State, who: int, site: str, part: Any) -> State:
        kind, place, content, _ = part
        if place[0] == "other":
            return state
        if place[0] == "webhook":
            return removed(state) if kind == "delete" else self._written(state, who, content, "")
        if place[0] == "job":
            return self._of_job(state, who, part)
        if place[0] in ("activity", "once"):
            return self._of_act(state, who, part)
        return self._of_log(state, who, part) if place[0] == "log" else self._of_what_waits(state, who, site, part)

    def _of_log(self, state: State, who: int, part: Any) -> State:
        kind, place, _, _ = part
        if kind == "save":
            return self.put(state, who, [place])
        changed = log_forgotten if kind == "delete" else withdrawn_now
        return state._replace(shared=changed(state.shared, place[1]))

    def _of_what_waits(self, state: State, who: int, site: str, part: Any) -> State:
        kind, place, _, condition = part
        shared, by_run = state.shared, self._kinds[who] == "run"
        if site in ("withdraw", "note_expired"):
            asked_for = (shared.cancelled | shared.received) & place[1] or any(
                job.kind == "CANCELLATION" for job in shared.jobs
            )
            if by_run and not asked_for:
                raise ProblemError("withdrawn, and nobody has asked for that")
            return taken_back(state, place[1], place[0])
        if site == "ask":
            # A new copy, in whose place none is any more, or one that is moved back.
            site = "renew" if condition is None and (kind == "delete" or place[2] < 0) else "back"
        if site == "renew" and kind == "save":
            return self.put(state, who, [place])
        return state._replace(shared=moved(shared, site, kind, place, by_run=by_run))

    def _of_job(self, state: State, who: int, part: Any) -> State:
        kind, place, content, _ = part
        number = number_of(state.shared, place[1], who)
        if kind == "save":
            assert number == len(state.shared.jobs) + 1, "each process begins one job at most"
            return started(state, who, dict(content), self._unwanted)
        return advanced(state, number, dict(content))

    def _of_act(self, state: State, who: int, part: Any) -> State:
        """A request with a key has its effect once; what it has made is kept."""
        if part[1][0] == "once":
            own = self._own_job(state, who)
            return with_shared(state, once=(own,))
        if not self._has_key[who]:
            return state
        if state.shared.effect:
            raise ProblemError("a request has its effect twice")
        return with_shared(state, effect=True)

    def _jobs_seen(self, state: State, who: int) -> dict[str, Any]:
        """The unfinished jobs that a process sees in the webhook, where they matter to it."""
        lane = state.shared.lane
        if lane is None or self._kinds[who] not in _SEE_JOBS:
            return {}
        numbers = [number for number in range(1, lane.jobs.bit_length()) if lane.jobs >> number & 1]
        own = self._own_job(state, who)
        return {"jobs": tuple(OWN if number == own else str(number) for number in numbers)}

    def _own_job(self, state: State, who: int) -> int:
        """The number of the job that a process has begun; 0 where it has not."""
        return next((number for number, job in enumerate(state.shared.jobs, 1) if job.asker == who), 0)

    def _name_of(self, state: State, number: int, who: int) -> str:
        """A job, as a process names it that looks up what was done before."""
        if not number:
            return "done"
        return OWN if number == self._own_job(state, who) else str(number)

    def _job_holds(self, condition: Any, state: State, name: str, who: int, site: str) -> bool:
        shared = state.shared
        if condition is None:
            return True
        number = number_of(shared, name, who)
        known = dict(job_view(shared, number, NOBODY)) if number <= len(shared.jobs) else {}
        return satisfied(condition, known, self._left_out.get(site, frozenset())) is not False
