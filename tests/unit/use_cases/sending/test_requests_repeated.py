"""Requests that come again with their key, and those that our side fails at."""

import pytest

from recado.ports.activity import KeyReusedError
from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import ActivityKind
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.webhook.lane import Lane
from tests.support.acts import once
from tests.unit.builders import webhook
from tests.unit.use_cases.fakes.invocations import redeliver_as_owner
from tests.unit.use_cases.fakes.jobs import logged, start
from tests.unit.use_cases.fakes.sending_fakes import World
from tests.unit.use_cases.sending.requesting import DELIVERED, ask, found


def test_a_request_that_comes_again_with_its_key_has_its_effect_once() -> None:
    """It is answered with how the delivery stands now; nobody is woken a second time."""
    world = logged(World(webhook()), DELIVERED)
    world.requests().one(world.webhook(), DELIVERED, once())
    redeliver_as_owner(world)
    world.journal.calls.clear()

    answer = world.requests().one(world.webhook(), found(world), once())

    assert (answer, world.journal.calls) == (found(world), [])
    assert (len(world.wake_ups.sent), world.activities.kinds) == (1, [ActivityKind.REDELIVERED])
    assert answer.status is DeliveryStatus.DELIVERED


def test_a_request_that_comes_twice_at_once_with_its_key_has_its_effect_once() -> None:
    """The other was quicker, between the look and the write: the answer is what that one has made."""
    world = logged(World(webhook()), DELIVERED)
    world.journal.before("ask", 1, lambda: world.requests().one(world.webhook(), DELIVERED, once()))

    answer = world.requests().one(world.webhook(), DELIVERED, once())

    assert answer == found(world)
    assert (len(world.deliveries.pending), len(world.wake_ups.sent), len(world.told)) == (1, 1, 1)


def test_a_key_of_another_request_is_refused() -> None:
    """Whatever it is about."""
    world = logged(World(webhook()), DELIVERED)
    world.requests().one(world.webhook(), DELIVERED, once())

    with pytest.raises(KeyReusedError):
        world.requests().one(world.webhook(), DELIVERED, once(request="another"))
    with pytest.raises(KeyReusedError):
        world.requests().cancel(world.webhook(), found(world), once(request="another"))
    with pytest.raises(KeyReusedError):
        world.requests().send_now(world.webhook(), once(request="another"))


def test_what_cannot_be_asked_for_is_our_fault() -> None:
    """Nothing is written, nothing is sent, and nobody is told."""
    world = logged(World(webhook()), DELIVERED)
    world.journal.fail("ask")

    with pytest.raises(OurFaultError):
        ask(world)
    assert (world.webhook().lane, world.deliveries.pending, world.wake_ups.sent) == (Lane(), {}, [])
    assert world.activities.kept == world.told == []


@pytest.mark.parametrize("many", [False, True])
def test_a_wake_up_that_is_refused_leaves_what_was_asked_for_with_an_owner(many: bool) -> None:
    """It is due, and the sweep wakes it: what was asked for is sent all the same."""
    world = logged(World(webhook()), DELIVERED)
    world.journal.fail("wake up")
    with pytest.raises(OurFaultError):
        start(world) if many else ask(world)
    world.later(60_000)

    assert world.sweep()().woken == 1
    redeliver_as_owner(world)

    assert len(world.deliveries.attempts_at("e1")) == 1
