"""The delivery log: what became of each event of a webhook."""

from recado.ports import DeliveryPage, DeliveryQuery, DeliveryReader
from recado.rules.delivery.delivery import Delivery, key_of


class NoSuchDeliveryError(Exception):
    """The webhook has no delivery of this id."""


class DeliveryLog:
    """Lists and reads deliveries of a webhook that has been found in the caller's account."""

    def __init__(self, reader: DeliveryReader) -> None:
        self._reader = reader

    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """One page of deliveries, newest first."""
        return self._reader.newest(query)

    def read(self, webhook_id: str, delivery_id: str) -> Delivery:
        """One delivery; raises `NoSuchDeliveryError`."""
        key = key_of(delivery_id)
        delivery = self._reader.get(webhook_id, key) if key else None
        if delivery is None:
            raise NoSuchDeliveryError
        return delivery
