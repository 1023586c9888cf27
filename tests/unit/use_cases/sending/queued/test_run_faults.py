"""A run, where our own side fails: no receiver is blamed, and the wake-up comes back, later each time."""

import pytest

from recado.ports.sending import OutOfTimeError
from recado.use_cases.sending.queued.progress import Progress
from recado.use_cases.sending.queued.redelivery import Redelivered
from tests.unit.builders import NOW, delivered, failed, failing, owned, webhook
from tests.unit.use_cases.fakes.invocations import URL, WAKE_UP, owned_world, redeliver, sizes
from tests.unit.use_cases.fakes.journal import FAULT
from tests.unit.use_cases.fakes.sending_fakes import World

BUG = RuntimeError("a bug")


@pytest.mark.parametrize(
    ("call", "posts"), [("read backlog", 1), ("finish", 2), ("read webhook", 1), ("save", 1), ("give up", 1)]
)
def test_a_fault_of_ours_is_tried_again(call: str, posts: int) -> None:
    """It is told, the owner is due again after half a minute, without a lease, and then everything is made good."""
    world = owned_world(health=failing())
    world.journal.fail(call)

    answer = redeliver(world)

    assert (answer.back_in_seconds, answer.progress.faults) == (30, [FAULT])
    assert world.wake_ups.postponed == [("r1", 30)]
    assert world.webhook().lane == owned(NOW + 30_000, faults=1)
    world.later(30_000)
    assert redeliver(world).progress.faults == []
    assert len(world.sender.requests) == posts
    assert world.deliveries.statuses() == {"e0": "DELIVERED"}
    assert world.webhook().lane.faults == 0


def test_a_lease_that_cannot_be_asked_for_is_asked_for_again() -> None:
    """Nothing has been changed."""
    world = owned_world()
    world.journal.fail("take lease")

    assert redeliver(world) == Redelivered(WAKE_UP, 30, Progress(faults=[FAULT]))
    assert world.webhook() == webhook(lane=owned())


def test_each_fault_waits_longer() -> None:
    """What was sent, and could not be recorded, is sent again after that: as rarely as may be."""
    world = owned_world()
    waits: list[int | None] = []
    for number in range(1, 6):
        world.journal.fail("finish", number)
        waits.append(redeliver(world).back_in_seconds)
        world.later(1000 * (waits[-1] or 0))

    assert waits == [30, 60, 120, 240, 480]
    redeliver(world)
    assert world.deliveries.statuses() == {"e0": "DELIVERED"}


def test_a_run_without_a_fault_ends_the_count() -> None:
    """Also where the receiver fails, which is no fault of ours."""
    world = owned_world(lane=owned(faults=4))
    world.sender.answers[URL] = [failed()]

    redeliver(world)

    assert world.webhook().lane == owned(NOW + 5_000)


@pytest.mark.parametrize("error", [FAULT, OutOfTimeError("no time"), BUG])
def test_a_fault_while_sending_blames_no_receiver(error: Exception) -> None:
    """The health stays as it was, the lease ends, and attempts before it are still told."""
    world = owned_world(150)
    world.sender.answers[URL] = [delivered(), error]

    assert redeliver(world) == Redelivered(WAKE_UP, 30, Progress([delivered()], faults=[error]))
    assert world.webhook() == webhook(lane=owned(NOW + 30_000, faults=1))


def test_a_vault_that_does_not_open_blames_no_receiver() -> None:
    """Nothing is sent unsigned."""
    world = owned_world()
    world.vault.broken = {"wh_1"}

    assert redeliver(world) == Redelivered(WAKE_UP, 30, Progress(faults=[FAULT]))
    assert world.sender.requests == []


def test_a_wait_that_cannot_be_written_ends_with_the_lease() -> None:
    """The message comes back, early, until then; the lease is let go."""
    world = owned_world()
    world.journal.fail("finish")
    world.journal.fail("leave")

    assert redeliver(world).back_in_seconds == 30
    assert world.webhook().lane == owned(NOW + 102_000)
    world.later(30_000)
    assert redeliver(world).back_in_seconds == 72


def test_a_fault_of_a_run_that_was_displaced_is_no_longer_its_owners() -> None:
    """Its message is done, and the new owner is not put off."""
    world = owned_world()
    world.journal.fail("finish")
    world.journal.before(
        "leave", 1, lambda: world.webhooks.set(lane=owned(owner="new", lease_holder="t1", lease_until=NOW + 9))
    )

    assert redeliver(world).back_in_seconds is None
    assert world.webhook().lane == owned(owner="new")


def test_a_second_look_that_fails_is_made_good_by_the_sweep() -> None:
    """The webhook is given up already; its wake-up comes back, owns nothing, and ends."""
    world = owned_world(0)
    world.journal.fail("read backlog", 2)

    assert redeliver(world).back_in_seconds == 30
    lane = world.webhook().lane
    assert (lane.owner, lane.faults, lane.lease_holder) == (None, 0, None)
    assert redeliver(world).back_in_seconds is None


def test_an_attempt_that_cannot_be_recorded_leaves_the_wait_as_it_is() -> None:
    """Health and wait are stored before; it is told."""
    world = owned_world()
    world.sender.answers[URL] = [failed()]
    world.deliveries.unwritable = {"wh_1"}

    assert redeliver(world) == Redelivered(WAKE_UP, 5, Progress([failed()], faults=[FAULT]))
    assert world.webhook().lane == owned(NOW + 5_000)


def test_a_bug_after_the_failure_was_stored_keeps_its_owner() -> None:
    """The message comes back, and goes by what is stored."""
    world = owned_world()
    world.sender.answers[URL] = [failed(503, retry_after=3600)]
    world.journal.fail("record", error=BUG)

    assert redeliver(world) == Redelivered(WAKE_UP, 30, Progress([failed(503, retry_after=3600)], faults=[BUG]))
    assert world.webhook().lane == owned(NOW + 3_600_000)
    assert redeliver(world).back_in_seconds == 3600


def test_a_refused_postponement_is_told() -> None:
    """The message comes back when its visibility timeout is over, and finds itself early or due."""
    world = owned_world()
    world.sender.answers[URL] = [failed()]
    world.journal.fail("postpone")

    assert redeliver(world) == Redelivered(WAKE_UP, 5, Progress([failed()], faults=[FAULT]))


def test_a_lease_that_cannot_be_let_go_ends_by_itself() -> None:
    """That is told; the message is done all the same."""
    world = owned_world(150)
    world.journal.before("read webhook", 1, lambda: displace(world))
    world.journal.fail("release lease")

    assert redeliver(world) == Redelivered(WAKE_UP, None, Progress([delivered()], faults=[FAULT]))
    assert sizes(world) == [100]


def displace(world: World) -> None:
    """Make another wake-up the owner while the lease is held."""
    world.webhooks.set(lane=owned(owner="new", lease_holder="t1", lease_until=NOW + 9))
