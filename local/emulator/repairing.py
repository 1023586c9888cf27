"""How a repair takes the place of one function of the emulator."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeAlias

from local.errors import LocalStackError

Function = Callable[..., Any]
# Arguments and results that a repair passes on as they come.
PassedOn: TypeAlias = Any


def replace(module: ModuleType | type, name: str, wrap: Callable[[Function], Function]) -> None:
    """Put what `wrap` makes of the function in its place; raises `LocalStackError` where there is none."""
    original = getattr(module, name, None)
    if not callable(original):
        raise LocalStackError(f"the emulator has no {module.__name__}.{name}; the pinned version is needed")
    setattr(module, name, wrap(original))
