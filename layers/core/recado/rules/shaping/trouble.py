"""What went wrong in an expression of a webhook: the event was delivered all the same, and its delivery says so."""

from dataclasses import dataclass
from enum import StrEnum


class InvalidExpressionError(ValueError):
    """No expression that is accepted; the message completes "filter …"."""


class ExpressionFailedError(Exception):
    """An expression has no value for an event; the message says why."""


class ExpressionKind(StrEnum):
    """Which expression of a webhook."""

    FILTER = "filter"
    TRANSFORM = "transform"


@dataclass(frozen=True, slots=True)
class ExpressionTrouble:
    """Which expression gave nothing, and why."""

    expression: ExpressionKind
    reason: str
