"""Dispatch, where our own side fails: nobody is blamed, and the repeated invocation makes it good."""

import pytest

from recado.ports.sending import OurFaultError, OutOfTimeError
from recado.rules.webhook.webhook import Health, HealthState
from tests.unit.builders import (
    delivered,
    event,
    events,
    failed,
    webhook,
)
from tests.unit.use_cases.fakes.invocations import URL, dispatch, urls
from tests.unit.use_cases.fakes.journal import FAULT
from tests.unit.use_cases.fakes.sending_fakes import World


def test_one_webhooks_own_fault_leaves_the_others_recorded() -> None:
    """Its credentials cannot be opened: it is not blamed, the others are settled, and then the fault is raised."""
    hooks = urls("wh_1", "wh_2", "wh_3")
    world = World(*hooks.values())
    world.vault.broken = {"wh_1"}
    world.sender.answers[hooks["wh_3"].target_url] = [failed()]

    with pytest.raises(OurFaultError):
        dispatch(world, event())

    assert world.deliveries.statuses("wh_1") == {}
    assert world.deliveries.statuses("wh_2") == {"e1": "DELIVERED"}
    assert world.deliveries.statuses("wh_3") == {"e1": "PENDING"}
    assert world.webhook("wh_1").health == Health()
    assert world.webhook("wh_3").health.state is HealthState.FAILING
    assert world.webhook("wh_3").lane.owner is not None


def test_the_repeated_invocation_makes_good_what_failed_on_our_side() -> None:
    """It sends only what the first one did not."""
    hooks = urls("wh_1", "wh_2")
    world = World(*hooks.values())
    world.vault.broken = {"wh_1"}
    with pytest.raises(OurFaultError):
        dispatch(world, event())
    world.vault.broken = set()
    world.sender.requests.clear()

    dispatch(world, event())

    assert [request.url for request in world.sender.requests] == [hooks["wh_1"].target_url]
    assert world.deliveries.statuses("wh_1") == {"e1": "DELIVERED"}


@pytest.mark.parametrize("error", [FAULT, RuntimeError("a bug")])
def test_a_fault_among_batches_keeps_what_was_delivered(error: Exception) -> None:
    """The rest is not in the backlog: the repeated invocation sends it, and no receiver is blamed."""
    world = World(webhook())
    world.sender.answers[URL] = [delivered(), error]

    with pytest.raises(type(error)):
        dispatch(world, *events(250))

    assert list(world.deliveries.statuses().values()) == ["DELIVERED"] * 100
    assert world.webhook().health == Health()
    assert world.wake_ups.sent == []


def test_without_time_for_an_attempt_nothing_is_blamed() -> None:
    """The events that were not attempted are left to the repeated invocation."""
    world = World(webhook())
    world.sender.answers[URL] = [OutOfTimeError("no time")]

    with pytest.raises(OutOfTimeError):
        dispatch(world, event())

    assert world.deliveries.statuses() == {}
    assert world.webhook().health == Health()


@pytest.mark.parametrize("call", ["claim", "wake up"])
def test_a_fault_while_settling_leaves_the_others_settled(call: str) -> None:
    """The event is in the backlog already, and the repeated invocation finds it there."""
    hooks = urls("wh_1", "wh_2")
    world = World(*hooks.values())
    for hook in hooks.values():
        world.sender.answers[hook.target_url] = [failed()]
    world.journal.fail(call)

    with pytest.raises(OurFaultError):
        dispatch(world, event())

    assert world.deliveries.statuses("wh_1") == world.deliveries.statuses("wh_2") == {"e1": "PENDING"}
    assert (world.webhook("wh_1").lane.owner is None) is (call == "claim")
    assert world.webhook("wh_2").health.state is HealthState.FAILING
    assert len(world.wake_ups.sent) == 1

    dispatch(world, event())

    assert len(world.sender.requests) == 2
    assert world.webhook("wh_1").lane.owner is not None


def test_a_reading_that_fails_is_made_good_by_the_repeated_invocation() -> None:
    """Everything is recorded, nobody is blamed, and nobody owns what waits until then."""
    world = World(webhook())
    world.sender.answers[URL] = [failed()]
    world.journal.fail("read webhooks", 2)

    with pytest.raises(OurFaultError):
        dispatch(world, event())
    assert (world.deliveries.statuses(), world.webhook()) == ({"e1": "PENDING"}, webhook())

    dispatch(world, event())

    assert (len(world.sender.requests), len(world.wake_ups.sent)) == (1, 1)


@pytest.mark.parametrize("call", ["read webhooks", "look up", "record"])
def test_a_fault_before_anything_is_recorded_is_raised(call: str) -> None:
    """Nobody is woken and nobody is declared failing for what is not in the backlog."""
    world = World(webhook())
    world.sender.answers[URL] = [failed()]
    world.journal.fail(call)

    with pytest.raises(OurFaultError):
        dispatch(world, event())

    assert world.journal.of("wake up", "claim") == []
    assert world.deliveries.statuses() == {}


def test_one_webhook_that_cannot_be_recorded_harms_no_other() -> None:
    """Of a hot partition, say: the others are recorded and settled, and the repeated invocation sends to them no more.

    What is not in the backlog wakes nobody.
    """
    hooks = urls("wh_1", "wh_2", "wh_3")
    world = World(*hooks.values())
    world.deliveries.unwritable = {"wh_1"}
    for one in ("wh_1", "wh_3"):
        world.sender.answers[hooks[one].target_url] = [failed()]

    with pytest.raises(OurFaultError):
        dispatch(world, event())

    assert world.webhook("wh_1") == hooks["wh_1"]
    assert world.deliveries.statuses("wh_2") == {"e1": "DELIVERED"}
    assert world.webhook("wh_3").lane.owner is not None
    world.deliveries.unwritable = set()
    world.sender.requests.clear()

    dispatch(world, event())

    assert [request.url for request in world.sender.requests] == [hooks["wh_1"].target_url]
    assert world.deliveries.statuses("wh_1") == {"e1": "DELIVERED"}
