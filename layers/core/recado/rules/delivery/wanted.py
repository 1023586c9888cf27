"""Which deliveries of a list somebody wants to see."""

from dataclasses import dataclass

from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.sending.attempt import FailureClass


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of a list of deliveries, all of which a delivery must pass; None lets everything through.

    `failed` is whether it has, as far as the delivery tells (`has_failed`). `failure_class` and `status_code` are of
    the attempt that the delivery shows. `arrived_from` and `arrived_to`, in milliseconds since 1970, are of the event's
    first arrival for its webhook, both ends included.
    """

    status: DeliveryStatus | None = None
    failed: bool | None = None
    failure_class: FailureClass | None = None
    status_code: int | None = None
    event_name: str | None = None
    event_id: str | None = None
    arrived_from: int | None = None
    arrived_to: int | None = None

    def takes(self, delivery: Delivery, now_ms: int) -> bool:
        """Whether the delivery, as it stands at that time, is to be shown."""
        # In the backlog alone nobody can tell how a copy's original ended, but that it did.
        if self.status is DeliveryStatus.PENDING and delivery.is_copy:
            return False
        if self.arrived_from is not None and delivery.created_at < self.arrived_from:
            return False
        if self.arrived_to is not None and delivery.created_at > self.arrived_to:
            return False
        asked_for = (
            (self.status, delivery.status_at(now_ms)),
            (self.failed, has_failed(delivery, now_ms)),
            (self.failure_class, None if delivery.error is None else delivery.error.failure_class),
            (self.status_code, delivery.status_code),
            (self.event_name, delivery.event.name),
            (self.event_id, delivery.event.event_id),
        )
        return all(asked is None or asked == has for asked, has in asked_for)


EVERYTHING = Wanted()
"""Nothing is filtered."""


def has_failed(delivery: Delivery, now_ms: int) -> bool:
    """Whether a delivery has expired, or a POST with it has failed and none has succeeded, as far as it tells.

    One that joined the backlog of a webhook that fails has not been tried, or nobody has written so: it only waits.
    """
    status = delivery.status_at(now_ms)
    if status is DeliveryStatus.DELIVERED:
        return False
    return status is DeliveryStatus.EXPIRED or delivery.error is not None or delivery.refused_with > 0
