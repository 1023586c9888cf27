"""Redelivery jobs: time that ends, pages that are repeated, faults, and webhooks that change meanwhile."""

import pytest
from recado.use_cases.sending.redelivery_jobs import PAGE
from tests.unit.use_cases.fakes.jobs import PLENTY, kept, message_of, run, send_backlog, start, world_with

from recado.ports import OurFaultError
from recado.rules.delivery.job import JobState
from recado.rules.webhook.webhook import HealthState, Status
from recado.use_cases.sending.redelivery import Redelivered
from tests.unit.builders import failed, failing, failure, webhook
from tests.unit.use_cases.fakes.journal import FixedDeadline


def test_time_ends_a_job_between_two_pages() -> None:
    """The message comes back at once, and the job goes on where it was."""
    world = world_with(PAGE + 1)
    job = start(world)

    [answer] = world.redeliverer()([message_of(job)], FixedDeadline(10.0, 9.9))

    assert answer == Redelivered(message_of(job), 0)
    assert world.wake_ups.postponed == [("r1", 0)]
    assert (kept(world).state, kept(world).requeued) == (JobState.RUNNING, PAGE)
    assert run(world, job) is None
    assert kept(world).requeued == PAGE + 1


def test_a_page_that_is_repeated_puts_nothing_twice() -> None:
    """The process died before the progress was kept: what was delivered meanwhile is not delivered a third time."""
    world = world_with(3)
    job = start(world)
    world.now += 1
    world.journal.fail("advance job")
    with pytest.raises(OurFaultError):
        run(world, job)
    assert len(send_backlog(world)) == 1

    assert run(world, job) is None

    assert world.deliveries.backlog_size("wh_1", 10) == 0
    assert send_backlog(world) == []
    assert kept(world).state is JobState.DONE


def test_a_page_that_is_repeated_while_it_waits_overwrites_itself() -> None:
    """The same deliveries have the same keys."""
    world = world_with(3, health=failing())
    job = start(world)
    world.journal.fail("advance job")
    with pytest.raises(OurFaultError):
        run(world, job)

    run(world, job)

    assert world.deliveries.backlog_size("wh_1", 10) == 3
    assert kept(world).state is JobState.DONE


def test_a_page_that_waits_without_a_wake_up_is_woken_when_it_is_repeated() -> None:
    """The process died after the backlog and before the wake-up: the repeated page finds its deliveries waiting."""
    world = world_with(3)
    job = start(world)
    world.journal.fail("wake up")
    with pytest.raises(OurFaultError):
        run(world, job)
    assert world.deliveries.backlog_size("wh_1", 10) == 3
    assert world.wake_ups.sent == []

    assert run(world, job) is None

    assert world.wake_ups.sent == [("1010", "wh_1", 0)]
    assert len(send_backlog(world)) == 1


def test_a_fault_of_ours_is_tried_again() -> None:
    """The message comes back after half a minute."""
    world = world_with(1)
    job = start(world)
    world.journal.fail("record", 2)

    [answer] = world.redeliverer()([message_of(job)], PLENTY)

    assert (answer.back_in_seconds, answer.attempts, str(answer.fault)) == (30, (), "throttled")
    assert kept(world) == job


def test_two_invocations_at_once_do_no_harm() -> None:
    """Who is second finds the job further than he thought, and goes on from there; each delivery waits once."""
    world = world_with(PAGE + 20, health=failing())
    job = start(world)
    world.journal.before("advance job", 1, lambda: run(world, job))

    assert run(world, job) is None

    assert kept(world).state is JobState.DONE
    assert world.deliveries.backlog_size("wh_1", 1000) == PAGE + 20


@pytest.mark.parametrize("moment", ["read deliveries", "advance job"])
def test_a_removed_webhook_ends_its_job(moment: str) -> None:
    """The job is removed with it."""
    world = world_with(3)
    job = start(world)

    def remove() -> None:
        world.webhooks.kept.clear()
        world.jobs.kept.clear()

    world.journal.before(moment, 1, remove)

    assert run(world, job) is None
    assert world.jobs.kept == {}


def test_the_message_of_an_earlier_job_ends_quietly() -> None:
    """The job that runs now has a message of its own."""
    world = world_with(1)
    earlier = start(world)
    run(world, earlier)
    later = start(world)
    world.journal.calls.clear()

    assert run(world, earlier) is None
    assert world.journal.calls == []
    assert kept(world) == later


def test_a_retired_webhooks_job_fills_the_backlog_without_waking() -> None:
    """It was switched off after the job had started: what the job found waits for it to be switched on."""
    world = world_with(2)
    job = start(world)
    world.webhooks.change(status=Status.RETIRED)

    assert run(world, job) is None

    assert world.wake_ups.sent == []
    assert world.deliveries.backlog_size("wh_1", 10) == 2


def test_a_jobs_events_fail_like_any_others() -> None:
    """The receiver is down: the webhook is failing, and all of them wait."""
    world = world_with(2)
    run(world, start(world))
    world.sender.answers[webhook().target_url] = [failed(503)]

    send_backlog(world)

    assert world.webhook().health.state is HealthState.FAILING
    assert world.deliveries.backlog_size("wh_1", 10) == 2
    assert world.webhook().health.last_error == failure(503)
