"""Requests: one delivery again; the owner with what it is to send, and the wake-up last."""

from dataclasses import replace

import pytest

from recado.ports.managing import VersionConflictError
from recado.rules.activity.activity import Activity, ActivityKind
from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Status
from recado.use_cases.sending.asking import NotActiveError
from recado.use_cases.sending.requests import NotWaitingError, NotWantedError
from tests.support.acts import ADMIN, once
from tests.unit.builders import NOW, OTHER_NAME, event, failing, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver, redeliver_as_owner
from tests.unit.use_cases.fakes.jobs import logged, start
from tests.unit.use_cases.fakes.sending_fakes import World
from tests.unit.use_cases.sending.requesting import ASIDE, COPIED, DELIVERED, WAITS, ask, found


def waiting_world(*waiting: Delivery) -> World:
    """Build a world whose webhook fails, and waits for its next attempt."""
    world = World(webhook(health=failing(), lane=owned(NOW + 300_000)))
    world.deliveries.add_pending(*waiting)
    return world


def test_one_delivery_is_sent_again() -> None:
    """A new wake-up owns the webhook, and the copy waits, in one step; then the wake-up is sent; who asked is known."""
    world = logged(World(webhook()), DELIVERED)

    answer = ask(world)

    assert world.journal.calls == ["ask", "renew", "wake up", "tell"]
    assert (world.webhook().lane, world.wake_ups.sent) == (owned(owner="t1", asked_at=NOW), [("t1", 0)])
    assert answer == replace(DELIVERED, requested_at=NOW, requested_by=ADMIN.name) == found(world)
    [copy] = world.deliveries.pending.values()
    assert copy == DELIVERED.again(NOW, ADMIN.name)

    redeliver_as_owner(world)

    assert world.deliveries.statuses() == {"e1": "DELIVERED"}
    assert [one.requested_by for one in world.deliveries.attempts_at("e1")] == [ADMIN.name]


@pytest.mark.parametrize("ahead_ms", [0, 1, 5_000])
def test_what_ended_at_this_moment_or_by_a_clock_that_is_ahead_is_sent_again(ahead_ms: int) -> None:
    """It shows that a copy waits, which can be withdrawn."""
    ended = replace(DELIVERED, finished_at=NOW + ahead_ms)
    world = logged(World(webhook()), ended)

    assert ask(world, ended).waits_again
    assert found(world).waits_again
    assert not world.requests().cancel(world.webhook(), found(world), ADMIN).waits_again
    assert world.deliveries.pending == {}


def test_who_asked_for_which_delivery_is_kept_and_told() -> None:
    """Once, with the change."""
    world = logged(World(webhook()), DELIVERED)

    ask(world)

    kept = Activity("act_1", "1010", "wh_1", ActivityKind.REDELIVERED, NOW, ADMIN, delivery_id=DELIVERED.delivery_id)
    assert world.activities.kept == world.told == [kept]


def test_a_request_takes_over_from_whoever_owns_the_webhook() -> None:
    """A run that sends keeps its lease until it ends; the wake-up that waited for a failing receiver owns nothing more.

    So what somebody asked for leaves now.
    """
    lane = owned(NOW + 300_000, owner="waits", lease_holder="run", lease_until=NOW + 9, rest_until=NOW + 5)
    world = logged(World(webhook(health=failing(), lane=lane)), DELIVERED)

    ask(world)

    assert world.webhook().lane == replace(lane, owner="t1", next_at=NOW, asked_at=NOW, rest_until=None)
    assert redeliver(world).back_in_seconds is None


def test_what_is_pending_gets_no_copy() -> None:
    """It is sent sooner, and its seven days stay what they are."""
    world = waiting_world(WAITS)

    assert ask(world, WAITS) == WAITS

    assert world.journal.calls == ["ask", "wake up", "tell"]
    assert list(world.deliveries.pending.values()) == [WAITS]
    assert world.webhook().lane.next_at == NOW
    redeliver_as_owner(world)
    assert world.deliveries.statuses() == {"e1": "DELIVERED"}


def test_what_is_set_aside_is_moved_back() -> None:
    """Among the others again, in the same step; its seven days stay what they are."""
    world = World(webhook(lane=Lane(next_at=NOW + 9, has_aside=True)))
    world.deliveries.add_pending(WAITS)
    assert world.aside.put(ASIDE, waits=True)
    world.journal.calls.clear()

    answer = ask(world, ASIDE)

    assert world.journal.calls == ["ask", "move back", "wake up", "tell"]
    assert answer == ASIDE.moved_back() == found(world)
    assert (world.aside.kept, answer.expires_at) == ({}, WAITS.expires_at)


def test_a_copy_that_waits_gets_no_second_one() -> None:
    """It is sent sooner; its seven days go on, and whoever wanted it first still did."""
    world = logged(World(webhook()), DELIVERED)
    ask(world)
    before = dict(world.deliveries.pending)
    world.webhooks.set(lane=owned(NOW + 300_000))
    world.later(1_000)

    answer = world.requests().one(world.webhook(), found(world), once())

    assert (answer, world.deliveries.pending) == (COPIED, before)
    assert world.webhook().lane.next_at == NOW + 1_000
    assert world.activities.kinds == [ActivityKind.REDELIVERED] * 2


