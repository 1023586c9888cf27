"""Redelivery jobs: time that ends, pages that are repeated, faults, and webhooks that change meanwhile."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import JobState
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane, left
from recado.rules.webhook.webhook import HealthState, Status
from recado.use_cases.sending.queued.pages import MOST_IN_A_PAGE
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, event, events, failed, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver_as_owner, sizes
from tests.unit.use_cases.fakes.jobs import delivered_earlier, kept, logged, message_ids, start, world_with
from tests.unit.use_cases.fakes.journal import FAULT, FixedDeadline


def test_time_ends_a_job_between_two_posts() -> None:
    """The next run of the owner goes on where it was."""
    world = world_with(MOST_IN_A_PAGE + 1)
    job = start(world)

    answer = redeliver_as_owner(world, FixedDeadline(*[100.0] * 6, 1.0))

    assert (answer.back_in_seconds, kept(world).state) == (0, JobState.RUNNING)
    assert world.webhook().lane.jobs == {job.job_id}
    redeliver_as_owner(world)
    assert sizes(world) == [100, 1]
    assert (kept(world).state, world.webhook().lane.jobs) == (JobState.DONE, frozenset())


def test_a_jobs_events_fail_like_any_others() -> None:
    """The receiver is down: the webhook is failing, all of them wait, and the job goes on after them."""
    world = world_with(MOST_IN_A_PAGE + 2)
    start(world)
    world.sender.answers[webhook().target_url] = [failed(503)]

    redeliver_as_owner(world)

    assert world.webhook().health.state is HealthState.FAILING
    assert (len(world.deliveries.pending), kept(world).state) == (MOST_IN_A_PAGE, JobState.RUNNING)
    world.later(5_000)
    redeliver_as_owner(world)
    assert sizes(world) == [100, *[10] * 10, 2]


def test_a_page_that_is_repeated_puts_the_same_copies() -> None:
    """The process died before the place was stored: the same deliveries have the same keys, and the same seven days."""
    world = world_with(3)
    job = start(world)
    world.journal.fail("advance job")
    redeliver_as_owner(world)
    before = dict(world.deliveries.pending)
    world.later(30_000)
    again: list[bool] = []
    world.journal.before("advance job", 2, lambda: again.append(world.deliveries.pending == before))

    redeliver_as_owner(world)

    assert again == [True]
    assert {one.requested_at for one in before.values()} == {job.created_at}
    assert (sizes(world), kept(world).state) == ([3], JobState.DONE)


def test_a_page_that_is_repeated_does_not_put_back_what_is_cancelled_at_this_moment() -> None:
    """It has found the copy there already, and leaves it alone."""
    world = world_with(2)
    start(world)
    world.journal.fail("advance job")
    redeliver_as_owner(world)
    world.later(30_000)
    cancelled = world.deliveries.get("wh_1", events(1)[0].key, world.now)
    assert cancelled is not None
    world.journal.before("record", 2, lambda: world.requests().cancel(world.webhook(), cancelled, ADMIN))

    redeliver_as_owner(world)

    assert (message_ids(world), sizes(world)) == (["e1"], [1])


def test_a_page_that_is_repeated_leaves_out_what_became_of_it() -> None:
    """What was withdrawn or delivered meanwhile is not sent once more."""
    world = world_with(3)
    start(world)
    world.journal.fail("advance job")
    redeliver_as_owner(world)
    world.later(30_000)
    withdrawn, redelivered, _ = events(3)
    found = world.deliveries.get("wh_1", withdrawn.key, world.now)
    assert found is not None
    world.requests().cancel(world.webhook(), found, ADMIN)
    logged(world, replace(delivered_earlier(redelivered), finished_at=world.now))
    del world.deliveries.pending["wh_1", redelivered.key + "#again"]

    redeliver_as_owner(world)

    assert (message_ids(world), sizes(world)) == (["e2"], [1])


@pytest.mark.parametrize("call", ["read ended", "record", "advance job", "read copies", "finish"])
def test_a_fault_of_ours_is_tried_again(call: str) -> None:
    """The wake-up comes back after half a minute, and the job is carried on."""
    world = world_with(MOST_IN_A_PAGE + 1)
    start(world)
    world.journal.fail(call)

    answer = redeliver_as_owner(world)

    assert (answer.back_in_seconds, answer.progress.faults) == (30, [FAULT])
    assert kept(world).state is JobState.RUNNING
    assert world.webhook().lane.faults == 1
    world.later(30_000)
    redeliver_as_owner(world)
    assert kept(world).state is JobState.DONE
    assert (world.deliveries.pending, world.webhook().lane.jobs) == ({}, frozenset())


def test_copies_that_cannot_be_put_keep_the_place_where_it_was() -> None:
    """Nothing is sent of a page that is not confirmed."""
    world = world_with(3)
    job = start(world)
    world.deliveries.unwritable = {"wh_1"}

    assert redeliver_as_owner(world).progress.faults == [FAULT]
    assert (kept(world), world.sender.requests) == (job, [])


def test_a_place_that_another_has_stored_is_taken_from_there() -> None:
    """A run whose lease has lapsed was further: each delivery waits once, and is sent once."""
    world = world_with(MOST_IN_A_PAGE + 20)
    job = start(world)
    further = job.advanced(events(MOST_IN_A_PAGE)[-1].key, NOW, done=False, requeued=MOST_IN_A_PAGE)
    world.journal.before("advance job", 1, lambda: world.jobs.kept.update({job.job_id: further}))

    redeliver_as_owner(world)

    assert (sizes(world), kept(world).state, kept(world).requeued) == ([100, 20], JobState.DONE, MOST_IN_A_PAGE + 20)


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_the_job_of_a_webhook_that_is_off_waits(status: Status) -> None:
    """Switched on again, its new owner carries it on."""
    world = world_with(MOST_IN_A_PAGE + 20)
    job = start(world)
    world.journal.before("send", 1, lambda: world.webhooks.set(status=status, lane=left(world.webhook().lane)))
    redeliver_as_owner(world)
    assert (kept(world).state, sizes(world)) == (JobState.RUNNING, [100])

    assert world.webhook().lane == Lane(jobs=frozenset({job.job_id}))
    world.webhooks.set(status=Status.ACTIVE, lane=owned(jobs=world.webhook().lane.jobs))
    redeliver_as_owner(world)

    assert (kept(world).state, sizes(world)) == (JobState.DONE, [100, 20])


@pytest.mark.parametrize("moment", ["send", "advance job"])
def test_a_removed_webhook_ends_its_job(moment: str) -> None:
    """The job is removed with it."""
    world = world_with(MOST_IN_A_PAGE + 20)
    start(world)

    def remove() -> None:
        world.webhooks.kept.clear()
        world.jobs.kept.clear()

    world.journal.before(moment, 1, remove)

    assert redeliver_as_owner(world).back_in_seconds is None
    assert world.jobs.kept == {}


def test_a_job_that_is_gone_keeps_nobody() -> None:
    """The webhook that names it is given up as any other."""
    world = world_with(0, lane=owned(jobs=frozenset({"job_gone"})))

    redeliver_as_owner(world)

    assert world.webhook().lane == Lane(next_at=NOW + LATE_LOOK_MS)


def test_jobs_are_carried_on_one_after_the_other() -> None:
    """The oldest first; each is named until it is done."""
    world = world_with(2)
    first = start(world, Selection(DeliveryStatus.DELIVERED, to_ms=NOW))
    world.later(1)
    second = start(world, Selection(DeliveryStatus.DELIVERED, from_ms=NOW + 1))
    unfinished: list[frozenset[str]] = []
    world.journal.before("read ended", 2, lambda: unfinished.append(world.webhook().lane.jobs))

    redeliver_as_owner(world)

    assert unfinished == [{second.job_id}]
    assert {one.job_id: one.state for one in world.jobs.kept.values()} == {
        first.job_id: JobState.DONE,
        second.job_id: JobState.DONE,
    }
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}
    assert (sum(sizes(world)), world.webhook().lane.jobs) == (2, frozenset())


def test_a_job_that_is_asked_for_during_a_run_has_an_owner_of_its_own() -> None:
    """The run that sends ends after its POST, with its lease, and the job's wake-up sends what is left."""
    world = world_with(3, lane=owned(owner="before"))
    world.deliveries.add_pending(*(pending(event(f"n{n:03d}", timestamp=NOW - 1_000 + n)) for n in range(150)))
    world.journal.before("send", 1, lambda: start(world))

    assert redeliver_as_owner(world).back_in_seconds is None

    assert sizes(world) == [100]
    assert world.webhook().lane.jobs == {kept(world).job_id}
    assert world.webhook().lane.lease_holder is None
    redeliver_as_owner(world)
    assert sizes(world) == [100, 50, 3]
