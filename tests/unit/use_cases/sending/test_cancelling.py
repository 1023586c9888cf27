"""Cancelling: what waits is withdrawn, and nothing that was withdrawn is sent."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from recado.use_cases.sending.requests import NotWaitingError
from tests.unit.builders import NOW, event, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver, redeliver_as_owner
from tests.unit.use_cases.fakes.jobs import delivered_earlier, logged
from tests.unit.use_cases.fakes.sending_fakes import World

WAITS = pending(event())
ENDED = delivered_earlier(event())


def waiting_world() -> World:
    """Build a world in which an event waits for its owner."""
    world = World(webhook(lane=owned()))
    world.deliveries.add_pending(WAITS)
    return world


def requested_world() -> World:
    """Build a world in which an event was delivered, and is to be sent again."""
    world = logged(World(webhook()), ENDED)
    world.requests().one(world.webhook(), ENDED, "an admin")
    return world


def test_what_waits_is_cancelled() -> None:
    """It has ended so, and is sent to nobody."""
    world = waiting_world()

    assert world.requests().cancel(WAITS) == replace(WAITS, status=DeliveryStatus.CANCELLED, finished_at=NOW)
    redeliver(world)

    assert world.deliveries.statuses() == {"e1": "CANCELLED"}
    assert world.sender.requests == []


def test_a_copy_is_withdrawn_and_the_log_keeps_how_the_delivery_ended() -> None:
    """It was delivered, and is not sent again."""
    world = requested_world()
    found = world.deliveries.get("wh_1", ENDED.event.key, NOW)
    assert found is not None

    cancelled = world.requests().cancel(found)
    redeliver_as_owner(world)

    assert (cancelled.status, cancelled.withdrawn_at) == (DeliveryStatus.DELIVERED, NOW)
    assert world.deliveries.statuses() == {"e1": "DELIVERED"}
    assert (world.sender.requests, world.deliveries.pending) == ([], {})


@pytest.mark.parametrize(
    "ended",
    [ENDED, WAITS.cancelled(NOW), pending(event(), created_at=NOW - RETENTION_MS)],
    ids=["delivered", "cancelled", "expired"],
)
def test_what_has_ended_is_not_withdrawn(ended: Delivery) -> None:
    """Nothing is written."""
    world = World(webhook())

    with pytest.raises(NotWaitingError):
        world.requests().cancel(ended)
    assert world.journal.calls == []


def test_what_is_delivered_at_this_moment_is_not_withdrawn() -> None:
    """The run was quicker."""
    world = waiting_world()
    world.journal.before("withdraw", 1, lambda: redeliver(world))

    with pytest.raises(NotWaitingError):
        world.requests().cancel(WAITS)
    assert world.deliveries.statuses() == {"e1": "DELIVERED"}


def test_what_was_asked_for_again_at_this_moment_is_withdrawn_as_that() -> None:
    """It was delivered, and then somebody wanted it once more: that is what waits now."""
    world = waiting_world()

    def meanwhile() -> None:
        redeliver(world)
        world.later(1_000)
        found = world.deliveries.get("wh_1", WAITS.event.key, world.now)
        assert found is not None
        world.requests().one(world.webhook(), found, "an admin")

    world.journal.before("withdraw", 1, meanwhile)

    cancelled = world.requests().cancel(WAITS)

    assert (cancelled.status, cancelled.withdrawn_at) == (DeliveryStatus.DELIVERED, NOW + 1_000)
    assert world.deliveries.pending == {}


def test_what_is_gone_is_not_withdrawn() -> None:
    """Its retention is over."""
    with pytest.raises(NotWaitingError):
        World(webhook()).requests().cancel(WAITS)


def test_what_is_on_its_way_is_delivered_if_it_succeeds() -> None:
    """Nobody can call a POST back."""
    world = waiting_world()
    world.journal.before("send", 1, lambda: world.requests().cancel(WAITS))

    redeliver(world)

    assert world.deliveries.statuses() == {"e1": "DELIVERED"}
