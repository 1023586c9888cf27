"""Redelivery: a wake-up sends a backlog, under a lease, and ends in health or in the next wait."""

import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace

import pytest

from recado.ports import OutOfTimeError
from recado.rules.attempt import AttemptResult
from recado.rules.delivery import RETENTION_MS
from recado.rules.outgoing import outgoing_request
from recado.rules.wake_up import WakeUp
from recado.rules.webhook import AuthenticationType, Credentials, Health, HealthState, Status
from recado.use_cases.redelivery import Redelivered
from tests.unit.builders import NOW, delivered, event, events, failed, failing, failure, pending, sized_event, webhook
from tests.unit.use_cases.fakes import FAULT, FixedDeadline, World

URL = webhook().target_url
WAKE_UP = WakeUp("m1", "r1", "1010", "wh_1")
PLENTY = FixedDeadline(100.0)


def redeliver_all(
    world: World, *wake_ups: WakeUp, deadline: FixedDeadline = PLENTY, executor: Executor | None = None
) -> list[Redelivered]:
    """Answer wake-ups in a world."""
    return world.redelivery(executor)(wake_ups, deadline)


def redeliver(world: World, deadline: FixedDeadline = PLENTY) -> Redelivered:
    """Answer one wake-up."""
    [answer] = redeliver_all(world, WAKE_UP, deadline=deadline)
    return answer


def waiting(world: World, count: int = 1) -> World:
    """Put events into the backlog."""
    world.deliveries.add_pending(*(pending(one) for one in events(count)))
    return world


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
    """The attempt is recorded, the health stored and the lease ended in one step, then the message is postponed."""
    world = waiting(World(webhook(health=failing("m1", version=4, attempts=3, failing_since=NOW - 35_000))), 2)
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
    )
    assert [one.attempts for one in world.deliveries.pending.values()] == [1, 1]
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

    assert answer == Redelivered(WAKE_UP, None)
    assert set(world.deliveries.statuses().values()) == {"EXPIRED"}
    assert world.webhook().health == Health(version=2)


def test_large_events_leave_one_by_one() -> None:
    """A POST holds no more than 256 KB; the head is read anew after each."""
    world = World(webhook(health=failing()))
    world.deliveries.add_pending(*(pending(sized_event(200_000, f"e{number}")) for number in range(3)))

    redeliver(world)

    assert [request.headers["webhook-id"] for request in world.sender.requests] == ["e0", "e1", "e2"]
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}


def test_when_time_is_nearly_up_the_rest_is_for_the_next_invocation() -> None:
    """The message comes back at once, and what was achieved is kept: the receiver has answered."""
    world = waiting(World(webhook(health=failing("m1", version=4, attempts=9, failing_since=NOW - 900_000))), 250)

    answer = redeliver(world, FixedDeadline(100.0, 100.0, 19.9))

    assert answer == Redelivered(WAKE_UP, 0, (delivered(),))
    assert len(world.deliveries.pending) == 150
    assert world.webhooks.leases == {}
    assert world.webhook().health == Health(
        state=HealthState.FAILING, version=4, failing_since=NOW, attempts=0, next_attempt_at=NOW, owner="m1"
    )
    assert redeliver(world) == Redelivered(WAKE_UP, None, (delivered(), delivered()))


def test_without_time_for_a_single_attempt_nothing_changes() -> None:
    """Not even the health."""
    world = waiting(World(webhook(health=failing())))

    assert redeliver(world, FixedDeadline(10.0)) == Redelivered(WAKE_UP, 0)
    assert world.webhook().health == failing()
    assert world.sender.requests == []


@pytest.mark.parametrize(
    ("call", "left"),
    [
        ("take lease", "PENDING"),
        ("read backlog", "PENDING"),
        ("finish", "PENDING"),
        ("save health", "DELIVERED"),
        ("release lease", "DELIVERED"),
    ],
)
def test_a_fault_of_ours_is_tried_again_soon(call: str, left: str) -> None:
    """It is told, the wake-up comes back after half a minute, and then everything is made good."""
    world = waiting(World(webhook(health=failing())))
    world.journal.fail(call)

    answer = redeliver(world)

    assert (answer.back_in_seconds, answer.fault) == (30, FAULT)
    assert world.wake_ups.postponed == [("r1", 30)]
    assert world.deliveries.statuses() == {"e0": left}
    world.now = NOW + 200_000
    assert redeliver(world).fault is None
    assert world.deliveries.statuses() == {"e0": "DELIVERED"}
    assert world.webhook().health.state is HealthState.HEALTHY


@pytest.mark.parametrize("error", [FAULT, OutOfTimeError("no time"), RuntimeError("a bug")])
def test_a_fault_while_sending_blames_no_receiver(error: Exception) -> None:
    """The health stays as it was, the lease ends, and attempts before it are still told."""
    world = waiting(World(webhook(health=failing("m1", attempts=3))), 150)
    world.sender.answers[URL] = [delivered(), error]

    answer = redeliver(world)

    assert answer == Redelivered(WAKE_UP, 30, (delivered(),), error)
    assert world.webhook().health == failing("m1", attempts=3)
    assert world.webhooks.leases == {}


def test_a_vault_that_does_not_open_blames_no_receiver() -> None:
    """Nothing is sent unsigned."""
    world = waiting(World(webhook(health=failing())))
    world.vault.broken = {"wh_1"}

    assert redeliver(world) == Redelivered(WAKE_UP, 30, (), FAULT)
    assert world.sender.requests == []
    assert world.webhook().health == failing()


