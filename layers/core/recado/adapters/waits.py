"""Waits between the tries of an AWS call."""

from collections.abc import Iterator

_FIRST_SECONDS = 0.05
_LONGEST_SECONDS = 1.0  # a partition is allowed by the second: who waits longer may write no more


def waits() -> Iterator[float]:
    """Seconds, without end: exponential back-off with full jitter."""
    # Imported here, because callers are seldom refused anything, and start sooner without it.
    from tenacity import RetryCallState, Retrying, wait_random_exponential  # noqa: PLC0415

    wait = wait_random_exponential(multiplier=_FIRST_SECONDS, max=_LONGEST_SECONDS)
    state = RetryCallState(Retrying(), None, (), {})
    while True:
        yield wait(state)
        state.attempt_number += 1
