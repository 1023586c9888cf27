"""What an expression gives for an event. The library is imported here alone, and only where there is an expression."""

import json

from recado.rules.event.event import Event
from recado.rules.shaping.allowance import Allowance
from recado.rules.shaping.trouble import ExpressionFailedError, InvalidExpressionError


def check(text: str) -> None:
    """Raise `InvalidExpressionError` where this is no expression that is accepted."""
    from recado.rules.shaping.expression import compiled  # noqa: PLC0415 - see above

    compiled(text)


def value_for(event: Event, text: str, allowance: Allowance) -> object:
    """The value of the expression for the event; raises `ExpressionFailedError`, and nothing else."""
    from recado.rules.shaping.expression import compiled  # noqa: PLC0415 - see above

    try:
        return compiled(text).value_of(json.loads(event.text), allowance)
    except InvalidExpressionError as error:
        # One that was accepted once, and is not any more.
        raise ExpressionFailedError(str(error)) from None
