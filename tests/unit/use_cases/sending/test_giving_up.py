"""Redelivery's ends: a webhook that is given up, and an invocation whose time is over."""

import pytest
from recado.use_cases.sending.backlog_run import LEASE_RETRY_SECONDS

from recado.rules.delivery.delivery import RETENTION_MS
from recado.rules.webhook.webhook import Health, HealthState, Status
from tests.unit.builders import NOW, event, failing, webhook
from tests.unit.use_cases.fakes.invocations import redeliver, waiting
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

A_WEEK_AGO = NOW - RETENTION_MS


def test_seven_days_without_a_success_disable_a_webhook() -> None:
    """Its backlog reads empty because all of it has expired; that is told once."""
    world = World(webhook(health=failing(attempts=3, failing_since=A_WEEK_AGO, alerted_at=A_WEEK_AGO)))

    assert redeliver(world).back_in_seconds is None

    assert world.webhook().status is Status.DISABLED
    assert world.alerts.kinds == ["WEBHOOK_DISABLED"]


@pytest.mark.parametrize(
    "health",
    [
        failing(attempts=3, failing_since=A_WEEK_AGO + 1),
        failing(attempts=0, failing_since=A_WEEK_AGO),
        failing(attempts=3, failing_since=None),
    ],
    ids=["a moment less", "a success since", "not known since when"],
)
def test_otherwise_an_empty_backlog_is_a_recovery(health: Health) -> None:
    """The webhook is healthy, and stays on."""
    world = World(webhook(health=health))

    redeliver(world)

    assert (world.webhook().status, world.webhook().health.state) == (Status.ACTIVE, HealthState.HEALTHY)


def test_a_webhook_that_was_changed_meanwhile_is_not_given_up() -> None:
    """It is looked at again, and nobody is told."""
    world = World(webhook(health=failing(attempts=3, failing_since=A_WEEK_AGO)))
    world.journal.before("save health", 1, lambda: world.webhooks.change(status=Status.RETIRED))

    assert redeliver(world).back_in_seconds == LEASE_RETRY_SECONDS

    assert (world.webhook().status, world.alerts.kinds) == (Status.RETIRED, [])


def test_a_healthy_webhooks_health_is_left_alone_when_time_is_over() -> None:
    """A dispatcher may have changed it meanwhile; the rest is left to the next invocation."""
    world = waiting(World(webhook()), 250)

    answer = redeliver(world, FixedDeadline(100.0, 100.0, 100.0, 10.0))

    assert answer.back_in_seconds == 0
    assert len(world.sender.requests) < 3
    assert "save health" not in world.journal.calls


def test_a_first_post_is_made_in_whatever_time_there_is() -> None:
    """Only a further one is not begun that our own end could cut short."""
    world = World(webhook())

    world.dispatch()([event()], FixedDeadline(10.0))

    assert world.deliveries.statuses() == {"e1": "DELIVERED"}


def test_a_post_is_begun_while_there_is_just_enough_time() -> None:
    """Twenty seconds are enough."""
    world = waiting(World(webhook()), 1)

    redeliver(world, FixedDeadline(20.0))

    assert len(world.sender.requests) == 1
