"""Sending now: what waits leaves at once, whatever it was waiting for."""

from dataclasses import replace

import pytest

from recado.ports.managing import VersionConflictError, WaitingSummary
from recado.ports.sending import Waiting
from recado.rules.activity.activity import Activity, ActivityKind
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Status
from recado.use_cases.sending.asking import NotActiveError
from tests.support.acts import ADMIN, once
from tests.unit.builders import NOW, event, failing, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver_as_owner, waiting
from tests.unit.use_cases.fakes.sending_fakes import World

ASIDE = pending(event("aside", timestamp=NOW - 9)).set_aside(NOW - 5, NOW + 290_000, 2)


def failing_world() -> World:
    """Build a world whose webhook fails, and waits for five minutes; two events wait, one is set aside."""
    world = waiting(World(webhook(health=failing(), lane=owned(NOW + 300_000, has_aside=True))), 2)
    assert world.aside.put(ASIDE, waits=False)
    world.journal.calls.clear()
    return world


def test_what_waits_is_sent_now() -> None:
    """The backlog and what is set aside; the answer says what that is, and who asked is kept and told."""
    world = failing_world()

    summary = world.requests().send_now(world.webhook(), ADMIN)

    assert summary == WaitingSummary(Waiting(3), Waiting(1), NOW - 9)
    assert world.journal.calls == ["ask", "wake up", "tell"]
    assert world.activities.kept == world.told == [Activity("act_1", "1010", "wh_1", ActivityKind.SENT_NOW, NOW, ADMIN)]
    assert world.wake_ups.sent == [("t1", 0)]
    redeliver_as_owner(world)
    assert world.deliveries.statuses() == {"aside": "DELIVERED", "e0": "DELIVERED", "e1": "DELIVERED"}


def test_nothing_that_waits_is_no_error() -> None:
    """Whoever asks has seen that something did; a wake-up for nothing costs no POST."""
    world = World(webhook())

    assert world.requests().send_now(world.webhook(), ADMIN) == WaitingSummary(Waiting(0), Waiting(0))
    redeliver_as_owner(world)

    assert (world.sender.requests, world.webhook().lane.owner) == ([], None)


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_nothing_is_sent_now_to_a_webhook_that_is_off(status: Status) -> None:
    """Also where it is switched off at this moment; nothing is written, and nobody is told."""
    off = World(webhook(status=status))
    with pytest.raises(NotActiveError):
        off.requests().send_now(off.webhook(), ADMIN)

    world = failing_world()
    lane = world.webhook().lane
    world.journal.before("ask", 1, lambda: world.webhooks.set(status=status))
    with pytest.raises(NotActiveError):
        world.requests().send_now(world.webhook(), ADMIN)

    assert (world.webhook().lane, world.wake_ups.sent, world.activities.kept, world.told) == (lane, [], [], [])


def test_a_webhook_that_is_switched_on_again_meanwhile_is_sent_to() -> None:
    """It is asked for as it is now."""
    world = failing_world()

    def off() -> None:
        world.webhooks.set(status=Status.RETIRED)

    world.journal.before("ask", 1, off)
    world.journal.before("read webhook", 1, lambda: world.webhooks.set(status=Status.ACTIVE, lane=Lane()))

    world.requests().send_now(world.webhook(), ADMIN)

    assert world.webhook().lane == owned(owner="t2", asked_at=NOW)
    assert (world.activities.kinds, world.wake_ups.sent) == ([ActivityKind.SENT_NOW], [("t2", 0)])


def test_a_webhook_that_is_switched_time_and_again_is_given_up() -> None:
    """Nobody holds a request up for ever."""
    world = failing_world()
    for number in range(1, 6):
        world.journal.before("ask", number, lambda: world.webhooks.set(status=Status.RETIRED))
        world.journal.before("read webhook", number, lambda: world.webhooks.set(status=Status.ACTIVE))

    with pytest.raises(VersionConflictError):
        world.requests().send_now(world.webhook(), ADMIN)
    assert (world.journal.of("ask"), world.wake_ups.sent) == (["ask"] * 5, [])


def test_a_webhook_that_is_gone_is_not_sent_to() -> None:
    """It was removed after it was read."""
    with pytest.raises(VersionConflictError):
        World().requests().send_now(webhook(), ADMIN)


@pytest.mark.parametrize("at_once", [False, True], ids=["later", "at once"])
def test_a_request_that_comes_again_with_its_key_wakes_nobody_else(at_once: bool) -> None:
    """It is answered with what waits now; another key is another request."""
    world = failing_world()

    def send_now() -> None:
        world.requests().send_now(world.webhook(), once())

    if at_once:
        world.journal.before("ask", 1, send_now)
    else:
        send_now()
        redeliver_as_owner(world)

    summary = world.requests().send_now(world.webhook(), once())

    assert summary.waiting == Waiting(3 if at_once else 0)
    assert (len(world.wake_ups.sent), world.activities.kinds) == (1, [ActivityKind.SENT_NOW])
    world.requests().send_now(world.webhook(), once("another"))
    assert len(world.wake_ups.sent) == 2


def test_a_key_counts_in_its_account_alone() -> None:
    """Another account may use the same."""
    world = World(webhook(), webhook("wh_2", account_id="2020"))

    world.requests().send_now(world.webhook(), once())
    world.requests().send_now(world.webhook("wh_2", "2020"), once())

    assert [act.account_id for act in world.activities.kept] == ["1010", "2020"]


def test_a_run_that_sends_goes_on_until_its_post_is_out() -> None:
    """Its lease stays; the new owner comes after it."""
    lane = owned(NOW + 9, lease_holder="run", lease_until=NOW + 9)
    world = waiting(World(webhook(lane=lane)))

    world.requests().send_now(world.webhook(), ADMIN)

    assert world.webhook().lane == replace(lane, owner="t1", next_at=NOW, asked_at=NOW)
    assert redeliver_as_owner(world).back_in_seconds == 5
