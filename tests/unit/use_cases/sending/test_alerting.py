"""Alerts of a webhook's transitions: when they are told, and what happens where they cannot be."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import RETENTION_MS
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.webhook import Health, Status
from recado.use_cases.sending.redelivery import Redelivered
from tests.unit.builders import NOW, delivered, event, events, failed, failing, failure, pending, webhook
from tests.unit.use_cases.fakes.journal import FAULT, FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

DAY = 24 * 60 * 60 * 1000
URL = webhook().target_url
PLENTY = FixedDeadline(100.0)


def world_with(health: Health, waiting: int = 1) -> World:
    """Build a world whose one webhook has this health and so many events waiting."""
    world = World(webhook(health=health))
    world.deliveries.add_pending(*(pending(one) for one in events(waiting)))
    return world


def redeliver(world: World) -> Redelivered:
    """Answer the owner's wake-up."""
    [answer] = world.redeliverer()([WakeUp("m1", "r1", "1010", "wh_1")], PLENTY)
    return answer


def test_a_first_failure_is_told_once_it_is_stored() -> None:
    """With what waits, and the last error."""
    world = World(webhook())
    world.sender.answers[URL] = [failed(503)]

    world.dispatch()([event("e1"), event("e2")], PLENTY)

    assert world.journal.calls[-2:] == ["mark failing", "alert"]
    [alert] = world.alerts.sent
    assert (alert.kind, alert.backlog, alert.attempts, alert.failing_since) == ("WEBHOOK_FAILING", 2, 1, NOW)
    assert alert.last_error == failure(503)
    assert world.webhook().health.alerted_at == NOW


def test_whoever_was_quicker_has_told() -> None:
    """A dispatcher whose reading is outdated says nothing."""
    world = World(webhook())
    world.sender.answers[URL] = [failed()]
    world.journal.before("mark failing", 1, lambda: world.webhooks.change(health=failing("other", version=8)))

    world.dispatch()([event()], PLENTY)

    assert world.alerts.sent == []


def test_failures_of_the_same_day_are_not_told_again() -> None:
    """The receiver fails every five minutes, and the inbox stays usable."""
    world = world_with(failing(alerted_at=NOW - DAY + 1))
    world.sender.answers[URL] = [failed()]

    redeliver(world)

    assert world.alerts.sent == []
    assert world.webhook().health.alerted_at == NOW - DAY + 1


def test_a_day_of_failing_is_told() -> None:
    """And counts from now on."""
    world = world_with(failing(alerted_at=NOW - DAY, failing_since=NOW - DAY), waiting=3)
    world.sender.answers[URL] = [failed()]

    redeliver(world)

    assert world.journal.calls[-3:] == ["save health", "alert", "postpone"]
    [alert] = world.alerts.sent
    assert (alert.kind, alert.backlog, alert.failing_since) == ("WEBHOOK_STILL_FAILING", 3, NOW - DAY)
    assert world.webhook().health.alerted_at == NOW


def test_a_failing_that_nobody_was_told_of_is_told() -> None:
    """A webhook that is switched on again while events wait resumes as failing, without an alert."""
    world = world_with(replace(failing(), owner=None, alerted_at=None))
    world.sender.answers[URL] = [failed()]

    redeliver(world)

    assert world.alerts.kinds == ["WEBHOOK_FAILING"]


def test_a_recovery_is_told_with_what_it_was_from() -> None:
    """After the second look at the backlog, by whoever ends the lease, and once."""
    health = failing(alerted_at=NOW - 60_000, failing_since=NOW - 60_000, attempts=4)
    world = world_with(health)

    assert redeliver(world).back_in_seconds is None
    assert redeliver(world).back_in_seconds is None

    [alert] = world.alerts.sent
    assert (alert.kind, alert.backlog, alert.failing_since) == ("WEBHOOK_RECOVERED", 0, NOW - 60_000)
    assert world.journal.calls[:9][-4:] == ["save health", "read backlog", "end alert", "alert"]
    assert world.webhook().health.alerted_at is None
    assert world.webhooks.leases == {}


