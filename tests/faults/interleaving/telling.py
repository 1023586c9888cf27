"""The way to a state, told."""

from typing import Any


def way(came: list[tuple[int, tuple[Any, ...]]], number: int) -> list[str]:
    """Return the steps to a state; `came` has the state before each, and what happened there."""
    steps: list[str] = []
    while number >= 0:
        number, what = came[number][0], came[number][1]
        steps.append(" ".join(_told(one) for one in what))
    return steps[::-1]


def _told(one: Any) -> str:
    """What was answered, without what is as usual."""
    if isinstance(one, tuple) and one and isinstance(one[0], tuple):
        return ", ".join(str(each).strip("()") for each in one if each[-1] not in (None, "HEALTHY", "ACTIVE", 1))
    return str(one)
