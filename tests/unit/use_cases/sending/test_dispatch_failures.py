"""Dispatch, where a receiver fails: what waits, who is woken, and in which order."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import DeliveryStatus, attempted
from recado.rules.webhook.webhook import Health, HealthState, Status
from recado.use_cases.sending.dispatch import Attempted
from tests.unit.builders import (
    NOW,
    delivered,
    event,
    events,
    failed,
    failing,
    failure,
    pending,
    sized_event,
    webhook,
)
from tests.unit.use_cases.fakes.invocations import URL, dispatch, urls
from tests.unit.use_cases.fakes.sending_fakes import World


def test_a_first_failure_is_recorded_then_woken_then_declared() -> None:
    """In this order nothing is stranded: backlog, wake-up after five seconds, health that names it; then it is told."""
    world = World(webhook(health=Health(version=3)))
    world.sender.answers[URL] = [failed(500)]

    answer = dispatch(world, event())

    assert world.journal.calls == ["read webhooks", "look up", "send", "record", "wake up", "mark failing", "alert"]
    assert world.alerts.kinds == ["WEBHOOK_FAILING"]
    [attempt] = world.deliveries.attempts_at("e1")
    assert world.deliveries.pending["wh_1", event().key] == attempted([pending(event())], attempt)[0][0]
    assert world.wake_ups.sent == [("1010", "wh_1", 5)]
    assert world.webhook().health == Health(
        state=HealthState.FAILING,
        version=4,
        failing_since=NOW,
        attempts=1,
        next_attempt_at=NOW + 5_000,
        last_error=failure(500),
        owner="sent-1",
        alerted_at=NOW,
    )
    assert answer == [Attempted("wh_1", 1, failed(500))]


def test_what_has_changed_meanwhile_is_not_declared_failing() -> None:
    """A wake-up has come and gone since the health was read: its version is newer, and stays."""
    world = World(webhook())
    world.sender.answers[URL] = [failed()]
    world.journal.before("mark failing", 1, lambda: world.webhooks.change(health=Health(version=1)))

    dispatch(world, event())

    assert world.webhook().health == Health(version=1)
    assert world.alerts.kinds == []
    assert world.wake_ups.sent == [("1010", "wh_1", 5)]
    assert world.deliveries.statuses() == {"e1": "PENDING"}


@pytest.mark.parametrize(
    ("asked", "delay", "wait"), [(None, 5, 5), (2, 5, 5), (60, 60, 60), (900, 900, 900), (3600, 900, 3600)]
)
def test_a_receiver_may_ask_for_a_later_retry(asked: int | None, delay: int, wait: int) -> None:
    """A message can be delayed by 15 minutes; if more was asked for, it comes early and waits for the rest."""
    world = World(webhook())
    world.sender.answers[URL] = [failed(503, retry_after=asked)]

    dispatch(world, event())

    assert world.wake_ups.sent == [("1010", "wh_1", delay)]
    assert world.webhook().health.next_attempt_at == NOW + wait * 1000


def test_a_receiver_that_is_gone_is_disabled_at_once() -> None:
    """410 disables; the event that met it waits in the backlog, in case the webhook is switched on again."""
    world = World(webhook())
    world.sender.answers[URL] = [failed(410)]

    dispatch(world, event())

    assert world.webhook().status is Status.DISABLED
    assert (world.webhook().health.owner, world.webhook().health.next_attempt_at) == (None, None)
    assert world.deliveries.statuses() == {"e1": "PENDING"}
    assert world.journal.calls[-4:] == ["record", "wake up", "mark failing", "alert"]
    assert world.alerts.kinds == ["WEBHOOK_DISABLED"]


def test_a_failing_webhook_is_not_attempted() -> None:
    """Its event goes to the backlog, then the health is read consistently, and its owner goes on alone."""
    world = World(webhook(health=failing()))

    assert dispatch(world, event()) == []
    assert world.journal.calls == ["read webhooks", "look up", "record", "read webhook"]
    assert world.deliveries.pending["wh_1", event().key] == pending(event())


def test_a_webhook_that_recovered_meanwhile_is_woken() -> None:
    """The redelivery may have read its backlog for the last time before the event was in it."""
    world = World(webhook(health=failing()))
    world.journal.before("read webhook", 1, lambda: world.webhooks.change(health=Health(version=2)))

    dispatch(world, event())

    assert world.journal.calls == ["read webhooks", "look up", "record", "read webhook", "wake up"]
    assert world.wake_ups.sent == [("1010", "wh_1", 0)]
    assert world.webhook().health == Health(version=2)


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_webhook_that_was_switched_off_meanwhile_is_not_woken(status: Status) -> None:
    """Switching it on again wakes it."""
    world = World(webhook(health=failing()))
    world.journal.before("read webhook", 1, lambda: world.webhooks.change(status=status))

    dispatch(world, event())

    assert world.wake_ups.sent == []
    assert world.deliveries.statuses() == {"e1": "PENDING"}


def test_a_webhook_that_was_removed_meanwhile_is_not_woken() -> None:
    """Nobody waits for it any more."""
    world = World(webhook(health=failing()))
    world.journal.before("read webhook", 1, world.webhooks.kept.clear)

    dispatch(world, event())

    assert world.wake_ups.sent == []


@pytest.mark.parametrize(("health", "woken"), [(Health(), [("1010", "wh_1", 0)]), (failing(), [])])
def test_a_repeated_invocation_settles_what_the_first_one_left(health: Health, woken: list[object]) -> None:
    """It finds its delivery pending, sends nothing, and wakes the webhook unless somebody owns its retries."""
    world = World(webhook(health=health))
    world.deliveries.add_pending(pending(event()))

    assert dispatch(world, event()) == []
    assert world.journal.of("send", "record", "read webhook") == ["record", "read webhook"]
    assert world.wake_ups.sent == woken
    assert world.deliveries.statuses() == {"e1": "PENDING"}


def test_a_disabled_webhook_skips_its_events() -> None:
    """They are recorded as finished, so that they can be redelivered; nothing is sent, nobody is woken."""
    world = World(webhook(status=Status.DISABLED, health=failing()))

    assert dispatch(world, event()) == []
    assert world.journal.of("send", "wake up", "mark failing", "read webhook") == []
    assert world.deliveries.log["wh_1", event().key] == replace(
        pending(event()), status=DeliveryStatus.SKIPPED, finished_at=NOW
    )


def test_a_retired_webhook_gets_and_records_nothing() -> None:
    """Beside others that get theirs."""
    hooks = urls("wh_1", "wh_2")
    world = World(replace(hooks["wh_1"], status=Status.RETIRED), hooks["wh_2"])

    dispatch(world, event())

    assert world.deliveries.statuses("wh_1") == {}
    assert world.deliveries.statuses("wh_2") == {"e1": "DELIVERED"}


def test_many_events_leave_in_batches() -> None:
    """At most 100 in a POST, one POST after the other."""
    world = World(webhook())

    answer = dispatch(world, *events(250))

    assert [attempted.events for attempted in answer] == [100, 100, 50]
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}
    assert world.journal.of("record") == ["record"]


def test_batches_after_a_failed_one_wait_with_it() -> None:
    """What came before is delivered, what comes after is not attempted, and nobody is woken twice."""
    world = World(webhook())
    world.sender.answers[URL] = [delivered(), failed()]

    dispatch(world, *events(301))

    statuses = list(world.deliveries.statuses().values())
    assert len(world.sender.requests) == 2
    assert sorted(set(statuses)) == ["DELIVERED", "PENDING"]
    assert statuses.count("DELIVERED") == 100
    refused_with = [delivery.refused_with for delivery in world.deliveries.pending.values()]
    assert (refused_with.count(99), refused_with.count(0)) == (100, 101)
    assert [(one.delivered, len(one.keys)) for one in world.deliveries.attempts] == [(True, 100), (False, 100)]
    assert world.wake_ups.sent == [("1010", "wh_1", 5)]


def test_large_events_leave_one_by_one() -> None:
    """A POST holds no more than 96 KiB unless one event does."""
    world = World(webhook())

    dispatch(world, *[sized_event(200_000, f"e{number}") for number in range(3)])

    assert [request.headers["webhook-id"] for request in world.sender.requests] == ["e0", "e1", "e2"]