def test_a_recovery_that_was_not_told_is_told_later() -> None:
    """The process died after it had stored the health, and the owner's message came back."""
    world = world_with(Health(version=3, alerted_at=NOW - 60_000), waiting=0)

    redeliver(world)

    assert world.alerts.kinds == ["WEBHOOK_RECOVERED"]
    assert world.webhook().health == Health(version=4)


def test_a_recovery_that_cannot_be_told_is_not_told_twice() -> None:
    """The topic may have told before the bus refused; what was wrong is in our own log."""
    world = world_with(failing(alerted_at=NOW - 60_000))
    world.journal.fail("alert")

    assert redeliver(world) == Redelivered(WakeUp("m1", "r1", "1010", "wh_1"), 30, (delivered(),), fault=FAULT)
    assert (world.webhook().health.alerted_at, world.webhooks.leases) == (None, {})

    assert redeliver(world).back_in_seconds is None
    assert world.alerts.sent == []
    assert world.deliveries.statuses() == {"e0": "DELIVERED"}


def test_a_lost_lease_leaves_the_recovery_to_its_new_holder() -> None:
    """Nothing is told, and neither the lease nor the alert of another is ended."""
    world = world_with(failing(alerted_at=NOW - 60_000))
    world.journal.before("end alert", 1, lambda: world.webhooks.leases.update(wh_1=("another", NOW + 1)))

    assert redeliver(world).back_in_seconds is None

    assert world.alerts.sent == []
    assert world.webhooks.leases == {"wh_1": ("another", NOW + 1)}
    assert world.webhook().health.alerted_at == NOW - 60_000


def test_a_failure_before_the_recovery_was_told_is_nothing_new() -> None:
    """Whoever was told that the webhook fails still believes it."""
    world = World(webhook(health=Health(version=3, alerted_at=NOW - 60_000)))
    world.sender.answers[URL] = [failed()]

    world.dispatch()([event()], PLENTY)

    assert world.alerts.sent == []
    assert world.webhook().health.alerted_at == NOW - 60_000


def test_a_failing_alert_that_cannot_be_sent_changes_nothing_else() -> None:
    """The failure is stored, and the message comes back at its time, without another POST before."""
    world = world_with(replace(failing(), alerted_at=None))
    world.sender.answers[URL] = [failed()]
    world.journal.fail("alert")

    assert redeliver(world).back_in_seconds == 30
    assert world.webhook().health.next_attempt_at == NOW + 10_000

    assert redeliver(world).back_in_seconds == 10
    assert len(world.sender.requests) == 1


@pytest.mark.parametrize(
    ("result", "since"), [(failed(503), NOW - RETENTION_MS), (failed(410), NOW - 60_000)], ids=["seven days", "gone"]
)
def test_giving_up_is_told(result: AttemptResult, since: int) -> None:
    """The alert has the health as it was until then; the message is done."""
    world = world_with(failing(failing_since=since, alerted_at=NOW - 60_000, attempts=9), waiting=2)
    world.sender.answers[URL] = [result]

    assert redeliver(world).back_in_seconds is None

    [alert] = world.alerts.sent
    assert (alert.kind, alert.backlog, alert.failing_since) == ("WEBHOOK_DISABLED", 2, since)
    assert alert.attempts == 10
    assert world.webhook().status is Status.DISABLED


def test_a_webhook_that_is_gone_at_the_first_attempt_is_told_as_disabled() -> None:
    """Not as failing."""
    world = World(webhook())
    world.sender.answers[URL] = [failed(410)]

    world.dispatch()([event()], PLENTY)

    assert world.alerts.kinds == ["WEBHOOK_DISABLED"]
    assert world.webhook().status is Status.DISABLED
