"""Every order in which the steps of several processes can happen, with everything that may go wrong in between.

A state is what the processes share and how far each of them is. States that have been seen are not entered again, so
that each is looked at once however many orders lead to it; the first problem is found by a shortest way.
"""

from collections import deque
from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from tests.faults.interleaving import checks
from tests.faults.interleaving.model.lane_item import EVENTS, MOST_EVENTS, NOBODY, Slot
from tests.faults.interleaving.model.mishaps import mishaps, of_time, spent
from tests.faults.interleaving.model.moments import ASKED_BEFORE
from tests.faults.interleaving.model.places import COPY
from tests.faults.interleaving.model.receiving import read_so_far
from tests.faults.interleaving.model.shelves import ProblemError, acknowledged, parts_of
from tests.faults.interleaving.model.states import back, canonical, ended, left_behind, with_shared, with_slot
from tests.faults.interleaving.model.store import REPEATED, ModelStore
from tests.faults.interleaving.scenarios.scenario import FAULTS, Report, Scenario, Shared, State
from tests.faults.interleaving.stepping.cutting import installed
from tests.faults.interleaving.stepping.programs import Programs
from tests.faults.interleaving.stepping.replay import Call, End, Processes
from tests.faults.interleaving.telling import way
from tests.unit.builders import webhook

_IDLE = Slot(NOBODY)
_HARMFUL = ("deaths", "faults", "twice", "lapses", "purges", "unsent")
"""After which it may be for a sweep to go on."""
_UNDER_LEASE = ("finish", "expire", "put", "keep", "end")
"""What a run does of what only one sender may do, its POSTs aside."""


class Step(NamedTuple):
    """A step from a state: what happens, whether that is a mishap, and the state after it."""

    what: tuple[Any, ...]
    is_mishap: bool
    state: State


