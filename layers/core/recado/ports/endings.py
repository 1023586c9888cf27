"""What telling of certificates needs that are about to end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Ending:
    """A webhook whose client certificate ends, which was to be told `told_at` (ms since 1970)."""

    account_id: str
    webhook_id: str
    told_at: int


class Endings(Protocol):
    """When it is to be told of each client certificate that it ends."""

    def due(self, before_ms: int) -> Iterator[Ending]:
        """What was to be told before then, as far as the index knows."""
        ...

    def move(self, ending: Ending, told_at: int | None) -> bool:
        """Let it be told then, or never, if it still was to be told when `ending` says; whether it was."""
        ...
