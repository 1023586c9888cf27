"""Jobs that take back: the webhook's owner carries them on before it sends anything, and while it is off."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.delivery.job import JobState, catch_up
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane
from recado.rules.webhook.webhook import Status
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, OTHER_NAME, event, events, failing, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver_as_owner, sizes, waiting
from tests.unit.use_cases.fakes.jobs import (
    ALL_ASIDE,
    delivered_earlier,
    end,
    kept,
    logged,
    message_ids,
    start,
    withdraw,
    world_with,
)
from tests.unit.use_cases.fakes.journal import FAULT, FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

WAITING = owned(NOW + 300_000)
OTHERS = Selection(event_names=(OTHER_NAME,))


def set_aside(world: World, delivery: Delivery) -> None:
    """Set a delivery aside, as it was a while ago."""
    world.deliveries.add_pending(delivery)
    assert world.aside.put(delivery.set_aside(NOW - 5, NOW + 290_000, 2), waits=True)


def crowded_world() -> World:
    """Build a world in which an original and a copy wait, in the backlog and aside each."""
    ended = [
        delivered_earlier(event(name, timestamp=NOW + number)) for number, name in enumerate(("copy", "aside copy"))
    ]
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
    assert [(one.finished_at, one.withdrawn_at) for one in copies] == [(NOW - 1, NOW)] * 2
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


# Waits that go on


def test_a_cancellation_shortens_no_wait() -> None:
    """Its owner withdraws, sends nothing, and comes back when the receiver is to be tried again."""
    world = waiting(World(webhook(health=failing(), lane=WAITING)), 2)
    world.deliveries.add_pending(pending(event("other", name=OTHER_NAME, timestamp=NOW + 5)))
    withdraw(world, OTHERS)

    assert redeliver_as_owner(world).back_in_seconds == 300

    assert world.deliveries.statuses() == {"e0": "PENDING", "e1": "PENDING", "other": "CANCELLED"}
    assert (world.sender.requests, world.webhook().lane) == ([], replace(WAITING, owner=world.webhook().lane.owner))
    world.later(300_000)
    redeliver_as_owner(world)
    assert sizes(world) == [2]


def test_a_second_cancellation_shortens_no_wait_either() -> None:
    """The first one's owner had not come yet."""
    world = waiting(World(webhook(health=failing(), lane=WAITING)), 1)
    withdraw(world, OTHERS)
    world.later(1)
    withdraw(world, OTHERS)

    assert redeliver_as_owner(world).back_in_seconds == 300
    assert (world.sender.requests, world.webhook().lane.next_at) == ([], NOW + 300_000)


def test_what_is_set_aside_waits_on_as_well() -> None:
    """It is not tried sooner."""
    world = World(webhook(lane=replace(WAITING, has_aside=True)))
    set_aside(world, pending(event()))
    withdraw(world, OTHERS)

    redeliver_as_owner(world)

    assert (world.sender.requests, len(world.aside.kept)) == ([], 1)


def test_where_all_that_waited_is_withdrawn_there_is_nothing_to_wait_for() -> None:
    """The webhook is given up at once."""
    world = waiting(World(webhook(health=failing(), lane=WAITING)), 2)
    withdraw(world)

    assert redeliver_as_owner(world).back_in_seconds is None
    assert world.webhook().lane == Lane(next_at=NOW + LATE_LOOK_MS)


def test_whoever_sends_now_ends_the_wait_that_a_cancellation_has_kept() -> None:
    """Also before the cancellation is carried on: that still goes first."""
    world = waiting(World(webhook(health=failing(), lane=WAITING)), 2)
    withdraw(world, Selection(to_ms=NOW))
    world.requests().send_now(world.webhook(), ADMIN)

    redeliver_as_owner(world)

    assert world.deliveries.statuses() == {"e0": "CANCELLED", "e1": "DELIVERED"}


@pytest.mark.parametrize("fault", [True, False], ids=["a fault of ours", "time is up"])
def test_a_cancellation_that_takes_several_runs_shortens_no_wait(fault: bool) -> None:
    """The last of them comes back when the receiver is to be tried again."""
    world = waiting(World(webhook(health=failing(), lane=WAITING)), 25)
    world.deliveries.looks_at = 10
    withdraw(world, OTHERS)
    if fault:
        world.journal.fail("read waiting", 2)
    back_in = redeliver_as_owner(world, FixedDeadline(*[100.0] * (9 if fault else 2), 1.0)).back_in_seconds
    assert back_in == (30 if fault else 0)
    world.later(30_000)

    assert redeliver_as_owner(world).back_in_seconds == 270

    assert (kept(world).state, world.sender.requests) == (JobState.DONE, [])
    assert world.webhook().lane == replace(WAITING, owner=world.webhook().lane.owner)


# While the webhook is off


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_while_the_webhook_is_off_its_owner_withdraws_and_leaves(status: Status) -> None:
    """Nothing is sent or expired, jobs that send wait, and no sweep has to look."""
    world = waiting(world_with(0), 3)
    sends = start(world)
    world.later(1)
    withdraw(world, Selection(from_ms=NOW + 1))
    world.webhooks.set(status=status)

    assert redeliver_as_owner(world).back_in_seconds is None

    assert world.deliveries.statuses() == {"e0": "PENDING", "e1": "CANCELLED", "e2": "CANCELLED"}
    assert world.sender.requests == []
    assert world.webhook().lane == Lane(jobs=frozenset({sends.job_id}))
    assert world.sweep()().woken == 0


