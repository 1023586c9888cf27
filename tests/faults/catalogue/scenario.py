"""What an exploration starts from and keeps: the scenario, the states, and how far each process is."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from recado.rules.webhook.webhook import Health
from tests.faults.interleaving.model_store import Budget, Guards, ModelStore, Shared
from tests.faults.interleaving.replay import Answer, Call, End, Omissions, Script, Suspended, run

OVER = -1


class State(NamedTuple):
    """One moment; a process is the number of its answers so far, a redelivery also has the message it works on."""

    shared: Shared
    dispatchers: tuple[int, ...]
    redeliveries: tuple[tuple[int, int], ...]
    admin: int
    sweep: int
    budget: Budget


IDLE = (OVER, OVER)


@dataclass
class Report:
    """What the exploration found; `orders` counts the ways through the states that enter none twice."""

    states: int = 0
    ends: int = 0
    orders: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scenario:
    """Who works at the webhook, and what may go wrong; where it is `swept`, there is always one more sweep to come."""

    dispatchers: int = 2
    redeliveries: int = 2
    budget: Budget = field(default_factory=Budget)
    health: Health = field(default_factory=Health)
    admin: tuple[str, ...] = ()
    ordered: bool = False
    swept: bool = False
    omissions: Omissions = field(default_factory=Omissions)
    guards: Guards = field(default_factory=Guards)


class Processes:
    """The answers that processes have had, each list a number, with the step that comes next."""

    def __init__(self, store: ModelStore, omissions: Omissions) -> None:
        self.next_steps: list[Call | End] = []
        self._store = store
        self._omissions = omissions
        self._answers: list[tuple[Hashable, list[Answer]]] = []
        self._numbers: dict[object, int] = {}

    def started(self, program: Hashable) -> int:
        """Return the process that has had no answer yet."""
        if program not in self._numbers:
            self._numbers[program] = self._add(program, [])
        return self._numbers[program]

    def answered(self, process: int, answer: Answer) -> int:
        """Return the process after one more answer."""
        key = (process, answer)
        if key not in self._numbers:
            program, answers = self._answers[process]
            self._numbers[key] = self._add(program, [*answers, answer])
        return self._numbers[key]

    def has_started(self, process: int) -> bool:
        """Whether it has had an answer."""
        return bool(self._answers[process][1])

    def _add(self, program: Hashable, answers: list[Answer]) -> int:
        script = Script(answers, self._store.decode, self._omissions)
        step: Call | End
        try:
            step = run(program, script)
        except Suspended:
            assert script.next_call is not None
            step = script.next_call
        self._answers.append((program, answers))
        self.next_steps.append(step)
        return len(self.next_steps) - 1