def test_a_copy_that_is_set_aside_is_moved_back() -> None:
    """Its seven days go on, too."""
    world = logged(World(webhook()), DELIVERED)
    copy = DELIVERED.again(NOW, ADMIN.name)
    world.deliveries.add_pending(copy)
    assert world.aside.put(copy.set_aside(NOW, NOW + 300_000, 2), waits=True)
    world.later(1_000)

    answer = ask(world, found(world))

    assert answer == COPIED == found(world)
    assert (list(world.deliveries.pending.values()), world.aside.kept) == ([copy], {})


def test_a_copy_that_has_expired_unnoticed_is_replaced() -> None:
    """By one that has seven days from now, and waits in its place."""
    world = logged(World(webhook()), DELIVERED)
    ask(world)
    world.later(RETENTION_MS)

    answer = ask(world, found(world))

    [copy] = world.deliveries.pending.values()
    assert copy.requested_at == answer.requested_at == NOW + RETENTION_MS


@pytest.mark.parametrize("aside", [False, True], ids=["in the backlog", "aside"])
def test_what_has_expired_unnoticed_gets_a_copy(aside: bool) -> None:
    """The log has its end, wherever it waited; its copy has seven days from now."""
    expired = pending(event(), created_at=NOW - RETENTION_MS)
    world = World(webhook())
    world.deliveries.add_pending(expired)
    if aside:
        expired = expired.set_aside(NOW - 5, NOW, 1)
        assert world.aside.put(expired, waits=True)

    answer = ask(world, expired)

    logged_end = world.deliveries.log["wh_1", expired.event.key]
    assert (logged_end.status, logged_end.finished_at) == (DeliveryStatus.EXPIRED, expired.expires_at)
    assert (answer.status, answer.requested_at, world.aside.kept) == (DeliveryStatus.EXPIRED, NOW, {})
    redeliver_as_owner(world)
    assert (world.deliveries.statuses(), world.deliveries.pending) == ({"e1": "DELIVERED"}, {})


@pytest.mark.parametrize("delivery", [DELIVERED, WAITS, ASIDE], ids=["delivered", "waits", "aside"])
def test_what_the_webhook_does_not_want_any_more_is_not_sent_again(delivery: Delivery) -> None:
    """It is refused, and nothing is written: a run would withdraw it."""
    world = World(webhook(event_names=(OTHER_NAME,)))

    with pytest.raises(NotWantedError):
        world.requests().one(world.webhook(), delivery, ADMIN)
    assert (world.journal.calls, world.activities.kept) == ([], [])


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_what_is_switched_off_is_not_sent_again(status: Status) -> None:
    """Neither one delivery nor many, also where it is switched off at this moment; nothing is written."""
    off = World(webhook(status=status))
    with pytest.raises(NotActiveError):
        off.requests().one(off.webhook(), DELIVERED, ADMIN)
    with pytest.raises(NotActiveError):
        start(off)
    assert (off.journal.calls, off.activities.kept) == ([], [])

    for call in ("ask", "start job"):
        world = logged(World(webhook()), DELIVERED)
        world.journal.before(call, 1, lambda world=world: world.webhooks.set(status=status))  # type: ignore[misc]  # bound
        with pytest.raises(NotActiveError):
            ask(world) if call == "ask" else start(world)
        assert (world.webhook().lane, world.deliveries.pending) == (Lane(), {})
        assert (world.jobs.kept, world.wake_ups.sent, world.activities.kept, world.told) == ({}, [], [], [])


def test_a_request_for_a_webhook_that_is_gone_is_refused() -> None:
    """Nothing waits for nobody."""
    world = logged(World(), DELIVERED)

    with pytest.raises(VersionConflictError):
        ask(world)
    assert world.deliveries.pending == {}


def test_a_request_for_a_delivery_that_is_gone_is_refused() -> None:
    """It was set aside when it was read, and its retention is over."""
    world = World(webhook())

    with pytest.raises(NotWaitingError):
        ask(world, ASIDE)
    assert (world.activities.kept, world.wake_ups.sent) == ([], [])


def test_what_is_delivered_from_aside_at_this_moment_gets_a_copy() -> None:
    """A run was quicker: it is asked for once more as it stands now, as one act."""
    world = World(webhook(lane=owned(has_aside=True)))
    world.deliveries.add_pending(WAITS)
    aside = WAITS.set_aside(NOW - 5, NOW, 2)
    assert world.aside.put(aside, waits=True)
    world.journal.before("ask", 1, lambda: redeliver(world))

    answer = ask(world, aside)

    assert (answer.status, answer.requested_by) == (DeliveryStatus.DELIVERED, ADMIN.name)
    assert [one.is_copy for one in world.deliveries.pending.values()] == [True]
    assert world.activities.kinds == [ActivityKind.REDELIVERED]


def test_a_request_that_never_finds_what_it_has_read_gives_up() -> None:
    """It is moved each time just before."""
    world = World(webhook())
    world.deliveries.add_pending(WAITS)
    assert world.aside.put(ASIDE, waits=True)
    for number in range(1, 6):
        world.journal.before("ask", number, world.aside.kept.clear)
    world.deliveries.log["wh_1", event().key] = ASIDE

    with pytest.raises(VersionConflictError):
        ask(world, ASIDE)
    assert (world.journal.of("ask"), world.wake_ups.sent) == (["ask"] * 5, [])
