"""Redelivery: a wake-up sends the backlog that it owns, under a lease, until nothing waits or a POST fails."""

from dataclasses import replace

import pytest

from recado.ports.sending import Lease
from recado.rules.activity.activity import RECADO, ActivityKind
from recado.rules.delivery.delivery import RETENTION_MS
from recado.rules.sending.stuck import Stuck
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane
from recado.rules.webhook.webhook import Health, HealthState, Status, Webhook
from recado.use_cases.sending.queued.progress import Progress
from recado.use_cases.sending.queued.redelivery import Redelivered
from tests.unit.builders import NOW, delivered, events, failed, failing, failure, owned, pending, sized_event, webhook
from tests.unit.use_cases.fakes.activity_fakes import disabled_by_recado
from tests.unit.use_cases.fakes.invocations import URL, WAKE_UP, owned_world, redeliver, sizes
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

GIVEN_UP = Lane(next_at=NOW + LATE_LOOK_MS)


def test_a_backlog_is_sent_and_then_given_up() -> None:
    """Lease, backlog, POST, record; the webhook is read again; nobody owns it, and the backlog is read once more."""
    world = owned_world()

    answer = redeliver(world)

    assert world.journal.calls == [
        *["take lease", "read backlog", "send", "finish"],
        *["read webhook", "read backlog", "read aside", "give up", "read backlog"],
    ]
    assert world.deliveries.statuses() == {"e0": "DELIVERED"}
    assert world.webhook() == webhook(lane=GIVEN_UP)
    assert answer == Redelivered(WAKE_UP, None, Progress([delivered()]))


def test_a_long_backlog_leaves_in_order_in_few_posts() -> None:
    """100 events a POST, oldest first, under one lease, over one connection; before each the webhook is read."""
    world = owned_world(250)

    redeliver(world)

    assert sizes(world) == [100, 100, 50]
    assert [one.keys[0] for one in world.deliveries.attempts] == [one.key for one in events(250)[::100]]
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}
    assert world.journal.of("take lease", "read webhook", "send") == [
        *["take lease", "send"],
        *["read webhook", "send"] * 2,
        "read webhook",
    ]
    assert world.sender.kept == 1


def test_an_attempt_in_the_lane_has_the_time_of_its_invocation() -> None:
    """Nobody waits behind it; the sender ends it after fifteen seconds."""
    world = owned_world()

    redeliver(world, FixedDeadline(100.0))

    assert world.sender.seconds == [100.0]


def test_large_events_leave_one_by_one() -> None:
    """A POST holds no more than 96 KiB unless one event does; the head is read anew after each."""
    world = owned_world(0)
    world.deliveries.add_pending(*(pending(sized_event(200_000, f"e{number}")) for number in range(3)))

    redeliver(world)

    assert [request.headers["webhook-id"] for request in world.sender.requests] == ["e0", "e1", "e2"]
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}


def test_a_lease_lasts_until_just_after_the_invocation() -> None:
    """Two seconds after its deadline; that is when somebody has to look, should this run die."""
    world = owned_world()
    held: list[Lane] = []
    world.journal.before("send", 1, lambda: held.append(world.webhook().lane))

    redeliver(world, FixedDeadline(100.0))

    assert held == [owned(NOW + 102_000, lease_holder="t1", lease_until=NOW + 102_000)]


def test_a_held_lease_is_met_again_soon() -> None:
    """Nothing is read or sent, and the wake-up comes back until the lease is free."""
    lane = owned(NOW + 9_000, lease_holder="another", lease_until=NOW + 9_000)
    world = owned_world(lane=lane)

    assert redeliver(world) == Redelivered(WAKE_UP, 5)
    assert world.journal.calls == ["take lease", "postpone"]
    assert world.webhook().lane == lane


def test_a_lease_ends_by_itself() -> None:
    """Whoever died with it sends nothing any more."""
    world = owned_world(lane=owned(NOW - 1, lease_holder="dead", lease_until=NOW - 1))

    redeliver(world)

    assert world.deliveries.statuses() == {"e0": "DELIVERED"}


