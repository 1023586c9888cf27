"""Redelivery: a wake-up sends a backlog, under a lease, and ends in health or in the next wait."""

import pytest

from recado.rules.delivery.delivery import RETENTION_MS
from recado.rules.webhook.webhook import Health, HealthState, Status
from recado.use_cases.sending.redelivery import Redelivered
from tests.unit.builders import NOW, delivered, event, events, failed, failing, failure, pending, sized_event, webhook
from tests.unit.use_cases.fakes.invocations import URL, WAKE_UP, redeliver, waiting
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World


def test_a_backlog_is_sent_and_health_restored() -> None:
    """Lease, backlog, POST, record, health, and the backlog once more before the lease ends."""
    world = waiting(World(webhook(health=failing("m1", version=4))))

    answer = redeliver(world)

    assert world.journal.calls == [
        "take lease",
        "read backlog",
        "send",
        "finish",
        "read backlog",
        "save health",
        "read backlog",
        "release lease",
    ]
    assert world.deliveries.statuses() == {"e0": "DELIVERED"}
    assert world.webhook().health == Health(version=5)
    assert world.webhooks.leases == {}
    assert answer == Redelivered(WAKE_UP, None, (delivered(),))


def test_what_came_after_the_health_was_restored_is_sent_as_well() -> None:
    """Its dispatcher may have read that the webhook was failing, and left the event to us."""
    world = waiting(World(webhook(health=failing())))
    world.journal.before("read backlog", 3, lambda: world.deliveries.add_pending(pending(event("late"))))

    redeliver(world)

    assert world.deliveries.statuses() == {"e0": "DELIVERED", "late": "DELIVERED"}
    assert world.journal.calls[-8:] == [
        "read backlog",
        "read webhook",
        "send",
        "finish",
        "read backlog",
        "save health",
        "read backlog",
        "release lease",
    ]
    assert world.webhook().health.version == 3


@pytest.mark.parametrize("health", [Health(version=7), failing("m1", version=7)])
def test_an_empty_backlog_restores_health_under_a_new_version(health: Health) -> None:
    """Also of a healthy webhook: a dispatcher that is about to declare it failing must find its reading outdated."""
    world = World(webhook(health=health))

    assert redeliver(world) == Redelivered(WAKE_UP, None)
    assert world.journal.calls == ["take lease", "read backlog", "save health", "read backlog", "release lease"]
    assert world.webhook().health == Health(version=8)


def test_a_long_backlog_leaves_in_order_in_few_posts() -> None:
    """100 events a POST, oldest first, under one lease."""
    world = waiting(World(webhook(health=failing())), 250)

    answer = redeliver(world)

    sizes = [request.body.count(b"eventId") for request in world.sender.requests]
    firsts = [
        request.body.index(event.event_id.encode())
        for request, event in zip(world.sender.requests, events(201)[::100], strict=True)
    ]
    assert sizes == [100, 100, 50]
    assert all(position > 0 for position in firsts)
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}
    assert world.journal.of("take lease", "release lease") == ["take lease", "release lease"]
    assert len(answer.attempts) == 3


def test_a_failure_waits_longer_and_keeps_its_message() -> None:
    """The attempt is recorded, the health stored and the lease ended in one step, then the message is postponed.

    What waits is left as it is.
    """
    world = waiting(
        World(webhook(health=failing("m1", version=4, attempts=3, failing_since=NOW - 35_000, alerted_at=NOW))), 2
    )
    world.sender.answers[URL] = [failed(503)]

    answer = redeliver(world)

    assert world.journal.calls == ["take lease", "read backlog", "send", "record", "save health", "postpone"]
    assert world.webhook().health == Health(
        state=HealthState.FAILING,
        version=5,
        failing_since=NOW - 35_000,
        attempts=4,
        next_attempt_at=NOW + 40_000,
        last_error=failure(503),
        owner="m1",
        alerted_at=NOW,
    )
    assert list(world.deliveries.pending.values()) == [pending(one) for one in events(2)]
    assert [(one.status_code, len(one.keys)) for one in world.deliveries.attempts] == [(503, 2)]
    assert world.webhooks.leases == {}
    assert world.wake_ups.postponed == [("r1", 40)]
    assert world.wake_ups.sent == []
    assert answer == Redelivered(WAKE_UP, 40, (failed(503),))


def test_a_wake_up_that_met_a_healthy_webhook_owns_its_retries() -> None:
    """Nobody else does."""
    world = waiting(World(webhook(health=Health(version=2))))
    world.sender.answers[URL] = [failed()]

    assert redeliver(world).back_in_seconds == 5
    assert world.webhook().health == Health(
        state=HealthState.FAILING,
        version=3,
        failing_since=NOW,
        attempts=1,
        next_attempt_at=NOW + 5_000,
        last_error=failure(),
        owner="m1",
        alerted_at=NOW,
    )


def test_the_head_of_a_backlog_is_all_that_a_dead_receiver_gets() -> None:
    """One POST for each wait, however many events wait."""
    world = waiting(World(webhook(health=failing())), 250)
    world.sender.answers[URL] = [failed()]

    redeliver(world)

    assert len(world.sender.requests) == 1
    assert len(world.deliveries.pending) == 250