def test_a_refused_postponement_is_told() -> None:
    """The message comes back when its visibility timeout is over."""
    world = waiting(World(webhook(health=failing())))
    world.sender.answers[URL] = [failed()]
    world.journal.fail("postpone")

    answer = redeliver(world)

    assert answer == Redelivered(WAKE_UP, 10, (failed(),), FAULT)
    assert world.webhook().health.attempts == 2


def test_a_refused_postponement_does_not_hide_what_was_wrong_before() -> None:
    """The first fault is the one that matters."""
    world = World(webhook())
    first = RuntimeError("a bug")
    world.journal.fail("take lease", error=first)
    world.journal.fail("postpone")

    assert redeliver(world) == Redelivered(WAKE_UP, 30, (), first)


def test_a_lost_lease_ends_the_work() -> None:
    """Another invocation has taken over: its health is not overwritten, its lease not released."""
    world = waiting(World(webhook(health=failing("m1"))))
    world.sender.answers[URL] = [failed()]
    world.journal.before("record", 1, lambda: world.webhooks.leases.update(wh_1=("another", NOW + 1)))

    assert redeliver(world).back_in_seconds == 2
    assert world.webhook().health == failing("m1")
    assert world.webhooks.leases == {"wh_1": ("another", NOW + 1)}


@pytest.mark.parametrize("result", [delivered(), failed()])
def test_a_webhook_that_is_retired_during_an_attempt_stays_retired(result: AttemptResult) -> None:
    """The health of what the admin has changed is not stored, and the lease does not linger."""
    world = waiting(World(webhook(health=failing("m1"))))
    world.sender.answers[URL] = [result]
    world.journal.before("send", 1, lambda: world.webhooks.change(status=Status.RETIRED))

    assert redeliver(world).back_in_seconds == 2
    assert world.webhook() == webhook(status=Status.RETIRED, health=failing("m1"))
    assert world.webhooks.leases == {}
    assert redeliver(world).back_in_seconds is None


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_webhook_that_is_switched_off_gets_no_further_post(status: Status) -> None:
    """The admin's word counts from the next batch on; the rest of the backlog waits."""
    world = waiting(World(webhook(health=failing())), 250)
    world.journal.before("send", 1, lambda: world.webhooks.change(status=status))

    answer = redeliver(world)

    assert answer == Redelivered(WAKE_UP, None, (delivered(),))
    assert len(world.deliveries.pending) == 150
    assert world.webhooks.leases == {}


def test_a_webhook_that_is_removed_gets_no_further_post() -> None:
    """What waited for it is gone with it."""
    world = waiting(World(webhook(health=failing())), 250)
    world.journal.before("send", 1, world.webhooks.kept.clear)

    assert redeliver(world) == Redelivered(WAKE_UP, None, (delivered(),))


def test_a_webhook_that_is_changed_gets_its_next_batch_at_the_new_address() -> None:
    """With the new authentication; the health goes on as it was."""
    world = waiting(World(webhook(health=failing())), 150)
    changed = webhook(
        target_url="https://new.example/", authentication=AuthenticationType.BASIC, username="u", sealed=b"new"
    )
    world.vault.credentials["wh_1"] = Credentials(password="p")
    world.journal.before(
        "send",
        1,
        lambda: world.webhooks.change(
            target_url=changed.target_url, authentication=changed.authentication, username="u", sealed=b"new"
        ),
    )

    redeliver(world)

    second = outgoing_request(changed, Credentials(password="p"), events(150)[100:], NOW)
    assert [request.url for request in world.sender.requests] == [URL, "https://new.example/"]
    assert world.sender.requests[1] == second
    assert world.webhook() == replace(changed, health=Health(version=2))


def test_one_hanging_receiver_does_not_hold_the_others() -> None:
    """Wake-ups are answered side by side: each POST waits here until all others are under way."""
    wake_ups = [WakeUp(f"m{number}", f"r{number}", "1010", f"wh_{number}") for number in range(3)]
    world = World(*(webhook(one.webhook_id, health=failing(one.message_id)) for one in wake_ups))
    world.deliveries.add_pending(*(pending(event(), one.webhook_id) for one in wake_ups))
    all_under_way = threading.Barrier(3, timeout=10)
    for number in (1, 2, 3):
        world.journal.before("send", number, all_under_way.wait)

    with ThreadPoolExecutor(3) as executor:
        answers = redeliver_all(world, *wake_ups, executor=executor)

    assert answers == [Redelivered(one, None, (delivered(),)) for one in wake_ups]


def test_one_wake_ups_fault_leaves_the_others_answered() -> None:
    """Each message is done or comes back for itself."""
    wake_ups = [WakeUp(f"m{number}", f"r{number}", "1010", f"wh_{number}") for number in range(2)]
    world = World(*(webhook(one.webhook_id, health=failing(one.message_id)) for one in wake_ups))
    world.deliveries.add_pending(*(pending(event(), one.webhook_id) for one in wake_ups))
    world.vault.broken = {"wh_0"}

    answers = redeliver_all(world, *wake_ups)

    assert [answer.back_in_seconds for answer in answers] == [30, None]
    assert world.deliveries.statuses("wh_1") == {"e1": "DELIVERED"}
