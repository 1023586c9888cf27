"""Waiting for what happens elsewhere."""

import time
from collections.abc import Callable
from typing import Any

ARRIVES = 20.0


def until(satisfied: Callable[[], Any], what: str) -> Any:
    """Wait until the answer is true, and return it."""
    ends_at = time.monotonic() + ARRIVES
    while time.monotonic() < ends_at:
        answer = satisfied()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {ARRIVES} s")