def test_a_failure_after_a_success_starts_the_schedule_anew() -> None:
    """The receiver has answered: the wait is five seconds again, and the seven days count from now."""
    world = waiting(World(webhook(health=failing("m1", attempts=9, failing_since=NOW - 900_000))), 101)
    world.sender.answers[URL] = [delivered(), failed()]

    answer = redeliver(world)

    assert answer.back_in_seconds == 5
    assert (world.webhook().health.attempts, world.webhook().health.failing_since) == (1, NOW)
    assert world.webhook().health.owner == "m1"


def test_retry_after_is_honoured() -> None:
    """The message comes back when the receiver asked for it, up to an hour."""
    world = waiting(World(webhook(health=failing())))
    world.sender.answers[URL] = [failed(429, retry_after=3600)]

    assert redeliver(world).back_in_seconds == 3600
    assert world.webhook().health.next_attempt_at == NOW + 3_600_000


def test_a_receiver_that_is_gone_is_disabled_and_left_alone() -> None:
    """410: the message is done, the backlog waits in case the webhook is switched on again."""
    world = waiting(World(webhook(health=failing())))
    world.sender.answers[URL] = [failed(410)]

    answer = redeliver(world)

    assert answer == Redelivered(WAKE_UP, None, (failed(410),))
    assert world.webhook().status is Status.DISABLED
    assert world.deliveries.statuses() == {"e0": "PENDING"}
    assert world.webhooks.leases == {}


def test_a_held_lease_is_met_again_soon() -> None:
    """Nothing is read or sent, and the wake-up is not dropped."""
    world = waiting(World(webhook(health=failing())))
    world.webhooks.leases["wh_1"] = ("another", NOW)

    answer = redeliver(world)

    assert answer == Redelivered(WAKE_UP, 2)
    assert world.journal.calls == ["take lease", "postpone"]
    assert world.webhooks.leases == {"wh_1": ("another", NOW)}


def test_a_lease_ends_by_itself() -> None:
    """Whoever died with it held it until just after the end of its invocation."""
    world = waiting(World(webhook(health=failing())))
    world.webhooks.leases["wh_1"] = ("dead", NOW - 1)
    held: list[tuple[str, int]] = []
    world.journal.before("send", 1, lambda: held.append(world.webhooks.leases["wh_1"]))

    redeliver(world, FixedDeadline(100.0))

    assert [until for _, until in held] == [NOW + 102_000]
    assert world.deliveries.statuses() == {"e0": "DELIVERED"}


def test_a_webhook_that_was_removed_needs_no_wake_up() -> None:
    """The message is done."""
    world = World()

    assert redeliver(world) == Redelivered(WAKE_UP, None)
    assert world.journal.calls == ["take lease"]


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_webhook_that_is_switched_off_is_left_alone(status: Status) -> None:
    """Its backlog waits; switching it on sends another wake-up."""
    world = waiting(World(webhook(status=status, health=failing())))

    assert redeliver(world) == Redelivered(WAKE_UP, None)
    assert world.journal.calls == ["take lease", "release lease"]
    assert world.webhooks.leases == {}


def test_a_wake_up_that_does_not_own_the_retries_ends_quietly() -> None:
    """The owner is on its way: two would double the attempts."""
    world = waiting(World(webhook(health=failing("another"))))

    assert redeliver(world) == Redelivered(WAKE_UP, None)
    assert world.journal.calls == ["take lease", "release lease"]
    assert world.webhook().health == failing("another")


@pytest.mark.parametrize(("early_ms", "back"), [(1, 1), (1000, 1), (1001, 2), (2_700_000, 2_700)])
def test_a_wake_up_that_comes_too_early_waits_for_the_rest(early_ms: int, back: int) -> None:
    """The receiver is not attempted before its time."""
    world = waiting(World(webhook(health=failing("m1", next_attempt_at=NOW + early_ms))))

    assert redeliver(world) == Redelivered(WAKE_UP, back)
    assert world.journal.calls == ["take lease", "release lease", "postpone"]


def test_what_has_waited_for_seven_days_expires() -> None:
    """It is finished without an attempt; what is younger is sent."""
    world = World(webhook(health=failing()))
    old, young = (
        pending(event("old"), created_at=NOW - RETENTION_MS),
        pending(event("young"), created_at=NOW - RETENTION_MS + 1),
    )
    world.deliveries.add_pending(old, young)

    redeliver(world)

    assert world.deliveries.statuses() == {"old": "EXPIRED", "young": "DELIVERED"}
    assert world.deliveries.log["wh_1", old.event.key].finished_at == NOW
    assert b"old" not in world.sender.requests[0].body


def test_a_backlog_of_expired_events_is_cleared_without_a_post() -> None:
    """And the webhook is healthy again, as far as anybody knows."""
    world = World(webhook(health=failing("m1", version=1)))
    world.deliveries.add_pending(*(pending(one, created_at=0) for one in events(150)))

    answer = redeliver(world)

    assert answer == Redelivered(WAKE_UP, None, expired=150)
    assert set(world.deliveries.statuses().values()) == {"EXPIRED"}
    assert world.webhook().health == Health(version=2)


def test_large_events_leave_one_by_one() -> None:
    """A POST holds no more than 256 KB; the head is read anew after each."""
    world = World(webhook(health=failing()))
    world.deliveries.add_pending(*(pending(sized_event(200_000, f"e{number}")) for number in range(3)))

    redeliver(world)

    assert [request.headers["webhook-id"] for request in world.sender.requests] == ["e0", "e1", "e2"]
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}
