"""What a webhook's filter, transform and format make of an event, without sending it."""

from dataclasses import dataclass

from recado.rules.event.event import Event
from recado.rules.shaping.allowance import Allowance
from recado.rules.shaping.filtering import judged
from recado.rules.shaping.formats import Shape
from recado.rules.shaping.trouble import ExpressionKind, ExpressionTrouble

LONGEST_BODY = 16 * 1024
"""So many characters of a body are shown."""


@dataclass(frozen=True, slots=True)
class Previewed:
    """An event as it would leave: whether it would, the filter's value, and the body of a POST of it alone.

    `trouble` is what an expression failed at; `truncated` tells that there is more of the body.
    """

    event: Event
    delivers: bool
    value: object
    trouble: ExpressionTrouble | None
    content_type: str
    body: str
    truncated: bool


def previewed(expression: str | None, shape: Shape, event: Event, allowance: Allowance) -> Previewed:
    """What this filter and shape make of the event."""
    says = judged(event, expression, allowance)
    written = shape.written(event, allowance)
    body = shape.body(event.account_text, [written.text])
    trouble = None
    if says.error is not None:
        trouble = ExpressionTrouble(ExpressionKind.FILTER, says.error)
    elif written.error is not None:
        trouble = ExpressionTrouble(ExpressionKind.TRANSFORM, written.error)
    truncated = len(body) > LONGEST_BODY
    return Previewed(event, says.delivers, says.value, trouble, shape.content_type, body[:LONGEST_BODY], truncated)
