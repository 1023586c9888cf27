"""Jobs that somebody ends: which one that is, and what changes at that moment."""

from dataclasses import replace

import pytest

from recado.ports.managing import VersionConflictError
from recado.rules.activity.activity import Activity, ActivityKind
from recado.rules.delivery.job import JobState, job_id_of
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Status
from recado.use_cases.sending.jobs import JobFinishedError, NoSuchJobError
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, events, failed, job, owned
from tests.unit.use_cases.fakes.invocations import redeliver_as_owner
from tests.unit.use_cases.fakes.jobs import end, kept, start, withdraw, world_with
from tests.unit.use_cases.fakes.sending_fakes import World

JOB = job_id_of(NOW, "t1")
WAITING = owned(NOW + 300_000)


def switch(world: World, status: Status) -> None:
    """Switch the webhook, as an admin does."""
    world.webhooks.set(status=status)


@pytest.mark.parametrize("named", [True, False], ids=["named", "the one that is carried on"])
def test_a_job_is_ended(named: bool) -> None:
    """It is ending from now on; a new owner takes back what it has put, and who ended it is kept and told."""
    world = world_with(0, lane=WAITING)
    first = start(world)
    world.later(1)
    second = start(world)
    world.webhooks.set(lane=replace(WAITING, jobs=world.webhook().lane.jobs))
    meant = second if named else first
    world.journal.calls.clear()

    ending = end(world, meant.job_id if named else None)

    assert ending == world.jobs.kept[meant.job_id] == meant.ending(NOW + 1)
    assert world.journal.calls == ["end job", "wake up", "tell"]
    lane = world.webhook().lane
    assert (lane.next_at, lane.rest_until, world.wake_ups.sent[-1]) == (NOW + 1, NOW + 300_000, (lane.owner, 0))
    act = Activity("act_3", "1010", "wh_1", ActivityKind.JOB_ENDED, NOW + 1, ADMIN, job_id=meant.job_id)
    assert world.activities.kept[-1] == world.told[-1] == act


def test_of_several_jobs_the_one_that_is_carried_on_is_ended() -> None:
    """One that cancels comes before one that sends; what is ending already is ended once more."""
    world = world_with(0)
    sends = start(world)
    world.later(1)
    cancels = withdraw(world)

    assert end(world).job_id == end(world).job_id == cancels.job_id
    redeliver_as_owner(world)
    states = {job_id: one.state for job_id, one in world.jobs.kept.items()}
    assert states == {sends.job_id: JobState.DONE, cancels.job_id: JobState.ENDED}


def test_there_is_nothing_to_end_where_no_job_is_unfinished() -> None:
    """Neither a cancellation that is done, nor any; and no job has an id that never was, or is another webhook's."""
    world = world_with(0)
    with pytest.raises(JobFinishedError):
        end(world)
    done = withdraw(world)
    redeliver_as_owner(world)
    for job_id in (done.job_id, None):
        with pytest.raises(JobFinishedError):
            end(world, job_id)
    world.jobs.kept["job_other"] = replace(job(job_id="job_other"), webhook_id="wh_2")
    for job_id in ("job_none", "job_other"):
        with pytest.raises(NoSuchJobError):
            end(world, job_id)
    assert world.activities.kinds == [ActivityKind.CANCELLATION_STARTED]


def test_what_a_job_has_put_is_taken_back_also_where_it_has_put_all() -> None:
    """It may wait for days in a backlog, and whoever ends the job does not want it sent; once is enough."""
    world = world_with(2)
    begun = start(world)
    world.sender.answers[world.webhook().target_url].append(failed(503))
    redeliver_as_owner(world)
    redeliver_as_owner(world)
    assert (kept(world).state, len(world.deliveries.pending)) == (JobState.DONE, 2)

    assert end(world, begun.job_id).state is JobState.ENDING
    assert end(world, begun.job_id).state is JobState.ENDING
    redeliver_as_owner(world)

    assert (kept(world).state, kept(world).cancelled, world.deliveries.pending) == (JobState.ENDED, 2, {})
    assert world.activities.kinds == [ActivityKind.REDELIVERY_STARTED, ActivityKind.JOB_ENDED]
    with pytest.raises(JobFinishedError):
        end(world, begun.job_id)


def test_a_job_is_ended_while_the_webhook_is_off() -> None:
    """What it has put is taken back, and not sent when it is switched on again."""
    world = world_with(2)
    begun = start(world)
    world.journal.fail("advance job")
    redeliver_as_owner(world)
    assert len(world.deliveries.pending) == 2
    switch(world, Status.RETIRED)
    world.later(30_000)

    end(world, begun.job_id)
    redeliver_as_owner(world)

    assert (world.deliveries.pending, world.sender.requests) == ({}, [])
    assert (kept(world).state, kept(world).cancelled) == (JobState.ENDED, 2)
    assert world.webhook().lane == Lane()


def test_a_job_that_goes_on_at_this_moment_is_ended_as_it_is_then() -> None:
    """The page that was put meanwhile is taken back, too."""
    world = world_with(3)
    begun = start(world)
    further = begun.advanced(events(2)[-1].key, NOW, done=False, requeued=2)
    world.journal.before("end job", 1, lambda: world.jobs.kept.update({begun.job_id: further}))

    ending = end(world)

    assert ending == further.ending(NOW)
    assert world.activities.kinds == [ActivityKind.REDELIVERY_STARTED, ActivityKind.JOB_ENDED]


def test_a_job_that_is_done_at_this_moment_is_not_ended_by_whoever_names_none() -> None:
    """None is carried on any more."""
    world = world_with(0)
    start(world)
    world.journal.before("end job", 1, lambda: redeliver_as_owner(world))

    with pytest.raises(JobFinishedError):
        end(world)
    assert (kept(world).state, world.activities.kinds) == (JobState.DONE, [ActivityKind.REDELIVERY_STARTED])


def test_a_job_that_goes_on_time_and_again_is_not_ended_for_ever() -> None:
    """After five looks it is to be tried again."""
    world = world_with(0)
    begun = start(world)
    for number, one in enumerate(events(5), 1):
        further = begun.advanced(one.key, NOW, done=False)
        world.journal.before(
            "end job",
            number,
            lambda further=further: world.jobs.kept.update({begun.job_id: further}),  # type: ignore[misc]  # bound
        )

    with pytest.raises(VersionConflictError):
        end(world)
    assert world.journal.of("end job") == ["end job"] * 5


def test_a_job_of_a_webhook_that_is_switched_meanwhile_is_ended() -> None:
    """As the webhook is then."""
    world = world_with(0)
    start(world)
    world.journal.before("end job", 1, lambda: switch(world, Status.RETIRED))

    assert end(world).state is JobState.ENDING
    assert world.webhook().status is Status.RETIRED
