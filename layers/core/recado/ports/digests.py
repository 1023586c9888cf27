"""What the digests need: when each is due, and what they tell of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from recado.rules.delivery.counts import Counts
from recado.rules.delivery.digest import Ends


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A webhook whose digest was to be made at `due_at` (ms since 1970)."""

    account_id: str
    webhook_id: str
    due_at: int


class Digests(Protocol):
    """When each webhook's next digest is due."""

    def due(self, before_ms: int, most: int) -> Iterator[DueDigest]:
        """Those that were due before then, the longest first, as far as the index knows; so many at most."""
        ...

    def move(self, digest: DueDigest, due_at: int | None) -> bool:
        """Let it be due then, or never, if it still is due when `digest` says; whether it was."""
        ...


class HourCounts(Protocol):
    """Reads counts of deliveries."""

    def by_hour(self, account_id: str, webhook_id: str, first_hour_ms: int, last_hour_ms: int) -> dict[int, Counts]:
        """The counts of a webhook's hours, both ends included, by the start of the hour; hours without are left out."""
        ...


class EndsReader(Protocol):
    """Reads which events a webhook has got."""

    def ends(self, webhook_id: str, from_ms: int, to_ms: int) -> Ends:
        """The first and the last event of a time, its end not included, wherever they stand; no digest is one."""
        ...
