"""What is set aside, in memory."""

from recado.ports.sending import Waiting
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from tests.unit.use_cases.fakes.delivery_fakes import COPY, FakeDeliveries, place_of
from tests.unit.use_cases.fakes.journal import Journal


class FakeAside:
    """Deliveries that are set aside; fills `AsideStore`."""

    def __init__(self, journal: Journal, deliveries: FakeDeliveries) -> None:
        self._journal = journal
        self._deliveries = deliveries
        self.kept = deliveries.aside

    def put(self, delivery: Delivery, *, waits: bool) -> bool:
        """Move from the backlog, or from nowhere, and note an original in the log."""
        self._journal.note("set aside")
        place, logged = place_of(delivery), (delivery.webhook_id, delivery.event.key)
        if waits and place not in self._deliveries.pending:
            return False
        if not delivery.is_copy:
            known = self._deliveries.log.get(logged)
            if known is not None and not (waits and known.status is DeliveryStatus.PENDING):
                return False
            self._deliveries.log[logged] = delivery
        self._deliveries.pending.pop(place, None)
        self.kept[place] = delivery
        return True

    def keep(self, delivery: Delivery) -> bool:
        """Store it anew, if it is there."""
        self._journal.note("keep aside")
        if place_of(delivery) not in self.kept:
            return False
        self.kept[place_of(delivery)] = delivery
        return True

    def end(self, delivery: Delivery) -> bool:
        """Move into the log, if it is there."""
        self._journal.note("end aside")
        place = (delivery.webhook_id, delivery.event.key + (COPY if delivery.requested_at is not None else ""))
        if place not in self.kept:
            return False
        del self.kept[place]
        if delivery.requested_at is None or delivery.status is DeliveryStatus.DELIVERED:
            self._deliveries.log[delivery.webhook_id, delivery.event.key] = delivery
        return True

    def back(self, delivery: Delivery) -> bool:
        """Move into the backlog, if it is there."""
        self._journal.note("move back")
        place = place_of(delivery)
        if place not in self.kept:
            return False
        del self.kept[place]
        self._deliveries.pending[place] = delivery.moved_back()
        if not delivery.is_copy:
            del self._deliveries.log[place]
        return True

    def renew(self, copy: Delivery) -> None:
        """Put the copy into the backlog, and nowhere else."""
        self._journal.note("renew")
        self.kept.pop(place_of(copy), None)
        self._deliveries.pending[place_of(copy)] = copy

    def next(self, webhook_id: str, after: str | None) -> Delivery | None:
        """Return the one behind, or the first."""
        self._journal.note("read aside")
        keys = sorted(key for webhook, key in self.kept if webhook == webhook_id)
        behind = [key for key in keys if after is not None and key > after + COPY]
        return self.kept[webhook_id, (behind or keys)[0]] if keys else None

    def size(self, webhook_id: str) -> Waiting:
        """Count them."""
        return Waiting(sum(webhook == webhook_id for webhook, _ in self.kept))
