"""Selections: which deliveries of a webhook somebody means who asks for many at once."""

from dataclasses import dataclass

from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.event.timestamps import LATEST_MS


@dataclass(frozen=True, slots=True)
class Selection:
    """Which deliveries are meant; times are milliseconds since 1970, and both ends of a range belong to it.

    `status` is how they stand, None where those are meant that wait; with `set_aside` those that are set aside alone.
    `from_ms` and `to_ms` are of the events' own times, `arrived_from` and `arrived_to` of their arrival for this
    webhook, `skipped_from` of when they were found to be skipped. Without `event_names` those of all names are meant.
    """

    status: DeliveryStatus | None = None
    set_aside: bool = False
    from_ms: int = 0
    to_ms: int = LATEST_MS
    arrived_from: int | None = None
    arrived_to: int | None = None
    skipped_from: int | None = None
    event_names: tuple[str, ...] = ()

    def takes(self, delivery: Delivery) -> bool:
        """Whether time, arrival and name are those that are meant; the status is for the caller to judge."""
        if self.event_names and delivery.event.name not in self.event_names:
            return False
        if not self.from_ms <= delivery.event.timestamp_ms <= self.to_ms:
            return False
        if self.arrived_from is not None and delivery.created_at < self.arrived_from:
            return False
        if self.arrived_to is not None and delivery.created_at > self.arrived_to:
            return False
        return self.skipped_from is None or (delivery.finished_at or 0) >= self.skipped_from
