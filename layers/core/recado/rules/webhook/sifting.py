"""Which of some events a webhook's filter lets through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from recado.rules.event.event import Event
from recado.rules.shaping.allowance import Allowance
from recado.rules.shaping.filtering import Judged, judged


@dataclass(frozen=True, slots=True)
class Filtered:
    """An event that a filter has left out, and the value that it gave: null, false, or something empty."""

    event_id: str
    value: object


@dataclass(frozen=True, slots=True)
class Sifted:
    """The events that pass, in order; those that are left out; and why the filter gave nothing, by the event's key."""

    passed: Sequence[Event]
    filtered: Sequence[Filtered] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def sift(expression: str | None, events: Sequence[Event]) -> Sifted:
    """Sift events by a webhook's filter, within one allowance for all of them."""
    if expression is None:
        return Sifted(events)
    allowance = Allowance()
    said: list[tuple[Event, Judged]] = [(event, judged(event, expression, allowance)) for event in events]
    return Sifted(
        [event for event, says in said if says.delivers],
        [Filtered(event.event_id, says.value) for event, says in said if not says.delivers],
        {event.key: says.error for event, says in said if says.error is not None},
    )
