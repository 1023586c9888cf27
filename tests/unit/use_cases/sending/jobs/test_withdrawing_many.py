"""Jobs that take back: the webhook's owner carries them on before it sends anything, and while it is off."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import CancelReason, DeliveryStatus
from recado.rules.delivery.job import JobState
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, OTHER_NAME, event, events, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver_as_owner, sizes, waiting
from tests.unit.use_cases.fakes.jobs import (
    ALL_ASIDE,
    OTHERS,
    delivered_earlier,
    kept,
    logged,
    message_ids,
    set_aside,
    start,
    withdraw,
    world_with,
)
from tests.unit.use_cases.fakes.journal import FAULT, FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World


def crowded_world() -> World:
    """Build a world in which an original and a copy wait, in the backlog and aside each."""
    ended = [replace(delivered_earlier(event(one)), finished_at=NOW - 2) for one in ("copy", "aside-copy")]
    world = logged(World(webhook(lane=Lane(has_aside=True))), *ended)
    world.deliveries.add_pending(pending(event("waits", timestamp=NOW - 1)), ended[0].again(NOW - 1, "another"))
    set_aside(world, pending(event("aside", timestamp=NOW + 9)))
    set_aside(world, ended[1].again(NOW - 1, "another"))
    world.journal.calls.clear()
    return world


def test_all_that_waits_is_withdrawn_before_anything_is_sent() -> None:
    """In the backlog and aside, originals and copies, page by page; then the webhook is given up."""
    world = crowded_world()
    withdraw(world)

    redeliver_as_owner(world)

    assert world.sender.requests == []
    assert world.deliveries.statuses() == {
        "waits": "CANCELLED",
        "copy": "DELIVERED",
        "aside-copy": "DELIVERED",
        "aside": "CANCELLED",
    }
    assert {one.cancelled_because for one in world.deliveries.log.values()} == {CancelReason.WITHDRAWN}
    copies = [one for one in world.deliveries.log.values() if one.status is DeliveryStatus.DELIVERED]
    assert [(one.finished_at, one.withdrawn_at) for one in copies] == [(NOW - 2, NOW)] * 2
    assert (kept(world).state, kept(world).cancelled, kept(world).requeued) == (JobState.DONE, 4, 0)
    assert world.webhook().lane == Lane(next_at=NOW + LATE_LOOK_MS)


def test_what_is_set_aside_is_withdrawn_alone() -> None:
    """What else waits is sent."""
    world = crowded_world()
    withdraw(world, ALL_ASIDE)

    redeliver_as_owner(world)

    assert sorted(message_ids(world)) == ["copy", "waits"]
    assert (kept(world).cancelled, world.aside.kept) == (2, {})
    assert world.deliveries.statuses()["aside"] == "CANCELLED"


@pytest.mark.parametrize(
    ("selection", "left"),
    [
        (OTHERS, ["e0", "e1", "e2"]),
        (Selection(from_ms=NOW + 1), ["e0"]),
        (Selection(to_ms=NOW + 1), ["e2", "other"]),
        (Selection(arrived_to=NOW - 1), ["e0", "e1", "e2"]),
        (Selection(arrived_from=NOW), ["other"]),
    ],
    ids=["name", "from", "to", "arrived before", "arrived since"],
)
def test_what_is_selected_is_withdrawn_alone(selection: Selection, left: list[str]) -> None:
    """By the events' names, by their own times and by their arrival; all else is sent."""
    world = waiting(World(webhook()), 3)
    world.deliveries.add_pending(pending(event("other", name=OTHER_NAME, timestamp=NOW + 5), created_at=NOW - 9))
    withdraw(world, selection)

    redeliver_as_owner(world)

    statuses = world.deliveries.statuses()
    assert [one for one, status in statuses.items() if status == "DELIVERED"] == left
    assert kept(world).cancelled == 4 - len(left)


def test_what_arrives_or_is_asked_for_later_is_not_meant() -> None:
    """It is sent, as if nobody had cancelled."""
    world = logged(waiting(World(webhook()), 1), delivered_earlier(event("again", timestamp=NOW + 5)))
    withdraw(world)
    world.later(1)
    world.deliveries.add_pending(pending(event("late", timestamp=NOW + 1), created_at=NOW + 1))
    found = world.deliveries.get("wh_1", event("again", timestamp=NOW + 5).key, world.now)
    assert found is not None
    world.requests().one(world.webhook(), found, ADMIN)

    redeliver_as_owner(world)

    assert sorted(message_ids(world)) == ["again", "late"]
    assert (kept(world).cancelled, world.deliveries.statuses()["e0"]) == (1, "CANCELLED")


def test_a_long_backlog_is_looked_through_piece_by_piece() -> None:
    """The place is stored after each piece, before the first POST; time may end the job in between."""
    world = waiting(World(webhook()), 45)
    world.deliveries.add_pending(pending(event("last", name=OTHER_NAME, timestamp=NOW + 99)))
    world.deliveries.looks_at = 10
    withdraw(world, OTHERS)

    assert redeliver_as_owner(world, FixedDeadline(100.0, 100.0, 100.0, 1.0)).back_in_seconds == 0
    assert (kept(world).state, kept(world).position) == (JobState.RUNNING, events(20)[-1].key)
    redeliver_as_owner(world)

    assert world.journal.of("read waiting", "send") == [*["read waiting"] * 5, "send"]
    assert (sizes(world), kept(world).cancelled, kept(world).state) == ([45], 1, JobState.DONE)


@pytest.mark.parametrize("call", ["read waiting", "withdraw", "advance job"])
def test_a_fault_of_ours_is_tried_again(call: str) -> None:
    """Nothing is sent before what takes back is done."""
    world = waiting(World(webhook()), 3)
    withdraw(world)
    world.journal.fail(call)

    answer = redeliver_as_owner(world)

    assert (answer.back_in_seconds, answer.progress.faults, kept(world).state) == (30, [FAULT], JobState.RUNNING)
    world.later(30_000)
    redeliver_as_owner(world)
    assert (set(world.deliveries.statuses().values()), world.sender.requests) == ({"CANCELLED"}, [])
    assert kept(world).state is JobState.DONE


def test_what_is_delivered_or_cancelled_at_this_moment_does_not_count() -> None:
    """Somebody was quicker."""
    world = waiting(World(webhook()), 2)
    withdraw(world)
    [first] = events(1)
    world.journal.before("withdraw", 1, lambda: world.requests().cancel(world.webhook(), pending(first), ADMIN))

    redeliver_as_owner(world)

    assert (kept(world).cancelled, set(world.deliveries.statuses().values())) == (1, {"CANCELLED"})


def test_a_cancellation_goes_before_a_redelivery_that_runs() -> None:
    """Also where that is in the middle of its pages: its copies that wait are withdrawn like all others."""
    world = world_with(150, delivery=DeliverySettings(max_events=50))
    sends = start(world)
    world.later(1)
    world.journal.before("send", 1, lambda: withdraw(world))
    redeliver_as_owner(world)

    redeliver_as_owner(world)

    cancels = kept(world)
    assert (sizes(world), cancels.cancelled) == ([50, 50], 50)
    assert message_ids(world) == ["e0", "e100"]
    assert world.jobs.kept[sends.job_id].requeued == 150
