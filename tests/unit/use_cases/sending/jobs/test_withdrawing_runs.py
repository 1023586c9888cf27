"""Jobs that take back, beside all else that a run does: waits go on, off is off, and a job that is ended takes back."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import CancelReason, DeliveryStatus
from recado.rules.delivery.job import JobState, catch_up
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane
from recado.rules.webhook.webhook import Status
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, OTHER_NAME, event, events, failing, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver_as_owner, sizes, waiting
from tests.unit.use_cases.fakes.jobs import (
    OTHERS,
    WAITING,
    delivered_earlier,
    end,
    kept,
    logged,
    message_ids,
    set_aside,
    start,
    withdraw,
    world_with,
)
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World


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
