"""Requests about many deliveries: a job is kept with the owner that carries it on, and can be ended."""

import pytest

from recado.ports.activity import KeyReusedError
from recado.ports.managing import VersionConflictError
from recado.ports.requests import TooManyJobsError
from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import Activity, ActivityKind
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import MOST_FINISHED, MOST_UNFINISHED, Job, JobKind, JobState, job_id_of
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.webhook import Status
from recado.use_cases.sending.jobs import NoSuchJobError
from tests.support.acts import ADMIN, once
from tests.unit.builders import NOW, events, failing, job, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver_as_owner
from tests.unit.use_cases.fakes.jobs import ALL_DELIVERED, ALL_WAITING, end, kept, start, withdraw, world_with
from tests.unit.use_cases.fakes.sending_fakes import World

JOB = job_id_of(NOW, "t1")
WAITING = owned(NOW + 300_000)


def switch(world: World, status: Status) -> None:
    """Switch the webhook, as an admin does."""
    world.webhooks.set(status=status)


def test_a_job_is_kept_with_the_owner_that_carries_it_on() -> None:
    """In one transaction with who asked for it; that is told, and then its wake-up is sent."""
    world = world_with(0, health=failing(), lane=WAITING)
    selection = Selection(DeliveryStatus.EXPIRED, from_ms=5, to_ms=10)

    begun = start(world, selection)

    assert world.journal.calls == ["start job", "wake up", "tell"]
    assert world.webhook().lane == owned(owner="t2", jobs=frozenset({JOB}), asked_at=NOW)
    assert world.wake_ups.sent == [("t2", 0)]
    assert kept(world) == begun == job(job_id=JOB, selection=selection, requested_by=ADMIN.name)
    act = Activity("act_1", "1010", "wh_1", ActivityKind.REDELIVERY_STARTED, NOW, ADMIN, job_id=JOB)
    assert world.activities.kept == world.told == [act]


def test_a_cancellation_shortens_no_wait() -> None:
    """Its owner is due now; what waits for a failing receiver goes on waiting."""
    world = world_with(0, health=failing(), lane=WAITING)

    begun = withdraw(world, Selection(event_names=("A",)))

    assert world.webhook().lane == owned(owner="t2", jobs=frozenset({JOB}), rest_until=NOW + 300_000)
    assert (begun.kind, begun.selection.event_names) == (JobKind.CANCELLATION, ("A",))
    assert [(act.kind, act.job_id) for act in world.told] == [(ActivityKind.CANCELLATION_STARTED, JOB)]
    assert world.wake_ups.sent == [("t2", 0)]


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_cancellation_begins_while_the_webhook_is_off(status: Status) -> None:
    """So that nothing of it is sent when it is switched on again; also if it is switched off at this moment."""
    off = World(webhook(status=status))
    withdraw(off)
    meanwhile = World(webhook())
    meanwhile.journal.before("start job", 1, lambda: switch(meanwhile, status))
    withdraw(meanwhile)

    for world in (off, meanwhile):
        assert world.webhook().status is status
        assert world.webhook().lane.jobs == {kept(world).job_id}
        assert len(world.jobs.kept) == len(world.wake_ups.sent) == len(world.activities.kept) == 1


def test_a_sixth_unfinished_job_does_not_begin() -> None:
    """Whoever is refused changes no owner, and is no act; when one of the five is done there is room again."""
    world = world_with(1)
    for _ in range(MOST_UNFINISHED):
        start(world)
        world.later(1)
    lane = world.webhook().lane
    for ask in (start, withdraw):
        with pytest.raises(TooManyJobsError):
            ask(world)
    assert (len(world.jobs.kept), world.webhook().lane, len(world.told)) == (5, lane, 5)

    redeliver_as_owner(world)

    assert withdraw(world).job_id in world.webhook().lane.jobs


def test_a_redelivery_of_a_webhook_that_is_switched_on_again_meanwhile_begins() -> None:
    """It is asked for as the webhook is now."""
    world = world_with(0)
    world.journal.before("start job", 1, lambda: switch(world, Status.RETIRED))
    world.journal.before("read webhook", 1, lambda: switch(world, Status.ACTIVE))

    begun = start(world)

    assert world.webhook().lane.jobs == {begun.job_id}
    assert (list(world.jobs.kept), len(world.activities.kept)) == ([begun.job_id], 1)


