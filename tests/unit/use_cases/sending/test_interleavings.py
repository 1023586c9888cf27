"""Whatever the order of the steps, whoever dies: no event is stranded and no receiver is left failing."""

from collections.abc import Iterable

import pytest

from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Health, HealthState
from recado.use_cases.sending import dispatch as dispatch_module
from tests.unit.builders import event, failing, webhook
from tests.unit.use_cases.fakes.interleavings import BusyWorld

EVENTS = [event(f"e{number}") for number in range(3)]
ALL_DELIVERED = {"e0": "DELIVERED", "e1": "DELIVERED", "e2": "DELIVERED"}


def busy(seed: int, *, health: Health | None = None, deaths: int = 0, refusals: int = 0) -> BusyWorld:
    """Run three dispatchers and two redeliveries at once, then let everything settle."""
    world = BusyWorld(seed, webhook(health=health or Health()), deaths=deaths, refusals=refusals)
    if world.webhook().health.owner is not None:
        world.wake_ups.add("m1")
    world.run(*(world.dispatcher(one) for one in EVENTS), world.redelivery(), world.redelivery())
    world.settle()
    return world


def stranded(worlds: Iterable[BusyWorld]) -> list[BusyWorld]:
    """Return the worlds in which an event waits for ever, or a webhook is left failing."""
    return [
        world for world in worlds if world.deliveries.pending or world.webhook().health.state is not HealthState.HEALTHY
    ]


@pytest.mark.parametrize("health", [Health(), failing("m1")], ids=["healthy", "failing"])
@pytest.mark.parametrize("first_seed", range(0, 400, 100))
def test_no_event_is_stranded(first_seed: int, health: Health) -> None:
    """In the end everything is delivered, the webhook is healthy, and no wake-up is left."""
    for seed in range(first_seed, first_seed + 100):
        world = busy(seed, health=health, deaths=2, refusals=3)

        assert not stranded([world]), seed
        assert world.deliveries.statuses() == ALL_DELIVERED, seed


def test_without_a_death_nothing_is_delivered_twice() -> None:
    """The lease keeps two redeliveries apart, and a dispatcher sends what is in no backlog."""
    worlds = [busy(seed, refusals=2) for seed in range(200)]
    lively = [world for world in worlds if not world.died]

    assert len(lively) > 100
    for world in lively:
        assert sorted(world.sender.acknowledged) == ["e0", "e1", "e2"]


def test_an_admin_may_switch_a_webhook_off_and_on_meanwhile() -> None:
    """The backlog waits and is woken; what came while the webhook was off was not wanted."""
    for seed in range(200):
        world = BusyWorld(seed, webhook(), deaths=1, refusals=3)
        world.run(
            *(world.dispatcher(one) for one in EVENTS),
            world.redelivery(),
            world.redelivery(),
            world.switched(Changes(active=False), Changes(active=True)),
        )
        world.settle()

        assert not stranded([world]), seed
        assert set(world.deliveries.statuses().values()) <= {"DELIVERED"}, seed


def test_a_wrong_order_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the dispatcher's second look at the health, some order strands an event: the search finds it."""
    monkeypatch.setattr(dispatch_module, "wake_if_idle", lambda *_arguments: None)

    assert stranded(busy(seed, deaths=2, refusals=3) for seed in range(200))
