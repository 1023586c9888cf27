"""Sweep: what is due and nobody comes for is woken, and what needs nobody leaves the index."""

from dataclasses import replace

import pytest

from recado.ports.sending import OurFaultError
from recado.rules.delivery.job import JobKind
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.queued.sweep import MOST_VISIBLE, OVERDUE_MS, SweepReport
from tests.unit.builders import NOW, event, failing, job, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import dispatch, redeliver, redeliver_as_owner, urls
from tests.unit.use_cases.fakes.journal import FAULT
from tests.unit.use_cases.fakes.sending_fakes import World

OVERDUE = owned(NOW - OVERDUE_MS)
UNOWNED = Lane(next_at=NOW)


def world_with(lane: Lane, *, waits: bool = False) -> World:
    """Build a world with one webhook, and an event that waits for it or none."""
    world = World(webhook(lane=lane))
    if waits:
        world.deliveries.add_pending(pending(event()))
    return world


def test_an_overdue_owner_is_replaced() -> None:
    """By a new wake-up, due at once, that is sent after it owns the webhook; the lost one owns nothing more."""
    world = world_with(OVERDUE, waits=True)

    assert world.sweep()() == SweepReport(woken=1)

    assert world.journal.calls == ["count wake-ups", "read webhook", "wake again", "wake up", "read webhook"]
    assert (world.webhook().lane, world.wake_ups.sent) == (owned(owner="t1"), [("t1", 0)])
    assert redeliver(world).back_in_seconds is None
    assert world.sender.requests == []
    redeliver_as_owner(world)
    assert world.deliveries.statuses() == {"e1": "DELIVERED"}


def test_the_health_is_left_as_it_is() -> None:
    """Nobody has tried."""
    world = World(webhook(lane=OVERDUE, health=failing()))

    world.sweep()()

    assert world.webhook() == webhook(lane=owned(owner="t1"), health=failing())


@pytest.mark.parametrize(
    "lane",
    [owned(NOW - OVERDUE_MS + 1), owned(NOW), owned(NOW + 1), Lane(), Lane(next_at=NOW + 1)],
    ids=["overdue in a millisecond", "just due", "to come", "out of the index", "given up lately"],
)
def test_what_is_not_due_is_left_alone(lane: Lane) -> None:
    """The index may be stale: the consistent reading decides."""
    world = world_with(lane)

    assert world.sweep()() == SweepReport()
    assert world.journal.calls == ["count wake-ups", "read webhook", "read webhook"]
    assert world.webhook().lane == lane


def test_a_run_that_sends_is_not_overdue() -> None:
    """It is due when its lease is over; should it have died, it is woken a minute after that."""
    until = NOW + 900_000
    world = world_with(owned(until, lease_holder="run", lease_until=until))

    assert world.sweep()().woken == 0
    world.now = until + OVERDUE_MS
    assert world.sweep()().woken == 1


@pytest.mark.parametrize(("visible", "woken"), [(MOST_VISIBLE, 1), (MOST_VISIBLE + 1, 0)])
def test_while_wake_ups_wait_to_be_received_they_are_late_and_not_lost(visible: int, woken: int) -> None:
    """A new one would be later still: where there are too few senders, they slow everybody down alike."""
    world = world_with(OVERDUE)
    world.wake_ups.waiting = visible

    assert world.sweep()().woken == woken
    assert len(world.wake_ups.sent) == woken


@pytest.mark.parametrize("visible", [0, 1_000])
def test_what_nobody_owns_and_nothing_waits_for_leaves_the_index(visible: int) -> None:
    """Ten minutes after it was given up; looked at once."""
    world = world_with(UNOWNED)
    world.wake_ups.waiting = visible

    assert world.sweep()() == SweepReport(left=1)
    assert (world.webhook().lane, world.wake_ups.sent) == (Lane(), [])
    assert world.sweep()() == SweepReport()


@pytest.mark.parametrize(("lane", "waits"), [(UNOWNED, True), (replace(UNOWNED, jobs=frozenset({"job_1"})), False)])
@pytest.mark.parametrize("visible", [0, 1_000])
def test_what_nobody_owns_and_something_waits_for_gets_an_owner(lane: Lane, waits: bool, visible: int) -> None:
    """Its writer died before it had made one; however many wake-ups are late, this one was never sent."""
    world = world_with(lane, waits=waits)
    world.wake_ups.waiting = visible

    assert world.sweep()() == SweepReport(woken=1)
    assert (world.webhook().lane, world.wake_ups.sent) == (owned(owner="t1", jobs=lane.jobs), [("t1", 0)])


