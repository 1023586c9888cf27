"""What counting deliveries needs: counts to add to, and to show."""

from collections.abc import Collection
from typing import Protocol

from recado.rules.delivery.counts import Counts, CountsKey


class CountsStore(Protocol):
    """Keeps counts."""

    def read(self, keys: Collection[CountsKey]) -> dict[CountsKey, Counts]:
        """Those of these counts that are there, read consistently."""
        ...

    def write(self, key: CountsKey, before: Counts, after: Counts) -> None:
        """Put counts in place of those that were read; raises `OurFaultError` where others have been put meanwhile."""
        ...


class CountsReader(Protocol):
    """Reads counts for people."""

    def by_hour(self, account_id: str, webhook_id: str, first_hour_ms: int, last_hour_ms: int) -> dict[int, Counts]:
        """The counts of a webhook's hours, both ends included, by the start of the hour; hours without are left out."""
        ...

    def of_all_hours(self, account_id: str, webhook_ids: Collection[str]) -> dict[str, Counts]:
        """The counts of all hours of these webhooks, by webhook id."""
        ...
