"""What people read, in memory: deliveries, attempts, how many were skipped; and the bus that they publish to."""

from collections.abc import Callable, Iterator, Sequence

from recado.ports.managing import (
    AttemptPage,
    AttemptQuery,
    DeliveryPage,
    DeliveryQuery,
    EventDeliveries,
    SelectedPage,
    WaitingSummary,
)
from recado.ports.sending import Waiting
from recado.rules.delivery.delivery import Delivery
from recado.rules.delivery.selection import Selection
from recado.rules.event.event import Event
from tests.unit.builders import NOW, event, pending


class FakeDeliveryReader:
    """Holds one page and one delivery; fills `DeliveryReader`."""

    def __init__(self, delivery: Delivery) -> None:
        self.asked: list[object] = []
        self._delivery = delivery

    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """Return the page."""
        self.asked.append(query)
        return DeliveryPage([self._delivery], None)

    def of_event(self, webhook_ids: Sequence[str], key: str, now_ms: int) -> EventDeliveries:
        """Never be asked what became of an event."""
        raise AssertionError(webhook_ids, key, now_ms)

    def get(self, webhook_id: str, key: str, now_ms: int) -> Delivery | None:
        """Return the delivery if it is meant."""
        assert now_ms == NOW
        self.asked.append((webhook_id, key))
        wanted = (self._delivery.webhook_id, self._delivery.event.key)
        return self._delivery if (webhook_id, key) == wanted else None

    def oldest(self, webhook_id: str, from_ms: int, to_ms: int, after: str | None, now_ms: int) -> Iterator[Delivery]:
        """Never be asked for a log."""
        raise AssertionError(webhook_id, from_ms, to_ms, after, now_ms)

    def ended(self, webhook_id: str, selection: Selection, after: str | None, now_ms: int) -> SelectedPage:
        """Never be asked for what has ended."""
        raise AssertionError(webhook_id, selection, after, now_ms)

    def waiting(
        self, webhook_id: str, selection: Selection, after: str | None, now_ms: int, requested_at: int | None = None
    ) -> SelectedPage:
        """Never be asked for what waits."""
        raise AssertionError(webhook_id, selection, after, now_ms, requested_at)

    def waiting_of(self, webhook_id: str) -> WaitingSummary:
        """Count the delivery."""
        self.asked.append(webhook_id)
        return WaitingSummary(Waiting(1), Waiting(0), self._delivery.event.timestamp_ms)

    def count_skipped(self, webhook_id: str, since_ms: int) -> Waiting:
        """Never be asked how much was skipped."""
        raise AssertionError(webhook_id, since_ms)


class FakeSkipped(FakeDeliveryReader):
    """Knows how many deliveries were skipped; fills `DeliveryReader` for an administration."""

    def __init__(self) -> None:
        super().__init__(pending(event()))
        self.count = Waiting(0)
        self.before_counting: Callable[[], object] = lambda: None

    def count_skipped(self, webhook_id: str, since_ms: int) -> Waiting:
        """Return how many there are."""
        self.asked.append((webhook_id, since_ms))
        self.before_counting()
        return self.count


class FakeBus:
    """Takes events, and answers as it was told; fills `EventBus`."""

    def __init__(self, *answers: str | None) -> None:
        self.events: list[Event] = []
        self._answers = answers

    def publish(self, events: Sequence[Event]) -> list[str | None]:
        """Take them."""
        self.events += events
        return list(self._answers) or [None] * len(events)


class FakeAttemptReader:
    """Has no attempts; fills `AttemptReader`."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def of_webhook(self, query: AttemptQuery) -> AttemptPage:
        """Return an empty page."""
        self.asked.append(query)
        return AttemptPage([], None)

    def of_delivery(self, delivery: Delivery, before: str | None, limit: int) -> AttemptPage:
        """Return an empty page."""
        self.asked.append((delivery, before, limit))
        return AttemptPage([], None)
