"""Whether a webhook gets an event: its filter, with JMESPath's own idea of true."""

from dataclasses import dataclass

from recado.rules.event.event import Event
from recado.rules.shaping.allowance import Allowance
from recado.rules.shaping.evaluation import value_for
from recado.rules.shaping.trouble import ExpressionFailedError


@dataclass(frozen=True, slots=True)
class Judged:
    """What a filter says of an event: `value` is what the expression gives, `error` why it gave nothing."""

    delivers: bool
    value: object = None
    error: str | None = None


EVERYTHING = Judged(delivers=True)
"""What no filter says."""


def judged(event: Event, expression: str | None, allowance: Allowance | None = None) -> Judged:
    """What the filter says of the event; whatever goes wrong, the event is delivered."""
    if expression is None:
        return EVERYTHING
    try:
        value = value_for(event, expression, allowance or Allowance())
    except ExpressionFailedError as error:
        return Judged(delivers=True, error=str(error))
    return Judged(delivers=is_true(value), value=value)


def is_true(value: object) -> bool:
    """JMESPath's idea of true: null, false and what is empty are not; 0 is (https://jmespath.org/specification.html)."""
    return not (value is None or value is False or (isinstance(value, str | list | dict) and not value))
