"""What the sweep looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Due:
    """A webhook that a sweep has to look at."""

    account_id: str
    webhook_id: str


class OverdueReader(Protocol):
    """Proposes what may have been forgotten; what it says may be out of date."""

    def due(self, before_ms: int) -> Iterator[Due]:
        """The webhooks that were due before then, as far as the index knows."""
        ...
