"""Every order in which the steps of several processes can happen, with everything that may go wrong in between.

A state is what the processes share and, for each of them, the answers it has had. States that have been seen are not
entered again, so that each is looked at once however many orders lead to it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from recado.rules.webhook.webhook import HealthState, Status
from tests.faults.catalogue.scenario import IDLE, OVER, Processes, Report, Scenario, State
from tests.faults.interleaving.model_store import NOBODY, REMOVED, SWEEPER, ModelStore, Shared
from tests.faults.interleaving.replay import Call, End


class Exploration:
    """All states of a scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._store = ModelStore(ordered=scenario.ordered, guards=scenario.guards)
        self._processes = Processes(self._store, scenario.omissions)
        self._events = (1 << scenario.dispatchers) - 1
        budget = scenario.budget
        self._unrepeated = not (budget.deaths or budget.faults or budget.expiries or budget.repeats)

    def run(self, *, first_problem_only: bool = False) -> Report:
        """Enter every state, depth first."""
        report = Report()
        start = self._start()
        numbers: dict[State, int] = {start: 0}
        orders: list[int] = [0]  # those that lead to an end; negative while the state is still on the path
        leads: list[list[int]] = [[]]
        path: list[tuple[int, State, Iterator[State]]] = [(0, start, self._visited(start, report))]
        orders[0] = -1
        while path:
            number, state, successors = path[-1]
            for after in successors:
                known = numbers.get(after)
                if known is None:
                    numbers[after] = known = len(orders)
                    orders.append(-1)
                    leads.append([])
                    leads[number].append(known)
                    path.append((known, after, self._visited(after, report)))
                    break
                leads[number].append(known)
            else:
                path.pop()
                ways = sum(orders[one] for one in leads[number] if orders[one] > 0)
                orders[number] = ways if leads[number] else 1
                if not leads[number]:
                    report.ends += 1
                    self._check_end(state, report)
            if first_problem_only and report.problems:
                break
        report.states, report.orders = len(orders), orders[0]
        if not report.problems and len(_leading_to_an_end(leads)) < len(leads):
            report.problems.append("a state from which no end can be reached")
        return report

    def _start(self) -> State:
        scenario = self._scenario
        owned = scenario.health.owner is not None
        webhook = self._store.number(Status.ACTIVE, 1, scenario.health)
        failing = scenario.health.state is HealthState.FAILING
        shared = Shared(webhook, queue=int(owned), next_message=int(owned), was_indexed=failing)
        dispatchers = tuple(self._processes.started(("dispatch", number)) for number in range(scenario.dispatchers))
        admin = self._processes.started(("admin", *scenario.admin)) if scenario.admin else OVER
        return State(shared, dispatchers, (IDLE,) * scenario.redeliveries, admin, OVER, scenario.budget)

    def _visited(self, state: State, report: Report) -> Iterator[State]:
        senders = [process for _, process in state.redeliveries if process != OVER and self._sends(process)]
        expired = self._scenario.budget.expiries - state.budget.expiries
        if len(senders) > 1 + expired:
            report.problems.append(f"{len(senders)} redeliveries send at once: {state}")
        if state.shared.log & ~state.shared.received:
            report.problems.append(f"recorded as delivered, and never received: {state}")
        if self._unrepeated and self._sends_again(state):
            report.problems.append(f"sent again, though received, and nobody died: {state}")
        return self._successors(state)

    def _sends_again(self, state: State) -> bool:
        for process in (*state.dispatchers, *(process for _, process in state.redeliveries)):
            step = None if process == OVER else self._processes.next_steps[process]
            if isinstance(step, Call) and step.operation == "post" and step.arguments[0] & state.shared.received:
                return True
        return False

    def _sends(self, process: int) -> bool:
        step = self._processes.next_steps[process]
        return isinstance(step, Call) and step.operation in {"post", "finish", "record"}

    def _check_end(self, state: State, report: Report) -> None:
        shared = state.shared
        if shared.webhook == REMOVED:
            return
        webhook = self._store.webhooks[shared.webhook]
        if webhook.status is not Status.ACTIVE:
            return
        if shared.backlog:
            report.problems.append(f"stranded: {state} {webhook.health}")
        elif webhook.health.state is not HealthState.HEALTHY:
            report.problems.append(f"failing for ever: {state} {webhook.health}")
        elif not self._scenario.admin and not self._scenario.budget.gone and shared.received != self._events:
            report.problems.append(f"never delivered: {state}")
        if shared.lease != NOBODY and not shared.lapsed:
            report.problems.append(f"a lease that nobody ends: {state}")

    def _successors(self, state: State) -> Iterator[State]:
        quiet = True
        for after in self._busy(state):
            quiet = False
            yield after
        if quiet and self._scenario.swept and self._store.indexed(state.shared):
            yield state._replace(sweep=self._processes.started(("sweep",)))

    def _busy(self, state: State) -> Iterator[State]:
        for position, process in enumerate(state.dispatchers):
            if process != OVER:
                yield from self._dispatcher(state, position, process)
        for position, (message, process) in enumerate(state.redeliveries):
            if process == OVER:
                yield from self._received(state, position)
            else:
                for after in self._redelivery(state, position, message, process):
                    yield _canonical(after)
        if state.admin != OVER:
            yield from self._once(state, state.admin, NOBODY, lambda after, process: after._replace(admin=process))
        if state.sweep != OVER:
            yield from self._once(state, state.sweep, SWEEPER, lambda after, process: after._replace(sweep=process))
        yield from self._mishaps(state)

    def _dispatcher(self, state: State, position: int, process: int) -> Iterator[State]:
        """Lambda repeats a dispatcher that has died or failed, until it ends well."""

        def put(after: State, following: int) -> State:
            return after._replace(dispatchers=_with(after.dispatchers, position, following))

        step = self._processes.next_steps[process]
        again = self._processes.started(("dispatch", position))
        if isinstance(step, End):
            yield put(state, again if step.faulty else OVER)
        else:
            for after, following in self._answered(state, process, step, NOBODY):
                yield put(after, following)
        for after in self._deaths(state, process):
            yield put(after, again)

    def _received(self, state: State, position: int) -> Iterator[State]:
        """Take up any message; SQS may hand one out twice."""
        for message in range(state.shared.next_message):
            bit = 1 << message
            if not state.shared.queue & bit:
                continue
            work = (message, self._processes.started(("redelivery", message)))
            taken = state._replace(redeliveries=_with(state.redeliveries, position, work))
            yield _canonical(taken._replace(shared=state.shared._replace(queue=state.shared.queue & ~bit)))
            if state.budget.repeats:
                yield _canonical(taken._replace(budget=state.budget._replace(repeats=state.budget.repeats - 1)))

    def _redelivery(self, state: State, position: int, message: int, process: int) -> Iterator[State]:
        """A message comes back where its work has died or said so, and is deleted otherwise."""

        def put(after: State, work: tuple[int, int]) -> State:
            return after._replace(redeliveries=_with(after.redeliveries, position, work))

        def back(after: State, *, comes_back: bool) -> State:
            shared = after.shared
            if comes_back:
                shared = shared._replace(queue=shared.queue | 1 << message)
            if shared.lease == position:
                shared = shared._replace(lease=NOBODY, lapsed=False)  # it ends by itself
            return put(after._replace(shared=shared), IDLE)

        step = self._processes.next_steps[process]
        if isinstance(step, End):
            yield back(state, comes_back=step.value is not None)
        else:
            for after, following in self._answered(state, process, step, position):
                yield put(after, (message, following))
        for after in self._deaths(state, process):
            yield back(after, comes_back=True)

    def _once(self, state: State, process: int, who: int, put: Callable[[State, int], State]) -> Iterator[State]:
        """Nobody repeats an admin's request, nor a sweep before the next one."""
        step = self._processes.next_steps[process]
        if isinstance(step, End):
            yield put(state, OVER)
        else:
            for after, following in self._answered(state, process, step, who):
                yield put(after, following)
        for after in self._deaths(state, process):
            yield put(after, OVER)

    def _answered(self, state: State, process: int, call: Call, who: int) -> Iterator[tuple[State, int]]:
        for shared, answer, budget in self._store.outcomes(call, state.shared, who, state.budget):
            yield state._replace(shared=shared, budget=budget), self._processes.answered(process, answer)

    def _deaths(self, state: State, process: int) -> Iterator[State]:
        """A batch write that is cut short has written some of its items."""
        if not state.budget.deaths or not self._processes.has_started(process):
            return
        dead = state._replace(budget=state.budget._replace(deaths=state.budget.deaths - 1))
        yield dead
        step = self._processes.next_steps[process]
        if isinstance(step, Call) and step.operation == "finish":
            shared, mask = state.shared, step.arguments[0]
            yield dead._replace(shared=shared._replace(log=shared.log | mask))
            yield dead._replace(shared=shared._replace(backlog=shared.backlog & ~mask))

    def _mishaps(self, state: State) -> Iterator[State]:
        shared, budget = state.shared, state.budget
        if budget.expiries and shared.lease != NOBODY and not shared.lapsed:
            lapsed = shared._replace(lapsed=True)
            yield state._replace(shared=lapsed, budget=budget._replace(expiries=budget.expiries - 1))
        if budget.purges and shared.queue and self._store.indexed(shared):
            yield state._replace(shared=shared._replace(queue=0), budget=budget._replace(purges=budget.purges - 1))
        if budget.sweeps and state.sweep == OVER and shared.was_indexed:
            sweep = self._processes.started(("sweep",))
            yield state._replace(sweep=sweep, budget=budget._replace(sweeps=budget.sweeps - 1))


def _with(values: tuple[Any, ...], position: int, value: Any) -> tuple[Any, ...]:
    return (*values[:position], value, *values[position + 1 :])


def _canonical(state: State) -> State:
    """Redeliveries are alike: which of them does what makes no difference."""
    order = sorted(range(len(state.redeliveries)), key=lambda position: state.redeliveries[position])
    if order == list(range(len(order))):
        return state
    lease = state.shared.lease
    shared = state.shared if lease == NOBODY else state.shared._replace(lease=order.index(lease))
    return state._replace(shared=shared, redeliveries=tuple(state.redeliveries[position] for position in order))


def _leading_to_an_end(leads: list[list[int]]) -> set[int]:
    before: list[list[int]] = [[] for _ in leads]
    for number, following in enumerate(leads):
        for one in following:
            before[one].append(number)
    found = {number for number, following in enumerate(leads) if not following}
    todo = list(found)
    while todo:
        for one in before[todo.pop()]:
            if one not in found:
                found.add(one)
                todo.append(one)
    return found
