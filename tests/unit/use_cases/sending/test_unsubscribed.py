"""What a webhook does not want any more is withdrawn wherever it waits, and never sent."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, CancelReason, Delivery, DeliveryStatus
from recado.rules.sending.stuck import Stuck
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane
from recado.rules.webhook.webhook import Status
from tests.unit.builders import NAME, NOW, OTHER_NAME, event, events, failed, failing, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import URL, redeliver, sizes, waiting
from tests.unit.use_cases.fakes.jobs import logged, message_ids
from tests.unit.use_cases.fakes.journal import FAULT
from tests.unit.use_cases.fakes.sending_fakes import World

UNWANTED = pending(event("unwanted", name=OTHER_NAME, timestamp=NOW - 1), created_at=NOW - 9)
ENDED = replace(UNWANTED, status=DeliveryStatus.DELIVERED, finished_at=NOW - 8)
OFF_THE_LIST = UNWANTED.cancelled(NOW, CancelReason.UNSUBSCRIBED)


def world_of(count: int, *unwanted: Delivery, **changes: object) -> World:
    """Build a world whose webhook wants events of one name alone by now; so many of them wait, and these."""
    hook = replace(webhook(event_names=(NAME,), lane=owned()), **changes)  # type: ignore[arg-type]  # fields of a webhook
    world = waiting(World(hook), count)
    world.deliveries.add_pending(*unwanted)
    return world


def end_of(world: World) -> Delivery:
    """Return what the log has of it."""
    return world.deliveries.log["wh_1", UNWANTED.event.key]


@pytest.mark.parametrize("changes", [{}, {"ordered": True}], ids=["unordered", "ordered"])
def test_what_waits_in_the_backlog_is_cancelled_and_the_others_are_sent(changes: dict[str, object]) -> None:
    """It says why; nobody has done that, so it is no act."""
    world = world_of(2, UNWANTED, **changes)

    redeliver(world)

    assert (end_of(world), sizes(world)) == (OFF_THE_LIST, [2])
    assert world.deliveries.pending == {}
    assert world.activities.kept == world.told == []
    assert world.webhook().lane == Lane(next_at=NOW + LATE_LOOK_MS)


def test_what_waits_behind_is_cancelled_in_its_turn() -> None:
    """Before and behind what is sent alike; also where nothing else waits."""
    last = pending(event("last", name=OTHER_NAME, timestamp=NOW + 99))
    world = world_of(2, UNWANTED, last)
    redeliver(world)
    assert world.deliveries.statuses() == {
        "unwanted": "CANCELLED",
        "e0": "DELIVERED",
        "e1": "DELIVERED",
        "last": "CANCELLED",
    }

    world = world_of(0, UNWANTED)
    redeliver(world)
    assert (end_of(world), world.sender.requests) == (OFF_THE_LIST, [])


def test_a_copy_is_withdrawn_and_the_log_keeps_how_the_delivery_ended() -> None:
    """Somebody wanted it again, and unsubscribed."""
    world = logged(world_of(1, ENDED.again(NOW - 5, "an admin")), ENDED)

    redeliver(world)

    assert end_of(world) == replace(ENDED, withdrawn_at=NOW, cancelled_because=CancelReason.UNSUBSCRIBED)
    assert (world.deliveries.pending, sizes(world)) == ({}, [1])


def test_a_copy_whose_original_is_forgotten_is_cancelled() -> None:
    """It stands for itself."""
    world = world_of(0, ENDED.again(NOW - 5, "an admin"))

    redeliver(world)

    assert (end_of(world).status, end_of(world).cancelled_because) == (
        DeliveryStatus.CANCELLED,
        CancelReason.UNSUBSCRIBED,
    )
    assert world.deliveries.pending == {}


def test_what_has_ended_already_leaves_the_backlog_as_it_ended() -> None:
    """Whoever recorded its end died before it was deleted."""
    world = logged(world_of(1, UNWANTED), ENDED)

    redeliver(world)

    assert (end_of(world), world.deliveries.pending) == (ENDED, {})


def test_what_has_expired_has_expired() -> None:
    """Its seven days were over before."""
    old = replace(UNWANTED, created_at=NOW - RETENTION_MS)
    world = world_of(0, old)

    assert redeliver(world).progress.expired == 1
    assert end_of(world) == old.expired()


def test_more_than_a_hundred_are_cancelled_in_several_looks() -> None:
    """And then the others are sent."""
    many = [pending(event(f"u{number:03d}", name=OTHER_NAME, timestamp=NOW - 999 + number)) for number in range(250)]
    world = world_of(1, *many)

    redeliver(world)

    assert sorted(set(world.deliveries.statuses().values())) == ["CANCELLED", "DELIVERED"]
    assert (len(world.journal.of("withdraw")), sizes(world)) == (250, [1])


def test_what_is_set_aside_is_cancelled_when_its_turn_comes() -> None:
    """It is not tried, and the next one is."""
    world = world_of(0, UNWANTED, lane=owned(has_aside=True))
    assert world.aside.put(UNWANTED.set_aside(NOW - 5, NOW, 2), waits=True)
    wanted = pending(event("wanted", timestamp=NOW + 1))
    world.deliveries.add_pending(wanted)
    assert world.aside.put(wanted.set_aside(NOW - 5, NOW, 2), waits=True)

    redeliver(world)

    assert (end_of(world).status, end_of(world).cancelled_because) == (
        DeliveryStatus.CANCELLED,
        CancelReason.UNSUBSCRIBED,
    )
    assert (message_ids(world), world.aside.kept) == (["wanted"], {})


def test_a_copy_that_is_set_aside_is_withdrawn_when_its_turn_comes() -> None:
    """The log keeps how the delivery ended."""
    copy = ENDED.again(NOW - 5, "an admin")
    world = logged(world_of(0, copy, lane=owned(has_aside=True)), ENDED)
    assert world.aside.put(copy.set_aside(NOW - 5, NOW, 2), waits=True)

    redeliver(world)

    assert end_of(world) == replace(ENDED, withdrawn_at=NOW, cancelled_because=CancelReason.UNSUBSCRIBED)
    assert (world.sender.requests, world.aside.kept) == ([], {})


def test_a_head_that_fails_is_not_accompanied_by_what_is_not_wanted() -> None:
    """Nothing of it is tried in its place, though it lies behind: the head waits as if it were alone."""
    behind = pending(event("behind", name=OTHER_NAME, timestamp=NOW + 9))
    health = failing(stuck=Stuck(events(1)[0].key, tries=3, alone=1), alerted_at=NOW - 1)
    world = world_of(1, behind, health=health)
    world.sender.answers[URL] = [failed()]

    assert redeliver(world).back_in_seconds is not None

    assert (message_ids(world), world.aside.kept) == (["e0"], {})
    assert world.deliveries.statuses()["behind"] == "PENDING"


def test_a_head_that_is_not_wanted_any_more_holds_nobody_up() -> None:
    """It has failed time and again; now it goes, and what is behind it is sent."""
    health = failing(stuck=Stuck(UNWANTED.event.key, tries=9, alone=3), alerted_at=NOW - 1)
    world = world_of(2, UNWANTED, health=health)

    redeliver(world)

    assert (end_of(world), set(message_ids(world))) == (OFF_THE_LIST, {"e0", "e1"})


def test_while_the_webhook_is_off_what_waits_is_left_as_it_is() -> None:
    """Its names may change once more before it is switched on."""
    world = world_of(0, UNWANTED, status=Status.RETIRED)

    redeliver(world)

    assert (world.deliveries.statuses(), world.journal.of("withdraw")) == ({"unwanted": "PENDING"}, [])


def test_names_that_change_during_a_run_count_from_the_next_post_on() -> None:
    """The webhook is read before each."""
    world = waiting(World(webhook(lane=owned())), 100)
    world.deliveries.add_pending(replace(UNWANTED, event=event("unwanted", name=OTHER_NAME, timestamp=NOW + 999)))
    world.journal.before("send", 1, lambda: world.webhooks.set(event_names=(NAME,)))

    redeliver(world)

    assert (sizes(world), world.deliveries.statuses()["unwanted"]) == ([100], "CANCELLED")


def test_what_is_withdrawn_by_somebody_at_this_moment_is_withdrawn_once() -> None:
    """Its end is that of whoever was quicker."""
    world = world_of(1, UNWANTED)
    by_hand, withdraw = CancelReason.WITHDRAWN, world.deliveries.withdraw
    world.journal.before("withdraw", 1, lambda: withdraw(UNWANTED, NOW - 1, by_hand))

    redeliver(world)

    assert (end_of(world), world.deliveries.pending) == (UNWANTED.cancelled(NOW - 1, by_hand), {})


def test_what_cannot_be_withdrawn_is_our_fault() -> None:
    """Nothing is sent before it is; the wake-up comes back."""
    world = world_of(1, UNWANTED)
    world.journal.fail("withdraw")

    answer = redeliver(world)

    assert (answer.back_in_seconds, answer.progress.faults, world.sender.requests) == (30, [FAULT], [])
    world.later(30_000)
    redeliver(world)
    assert world.deliveries.statuses() == {"unwanted": "CANCELLED", "e0": "DELIVERED"}
