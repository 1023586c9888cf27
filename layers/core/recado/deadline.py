"""The end of an invocation."""

from typing import Protocol

from recado.ports import Deadline

_MARGIN_SECONDS = 5.0  # for what comes after the last attempt: records, health, wake-ups


class LambdaContext(Protocol):
    """The part of Lambda's context that tells the time left."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""
        ...


class InvocationDeadline:
    """When an invocation should have ended its sending; fills the port `Deadline`."""

    def __init__(self, context: LambdaContext) -> None:
        self._context = context

    def remaining_seconds(self) -> float:
        """Seconds left, less a margin for recording what was sent."""
        return self._context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS


class Within:
    """A deadline of its own, of so many seconds, within that of the invocation; fills the port `Deadline`."""

    def __init__(self, whole: Deadline, seconds: float) -> None:
        self._whole = whole
        self._seconds = seconds

    def remaining_seconds(self) -> float:
        """Seconds left, never more than its own."""
        return min(self._seconds, self._whole.remaining_seconds())
