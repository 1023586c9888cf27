"""Sweep: who is woken because nobody else will wake him."""

from dataclasses import replace
from typing import Any

import pytest

from recado.ports import OurFaultError
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job, JobState
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.webhook import Health, Status, Webhook
from recado.use_cases.sending.sweep import OVERDUE_MS, SweepReport
from tests.unit.builders import NOW, event, failed, failing, pending, webhook
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

KEY = ("1010", "wh_1")
OVERDUE = failing("lost", version=4, next_attempt_at=NOW - OVERDUE_MS)
NOBODY = SweepReport(webhooks=0, jobs=0)


def proposing(*webhooks: Webhook) -> World:
    """Build a world whose index proposes `wh_1`."""
    world = World(*webhooks)
    world.overdue.webhooks = [KEY]
    return world


def running_job(**changes: Any) -> Job:
    """Build a job that has not moved for as long as a sweep waits."""
    values = {"from_ms": 0, "to_ms": NOW, "created_at": NOW - 2 * OVERDUE_MS, "updated_at": NOW - OVERDUE_MS}
    return Job("1010", "wh_1", "job_1", DeliveryStatus.DELIVERED, **(values | changes), requested_by="an admin")


def test_an_overdue_webhook_is_woken() -> None:
    """Its retries are taken from the wake-up that owned them, then another one is sent, due at once."""
    world = proposing(webhook(health=OVERDUE))

    assert world.sweep()() == SweepReport(webhooks=1, jobs=0)

    assert world.journal.calls == ["read webhook", "disown", "wake up"]
    assert world.wake_ups.sent == [("1010", "wh_1", 0)]
    assert world.webhook().health == replace(OVERDUE, owner=None, version=5)
    assert world.overdue.asked == [NOW - OVERDUE_MS]


def test_the_wake_up_of_a_sweep_owns_the_retries_from_then_on() -> None:
    """The lost one, should it turn up after all, ends quietly."""
    world = proposing(webhook(health=OVERDUE))
    world.deliveries.add_pending(pending(event()))
    world.sender.answers[webhook().target_url] = [failed()]
    world.sweep()()

    answers = world.redeliverer()(
        [WakeUp("sent-1", "r1", "1010", "wh_1"), WakeUp("lost", "r2", "1010", "wh_1")], FixedDeadline(100.0)
    )

    assert [answer.back_in_seconds for answer in answers] == [10, None]
    assert world.webhook().health.owner == "sent-1"
    assert len(world.sender.requests) == 1


def test_a_healthy_webhook_whose_first_wake_up_never_came_is_woken() -> None:
    """Switched on again by somebody who died before the wake-up: an event that came meanwhile would wait for ever."""
    world = proposing(webhook(health=Health(version=4, next_attempt_at=NOW - OVERDUE_MS)))

    assert world.sweep()().webhooks == 1
    assert world.wake_ups.sent == [("1010", "wh_1", 0)]


@pytest.mark.parametrize(
    "current",
    [
        webhook(health=replace(OVERDUE, next_attempt_at=NOW - OVERDUE_MS + 1)),
        webhook(health=replace(OVERDUE, next_attempt_at=None)),
        webhook(health=Health(version=5)),
        webhook(health=OVERDUE, status=Status.RETIRED),
        webhook(health=OVERDUE, status=Status.DISABLED),
    ],
    ids=["not overdue", "never due", "healthy", "retired", "disabled"],
)
def test_a_stale_index_wakes_nobody(current: Webhook) -> None:
    """The consistent reading decides."""
    world = proposing(current)

    assert world.sweep()() == NOBODY
    assert world.journal.calls == ["read webhook"]


def test_a_webhook_that_was_removed_is_not_woken() -> None:
    """The index may still name it."""
    world = proposing()

    assert world.sweep()() == NOBODY
    assert world.wake_ups.sent == []


def test_whoever_changes_the_health_meanwhile_comes_first() -> None:
    """A wake-up that is just being answered keeps its retries."""
    world = proposing(webhook(health=OVERDUE))
    moved = replace(OVERDUE, version=5, next_attempt_at=NOW + 300_000)
    world.journal.before("disown", 1, lambda: world.webhooks.change(health=moved))

    assert world.sweep()() == NOBODY
    assert world.wake_ups.sent == []
    assert world.webhook().health == moved


def test_a_death_before_the_wake_up_leaves_the_webhook_overdue() -> None:
    """The next sweep finds it again."""
    world = proposing(webhook(health=OVERDUE))
    world.journal.fail("wake up")
    with pytest.raises(OurFaultError):
        world.sweep()()

    assert world.sweep()() == SweepReport(webhooks=1, jobs=0)
    assert world.wake_ups.sent == [("1010", "wh_1", 0)]


def test_a_job_that_stands_still_is_carried_on() -> None:
    """Its message is sent again."""
    world = World(webhook())
    world.overdue.jobs = [KEY]
    world.jobs.kept[KEY] = running_job()

    assert world.sweep()() == SweepReport(webhooks=0, jobs=1)
    assert world.wake_ups.jobs_sent == ["job_1"]


@pytest.mark.parametrize(
    "job",
    [None, running_job(state=JobState.DONE), running_job(updated_at=NOW - OVERDUE_MS + 1)],
    ids=["removed", "done", "moving"],
)
def test_a_job_that_needs_nobody_is_left_alone(job: Job | None) -> None:
    """Whatever the index says."""
    world = World(webhook())
    world.overdue.jobs = [KEY]
    if job is not None:
        world.jobs.kept[KEY] = job

    assert world.sweep()() == NOBODY
    assert world.wake_ups.jobs_sent == []
