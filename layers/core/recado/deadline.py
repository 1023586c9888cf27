"""The end of an invocation."""

from typing import Protocol

from recado.ports.sending import Clock, Deadline

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


class Until:
    """The end of something that may take so many seconds from now on, and no longer than the whole; fills `Deadline`.

    Several waits share it, where each has `Within` for itself.
    """

    def __init__(self, whole: Deadline, seconds: float, clock: Clock) -> None:
        self._whole = whole
        self._clock = clock
        self._ends_at = clock() + min(seconds, whole.remaining_seconds()) * 1000

    def remaining_seconds(self) -> float:
        """Seconds left."""
        return min((self._ends_at - self._clock()) / 1000, self._whole.remaining_seconds())
