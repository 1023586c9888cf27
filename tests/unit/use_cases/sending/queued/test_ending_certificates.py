"""Client certificates that are about to end: told with the sweep, each moment once, whatever was missed."""

from dataclasses import replace

import pytest

from recado.ports.endings import Ending
from recado.ports.sending import OurFaultError
from recado.rules.webhook.authentication.ending import next_told_at
from recado.rules.webhook.webhook import Status
from tests.unit.builders import NOW, certificate, webhook
from tests.unit.use_cases.fakes.sending_fakes import World

DAY = 24 * 60 * 60 * 1000
ENDING = "WEBHOOK_CERTIFICATE_ENDING"


def world_with(*names: str, ends_in_days: float = 40, status: Status = Status.ACTIVE) -> World:
    """Build a world with webhooks whose certificates end then."""
    world = World(*(webhook(name, client_certificate=certificate(ends_in_days), status=status) for name in names))
    for name in names:
        world.endings.told_at["1010", name] = next_told_at(certificate(ends_in_days), NOW)
    return world


def told_on(world: World, days: int) -> list[int]:
    """Sweep every five minutes of so many days; return the days on which somebody was told."""
    told = []
    for _ in range(days * 24 * 12):
        world.later(300_000)
        before = len(world.alerts.sent)
        world.sweep()()
        told += [(world.now - NOW) // DAY] * (len(world.alerts.sent) - before)
    return told


def test_it_is_told_three_times() -> None:
    """Thirty, seven and one day before the end, and not after that."""
    world = world_with("wh_1")

    assert told_on(world, 50) == [10, 33, 39]
    assert world.alerts.kinds == [ENDING] * 3
    assert [alert.certificate for alert in world.alerts.sent] == [certificate(40)] * 3


@pytest.mark.parametrize(("days", "left"), [(11, ["in 29 days"]), (38, ["in 2 days"]), (41, ["has ended"])])
def test_what_was_missed_in_an_outage_is_told_once(days: int, left: list[str]) -> None:
    """With the days that are left then, and goes on with the next moment."""
    world = world_with("wh_1")
    world.later(days * DAY)

    world.sweep()()
    world.sweep()()

    assert len(world.alerts.sent) == 1
    assert left[0] in world.alerts.sent[0].text()
    assert world.endings.told_at["1010", "wh_1"] == next_told_at(certificate(40), world.now)


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_webhook_that_is_off_is_told_of_too(status: Status) -> None:
    """Whoever switches it on again finds out no sooner otherwise."""
    world = world_with("wh_1", ends_in_days=30.5, status=status)
    world.later(DAY)

    world.sweep()()

    assert world.alerts.kinds == [ENDING]


def test_of_two_who_look_at_once_one_tells() -> None:
    """The other's write is refused."""
    world = world_with("wh_1", ends_in_days=30.5)
    world.later(DAY)
    [seen] = world.endings.due(world.now)
    world.endings.stale = [seen]

    world.sweep()()

    assert world.alerts.kinds == [ENDING]


def test_a_certificate_that_was_replaced_meanwhile_is_left_to_its_own_times() -> None:
    """The index still has those of the one before."""
    world = world_with("wh_1", ends_in_days=400)
    world.endings.stale = [Ending("1010", "wh_1", NOW - 1)]

    world.sweep()()

    assert world.alerts.sent == []
    assert world.endings.told_at["1010", "wh_1"] == NOW + 370 * DAY


def test_what_is_gone_is_told_by_nobody() -> None:
    """Neither a certificate that was taken away, nor a webhook that was removed."""
    world = world_with("wh_1", ends_in_days=30.5)
    world.webhooks.kept["1010", "wh_1"] = replace(world.webhook(), client_certificate=None)
    world.endings.stale = [Ending("1010", "wh_gone", NOW)]
    world.later(DAY)

    world.sweep()()

    assert world.alerts.sent == []
    assert "move ending" not in world.journal.calls


def test_our_own_fault_with_one_keeps_no_other_untold() -> None:
    """It is raised at the end, and that one is told by the next sweep."""
    world = world_with("wh_1", "wh_2", ends_in_days=30.5)
    world.later(DAY)
    world.endings.faults = 1

    with pytest.raises(OurFaultError):
        world.sweep()()
    assert [alert.webhook_id for alert in world.alerts.sent] == ["wh_2"]

    world.sweep()()
    assert [alert.webhook_id for alert in world.alerts.sent] == ["wh_2", "wh_1"]


def test_a_fault_with_what_sleeps_keeps_no_certificate_untold() -> None:
    """They have nothing to do with each other."""
    world = world_with("wh_1", ends_in_days=30.5)
    world.later(DAY)
    get, calls = world.webhooks.get, []

    def fail_once(account_id: str, webhook_id: str) -> object:
        calls.append(webhook_id)
        if len(calls) == 1:
            raise OurFaultError
        return get(account_id, webhook_id)

    world.webhooks.get = fail_once  # type: ignore[method-assign,assignment]
    with pytest.raises(OurFaultError):
        world.sweep()()

    assert world.alerts.kinds == [ENDING]
