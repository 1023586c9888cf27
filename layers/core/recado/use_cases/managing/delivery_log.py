"""The delivery log: what became of each event of a webhook, and every POST that was made for it."""

from recado.ports.managing import (
    AttemptPage,
    AttemptQuery,
    AttemptReader,
    DeliveryPage,
    DeliveryQuery,
    DeliveryReader,
    WaitingSummary,
)
from recado.ports.sending import Clock
from recado.rules.delivery.delivery import Delivery, key_of


class NoSuchDeliveryError(Exception):
    """The webhook has no delivery of this id."""


class DeliveryLog:
    """Lists and reads deliveries and attempts of a webhook that has been found in the caller's account."""

    def __init__(self, reader: DeliveryReader, attempts: AttemptReader, clock: Clock) -> None:
        self._reader = reader
        self._attempts = attempts
        self._clock = clock

    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """One page of deliveries, newest first."""
        return self._reader.newest(query)

    def read(self, webhook_id: str, delivery_id: str) -> Delivery:
        """One delivery; raises `NoSuchDeliveryError`."""
        key = key_of(delivery_id)
        delivery = self._reader.get(webhook_id, key, self._clock()) if key else None
        if delivery is None:
            raise NoSuchDeliveryError
        return delivery

    def waiting_of(self, webhook_id: str) -> WaitingSummary:
        """What waits of a webhook, as far as one look tells."""
        return self._reader.waiting_of(webhook_id)

    def attempts(self, query: AttemptQuery) -> AttemptPage:
        """One page of a webhook's attempts, newest first."""
        return self._attempts.of_webhook(query)

    def attempts_of(self, webhook_id: str, delivery_id: str, before: str | None, limit: int) -> AttemptPage:
        """One page of the attempts that carried a delivery, newest first; raises `NoSuchDeliveryError`."""
        return self._attempts.of_delivery(self.read(webhook_id, delivery_id), before, limit)
