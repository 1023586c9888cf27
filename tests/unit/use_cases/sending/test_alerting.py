"""Alerts of a webhook's transitions: when they are told, and what happens where they cannot be."""

import pytest

from recado.ports.sending import OurFaultError
from recado.rules.delivery.delivery import RETENTION_MS
from recado.rules.sending.attempt import AttemptResult
from recado.rules.webhook.health import anew
from recado.rules.webhook.webhook import Health, Status
from tests.unit.builders import NOW, event, failed, failing, failure, webhook
from tests.unit.use_cases.fakes.invocations import URL, dispatch, owned_world, redeliver
from tests.unit.use_cases.fakes.journal import FAULT
from tests.unit.use_cases.fakes.sending_fakes import World

DAY = 24 * 60 * 60 * 1000
LONG_AGO = NOW - 300_000


def failing_world(waiting: int = 1, **health: int | None) -> World:
    """Build a world whose one webhook fails on, with an owner and so many events waiting."""
    world = owned_world(waiting, health=failing(**health))
    world.sender.answers[URL] = [failed()]
    return world


def failing_long(**health: int | None) -> World:
    """Build a world whose one webhook has failed for long enough, without owner; nobody was told."""
    world = World(webhook(health=failing(failing_since=LONG_AGO, attempts=0, **health)))
    world.sender.answers[URL] = [failed(503)]
    return world


def test_a_first_failure_is_told_to_nobody() -> None:
    """It may be over in a moment."""
    world = World(webhook())
    world.sender.answers[URL] = [failed()]

    dispatch(world, event())

    assert (world.alerts.sent, world.webhook().health.alerted_at) == ([], None)


def test_a_first_failure_is_told_where_it_is_not_to_be_waited_for() -> None:
    """`AlertAfter` of no seconds."""
    world = World(webhook())
    world.alert_after_ms = 0
    world.sender.answers[URL] = [failed()]

    dispatch(world, event())

    assert world.alerts.kinds == ["WEBHOOK_FAILING"]


@pytest.mark.parametrize(("since", "told"), [(LONG_AGO + 1, []), (LONG_AGO, ["WEBHOOK_FAILING"])])
def test_the_owner_tells_of_a_failing_that_lasts(since: int, told: list[str]) -> None:
    """To the millisecond, with the first attempt after that."""
    world = failing_world(failing_since=since, alerted_at=None)

    redeliver(world)

    assert world.alerts.kinds == told


def test_a_failing_that_lasts_is_told_once_it_is_stored() -> None:
    """With what waits, and the last error."""
    world = failing_long()

    dispatch(world, event("e1"), event("e2"))

    assert world.journal.calls[-3:] == ["claim", "wake up", "alert"]
    [alert] = world.alerts.sent
    assert (alert.kind, alert.backlog, alert.attempts, alert.failing_since) == ("WEBHOOK_FAILING", 2, 1, LONG_AGO)
    assert alert.last_error == failure(503)
    assert world.webhook().health.alerted_at == NOW


def test_failures_of_the_same_day_are_not_told_again() -> None:
    """The receiver fails every five minutes, and the inbox stays usable."""
    world = failing_world(alerted_at=NOW - DAY + 1)

    redeliver(world)

    assert world.alerts.sent == []
    assert world.webhook().health.alerted_at == NOW - DAY + 1


def test_a_day_of_failing_is_told() -> None:
    """And counts from now on."""
    world = failing_world(3, alerted_at=NOW - DAY, failing_since=NOW - DAY)

    redeliver(world)

    assert world.journal.of("leave", "alert") == ["leave", "alert"]
    [alert] = world.alerts.sent
    assert (alert.kind, alert.backlog, alert.failing_since) == ("WEBHOOK_STILL_FAILING", 3, NOW - DAY)
    assert world.webhook().health.alerted_at == NOW


def test_a_failing_that_nobody_was_told_of_is_told() -> None:
    """Whoever was to tell of it has died."""
    world = failing_world(failing_since=NOW - DAY, alerted_at=None)

    redeliver(world)

    assert world.alerts.kinds == ["WEBHOOK_FAILING"]


