"""Deliveries as items of their table."""

from datetime import UTC, datetime, timedelta

import pytest

from recado.adapters.dynamodb.deliveries.delivery_items import delivery_from_item, delivery_to_item
from recado.adapters.dynamodb.tables import DeliveryItem
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery, DeliveryStatus, attempted
from tests.unit.builders import NOW, attempt, event, failed, pending

ARRIVED = datetime(2024, 9, 27, 12, 0, 0, 999_000, UTC)


@pytest.mark.parametrize("days", [7, 30, 400])
def test_a_delivery_is_kept_for_its_days_from_its_arrival(days: int) -> None:
    """DynamoDB removes it by a time in seconds: one in milliseconds would lie in the year 56,000."""
    one = pending(event(), created_at=round(ARRIVED.timestamp() * 1000))

    item = delivery_to_item(DeliveryItem, one, days)

    removed = datetime.fromtimestamp(int(item.expires_at), UTC)
    assert removed == ARRIVED.replace(microsecond=0) + timedelta(days=days)


def after(one: Attempt) -> Delivery:
    """The delivery of e1 after an attempt that may have carried others as well."""
    deliveries = [pending(event()), pending(event("e2"))][: len(one.keys)]
    return attempted(deliveries, one)[0][0]


@pytest.mark.parametrize(
    ("one", "partition"),
    [
        (pending(event()), "wh_1#backlog"),
        (after(attempt(event(), result=failed())), "wh_1#backlog"),
        (after(attempt(event())), "wh_1"),
        (after(attempt(event())).again(NOW, "somebody"), "wh_1#backlog"),
        (after(attempt(event(), event("e2"), result=failed())), "wh_1#backlog"),
        (Delivery("wh_1", event(), DeliveryStatus.SKIPPED, 1, finished_at=1), "wh_1"),
        (Delivery("wh_1", event(), DeliveryStatus.EXPIRED, 1, finished_at=2), "wh_1"),
    ],
)
def test_what_is_pending_waits_in_the_backlog_and_all_else_is_in_the_log(one: Delivery, partition: str) -> None:
    """An item holds all that a delivery is."""
    item = delivery_to_item(DeliveryItem, one, 30)

    assert item.partition == partition
    assert delivery_from_item(item) == one