@pytest.mark.parametrize(
    "kept",
    [
        None,
        webhook(lane=owned(owner="another")),
        webhook(lane=Lane()),
        webhook(lane=owned(), status=Status.RETIRED),
        webhook(lane=owned(), status=Status.DISABLED),
        webhook(lane=owned(NOW + 9, owner="another", lease_holder="run", lease_until=NOW + 9)),
    ],
    ids=["gone", "another's", "nobody's", "retired", "disabled", "another's, who sends"],
)
def test_a_wake_up_that_owns_nothing_ends_quietly(kept: Webhook | None) -> None:
    """Nothing is sent or changed, and its message is done."""
    world = World(*([] if kept is None else [kept]))
    world.deliveries.add_pending(pending(events(1)[0]))

    assert redeliver(world) == Redelivered(WAKE_UP, None)
    assert world.journal.calls == ["take lease"]


@pytest.mark.parametrize("late_ms", [0, 1, 90_000])
def test_who_is_refused_a_lease_that_is_free_by_now_comes_back_soon(
    monkeypatch: pytest.MonkeyPatch, late_ms: int
) -> None:
    """Between the refusal and the reading the other run has ended, or the time has come."""
    world = owned_world(lane=owned(NOW - late_ms))
    refused = Lease(taken=False, webhook=world.webhook())
    monkeypatch.setattr(world.webhooks, "take_lease", lambda *_: refused)

    assert redeliver(world) == Redelivered(WAKE_UP, 5)


@pytest.mark.parametrize(("early_ms", "back"), [(1, 1), (1000, 1), (1001, 2), (2_700_000, 2_700)])
def test_a_wake_up_that_comes_too_early_waits_for_the_rest(early_ms: int, back: int) -> None:
    """The receiver is not attempted before its time; the message is not sent anew, but hidden for as long."""
    world = owned_world(health=failing(), lane=owned(NOW + early_ms))

    assert redeliver(world) == Redelivered(WAKE_UP, back)
    assert world.journal.calls == ["take lease", "postpone"]
    assert world.wake_ups.postponed == [("r1", back)]


def test_a_failure_is_one_write_and_leaves_what_waits_as_it_is() -> None:
    """Health, wait and the end of the lease in one step; then the attempt is recorded, and the message postponed."""
    world = owned_world(2, health=failing(attempts=3, failing_since=NOW - 35_000, alerted_at=NOW))
    world.sender.answers[URL] = [failed(401)]

    answer = redeliver(world)

    assert world.journal.calls == ["take lease", "read backlog", "send", "leave", "record", "postpone"]
    assert world.webhook() == webhook(
        health=failing(
            attempts=4,
            failing_since=NOW - 35_000,
            alerted_at=NOW,
            last_error=failure(401),
            stuck=Stuck(events(2)[0].key, 1),
        ),
        lane=owned(NOW + 40_000),
    )
    assert list(world.deliveries.pending.values()) == [pending(one) for one in events(2)]
    assert [(one.status_code, len(one.keys)) for one in world.deliveries.attempts] == [(401, 2)]
    assert (world.wake_ups.postponed, world.wake_ups.sent) == ([("r1", 40)], [])
    assert answer == Redelivered(WAKE_UP, 40, Progress([failed(401)]))


def test_a_receiver_that_was_healthy_begins_to_fail() -> None:
    """Its owner stays its owner."""
    world = owned_world()
    world.sender.answers[URL] = [failed()]

    assert redeliver(world).back_in_seconds == 5
    assert world.webhook() == webhook(
        health=Health(HealthState.FAILING, NOW, 1, failure(), stuck=Stuck(events(1)[0].key, 1, 1)),
        lane=owned(NOW + 5_000),
    )


def test_the_head_of_a_backlog_is_all_that_a_dead_receiver_gets() -> None:
    """One POST for each wait, however many events wait."""
    world = owned_world(250, health=failing())
    world.sender.answers[URL] = [failed()]

    redeliver(world)

    assert (sizes(world), len(world.deliveries.pending)) == ([100], 250)


