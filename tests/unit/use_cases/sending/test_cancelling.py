"""Cancelling: what waits is withdrawn, and nothing that was withdrawn is sent."""

from dataclasses import replace

import pytest

from recado.ports.managing import VersionConflictError
from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import Activity, ActivityKind, Requester
from recado.rules.delivery.delivery import RETENTION_MS, CancelReason, Delivery, DeliveryStatus
from recado.rules.webhook.webhook import Status
from recado.use_cases.sending.requests import NotWaitingError
from tests.support.acts import ADMIN, once
from tests.unit.builders import NOW, event, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver, redeliver_as_owner
from tests.unit.use_cases.fakes.jobs import delivered_earlier, logged
from tests.unit.use_cases.fakes.sending_fakes import World

WAITS = pending(event())
ENDED = delivered_earlier(event())
WITHDRAWN = CancelReason.WITHDRAWN


def waiting_world() -> World:
    """Build a world in which an event waits for its owner."""
    world = World(webhook(lane=owned()))
    world.deliveries.add_pending(WAITS)
    return world


def requested_world() -> World:
    """Build a world in which an event was delivered, and is to be sent again."""
    world = logged(World(webhook()), ENDED)
    world.requests().one(world.webhook(), ENDED, ADMIN)
    return world


def cancel(world: World, delivery: Delivery = WAITS, requester: Requester = ADMIN) -> Delivery:
    """Withdraw a delivery."""
    return world.requests().cancel(webhook(), delivery, requester)


def found(world: World) -> Delivery:
    """Return the delivery as an admin sees it."""
    delivery = world.deliveries.get("wh_1", WAITS.event.key, world.now)
    assert delivery is not None
    return delivery


def test_what_waits_is_cancelled() -> None:
    """It has ended so, and is sent to nobody."""
    world = waiting_world()

    cancelled = cancel(world)
    assert cancelled == replace(
        WAITS, status=DeliveryStatus.CANCELLED, finished_at=NOW, cancelled_because=CancelReason.WITHDRAWN
    )
    redeliver(world)

    assert world.deliveries.statuses() == {"e1": "CANCELLED"}
    assert world.sender.requests == []


def test_who_cancelled_which_delivery_is_kept_with_that_and_told() -> None:
    """Once."""
    world = waiting_world()

    cancel(world)

    kept = Activity("act_1", "1010", "wh_1", ActivityKind.CANCELLED, NOW, ADMIN, delivery_id=WAITS.delivery_id)
    assert world.activities.kept == world.told == [kept]
    assert world.journal.calls == ["withdraw", "tell"]


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_what_waits_for_a_webhook_that_is_off_is_cancelled(status: Status) -> None:
    """So that it is not sent when it is switched on again."""
    world = waiting_world()
    world.webhooks.set(status=status)

    assert cancel(world).status is DeliveryStatus.CANCELLED


def test_what_is_set_aside_is_cancelled() -> None:
    """It is tried no more."""
    world = waiting_world()
    aside = WAITS.set_aside(NOW - 5, NOW, 2)
    assert world.aside.put(aside, waits=True)

    assert cancel(world, aside).status is DeliveryStatus.CANCELLED
    redeliver(world)

    assert (world.sender.requests, world.aside.kept) == ([], {})


def test_a_copy_is_withdrawn_and_the_log_keeps_how_the_delivery_ended() -> None:
    """It was delivered, and is not sent again."""
    world = requested_world()

    cancelled = cancel(world, found(world))
    redeliver_as_owner(world)

    assert (cancelled.status, cancelled.withdrawn_at) == (DeliveryStatus.DELIVERED, NOW)
    assert cancelled.cancelled_because is CancelReason.WITHDRAWN
    assert world.deliveries.statuses() == {"e1": "DELIVERED"}
    assert (world.sender.requests, world.deliveries.pending) == ([], {})


@pytest.mark.parametrize(
    "ended",
    [ENDED, WAITS.cancelled(NOW, WITHDRAWN), pending(event(), created_at=NOW - RETENTION_MS)],
    ids=["delivered", "cancelled", "expired"],
)
def test_what_has_ended_is_not_withdrawn(ended: Delivery) -> None:
    """Nothing is written."""
    world = World(webhook())

    with pytest.raises(NotWaitingError):
        cancel(world, ended)
    assert (world.journal.calls, world.activities.kept) == ([], [])


