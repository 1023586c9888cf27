"""Events that were dispatched although they do not fit the JSON Schemas of their types, for whoever tells of them."""

from dataclasses import dataclass, field

from recado.rules.event.event import Event
from recado.rules.event.problem import Problem

_MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class Misfit:
    """One such event, and what does not fit."""

    account_id: str
    event_id: str
    event_name: str
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Misfits:
    """How many there were, and the first of them: a drain may have ten thousand."""

    count: int = 0
    first: list[Misfit] = field(default_factory=list)

    def note(self, event: Event) -> None:
        """Count the event if it does not fit."""
        if not event.misfits:
            return
        self.count += 1
        if len(self.first) < _MOST_TOLD:
            self.first.append(Misfit(event.account_id, event.event_id, event.name, event.misfits))
