"""Requests about one delivery: one that waits, is set aside, or was delivered, and what is found of it."""

from recado.rules.delivery.delivery import Delivery
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, event, pending, webhook
from tests.unit.use_cases.fakes.jobs import delivered_earlier
from tests.unit.use_cases.fakes.sending_fakes import World

WAITS = pending(event())
ASIDE = WAITS.set_aside(NOW - 5, NOW + 300_000, 2)
DELIVERED = delivered_earlier(event())
COPIED = DELIVERED.requested_like(DELIVERED.again(NOW, ADMIN.name))


def ask(world: World, delivery: Delivery = DELIVERED) -> Delivery:
    """Ask for a delivery once more."""
    return world.requests().one(webhook(), delivery, ADMIN)


def found(world: World) -> Delivery:
    """Return the delivery as an admin sees it."""
    delivery = world.deliveries.get("wh_1", event().key, world.now)
    assert delivery is not None
    return delivery