def test_a_webhook_that_is_switched_time_and_again_gets_no_job() -> None:
    """Nobody holds a request up for ever."""
    world = world_with(0)
    for number in range(1, 6):
        world.journal.before("start job", number, lambda: switch(world, Status.RETIRED))
        world.journal.before("read webhook", number, lambda: switch(world, Status.ACTIVE))

    with pytest.raises(VersionConflictError):
        start(world)
    assert (world.journal.of("start job"), world.jobs.kept) == (["start job"] * 5, {})


def test_a_webhook_that_is_gone_gets_no_job() -> None:
    """It was removed after it was read."""
    world = World()

    for ask in (world.many().redeliver, world.many().cancel):
        with pytest.raises(VersionConflictError):
            ask(webhook(), ALL_WAITING, ADMIN)
    assert world.jobs.kept == {}


@pytest.mark.parametrize("at_once", [False, True], ids=["later", "at once"])
@pytest.mark.parametrize("cancels", [False, True], ids=["redelivery", "cancellation"])
def test_a_request_that_comes_again_with_its_key_begins_no_second_job(cancels: bool, at_once: bool) -> None:
    """It is answered with the first one, as it is now."""
    world = world_with(1)

    def ask() -> Job:
        return withdraw(world, requester=once()) if cancels else start(world, requester=once())

    first: list[Job] = []
    if at_once:
        world.journal.before("start job", 1, lambda: first.append(ask()))
    else:
        first.append(ask())
        redeliver_as_owner(world)

    assert ask() == kept(world)

    assert [one.job_id for one in first] == list(world.jobs.kept)
    assert kept(world).state is (JobState.RUNNING if at_once else JobState.DONE)
    assert len(world.activities.kept) == len(world.told) == len(world.wake_ups.sent) == 1


def test_a_request_that_comes_again_after_its_job_is_forgotten_finds_none() -> None:
    """It does not begin once more."""
    world = world_with(1)
    start(world, requester=once())
    world.jobs.kept.clear()

    with pytest.raises(NoSuchJobError):
        start(world, requester=once())
    with pytest.raises(KeyReusedError):
        start(world, requester=once(request="another"))
    assert world.jobs.kept == {}


@pytest.mark.parametrize("call", ["start job", "end job"])
def test_what_cannot_be_written_is_our_fault(call: str) -> None:
    """Nobody is told, and nobody woken."""
    world = world_with(0)
    if call == "end job":
        start(world)
    before = (dict(world.jobs.kept), world.webhook(), list(world.told), list(world.wake_ups.sent))
    world.journal.fail(call)

    with pytest.raises(OurFaultError):
        start(world) if call == "start job" else end(world)
    assert (world.jobs.kept, world.webhook(), world.told, world.wake_ups.sent) == before


def test_the_unfinished_jobs_and_the_last_ten_that_are_finished_are_listed() -> None:
    """Newest first."""
    world = world_with(0)
    finished = []
    for _ in range(MOST_FINISHED + 2):
        finished.append(start(world).job_id)
        redeliver_as_owner(world)
        world.later(1)
    unfinished = [withdraw(world).job_id]
    world.later(1)
    unfinished.append(start(world).job_id)

    listed = [one.job_id for one in world.many().newest(world.webhook())]

    assert listed == [*reversed(unfinished), *reversed(finished[2:])]


def test_a_webhook_without_jobs_has_none_to_show() -> None:
    """None."""
    assert World(webhook()).many().newest(webhook()) == []


def test_a_job_that_is_asked_for_leaves_alone_what_waits_until_it_is_carried_on() -> None:
    """No page is put before its owner comes."""
    world = world_with(2)
    world.deliveries.add_pending(pending(events(3)[-1]))

    start(world, ALL_DELIVERED)

    assert world.deliveries.statuses() == {"e0": "DELIVERED", "e1": "DELIVERED", "e2": "PENDING"}
