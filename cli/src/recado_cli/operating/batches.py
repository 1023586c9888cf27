"""As many at once as a call of AWS takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def in_batches(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    """The items in their order, `size` at a time."""
    return (items[begin : begin + size] for begin in range(0, len(items), size))
