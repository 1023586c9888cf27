"""Dispatch to QUEUED webhooks: their events join the backlog, and somebody owns that."""

from dataclasses import replace

import pytest

from recado.ports.sending import OurFaultError
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane
from recado.rules.webhook.webhook import Status, Webhook
from tests.unit.builders import NOW, event, failing, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import dispatch, redeliver, urls
from tests.unit.use_cases.fakes.sending_fakes import World

ORDERED = webhook(ordered=True)
JOINED = ["read webhooks", "look up", "record", "read webhooks"]


@pytest.mark.parametrize(
    "queued",
    [
        ORDERED,
        webhook(delivery=DeliverySettings(max_posts_per_minute=600)),
        webhook(delivery=DeliverySettings(timeout_seconds=6)),
        webhook(lane=Lane(slow_at=NOW - 60_000)),
    ],
    ids=["ordered", "paced", "slow by its timeout", "found slow"],
)
def test_a_queued_webhook_is_not_attempted(queued: Webhook) -> None:
    """Its event is put, then it is read again, then a new wake-up becomes its owner, due at once, and is sent."""
    world = World(queued)

    assert dispatch(world, event()) == []

    assert world.journal.calls == [*JOINED, "claim", "wake up"]
    assert world.deliveries.pending["wh_1", event().key] == pending(event())
    assert world.webhook() == replace(queued, lane=replace(queued.lane, owner="t1", next_at=NOW))
    assert world.wake_ups.sent == [("t1", 0)]


@pytest.mark.parametrize("queued", [webhook(lane=owned()), replace(ORDERED, lane=owned())])
def test_an_owner_needs_no_second_one(queued: Webhook) -> None:
    """It has not had its last look at the backlog."""
    world = World(queued)

    dispatch(world, event())

    assert world.journal.calls == JOINED
    assert world.webhook() == queued
    assert world.deliveries.statuses() == {"e1": "PENDING"}


def test_one_reading_serves_all_of_them() -> None:
    """After what waits has been put for all, beside what was delivered to the others."""
    hooks = urls("wh_1", "wh_2", "wh_3")
    world = World(*(replace(hooks[one], ordered=one != "wh_2") for one in hooks))

    dispatch(world, event())

    assert world.journal.calls == [
        *["read webhooks", "look up", "send", "record", "read webhooks"],
        *["claim", "wake up"] * 2,
    ]
    assert world.deliveries.statuses("wh_1") == world.deliveries.statuses("wh_3") == {"e1": "PENDING"}
    assert world.deliveries.statuses("wh_2") == {"e1": "DELIVERED"}


def test_a_webhook_that_was_given_up_meanwhile_gets_a_new_owner() -> None:
    """Its run may have read the backlog for the last time before the event was in it."""
    world = World(webhook(lane=owned()))
    given_up = Lane(next_at=NOW + LATE_LOOK_MS)
    world.journal.before("read webhooks", 2, lambda: world.webhooks.set(lane=given_up))

    dispatch(world, event())

    assert world.webhook().lane == owned(owner="t1")
    assert world.wake_ups.sent == [("t1", 0)]


@pytest.mark.parametrize("lane", [owned(owner="another")])
def test_whoever_is_refused_is_done(lane: Lane) -> None:
    """Somebody else was quicker: no wake-up is sent, and nothing is wrong."""
    world = World(ORDERED)
    world.journal.before("claim", 1, lambda: world.webhooks.set(lane=lane))

    dispatch(world, event())

    assert (world.webhook().lane, world.wake_ups.sent) == (lane, [])


@pytest.mark.parametrize("moment", ["read webhooks", "claim"])
@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED, None])
def test_a_webhook_that_is_off_or_gone_meanwhile_gets_no_owner(moment: str, status: Status | None) -> None:
    """Switching it on again wakes it; where that was read, nothing more is written."""
    world = World(ORDERED)

    def end() -> None:
        world.webhooks.kept.clear() if status is None else world.webhooks.set(status=status)

    world.journal.before(moment, 2 if moment == "read webhooks" else 1, end)

    dispatch(world, event())

    assert (world.wake_ups.sent, world.journal.of("claim")) == ([], [] if moment == "read webhooks" else ["claim"])
    assert world.deliveries.statuses() == {"e1": "PENDING"}


def test_a_wake_up_that_is_refused_leaves_an_owner_that_is_due() -> None:
    """The sweep finds it, and the repeated invocation has nothing to do."""
    world = World(ORDERED)
    world.journal.fail("wake up")

    with pytest.raises(OurFaultError):
        dispatch(world, event())
    dispatch(world, event())

    assert world.webhook().lane == owned(owner="t1")
    assert world.wake_ups.sent == []


@pytest.mark.parametrize(("lane", "woken"), [(Lane(), [("t1", 0)]), (owned(), [])])
def test_a_repeated_invocation_settles_what_the_first_one_left(lane: Lane, woken: list[object]) -> None:
    """It finds its delivery pending, sends nothing, and gives the webhook an owner unless it has one."""
    world = World(webhook(lane=lane))
    world.deliveries.add_pending(pending(event()))

    assert dispatch(world, event()) == []

    assert world.journal.calls == [*["read webhooks", "look up", "read webhooks"], *["claim", "wake up"] * len(woken)]
    assert world.wake_ups.sent == woken
    assert world.deliveries.statuses() == {"e1": "PENDING"}


def test_many_events_of_an_ordered_webhook_cost_one_wake_up() -> None:
    """Whoever comes while it has an owner sends none, and the owner sends all in the order of their time."""
    world = World(ORDERED)
    late, early = event("late", timestamp=NOW + 1), event("early")
    dispatch(world, late)
    dispatch(world, early)
    assert world.wake_ups.sent == [("t1", 0)]

    world.webhooks.set(lane=owned())
    redeliver(world)

    [request] = world.sender.requests
    assert request.body.index(b"early") < request.body.index(b"late")
    assert world.deliveries.statuses() == {"early": "DELIVERED", "late": "DELIVERED"}


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_queued_webhook_that_is_off_skips_its_events(status: Status) -> None:
    """As any other."""
    world = World(replace(ORDERED, status=status, health=failing()))

    dispatch(world, event())

    assert world.deliveries.statuses() == {"e1": "SKIPPED"}
    assert world.journal.calls == ["read webhooks", "look up", "record"]