def test_a_job_that_time_ends_is_carried_on_while_the_webhook_is_off() -> None:
    """The wake-up comes back."""
    world = waiting(World(webhook(status=Status.RETIRED)), 30)
    world.deliveries.looks_at = 10
    withdraw(world)

    assert redeliver_as_owner(world, FixedDeadline(100.0, 100.0, 1.0)).back_in_seconds == 0
    redeliver_as_owner(world)

    assert (kept(world).state, kept(world).cancelled) == (JobState.DONE, 30)
    assert world.webhook().lane == Lane()


def test_a_webhook_that_is_off_and_has_no_job_that_cancels_is_left_alone() -> None:
    """Its wake-up leaves, whatever jobs that send wait for it to be switched on."""
    world = waiting(world_with(0), 1)
    sends = start(world)
    world.webhooks.set(status=Status.RETIRED)

    assert redeliver_as_owner(world).back_in_seconds is None
    assert (world.webhook().lane, world.sender.requests) == (Lane(jobs=frozenset({sends.job_id})), [])


# Ending


def test_a_job_that_is_ended_takes_back_what_it_has_put() -> None:
    """What was POSTed by then stays delivered; the log keeps how the others had ended; and no further page comes."""
    world = world_with(250, delivery=DeliverySettings(max_events=50))
    start(world)
    world.later(1)
    world.journal.before("send", 2, lambda: end(world))
    redeliver_as_owner(world)
    assert (sizes(world), len(world.deliveries.pending)) == ([50, 50], 0)

    world = world_with(250, delivery=DeliverySettings(max_events=50))
    start(world)
    world.later(1)
    world.journal.before("send", 1, lambda: end(world))
    redeliver_as_owner(world)
    redeliver_as_owner(world)

    assert (sizes(world), world.deliveries.pending) == ([50], {})
    assert (kept(world).state, kept(world).requeued, kept(world).cancelled) == (JobState.ENDED, 100, 50)
    taken_back = [one for one in world.deliveries.log.values() if one.withdrawn_at is not None]
    assert {one.status for one in taken_back} == {DeliveryStatus.DELIVERED}
    assert {one.cancelled_because for one in taken_back} == {CancelReason.WITHDRAWN}
    assert (len(taken_back), world.webhook().lane.jobs) == (50, frozenset())


def test_a_job_that_is_ended_leaves_alone_what_others_have_asked_for() -> None:
    """And what waits beside."""
    world = waiting(logged(World(webhook()), delivered_earlier(event("another", timestamp=NOW - 9))), 1)
    logged(world, delivered_earlier(event("own", timestamp=NOW - 1)))
    start(world, Selection(DeliveryStatus.DELIVERED, from_ms=NOW - 1))
    world.journal.fail("advance job")
    redeliver_as_owner(world)
    world.later(30_000)
    found = world.deliveries.get("wh_1", event("another", timestamp=NOW - 9).key, world.now)
    assert found is not None
    world.requests().one(world.webhook(), found, ADMIN)
    end(world)

    redeliver_as_owner(world)

    assert message_ids(world) == ["another", "e0"]
    assert (kept(world).state, kept(world).cancelled) == (JobState.ENDED, 1)


def test_a_copy_that_was_set_aside_is_taken_back_with_the_others() -> None:
    """Its receiver had not taken it."""
    world = world_with(1)
    start(world)
    world.journal.fail("advance job")
    redeliver_as_owner(world)
    [copy] = world.deliveries.pending.values()
    assert world.aside.put(copy.set_aside(NOW, NOW, 1), waits=True)
    world.later(30_000)
    end(world)

    redeliver_as_owner(world)

    assert (world.aside.kept, world.sender.requests, kept(world).cancelled) == ({}, [], 1)


def test_a_cancellation_that_is_ended_withdraws_no_more() -> None:
    """What it has withdrawn stays so, and the rest is sent."""
    world = waiting(World(webhook()), 30)
    world.deliveries.looks_at = 10
    withdraw(world)
    redeliver_as_owner(world, FixedDeadline(100.0, 100.0, 1.0))
    world.later(1)
    end(world)

    redeliver_as_owner(world)

    assert (sizes(world), kept(world).state, kept(world).cancelled) == ([20], JobState.ENDED, 10)


def test_a_catch_up_that_is_ended_holds_nobody_up() -> None:
    """What lies behind its page is sent."""
    world = logged(World(webhook()), *(delivered_earlier(one, DeliveryStatus.SKIPPED) for one in events(2)))
    world.webhooks.set(lane=owned())
    world.jobs.add(catch_up(webhook(off_since=NOW - 9), "job_1", "an admin", NOW))
    world.journal.fail("advance job")
    redeliver_as_owner(world)
    world.deliveries.add_pending(pending(event("late", timestamp=NOW + 9)))
    world.later(30_000)
    end(world)

    redeliver_as_owner(world)

    assert (message_ids(world), kept(world).state) == (["late"], JobState.ENDED)