def test_what_fails_again_and_was_told_is_told_as_failing_still() -> None:
    """It was given up when nothing waited, and nobody was told that it recovers."""
    world = owned_world(health=anew(failing(alerted_at=NOW - DAY)))
    world.sender.answers[URL] = [failed(), failed()]

    back = redeliver(world).back_in_seconds
    world.later(300_000)
    redeliver(world)

    assert (back, world.alerts.kinds) == (5, ["WEBHOOK_STILL_FAILING"])
    [alert] = world.alerts.sent
    assert (alert.failing_since, alert.attempts) == (NOW, 2)


def test_a_recovery_is_told_with_what_it_was_from() -> None:
    """At the first success, when it is stored; once, with what waits still."""
    world = owned_world(101, health=failing(alerted_at=NOW - 60_000, failing_since=NOW - 60_000, attempts=4))

    redeliver(world)

    assert world.journal.of("save", "alert", "send") == ["send", "save", "alert", "send"]
    [alert] = world.alerts.sent
    assert (alert.kind, alert.backlog, alert.failing_since) == ("WEBHOOK_RECOVERED", 1, NOW - 60_000)
    assert world.webhook().health == Health()


def test_a_recovery_from_what_nobody_was_told_of_is_told_to_nobody() -> None:
    """The health is restored all the same."""
    world = owned_world(health=failing(alerted_at=None))

    redeliver(world)

    assert (world.alerts.sent, world.webhook().health) == ([], Health())


def test_a_recovery_that_cannot_be_told_is_not_told_twice() -> None:
    """The topic may have told before the bus refused; what was wrong is in our own log, and sending goes on."""
    world = owned_world(101, health=failing(alerted_at=NOW - 60_000))
    world.journal.fail("alert")

    answer = redeliver(world)

    assert (answer.back_in_seconds, answer.progress.faults) == (None, [FAULT])
    assert (world.webhook().health, world.alerts.sent) == (Health(), [])
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}


def test_a_failing_alert_that_cannot_be_sent_changes_nothing_else() -> None:
    """The failure is stored, the attempt recorded, and the message comes back at its time."""
    world = failing_world(failing_since=LONG_AGO, alerted_at=None)
    world.journal.fail("alert")

    answer = redeliver(world)

    assert (answer.back_in_seconds, answer.progress.faults) == (5, [FAULT])
    assert (world.webhook().health.attempts, len(world.deliveries.attempts)) == (2, 1)


def test_a_failing_that_cannot_be_told_is_our_fault() -> None:
    """The repeated invocation finds an owner, sends nothing and tells nothing: the next reminder does, within a day."""
    world = failing_long()
    world.journal.fail("alert")

    with pytest.raises(OurFaultError):
        dispatch(world, event())
    dispatch(world, event())

    assert (len(world.sender.requests), len(world.wake_ups.sent), world.alerts.sent) == (1, 1, [])


def test_a_failing_is_told_where_its_wake_up_is_refused() -> None:
    """Nobody else would tell of it today."""
    world = failing_long()
    world.journal.fail("wake up")

    with pytest.raises(OurFaultError):
        dispatch(world, event())

    assert world.alerts.kinds == ["WEBHOOK_FAILING"]


@pytest.mark.parametrize(
    ("result", "since"), [(failed(503), NOW - RETENTION_MS), (failed(410), NOW - 60_000)], ids=["seven days", "gone"]
)
def test_giving_up_is_told(result: AttemptResult, since: int) -> None:
    """The alert has the health as it was until then; the message is done."""
    world = failing_world(2, failing_since=since, alerted_at=NOW - 60_000, attempts=9)
    world.sender.answers[URL] = [result]

    assert redeliver(world).back_in_seconds is None

    [alert] = world.alerts.sent
    assert (alert.kind, alert.backlog, alert.failing_since) == ("WEBHOOK_DISABLED", 2, since)
    assert alert.attempts == 10
    assert world.webhook().status is Status.DISABLED
