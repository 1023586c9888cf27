"""Redelivery on request: one delivery again, or all of a time range and status, page by page."""

from dataclasses import replace

import pytest

from recado.ports import JobRunningError, OurFaultError
from recado.rules.delivery import RETENTION_MS, Delivery, DeliveryStatus
from recado.rules.job import Job, JobState
from recado.rules.wake_up import WakeUp
from recado.rules.webhook import Health, HealthState, Status
from recado.use_cases.redelivery import Redelivered
from recado.use_cases.redelivery_jobs import PAGE, NotActiveError
from tests.unit.builders import NOW, event, events, failed, failing, failure, pending, webhook
from tests.unit.use_cases.fakes import World
from tests.unit.use_cases.journal import FixedDeadline

HOUR = 60 * 60 * 1000
ASKED_AT = NOW + HOUR
PLENTY = FixedDeadline(100.0)
DELIVERED = DeliveryStatus.DELIVERED


def delivered_earlier(event_id: str = "e0", position: int = 0) -> Delivery:
    """Build a delivery that was made at noon."""
    waiting = pending(event(event_id, timestamp=NOW + position))
    return replace(waiting, status=DELIVERED, attempts=1, finished_at=NOW, message_id=event_id)


def world_with(count: int, health: Health | None = None) -> World:
    """Build a world with so many delivered events, in which an hour has passed."""
    world = World(webhook(health=health or Health()))
    world.deliveries.record([replace(pending(one), status=DELIVERED, attempts=1) for one in events(count)])
    world.now = ASKED_AT
    return world


def start(world: World, status: DeliveryStatus = DELIVERED, from_ms: int = 0, to_ms: int = ASKED_AT) -> Job:
    """Ask for a job."""
    return world.redelivery_requests().many(world.webhook(), status, from_ms, to_ms)


def message_of(job: Job) -> WakeUp:
    """Return the message that carries a job on."""
    return WakeUp("j1", "r1", job.account_id, job.webhook_id, job.job_id)


def run(world: World, job: Job, deadline: FixedDeadline = PLENTY) -> int | None:
    """Receive the job's message once."""
    return world.job_runner().run(message_of(job), deadline)


def send_backlog(world: World) -> list[bytes]:
    """Answer a wake-up, and return the bodies of the POSTs."""
    before = len(world.sender.requests)
    world.redeliverer()([WakeUp("m1", "r1", "1010", "wh_1")], PLENTY)
    return [request.body for request in world.sender.requests[before:]]


def kept(world: World) -> Job:
    """Return the webhook's job as it is kept."""
    job = world.jobs.get("1010", "wh_1")
    assert job is not None
    return job


def test_one_delivery_joins_the_backlog() -> None:
    """It is written first and its webhook woken then; its seven days begin anew, its attempts go on counting."""
    world = World(webhook())
    delivery = delivered_earlier()
    world.deliveries.record([delivery])
    world.now = ASKED_AT
    world.journal.calls.clear()

    waiting = world.redelivery_requests().one(world.webhook(), delivery)

    assert waiting == replace(
        delivery, status=DeliveryStatus.PENDING, created_at=ASKED_AT, finished_at=None, attempts=1
    )
    assert world.journal.calls == ["record", "read webhook", "wake up"]
    assert world.deliveries.backlog("wh_1", 10) == [waiting]
    assert send_backlog(world) == [b'{"accountId":1010,"events":[%b]}' % delivery.event.text.encode()]
    assert world.deliveries.statuses() == {"e0": "DELIVERED"}
    assert world.deliveries.log["wh_1", delivery.event.key].attempts == 2


def test_one_delivery_waits_with_the_others_of_a_failing_webhook() -> None:
    """Nobody is woken: the owner of the retries is on its way."""
    world = World(webhook(health=failing()))

    world.redelivery_requests().one(world.webhook(), delivered_earlier())

    assert world.wake_ups.sent == []
    assert world.deliveries.backlog_size("wh_1", 10) == 1


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_what_is_switched_off_is_not_redelivered(status: Status) -> None:
    """Neither one delivery nor many."""
    world = World(webhook(status=status))

    with pytest.raises(NotActiveError):
        world.redelivery_requests().one(world.webhook(), delivered_earlier())
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
    assert world.deliveries.pending["wh_1", unseen.event.key].created_at == NOW
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


def test_time_ends_a_job_between_two_pages() -> None:
    """The message comes back at once, and the job goes on where it was."""
    world = world_with(PAGE + 1)
    job = start(world)

    [answer] = world.redeliverer()([message_of(job)], FixedDeadline(11.0, 9.9))

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
