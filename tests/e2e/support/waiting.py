"""Waiting for what happens elsewhere."""

import time
from collections.abc import Callable
from typing import Any

# Patience with a busy machine: what arrives sooner is not waited for any longer.
ARRIVES = 60.0


def until(satisfied: Callable[[], Any], what: str, seconds: float = ARRIVES) -> Any:
    """Wait until the answer is true, and return it."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        answer = satisfied()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")
