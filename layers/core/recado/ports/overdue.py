"""What the sweep looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Due:
    """A webhook that a sweep has to look at from `due_at` on (in milliseconds since 1970), and how it stands."""

    account_id: str
    webhook_id: str
    due_at: int
    owned: bool = False
    failing: bool = False
    slow: bool = False
    has_aside: bool = False


class OverdueReader(Protocol):
    """Proposes what may have been forgotten; what it says may be out of date."""

    def all(self) -> Iterator[Due]:
        """All webhooks that are due now or later, as far as the index knows, those of a partition by when."""
        ...
