"""Redelivery, where something comes between: the end of time, a fault of ours, an admin."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from recado.ports import OutOfTimeError
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import outgoing_request
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.webhook import AuthenticationType, Health, HealthState, Status, Webhook
from recado.use_cases.sending.redelivery import Redelivered
from tests.unit.builders import NOW, delivered, event, events, failed, failing, pending, webhook
from tests.unit.use_cases.fakes.invocations import URL, WAKE_UP, redeliver, redeliver_all, waiting
from tests.unit.use_cases.fakes.journal import FAULT, FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World


def test_when_time_is_nearly_up_the_rest_is_for_the_next_invocation() -> None:
    """The message comes back at once, and what was achieved is kept: the receiver has answered."""
    world = waiting(World(webhook(health=failing("m1", version=4, attempts=9, failing_since=NOW - 900_000))), 250)

    answer = redeliver(world, FixedDeadline(100.0, 100.0, 19.9))

    assert answer == Redelivered(WAKE_UP, 0, (delivered(),))
    assert len(world.deliveries.pending) == 150
    assert world.webhooks.leases == {}
    assert world.webhook().health == Health(
        state=HealthState.FAILING, version=5, failing_since=NOW, attempts=0, next_attempt_at=NOW, owner="m1"
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
        target_url="https://new.example/", authentication=AuthenticationType.BASIC, username="u", secret_version="new"
    )
    world.vault.credentials["wh_1"] = Credentials(password="p")
    world.journal.before(
        "send",
        1,
        lambda: world.webhooks.change(
            target_url=changed.target_url, authentication=changed.authentication, username="u", secret_version="new"
        ),
    )

    redeliver(world)

    second = outgoing_request(changed, Credentials(password="p"), events(150)[100:], NOW)
    assert [request.url for request in world.sender.requests] == [URL, "https://new.example/"]
    assert world.sender.requests[1] == second
    assert world.webhook() == replace(changed, health=Health(version=2))


def test_a_secret_that_was_changed_since_is_used_with_the_webhook_as_it_now_is() -> None:
    """Also for the first POST of a run; the health goes on as it was."""
    world = waiting(World(webhook(health=failing(), secret_version="v1")), 1)
    world.vault.credentials["wh_1"] = Credentials(password="p")
    now = webhook(authentication=AuthenticationType.BASIC, username="u", secret_version="v2")
    world.vault.by_now["wh_1"] = now

    redeliver(world)

    assert world.sender.requests == [outgoing_request(now, Credentials(password="p"), events(1), NOW)]
    assert world.webhook().health.state is HealthState.HEALTHY


@pytest.mark.parametrize("by_now", [None, webhook(status=Status.RETIRED)])
def test_a_webhook_that_went_with_its_secret_gets_no_post(by_now: Webhook | None) -> None:
    """It was removed or switched off after it was read; what waits is left as it is."""
    world = waiting(World(webhook(health=failing(), secret_version="v1")), 1)
    world.vault.by_now["wh_1"] = by_now

    assert redeliver(world) == Redelivered(WAKE_UP, None)

    assert world.sender.requests == []
    assert set(world.deliveries.statuses().values()) == {"PENDING"}


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