def test_the_first_success_restores_the_health() -> None:
    """It is written before anything else is sent, and told; the rest follows under the same owner."""
    world = owned_world(101, health=failing(attempts=9, alerted_at=NOW - 60_000))

    redeliver(world)

    assert world.journal.calls[:7] == ["take lease", "read backlog", "send", "finish", "save", "alert", "read webhook"]
    assert world.webhook() == webhook(lane=GIVEN_UP)
    assert (world.alerts.kinds, sizes(world)) == (["WEBHOOK_RECOVERED"], [100, 1])


def test_a_failure_after_a_success_starts_the_schedule_anew() -> None:
    """The receiver has answered: the wait is five seconds again, and the seven days count from now."""
    world = owned_world(101, health=failing(attempts=9, failing_since=NOW - 900_000))
    world.sender.answers[URL] = [delivered(), failed()]

    assert redeliver(world).back_in_seconds == 5
    assert (world.webhook().health.attempts, world.webhook().health.failing_since) == (1, NOW)


def test_retry_after_is_honoured() -> None:
    """The message comes back when the receiver asked for it, up to an hour."""
    world = owned_world()
    world.sender.answers[URL] = [failed(429, retry_after=3600)]

    assert redeliver(world).back_in_seconds == 3600
    assert world.webhook().lane == owned(NOW + 3_600_000)


@pytest.mark.parametrize(("code", "since"), [(410, NOW), (503, NOW - RETENTION_MS)], ids=["gone", "seven days"])
def test_a_receiver_that_is_gone_or_has_failed_for_a_week_is_disabled(code: int, since: int) -> None:
    """Nobody owns it any more and the message is done; the backlog waits, in case it is switched on again."""
    world = owned_world(health=failing(failing_since=since, alerted_at=NOW))
    world.sender.answers[URL] = [failed(code)]

    assert redeliver(world).back_in_seconds is None

    assert (world.webhook().status, world.webhook().lane) == (Status.DISABLED, Lane())
    assert world.webhook().health.alerted_at is None
    assert world.deliveries.statuses() == {"e0": "PENDING"}
    assert [one.status_code for one in world.deliveries.attempts] == [code]
    assert world.alerts.kinds == ["WEBHOOK_DISABLED"]
    assert world.activities.kept == world.told == [disabled_by_recado(NOW)]
    assert world.webhook().off_since == NOW


def test_a_receiver_that_is_gone_is_disabled_once() -> None:
    """A write that is repeated, as the receiver was found slow meanwhile, is one act; one that is refused is none."""
    world = owned_world()
    world.sender.answers[URL] = [failed(410, latency_ms=5_000)]
    world.journal.before("give up", 1, lambda: world.webhooks.mark_slow(world.webhook(), NOW))

    redeliver(world)

    assert world.journal.of("give up", "tell") == ["give up", "give up", "tell"]
    assert [(act.kind, act.requester) for act in world.activities.kept] == [(ActivityKind.DISABLED, RECADO)]

    world = owned_world()
    world.sender.answers[URL] = [failed(410)]
    world.journal.before("give up", 1, lambda: world.webhooks.set(lane=owned(owner="another")))

    redeliver(world)

    assert (world.webhook().status, world.activities.kept, world.told) == (Status.ACTIVE, [], [])


def test_what_was_asked_for_and_what_was_not_never_share_a_post() -> None:
    """So that an attempt can say who wanted it; each person's own, and order is kept all the same."""
    world = owned_world(0)
    first, second, third, fourth, fifth = (pending(one) for one in events(5))
    world.deliveries.add_pending(
        first, second.again(NOW, "one"), third.again(NOW, "another"), replace(fourth, requested_by=None), fifth
    )

    redeliver(world)

    asked = [one.requested_by for number in range(4) for one in world.deliveries.attempts_at(f"e{number}")]
    assert sizes(world) == [1, 1, 1, 2]
    assert asked == [None, "one", "another", None]
    assert ["recado-resend" in request.headers for request in world.sender.requests] == [False, True, True, False]
