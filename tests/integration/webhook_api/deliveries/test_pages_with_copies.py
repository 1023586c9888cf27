"""Pages of the delivery log in which deliveries were asked for again, and their copies wait beside them."""

import random
from typing import Any

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from tests.support.api.client import ApiClient
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS

READER = "recado.adapters.dynamodb.deliveries.delivery_reader"
UNITS_READ = "recado.adapters.dynamodb.read_allowance.MOST_UNITS_READ"


def random_deliveries(webhook_id: str, now: int, chance: random.Random) -> tuple[list[Delivery], list[Delivery]]:
    """Make up deliveries, and copies of some of them; their ids lie around that of a copy in the order of texts."""
    keys = {
        (NOON_MS + chance.randrange(4), "".join(chance.choices("-0:Aaz", k=chance.randint(1, 2)))) for _ in range(30)
    }
    deliveries = [
        delivery(
            webhook_id,
            event_id,
            timestamp=timestamp,
            status=chance.choice(list(DeliveryStatus)),
            created_at=now - chance.choice([0, RETENTION_MS]),
            finished_at=NOON_MS,
        )
        for timestamp, event_id in sorted(keys)
    ]
    again = [one for one in deliveries if one.status is not DeliveryStatus.PENDING and chance.random() < 0.5]
    return deliveries, [one.again(now, "an admin") for one in again]


@pytest.mark.parametrize("seed", range(6))
def test_each_delivery_is_listed_once_with_its_own_status(
    api: ApiClient, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a page ends, also because enough has been read, and says whether its copy waits."""
    chance = random.Random(seed)
    webhook = api.create()
    now = int(api.system.clock.milliseconds())
    deliveries, copies = random_deliveries(webhook["webhookId"], now, chance)
    record(api.system, *deliveries, *copies)
    # moto says of each query that it costs a unit.
    monkeypatch.setattr(UNITS_READ, chance.choice([1, 2, 5, 250]))
    monkeypatch.setattr(f"{READER}._PAGE_SIZE_WITH_FILTER", chance.choice([2, 3, 200]))
    waiting = {copy.delivery_id for copy in copies}

    for status in (None, *DeliveryStatus):
        expected = [
            (one.delivery_id, one.status_at(now + 1_000_000).value)
            for one in sorted(deliveries, key=lambda each: each.event.key, reverse=True)
            if status in (None, one.status_at(now + 1_000_000))
        ]
        found: list[Any] = []
        query = {"limit": chance.choice(["1", "3", "100"]), **({} if status is None else {"status": status.value})}
        while True:
            page = api.get(api.path(webhook, "/deliveries"), query).json
            found += page["deliveries"]
            if "nextCursor" not in page:
                break
            query["cursor"] = page["nextCursor"]
        assert [(one["deliveryId"], one["status"]) for one in found] == expected
        if status in (None, DeliveryStatus.EXPIRED):
            told = {one["deliveryId"] for one in found if one.get("redelivery", {}).get("waiting")}
            assert told == waiting & {delivery_id for delivery_id, _ in expected}
