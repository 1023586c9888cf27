"""What the tables of deliveries are filled with, and what is published meanwhile."""

from recado.adapters.dynamodb.tables import DeliveryItem
from recado.rules.event.event import Event, parse_event
from tests.faults.throttling.driving import data
from tests.support.events import ACCOUNT, NOON_MS

NAME = "COURSE_ENROLLMENT"


def items(table: type[DeliveryItem], partition: str, count: int, size: int = 1_900) -> list[DeliveryItem]:
    """Return so many deliveries with events of this size, each another."""
    return [
        table(
            partition, f"{number:04}", status="DELIVERED", event=number.to_bytes(4, "big") * (size // 4), expires_at=1
        )
        for number in range(count)
    ]


def events(count: int, size: int) -> list[Event]:
    """Return so many events of this size."""
    content = data(size)
    return [
        parse_event(NAME, {"accountId": ACCOUNT, "eventId": f"e{n:04}", "timestamp": NOON_MS + n, "data": content})
        for n in range(count)
    ]
