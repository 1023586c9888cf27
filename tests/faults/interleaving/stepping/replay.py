"""Use cases that are run step by step without a thread: what a process has been answered so far is all its state.

The use cases are deterministic between two calls of the world outside. So a process is advanced by running it from its
start with the answers it has had, as far as the first call that has no answer yet: that call is its next step.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

from pynamodb.exceptions import PynamoDBException

FAULT = "fault"


class Suspended(BaseException):
    """The process has come to a call that has no answer yet: no handler of the code under test catches this."""


class Call(NamedTuple):
    """The next step of a process: what it asks for, from which method of a store, and what counts of the arguments."""

    operation: str
    site: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class End:
    """A process has ended: with what its use case returned, or by a fault of ours."""

    value: Any = None
    faulty: bool = False


class Script:
    """The answers that a process has had; the first call beyond them is its next step."""

    def __init__(self, answers: tuple[Hashable, ...]) -> None:
        self._answers = answers
        self._position = 0
        self.next_call: Call | None = None
        self.site = ""
        self.of_copies = False  # whether its POST holds copies
        self.named = 0  # the event that its receiver names as one that it did not take
        self.resumed: Any = None  # what a run began with that goes on from the middle
        self.cut_at: Hashable = None

    def cut(self, snapshot: Hashable) -> None:
        """Note that all of the process's past that counts from here on is this: others that have it too are one."""
        if self.next_call is None:
            self.cut_at = snapshot
        raise Suspended

    def ask(self, operation: str, *arguments: Any) -> Any:
        """Return the answer, or raise `Suspended` where there is none yet; a fault of ours is an SDK's error."""
        if self.next_call is not None:
            raise Suspended
        if self._position == len(self._answers):
            self.next_call = Call(operation, self.site, arguments)
            raise Suspended
        answer = self._answers[self._position]
        self._position += 1
        if answer == FAULT:
            raise PynamoDBException("throttled")
        return answer


class History(NamedTuple):
    """A process: its program, and what it has been answered."""

    program: tuple[Any, ...]
    answers: tuple[Hashable, ...]

    @property
    def resumed(self) -> bool:
        """Whether it began in the middle of a run."""
        return self.program[0] == "run" and len(self.program) > 1


class Processes:
    """Every list of answers that a process can have had has a number, with the step that comes next."""

    def __init__(self, run: Callable[[tuple[Any, ...], Script], End]) -> None:
        self.steps: list[Call | End] = []
        self.histories: list[History] = []
        self._run = run
        self._numbers: dict[object, int] = {}

    def started(self, program: tuple[Any, ...]) -> int:
        """Return the process that has had no answer yet."""
        if program not in self._numbers:
            self._numbers[program] = self._add(History(program, ()))
        return self._numbers[program]

    def answered(self, process: int, answer: Hashable) -> int:
        """Return the process after one more answer."""
        key = (process, answer)
        if key not in self._numbers:
            history = self.histories[process]
            self._numbers[key] = self._add(History(history.program, (*history.answers, answer)))
        return self._numbers[key]

    def has_begun(self, process: int) -> bool:
        """Whether it has had an answer, in the past that was cut off at least."""
        history = self.histories[process]
        return bool(history.answers) or history.resumed

    def _add(self, history: History) -> int:
        script = Script(history.answers)
        step: Call | End
        try:
            step = self._run(history.program, script)
        except Suspended:
            if script.cut_at is not None:
                return self.started((history.program[0], script.cut_at))
            assert script.next_call is not None
            step = script.next_call
        self.histories.append(history)
        self.steps.append(step)
        return len(self.steps) - 1
