"""Requests: one delivery again, or many as a job; the owner first, the wake-up last."""

from dataclasses import replace

import pytest

from recado.ports import OurFaultError
from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from recado.rules.delivery.job import JobState
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Status
from recado.use_cases.sending.requests import NotActiveError
from tests.unit.builders import NOW, event, failing, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver, redeliver_as_owner
from tests.unit.use_cases.fakes.jobs import delivered_earlier, kept, logged, start, world_with
from tests.unit.use_cases.fakes.sending_fakes import World

DELIVERED = delivered_earlier(event())


def ask(world: World) -> None:
    """Ask for the delivery once more."""
    world.requests().one(webhook(), DELIVERED, "an admin")


def test_one_delivery_is_sent_again() -> None:
    """A new wake-up owns the webhook, then the copy waits, and then the wake-up is sent; who asked is known."""
    world = logged(World(webhook()), DELIVERED)

    answer = world.requests().one(webhook(), DELIVERED, "an admin")

    assert world.journal.calls == ["take over", "renew", "wake up"]
    assert (world.webhook().lane, world.wake_ups.sent) == (owned(owner="t1", asked_at=NOW), [("t1", 0)])
    assert answer == replace(DELIVERED, requested_at=NOW, requested_by="an admin")
    [copy] = world.deliveries.pending.values()
    assert copy == DELIVERED.again(NOW, "an admin")

    redeliver_as_owner(world)

    assert world.deliveries.statuses() == {"e1": "DELIVERED"}
    assert [one.requested_by for one in world.deliveries.attempts_at("e1")] == ["an admin"]


def test_a_request_takes_over_from_whoever_owns_the_webhook() -> None:
    """A run that sends keeps its lease until it ends; the wake-up that waited for a failing receiver owns nothing more.

    So what somebody asked for leaves now.
    """
    lane = owned(NOW + 300_000, owner="waits", lease_holder="run", lease_until=NOW + 9)
    world = logged(World(webhook(health=failing(), lane=lane)), DELIVERED)

    world.requests().one(world.webhook(), DELIVERED, "an admin")

    assert world.webhook().lane == replace(lane, owner="t1", next_at=NOW, asked_at=NOW)
    assert redeliver(world).back_in_seconds is None


def test_what_is_pending_gets_no_copy() -> None:
    """It is sent sooner, and its seven days stay what they are."""
    waiting = pending(event())
    world = World(webhook(health=failing(), lane=owned(NOW + 300_000)))
    world.deliveries.add_pending(waiting)

    assert world.requests().one(world.webhook(), waiting, "an admin") == waiting

    assert world.journal.calls == ["take over", "wake up"]
    assert list(world.deliveries.pending.values()) == [waiting]
    assert world.webhook().lane.next_at == NOW


def test_what_has_waited_for_too_long_gets_a_copy() -> None:
    """It has expired, whoever reads it; its copy has seven days from now."""
    expired = pending(event(), created_at=NOW - RETENTION_MS)
    world = World(webhook())
    world.deliveries.add_pending(expired)

    world.requests().one(world.webhook(), expired, "an admin")
    redeliver_as_owner(world)

    assert world.deliveries.statuses() == {"e1": "DELIVERED"}
    assert world.deliveries.pending == {}


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_what_is_switched_off_is_not_sent_again(status: Status) -> None:
    """Neither one delivery nor many, also where it is switched off at this moment; nothing is written."""
    off = World(webhook(status=status))
    with pytest.raises(NotActiveError):
        off.requests().one(off.webhook(), DELIVERED, "an admin")
    with pytest.raises(NotActiveError):
        start(off)
    assert off.journal.calls == []

    for number, call in ((1, "take over"), (2, "start job")):
        world = World(webhook())
        world.journal.before(call, 1, lambda world=world: world.webhooks.set(status=status))  # type: ignore[misc]  # bound
        with pytest.raises(NotActiveError):
            ask(world) if number == 1 else start(world)
        assert (world.webhook().lane, world.deliveries.pending) == (Lane(), {})
        assert (world.jobs.kept, world.wake_ups.sent) == ({}, [])


def test_a_request_for_a_webhook_that_is_gone_is_refused() -> None:
    """Nothing waits for nobody."""
    world = World()

    with pytest.raises(NotActiveError):
        ask(world)
    assert world.deliveries.pending == {}


def test_a_copy_that_cannot_be_put_is_our_fault() -> None:
    """Nothing is sent; the webhook has an owner that is due, which the sweep finds."""
    world = logged(World(webhook()), DELIVERED)
    world.journal.fail("renew")

    with pytest.raises(OurFaultError):
        ask(world)
    assert (world.webhook().lane, world.wake_ups.sent) == (owned(owner="t1", asked_at=NOW), [])


@pytest.mark.parametrize("many", [False, True])
def test_a_wake_up_that_is_refused_leaves_what_was_asked_for_with_an_owner(many: bool) -> None:
    """It is due, and the sweep wakes it: what was asked for is sent all the same."""
    world = logged(World(webhook()), DELIVERED)
    world.journal.fail("wake up")
    with pytest.raises(OurFaultError):
        start(world) if many else ask(world)
    world.later(60_000)

    assert world.sweep()().woken == 1
    redeliver_as_owner(world)

    assert len(world.deliveries.attempts_at("e1")) == 1


def test_a_job_is_kept_with_the_owner_that_carries_it_on() -> None:
    """In one transaction, and then its wake-up is sent."""
    world = world_with(0, health=failing(), lane=owned(NOW + 300_000))

    job = start(world, DeliveryStatus.EXPIRED, 5, 10)

    assert world.journal.calls == ["start job", "take over", "wake up"]
    assert world.webhook().lane == owned(owner="t2", job=job.job_id, asked_at=NOW)
    assert world.wake_ups.sent == [("t2", 0)]
    assert kept(world) == job == world.requests().latest(world.webhook())
    assert (job.status, job.from_ms, job.to_ms, job.requested_by) == (DeliveryStatus.EXPIRED, 5, 10, "an admin")
    assert (job.state, job.requeued, job.created_at) == (JobState.RUNNING, 0, NOW)


def test_a_webhook_without_a_job_has_none_to_show() -> None:
    """None."""
    assert World().requests().latest(webhook()) is None
