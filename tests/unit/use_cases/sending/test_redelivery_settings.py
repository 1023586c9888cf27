"""Redelivery keeps to what a POST to its webhook may be."""

import pytest

from recado.rules.delivery.delivery import Delivery
from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.unit.builders import events, failing, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver
from tests.unit.use_cases.fakes.sending_fakes import World


def test_no_more_is_read_than_a_post_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backlog of a webhook that takes few events at a time costs no more than that of another."""
    world = World(webhook(health=failing(), delivery=DeliverySettings(max_events=10)))
    world.deliveries.add_pending(*(pending(one) for one in events(25)))
    read, asked = world.deliveries.backlog, set()

    def noting(webhook_id: str, limit: int) -> list[Delivery]:
        asked.add(limit)
        return read(webhook_id, limit)

    monkeypatch.setattr(world.deliveries, "backlog", noting)
    redeliver(world)

    assert asked == {10}
    assert len(world.sender.requests) == 3
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}
