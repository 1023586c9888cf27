"""Redelivery on request: one delivery again, or all of a time range and status, page by page."""

from dataclasses import replace

import pytest
from recado.use_cases.sending.redelivery_jobs import PAGE, NotActiveError
from tests.unit.use_cases.fakes.jobs import (
    ASKED_AT,
    delivered_earlier,
    kept,
    run,
    send_backlog,
    start,
    world_with,
)

from recado.ports import JobRunningError
from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from recado.rules.delivery.job import JobState
from recado.rules.webhook.webhook import Status
from tests.unit.builders import NOW, event, events, failing, pending, webhook
from tests.unit.use_cases.fakes.sending_fakes import World


def test_one_delivery_joins_the_backlog() -> None:
    """It is written first and its webhook woken then; its seven days begin anew, and whoever asked is known."""
    world = World(webhook())
    delivery = delivered_earlier()
    world.deliveries.record([delivery])
    world.now = ASKED_AT
    world.journal.calls.clear()

    waiting = world.redelivery_requests().one(world.webhook(), delivery, "an admin")

    assert waiting == replace(
        delivery, status=DeliveryStatus.PENDING, requested_at=ASKED_AT, requested_by="an admin", finished_at=None
    )
    assert world.journal.calls == ["record", "read webhook", "wake up"]
    assert world.deliveries.backlog("wh_1", 10) == [waiting]
    assert send_backlog(world) == [b'{"accountId":1010,"events":[%b]}' % delivery.event.text.encode()]
    assert world.deliveries.statuses() == {"e0": "DELIVERED"}
    [attempt] = world.deliveries.attempts_at("e0")
    assert attempt.requested_by == "an admin"


def test_one_delivery_waits_with_the_others_of_a_failing_webhook() -> None:
    """Nobody is woken: the owner of the retries is on its way."""
    world = World(webhook(health=failing()))

    world.redelivery_requests().one(world.webhook(), delivered_earlier(), "an admin")

    assert world.wake_ups.sent == []
    assert world.deliveries.backlog_size("wh_1", 10) == 1


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_what_is_switched_off_is_not_redelivered(status: Status) -> None:
    """Neither one delivery nor many."""
    world = World(webhook(status=status))

    with pytest.raises(NotActiveError):
        world.redelivery_requests().one(world.webhook(), delivered_earlier(), "an admin")
    with pytest.raises(NotActiveError):
        start(world)
    assert world.journal.calls == []


def test_a_job_is_kept_before_its_message_is_sent() -> None:
    """A death between the two leaves a job that the sweep takes up."""
    world = world_with(0)

    job = start(world, DeliveryStatus.EXPIRED, 5, 10)

    assert world.journal.calls[-2:] == ["start job", "send job"]
    assert world.wake_ups.jobs_sent == [job.job_id]
    assert kept(world) == job
    assert world.redelivery_requests().latest(world.webhook()) == job
    assert (job.status, job.from_ms, job.to_ms) == (DeliveryStatus.EXPIRED, 5, 10)
    assert (job.state, job.requeued, job.created_at) == (JobState.RUNNING, 0, ASKED_AT)


def test_one_job_of_a_webhook_runs_at_a_time() -> None:
    """The next may start when it is done."""
    world = world_with(1)
    first = start(world)
    with pytest.raises(JobRunningError):
        start(world)
    assert kept(world) == first

    run(world, first)

    assert start(world).job_id != first.job_id


def test_a_webhook_without_a_job_has_none_to_show() -> None:
    """None."""
    assert World().redelivery_requests().latest(webhook()) is None


def test_a_job_goes_page_by_page() -> None:
    """Each page is put into the backlog, the webhook woken, and then the progress kept."""
    world = world_with(PAGE + 50)
    job = start(world)
    world.journal.calls.clear()

    assert run(world, job) is None

    page = ["read deliveries", "record", "read webhook", "wake up", "advance job"]
    assert world.journal.calls == page + page
    assert kept(world) == replace(
        job, state=JobState.DONE, requeued=PAGE + 50, position=events(PAGE + 50)[-1].key, updated_at=ASKED_AT
    )
    assert [body.count(b"eventId") for body in send_backlog(world)] == [100, 50]


def test_a_range_that_ends_with_a_page_needs_one_more_look() -> None:
    """The page was full, so there may be more."""
    world = world_with(PAGE)
    job = start(world)

    assert run(world, job) is None
    assert (kept(world).state, kept(world).requeued) == (JobState.DONE, PAGE)
    assert world.journal.of("read deliveries", "record")[-2:] == ["record", "read deliveries"]


def test_a_job_that_finds_nothing_is_done() -> None:
    """Nobody is woken."""
    world = world_with(0)
    job = start(world)

    assert run(world, job) is None
    assert (kept(world).state, kept(world).position, kept(world).requeued) == (JobState.DONE, None, 0)
    assert world.wake_ups.sent == []


def test_a_job_takes_only_its_time_range() -> None:
    """Both ends belong to it."""
    world = world_with(10)
    job = start(world, from_ms=NOW + 3, to_ms=NOW + 5)

    run(world, job)

    assert [delivery.event.event_id for delivery in world.deliveries.backlog("wh_1", 10)] == ["e3", "e4", "e5"]


def test_a_job_takes_only_its_status() -> None:
    """Expired ones, also those that nobody has taken out of the backlog yet; others stay where they are."""
    world = World(webhook())
    old = NOW - RETENTION_MS
    expired = replace(pending(event("in-log"), created_at=old), status=DeliveryStatus.EXPIRED)
    unseen = pending(event("in-backlog", timestamp=NOW + 1), created_at=old)
    skipped = replace(pending(event("skipped", timestamp=NOW + 2)), status=DeliveryStatus.SKIPPED)
    waiting = pending(event("waiting", timestamp=NOW + 3))
    world.deliveries.record([expired, unseen, skipped, waiting])

    run(world, start(world, DeliveryStatus.EXPIRED))

    assert kept(world).requeued == 2
    assert world.deliveries.pending["wh_1", unseen.event.key].requested_at == NOW
    send_backlog(world)
    assert world.deliveries.statuses() == {
        "in-log": "DELIVERED",
        "in-backlog": "DELIVERED",
        "skipped": "SKIPPED",
        "waiting": "DELIVERED",
    }


def test_what_arrives_after_a_job_was_asked_for_is_not_meant() -> None:
    """It has just been delivered."""
    world = world_with(1)
    job = start(world)
    world.deliveries.record([replace(delivered_earlier("late", 9), created_at=ASKED_AT + 1)])

    run(world, job)

    assert kept(world).requeued == 1
