"""What becomes of an event that does not fit the JSON Schema of its type (docs/adr/0038-schemas.md)."""

from dataclasses import replace
from enum import StrEnum
from typing import Protocol

from recado.rules.event.event import Event, InvalidEventError
from recado.rules.event.problem import Problem


class Validation(StrEnum):
    """What becomes of events that do not fit: nobody looks, they are delivered and told of, or they are refused."""

    OFF = "OFF"
    WARN = "WARN"
    ENFORCE = "ENFORCE"


class Judge(Protocol):
    """Says what of an event's data does not fit the schema of its type."""

    def problems(self, event_name: str, data: object) -> tuple[Problem, ...]:
        """What does not fit, at most `MOST_PROBLEMS`; nothing where all fits, or the type has no schema."""
        ...


class Judging:
    """Holds events against the schemas of their types."""

    def __init__(self, judge: Judge, *, refuses: bool) -> None:
        self._judge = judge
        self._refuses = refuses

    def __call__(self, event: Event, data: object) -> Event:
        """The event of this data, which says what does not fit; raises `InvalidEventError` where that is refused."""
        problems = self._judge.problems(event.name, data)
        if problems and self._refuses:
            first, *further = problems
            raise InvalidEventError(first.path, first.message, further)
        return replace(event, misfits=problems) if problems else event