class Exploration:
    """All states of a scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        dispatches = tuple(("dispatch", mask) for mask in scenario.events)
        self._programs = (*scenario.asks, *dispatches, ("sweep",), *(("run",) for _ in range(scenario.runs)))
        self._kinds = tuple(str(program[0]) for program in self._programs)
        self._first_run = len(self._programs) - scenario.runs
        may_hurry = bool(scenario.budget.hurries)
        names = dict.fromkeys(one.name for at, one in enumerate(EVENTS) if not scenario.unwanted >> at & 1)
        template = webhook(event_names=tuple(names), **dict(scenario.settings))
        self._processes = Processes(Programs(template, may_hurry=may_hurry, status=scenario.status))
        self._store = ModelStore(self._programs, self._has_begun, scenario)
        self._sweeps = self._first_run - 1
        masks = (*scenario.events, scenario.backlog, scenario.aside, _delivered(scenario))
        self._comes_twice = sum(masks) != reduce(or_, masks)

    def run(self, most: int = 2_000_000) -> Report:
        """Enter every state, breadth first, until the first problem."""
        report = Report()
        with installed(self._scenario.page):
            start = self._start()
            numbers = {start: 0}
            came: list[tuple[int, tuple[Any, ...]]] = [(-1, ("start",))]
            before: list[list[int]] = [[]]
            ends: list[int] = []
            todo = deque([(0, start)])
            while todo and not report.problem and len(came) < most:
                number, state = todo.popleft()
                report.wake_ups = max(report.wake_ups, self._wake_ups(state))
                goes_on = False
                try:
                    for what, is_mishap, after in self._steps(state):
                        if after == state:
                            continue
                        if (known := numbers.get(after)) is None:
                            numbers[after] = known = len(came)
                            came.append((number, what))
                            before.append([])
                            todo.append((known, after))
                            checks.check_state(self._scenario, after)
                            self._check_senders(after)
                        if not is_mishap:
                            goes_on = True
                            before[known].append(number)
                    if not goes_on:
                        ends.append(number)
                        checks.check_end(self._scenario, state)
                except ProblemError as problem:
                    report.problem = str(problem)
                    report.trace = [*way(came, number), str(state)]
            report.states, report.ends = len(came), len(ends)
            if not report.problem:
                stuck = checks.without_end(before, ends)
                if stuck is not None:
                    report.problem, report.trace = "no end can be reached", way(came, stuck)
        return report

    def _start(self) -> State:
        scenario = self._scenario
        slots = [_IDLE] * len(self._programs)
        for number in range(self._sweeps):
            slots[number] = Slot(self._processes.started(self._programs[number]))
        lane = scenario.lane
        shared = Shared(
            lane,
            (lane.owner,) if lane.owner else (),
            scenario.backlog,
            scenario.expired,
            aside=scenario.aside,
            log=scenario.log,
            asked=tuple(
                ASKED_BEFORE if (scenario.backlog | scenario.aside) >> number + COPY & 1 else 0
                for number in range(MOST_EVENTS)
            ),
            received=_delivered(scenario),
            cancelled=scenario.unwanted | scenario.unwanted << COPY,
            marks=lane.slow,
            waits=lane.due == "wait",
        )
        return State(shared, tuple(slots), scenario.budget)

    def _check_senders(self, state: State) -> None:
        """One run sends at a time, but for those whose lease has ended; nothing is sent twice without a fault."""
        senders = 0
        for slot in state.slots[self._first_run :]:
            step = None if slot.process == NOBODY else self._processes.steps[slot.process]
            if isinstance(step, Call) and (step.operation == "post" or step.site in _UNDER_LEASE):
                senders += 1
        if senders > 1 + self._scenario.budget.lapses - state.budget.lapses:
            raise ProblemError("two send at once")
        if self._anything_wrong(state, FAULTS) or self._comes_twice:
            return
        for slot in state.slots:
            step = None if slot.process == NOBODY else self._processes.steps[slot.process]
            if isinstance(step, Call) and step.operation == "post":
                mask, of_copies = step.arguments
                if (mask << COPY if of_copies else mask) & state.shared.received:
                    raise ProblemError("sent again, and nothing has gone wrong")

    def _anything_wrong(self, state: State, what: tuple[str, ...]) -> bool:
        return any(getattr(state.budget, one) != getattr(self._scenario.budget, one) for one in what)

    def _has_begun(self, process: int) -> bool:
        return process != NOBODY and self._processes.has_begun(process)

    def _wake_ups(self, state: State) -> int:
        received = sum(slot.process != NOBODY and not slot.gone for slot in state.slots[self._first_run :])
        return len(state.shared.queue) + received

    def _steps(self, state: State) -> Iterator[Step]:
        quiet = True
        for step in self._of_processes(state):
            quiet = quiet and (step.is_mishap or step.state == state)
            yield step
        for what, after in of_time(state):
            quiet = False
            yield Step((what,), is_mishap=False, state=after)
        if state.budget.sweeps and state.slots[self._sweeps].process == NOBODY and state.shared.lane is not None:
            yield from self._swept(spent(state, "sweeps"), is_mishap=True)
        for told, after in mishaps(state, self._first_run):
            yield Step(told, is_mishap=True, state=self._tidy(after))
        lane = state.shared.lane
        if quiet and lane is not None and lane.due is not None and state.slots[self._sweeps].process == NOBODY:
            # A request that is overtaken by another owner's whole life is what the late look is for.
            overtakers = len(self._scenario.asks) + self._scenario.budget.sweeps - state.budget.sweeps
            waits = lane.owner or (state.shared.backlog and (overtakers < 2 or not self._scenario.asks))
            works = lane.status == "ACTIVE" or lane.jobs
            if waits and works and not self._anything_wrong(state, _HARMFUL):
                raise ProblemError("nobody comes but a sweep, and nothing has gone wrong")
            yield from self._swept(state, is_mishap=False)

    def _of_processes(self, state: State) -> Iterator[Step]:
        idle_seen = False
        for who, slot in enumerate(state.slots):
            if slot.process != NOBODY:
                yield from self._of_process(state, who)
            elif who >= self._first_run and not idle_seen:
                idle_seen = True
                yield from self._received(state, who)

    def _of_process(self, state: State, who: int, *, is_mishap: bool = False) -> Iterator[Step]:
        slot = state.slots[who]
        call = self._processes.steps[slot.process]
        assert isinstance(call, Call)
        cancelled = state.shared.cancelled
        for after, answer, wrong in self._store.outcomes(call, state, who):
            what = (self._kinds[who], who, call.operation, call.site, answer)
            if answer == REPEATED:
                yield Step(what, is_mishap=True, state=self._tidy(after))
                continue
            following = after
            if (call.operation == "put" or call.site in ("renew", "ask")) and not wrong:
                following = self._answered_by_a_post(after)
            elif after.shared.cancelled & ~cancelled:
                following = self._allowing(after, who, after.shared.cancelled & ~cancelled)
            process = self._processes.answered(slot.process, answer)
            for last in self._ended(with_slot(following, who, process=process), who):
                yield Step(what, is_mishap or wrong or last.is_mishap, self._tidy(last.state))
        if state.budget.deaths and (self._has_begun(slot.process) or slot.token):
            for after in self._cut_short(spent(state, "deaths"), who, call):
                dead = self._died(after, who)
                yield Step((self._kinds[who], who, "dies at", call.operation), is_mishap=True, state=self._tidy(dead))

    def _cut_short(self, state: State, who: int, call: Call) -> Iterator[State]:
        """A batch write that is cut short has written any part of its items."""
        yield state
        if call.operation in ("put", "delete"):
            for done in parts_of(call.arguments):
                if done:
                    yield (
                        self._store.put(state, who, done)
                        if call.operation == "put"
                        else self._store.delete(state, done)
                    )

    def _died(self, state: State, who: int) -> State:
        """Lambda repeats a dispatcher, SQS hands a message out again, and a lease ends when its time is over."""
        slot, kind = state.slots[who], self._kinds[who]
        after = ended(state, who, _IDLE)
        if kind == "dispatch":
            return with_slot(after, who, process=self._processes.started(self._programs[who]))
        if kind == "run":
            after = left_behind(after, who)
            return after if slot.gone else back(after, slot.token)
        return after

    def _ended(self, state: State, who: int) -> Iterator[Step]:
        """What becomes of a process that has come to its end, as soon as it has."""
        slot, kind = state.slots[who], self._kinds[who]
        end = self._processes.steps[slot.process]
        if not isinstance(end, End):
            yield Step((), is_mishap=False, state=state)
            return
        if kind == "dispatch":
            again = Slot(self._processes.started(self._programs[who])) if end.faulty else _IDLE
            yield Step((), is_mishap=False, state=ended(state, who, again))
        elif kind == "run":
            lane = state.shared.lane
            excused = ("faults", "lapses", *(("lost",) if self._scenario.asks else ()))
            if lane is not None and lane.lease == who and not self._anything_wrong(state, excused):
                raise ProblemError("a run ends, and keeps its lease")
            after = left_behind(ended(state, who, _IDLE), who)
            yield Step((), is_mishap=False, state=back(after, slot.token) if end.value and not slot.gone else after)
        else:
            checks.check_answer(state.shared, self._programs[who], end.value)
            yield Step((), is_mishap=False, state=ended(state, who, _IDLE))
        if state.budget.deaths and kind in ("dispatch", "run"):
            yield Step((), is_mishap=True, state=self._died(spent(state, "deaths"), who))

    def _allowing(self, state: State, by: int, cancelled: int) -> State:
        """What another's run has read, and has not POSTed yet, may go out still."""
        slots = list(state.slots)
        for who in range(self._first_run, len(slots)):
            head = (
                0
                if slots[who].process == NOBODY or who == by
                else read_so_far(self._processes.histories[slots[who].process].answers)
            )
            slots[who] = slots[who]._replace(allowed=slots[who].allowed | head & cancelled)
        return state._replace(slots=tuple(slots))

    def _answered_by_a_post(self, state: State) -> State:
        """A copy that is asked for again, while it is acknowledged, has been sent, and is not sent once more."""
        out = 0
        for slot in state.slots[self._first_run :]:
            step = None if slot.process == NOBODY else self._processes.steps[slot.process]
            if isinstance(step, Call):
                out |= acknowledged(step)
        return with_shared(state, owed=state.shared.owed & ~out)

    def _received(self, state: State, who: int) -> Iterator[Step]:
        """Take up any message, with the first call of its run; SQS may hand one out twice."""
        run = self._processes.started(("run",))
        for token in dict.fromkeys(state.shared.queue):
            taken = with_slot(state, who, process=run, token=token)
            left = list(state.shared.queue)
            left.remove(token)
            yield from self._of_process(with_shared(taken, queue=tuple(left)), who)
            if state.budget.twice:
                yield from self._of_process(spent(taken, "twice"), who, is_mishap=True)

    def _swept(self, state: State, *, is_mishap: bool) -> Iterator[Step]:
        started = with_slot(state, self._sweeps, process=self._processes.started(("sweep",)))
        yield from self._of_process(started, self._sweeps, is_mishap=is_mishap)

    def _tidy(self, state: State) -> State:
        return canonical(state, self._first_run, keep_messages=bool(self._scenario.left_out))


def _delivered(scenario: Scenario) -> int:
    return sum(1 << number for number, status in enumerate(scenario.log) if status == "DELIVERED")