@pytest.mark.parametrize("lane", [OVERDUE, UNOWNED])
@pytest.mark.parametrize("by_then", [owned(owner="another"), Lane(next_at=NOW + 9)])
def test_whoever_changes_the_lane_meanwhile_comes_first(lane: Lane, by_then: Lane) -> None:
    """A wake-up that is just being answered, a writer, a request: nobody is woken beside them."""
    world = world_with(lane)
    call = "wake again" if lane is OVERDUE else "leave index"
    world.journal.before(call, 1, lambda: world.webhooks.set(lane=by_then))

    assert world.sweep()() == SweepReport()
    assert (world.webhook().lane, world.wake_ups.sent) == (by_then, [])


def test_an_event_that_comes_while_the_webhook_leaves_the_index_is_not_forgotten() -> None:
    """Its writer makes a wake-up the owner, which puts the webhook there again."""
    world = World(webhook(lane=UNOWNED, ordered=True))
    world.journal.before("leave index", 1, lambda: dispatch(world, event()))

    assert world.sweep()().left == 0
    assert world.webhook().lane == owned(owner="t1")


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
@pytest.mark.parametrize("lane", [OVERDUE, UNOWNED])
def test_a_webhook_that_is_off_is_not_woken(status: Status, lane: Lane) -> None:
    """Whatever the index says."""
    world = World(webhook(lane=lane, status=status))
    world.deliveries.add_pending(pending(event()))

    assert world.sweep()().woken == 0
    assert world.wake_ups.sent == []


@pytest.mark.parametrize("lane", [OVERDUE, UNOWNED])
@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_webhook_that_is_off_leaves_the_index(status: Status, lane: Lane) -> None:
    """It had an owner that carried on a job that cancels, and died before it left; what waits goes on waiting."""
    world = World(webhook(lane=lane, status=status))
    world.deliveries.add_pending(pending(event()))

    assert world.sweep()() == SweepReport(left=1)
    assert (world.webhook().lane, world.webhook().status) == (Lane(), status)
    assert world.sweep()() == SweepReport()


@pytest.mark.parametrize("lane", [OVERDUE, UNOWNED])
def test_a_webhook_that_is_off_and_has_a_job_that_cancels_is_woken(lane: Lane) -> None:
    """Its wake-up was lost: the new owner carries the job on, sends nothing, and leaves."""
    world = World(webhook(lane=lane, status=Status.RETIRED))
    world.deliveries.add_pending(pending(event()))
    world.jobs.add(job(JobKind.CANCELLATION))

    assert world.sweep()() == SweepReport(woken=1)
    redeliver_as_owner(world)

    assert world.deliveries.statuses() == {"e1": "CANCELLED"}
    assert (world.sender.requests, world.webhook().lane) == ([], Lane())


def test_a_webhook_that_is_switched_on_while_it_leaves_the_index_stays_there() -> None:
    """Its new owner sends what waits."""
    world = World(webhook(lane=UNOWNED, status=Status.RETIRED))
    on = owned(owner="admin")
    world.journal.before("leave index", 1, lambda: world.webhooks.set(status=Status.ACTIVE, lane=on))

    assert world.sweep()() == SweepReport()
    assert world.webhook().lane == on


@pytest.mark.parametrize("call", ["wake up", "wake again", "read webhook", "read backlog"])
def test_one_webhooks_trouble_keeps_no_other_asleep(call: str) -> None:
    """It is raised at the end, and the next sweep finds what was not done."""
    lane = UNOWNED if call == "read backlog" else OVERDUE
    world = World(*(replace(one, lane=lane) for one in urls("wh_1", "wh_2").values()))
    world.deliveries.add_pending(*(pending(event(), one) for one in ("wh_1", "wh_2")))
    world.journal.fail(call)

    with pytest.raises(OurFaultError) as raised:
        world.sweep()()
    assert raised.value is FAULT
    assert [token for token, _ in world.wake_ups.sent] == [world.webhook("wh_2").lane.owner]

    world.later(OVERDUE_MS)
    world.sweep()()
    assert world.webhook("wh_1").lane.owner in [token for token, _ in world.wake_ups.sent]


def test_a_purge_is_made_good() -> None:
    """All wake-ups are lost: one sweep, and everything is sent."""
    hooks: list[Webhook] = [replace(one, ordered=True) for one in urls("wh_1", "wh_2", "wh_3").values()]
    world = World(*hooks)
    dispatch(world, event())
    world.later(OVERDUE_MS)

    assert world.sweep()().woken == 3


def test_a_webhook_given_up_is_looked_at_when_all_that_was_under_way_has_ended() -> None:
    """Not before: a writer that had not put its event yet, and died, would be forgotten."""
    world = World(webhook(lane=owned()))
    redeliver(world)
    world.deliveries.add_pending(pending(event()))
    world.later(LATE_LOOK_MS - 1)
    assert world.sweep()() == SweepReport()

    world.later(1)

    assert world.sweep()() == SweepReport(woken=1)