def test_what_is_delivered_at_this_moment_is_not_withdrawn() -> None:
    """The run was quicker; no act is kept, and nobody is told."""
    world = waiting_world()
    world.journal.before("withdraw", 1, lambda: redeliver(world))

    with pytest.raises(NotWaitingError):
        cancel(world)
    assert world.deliveries.statuses() == {"e1": "DELIVERED"}
    assert world.activities.kept == world.told == []


def test_what_was_asked_for_again_at_this_moment_is_withdrawn_as_that() -> None:
    """It was delivered, and then somebody wanted it once more: that is what waits now."""
    world = waiting_world()

    def meanwhile() -> None:
        redeliver(world)
        world.later(1_000)
        world.requests().one(world.webhook(), found(world), ADMIN)

    world.journal.before("withdraw", 1, meanwhile)

    cancelled = cancel(world)

    assert (cancelled.status, cancelled.withdrawn_at) == (DeliveryStatus.DELIVERED, NOW + 1_000)
    assert world.deliveries.pending == {}
    assert world.activities.kinds == [ActivityKind.REDELIVERED, ActivityKind.CANCELLED]


def test_what_is_moved_time_and_again_is_not_withdrawn_for_ever() -> None:
    """After five looks it is to be tried again."""
    world = waiting_world()
    aside = WAITS.set_aside(NOW - 5, NOW, 2)
    for number in (1, 3, 5):
        world.journal.before("withdraw", number, lambda: world.aside.put(aside, waits=True))
    for number in (2, 4):
        world.journal.before("withdraw", number, lambda: world.aside.back(aside))

    with pytest.raises(VersionConflictError):
        cancel(world)
    assert world.journal.of("withdraw") == ["withdraw"] * 5


def test_what_is_delivered_and_has_not_left_the_backlog_is_not_withdrawn() -> None:
    """Whoever delivered it has not deleted it yet, or died before: a repetition would be refused for ever."""
    world = logged(waiting_world(), ENDED)

    with pytest.raises(NotWaitingError):
        cancel(world)
    assert world.deliveries.log["wh_1", WAITS.event.key] == ENDED
    assert world.journal.of("withdraw") == ["withdraw"]


def test_what_is_gone_is_not_withdrawn() -> None:
    """Its retention is over."""
    with pytest.raises(NotWaitingError):
        cancel(World(webhook()))


def test_what_is_on_its_way_is_delivered_if_it_succeeds() -> None:
    """Nobody can call a POST back."""
    world = waiting_world()
    world.journal.before("send", 1, lambda: cancel(world))

    redeliver(world)

    assert world.deliveries.statuses() == {"e1": "DELIVERED"}


def test_a_request_that_comes_again_with_its_key_is_answered_alike() -> None:
    """It was cancelled by this very request, which is no error the second time."""
    world = waiting_world()

    first = cancel(world, requester=once())
    again = cancel(world, found(world), once())

    assert first == again == found(world)
    assert (world.journal.of("withdraw"), world.activities.kinds) == (["withdraw"], [ActivityKind.CANCELLED])
    with pytest.raises(NotWaitingError):
        cancel(world, found(world), once("another"))


def test_a_request_that_comes_twice_at_once_with_its_key_has_its_effect_once() -> None:
    """The other was quicker, between the look and the write."""
    world = waiting_world()
    world.journal.before("withdraw", 1, lambda: cancel(world, requester=once()))

    assert cancel(world, requester=once()) == found(world)
    assert (world.activities.kinds, len(world.told)) == ([ActivityKind.CANCELLED], 1)


def test_a_request_that_comes_again_does_not_withdraw_what_was_asked_for_since() -> None:
    """Somebody wanted it once more after it was cancelled."""
    world = waiting_world()
    cancel(world, requester=once())
    world.later(1)
    world.requests().one(world.webhook(), found(world), ADMIN)

    answer = cancel(world, found(world), once())

    assert answer.waits_again
    assert len(world.deliveries.pending) == 1


def test_a_withdrawal_that_cannot_be_written_is_our_fault() -> None:
    """It waits on, and nobody is told."""
    world = waiting_world()
    world.journal.fail("withdraw")

    with pytest.raises(OurFaultError):
        cancel(world)
    assert (world.deliveries.statuses(), world.told) == ({"e1": "PENDING"}, [])
