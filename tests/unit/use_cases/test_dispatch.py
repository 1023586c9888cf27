"""Dispatch: what is sent to whom, what is recorded, and in which order."""

import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from recado.ports import OurFaultError, OutOfTimeError
from recado.rules.attempt import AttemptResult, Failure, FailureClass
from recado.rules.delivery import DeliveryStatus
from recado.rules.event import Event
from recado.rules.webhook import AuthenticationType, Credentials, Health, HealthState, Status
from recado.use_cases.dispatch import Attempted
from tests.unit.builders import (
    NOW,
    delivered,
    event,
    events,
    failed,
    failing,
    failure,
    pending,
    sized_event,
    webhook,
)
from tests.unit.use_cases.fakes import FAULT, FixedDeadline, World

URL = webhook().target_url
DEADLINE = FixedDeadline(25.0)


def dispatch(world: World, *published: Event, executor: Executor | None = None) -> list[Attempted]:
    """Dispatch events to the webhooks of a world."""
    return world.dispatch(executor)(list(published), DEADLINE)


def urls(*ids: str) -> dict[str, Any]:
    """Build one world's webhooks, each with a URL of its own."""
    return {one: webhook(one, target_url=f"https://{one.replace('_', '-')}.example/") for one in ids}


def test_a_healthy_webhook_gets_the_event_at_once() -> None:
    """Four calls in all: webhooks, what is known, the POST and the record."""
    world = World(webhook())

    answer = dispatch(world, event())

    assert world.journal.calls == ["read webhooks", "look up", "send", "record"]
    assert [request.body for request in world.sender.requests] == [
        b'{"accountId":1010,"events":[%b]}' % event().text.encode()
    ]
    assert world.deliveries.log["wh_1", event().key] == pending(event()).attempted(delivered(), "e1")
    assert answer == [Attempted("wh_1", 1, delivered())]
    assert world.webhook() == webhook()


def test_an_account_without_interested_webhooks_costs_one_read() -> None:
    """Nothing is looked up, sent or recorded."""
    world = World(webhook(event_names=("CI_STATS",)), webhook("wh_2", status=Status.RETIRED))

    assert dispatch(world, event()) == []
    assert world.journal.calls == ["read webhooks"]
    assert dispatch(World(), event()) == []


def test_only_the_accounts_own_webhooks_get_an_event() -> None:
    """Another account's webhook wants the same events, and hears nothing."""
    world = World(webhook(), webhook("wh_2", account_id="2020", target_url="https://other.example/"))

    dispatch(world, event())

    assert [request.url for request in world.sender.requests] == [URL]


def test_each_webhook_gets_the_events_it_wants() -> None:
    """In one POST, sorted by time, each once."""
    completed = event("e9", name="COURSE_COMPLETED", timestamp=NOW - 1)
    hooks = urls("wh_1", "wh_2")
    world = World(hooks["wh_1"], replace(hooks["wh_2"], event_names=("COURSE_COMPLETED",)))

    answer = dispatch(world, event("e1"), completed, event("e1"))

    assert [(attempted.webhook_id, attempted.events) for attempted in answer] == [("wh_1", 2), ("wh_2", 1)]
    assert world.sender.requests[0].body.index(b"e9") < world.sender.requests[0].body.index(b"e1")
    assert world.deliveries.statuses("wh_2") == {"e9": "DELIVERED"}
    assert world.journal.calls == ["read webhooks", "look up", "send", "send", "record"]


def test_webhooks_are_sent_to_side_by_side() -> None:
    """Each POST waits here until all others are under way."""
    world = World(*urls("wh_1", "wh_2", "wh_3").values())
    all_under_way = threading.Barrier(3, timeout=10)
    for number in (1, 2, 3):
        world.journal.before("send", number, all_under_way.wait)

    with ThreadPoolExecutor(3) as executor:
        answer = dispatch(world, event(), executor=executor)

    assert len(answer) == 3


def test_known_deliveries_are_not_sent_again() -> None:
    """An event published twice, or an invocation that is repeated, delivers nothing twice."""
    world = World(webhook())
    dispatch(world, event())
    world.journal.calls.clear()

    assert dispatch(world, event()) == []
    assert world.journal.of("send", "wake up", "mark failing") == []

    dispatch(world, event(), event("e2"))
    assert [b'"e1"' in request.body for request in world.sender.requests] == [True, False]


@pytest.mark.parametrize("status", [DeliveryStatus.DELIVERED, DeliveryStatus.SKIPPED, DeliveryStatus.EXPIRED])
def test_a_finished_delivery_stays_finished(status: DeliveryStatus) -> None:
    """However it ended."""
    world = World(webhook())
    world.deliveries.log["wh_1", event().key] = replace(pending(event()), status=status)

    dispatch(world, event())

    assert world.deliveries.statuses() == {"e1": status.value}
    assert world.journal.of("send", "wake up") == []


def test_a_first_failure_is_recorded_then_woken_then_declared() -> None:
    """In this order nothing is stranded: backlog, wake-up after five seconds, health that names the wake-up."""
    world = World(webhook(health=Health(version=3)))
    world.sender.answers[URL] = [failed(500)]

    answer = dispatch(world, event())

    assert world.journal.calls == ["read webhooks", "look up", "send", "record", "wake up", "mark failing"]
    assert world.deliveries.pending["wh_1", event().key] == pending(event()).attempted(failed(500), "e1")
    assert world.wake_ups.sent == [("1010", "wh_1", 5)]
    assert world.webhook().health == Health(
        state=HealthState.FAILING,
        version=4,
        failing_since=NOW,
        attempts=1,
        next_attempt_at=NOW + 5_000,
        last_error=failure(500),
        owner="sent-1",
    )
    assert answer == [Attempted("wh_1", 1, failed(500))]


def test_what_has_changed_meanwhile_is_not_declared_failing() -> None:
    """A wake-up has come and gone since the health was read: its version is newer, and stays."""
    world = World(webhook())
    world.sender.answers[URL] = [failed()]
    world.journal.before("mark failing", 1, lambda: world.webhooks.change(health=Health(version=1)))

    dispatch(world, event())

    assert world.webhook().health == Health(version=1)
    assert world.wake_ups.sent == [("1010", "wh_1", 5)]
    assert world.deliveries.statuses() == {"e1": "PENDING"}


@pytest.mark.parametrize(
    ("asked", "delay", "wait"), [(None, 5, 5), (2, 5, 5), (60, 60, 60), (900, 900, 900), (3600, 900, 3600)]
)
def test_a_receiver_may_ask_for_a_later_retry(asked: int | None, delay: int, wait: int) -> None:
    """A message can be delayed by 15 minutes; if more was asked for, it comes early and waits for the rest."""
    world = World(webhook())
    world.sender.answers[URL] = [failed(503, retry_after=asked)]

    dispatch(world, event())

    assert world.wake_ups.sent == [("1010", "wh_1", delay)]
    assert world.webhook().health.next_attempt_at == NOW + wait * 1000


def test_a_receiver_that_is_gone_is_disabled_at_once() -> None:
    """410 disables; the event that met it waits in the backlog, in case the webhook is switched on again."""
    world = World(webhook())
    world.sender.answers[URL] = [failed(410)]

    dispatch(world, event())

    assert world.webhook().status is Status.DISABLED
    assert world.webhook().health.owner == "sent-1"
    assert world.deliveries.statuses() == {"e1": "PENDING"}
    assert world.journal.calls[-3:] == ["record", "wake up", "mark failing"]


def test_a_failing_webhook_is_not_attempted() -> None:
    """Its event goes to the backlog, then the health is read consistently, and its owner goes on alone."""
    world = World(webhook(health=failing()))

    assert dispatch(world, event()) == []
    assert world.journal.calls == ["read webhooks", "look up", "record", "read webhook"]
    assert world.deliveries.pending["wh_1", event().key] == pending(event())


def test_a_webhook_that_recovered_meanwhile_is_woken() -> None:
    """The redelivery may have read its backlog for the last time before the event was in it."""
    world = World(webhook(health=failing()))
    world.journal.before("read webhook", 1, lambda: world.webhooks.change(health=Health(version=2)))

    dispatch(world, event())

    assert world.journal.calls == ["read webhooks", "look up", "record", "read webhook", "wake up"]
    assert world.wake_ups.sent == [("1010", "wh_1", 0)]
    assert world.webhook().health == Health(version=2)


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_webhook_that_was_switched_off_meanwhile_is_not_woken(status: Status) -> None:
    """Switching it on again wakes it."""
    world = World(webhook(health=failing()))
    world.journal.before("read webhook", 1, lambda: world.webhooks.change(status=status))

    dispatch(world, event())

    assert world.wake_ups.sent == []
    assert world.deliveries.statuses() == {"e1": "PENDING"}


def test_a_webhook_that_was_removed_meanwhile_is_not_woken() -> None:
    """Nobody waits for it any more."""
    world = World(webhook(health=failing()))
    world.journal.before("read webhook", 1, world.webhooks.kept.clear)

    dispatch(world, event())

    assert world.wake_ups.sent == []


@pytest.mark.parametrize(("health", "woken"), [(Health(), [("1010", "wh_1", 0)]), (failing(), [])])
def test_a_repeated_invocation_settles_what_the_first_one_left(health: Health, woken: list[object]) -> None:
    """It finds its delivery pending, sends nothing, and wakes the webhook unless somebody owns its retries."""
    world = World(webhook(health=health))
    world.deliveries.add_pending(pending(event()))

    assert dispatch(world, event()) == []
    assert world.journal.of("send", "record", "read webhook") == ["record", "read webhook"]
    assert world.wake_ups.sent == woken
    assert world.deliveries.statuses() == {"e1": "PENDING"}


def test_a_disabled_webhook_skips_its_events() -> None:
    """They are recorded as finished, so that they can be redelivered; nothing is sent, nobody is woken."""
    world = World(webhook(status=Status.DISABLED, health=failing()))

    assert dispatch(world, event()) == []
    assert world.journal.of("send", "wake up", "mark failing", "read webhook") == []
    assert world.deliveries.log["wh_1", event().key] == replace(
        pending(event()), status=DeliveryStatus.SKIPPED, finished_at=NOW
    )


def test_a_retired_webhook_gets_and_records_nothing() -> None:
    """Beside others that get theirs."""
    hooks = urls("wh_1", "wh_2")
    world = World(replace(hooks["wh_1"], status=Status.RETIRED), hooks["wh_2"])

    dispatch(world, event())

    assert world.deliveries.statuses("wh_1") == {}
    assert world.deliveries.statuses("wh_2") == {"e1": "DELIVERED"}


def test_many_events_leave_in_batches() -> None:
    """At most 100 in a POST, one POST after the other."""
    world = World(webhook())

    answer = dispatch(world, *events(250))

    assert [attempted.events for attempted in answer] == [100, 100, 50]
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}
    assert world.journal.of("record") == ["record"]


def test_batches_after_a_failed_one_wait_with_it() -> None:
    """What came before is delivered, what comes after is not attempted, and nobody is woken twice."""
    world = World(webhook())
    world.sender.answers[URL] = [delivered(), failed()]

    dispatch(world, *events(301))

    statuses = list(world.deliveries.statuses().values())
    assert len(world.sender.requests) == 2
    assert sorted(set(statuses)) == ["DELIVERED", "PENDING"]
    assert statuses.count("DELIVERED") == 100
    attempts = [delivery.attempts for delivery in world.deliveries.pending.values()]
    assert (attempts.count(1), attempts.count(0)) == (100, 101)
    assert world.wake_ups.sent == [("1010", "wh_1", 5)]


def test_large_events_leave_one_by_one() -> None:
    """A POST holds no more than 256 KB."""
    world = World(webhook())

    dispatch(world, *[sized_event(200_000, f"e{number}") for number in range(3)])

    assert [request.headers["webhook-id"] for request in world.sender.requests] == ["e0", "e1", "e2"]


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
    assert world.webhook("wh_3").health.owner == "sent-1"


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


@pytest.mark.parametrize("call", ["wake up", "mark failing"])
def test_a_fault_while_settling_leaves_the_others_settled(call: str) -> None:
    """The event is in the backlog already; the repeated invocation finds it there."""
    hooks = urls("wh_1", "wh_2")
    world = World(*hooks.values())
    for hook in hooks.values():
        world.sender.answers[hook.target_url] = [failed()]
    world.journal.fail(call)

    with pytest.raises(OurFaultError):
        dispatch(world, event())

    assert world.deliveries.statuses("wh_1") == world.deliveries.statuses("wh_2") == {"e1": "PENDING"}
    assert world.webhook("wh_1").health == Health()
    assert world.webhook("wh_2").health.state is HealthState.FAILING

    dispatch(world, event())

    assert len(world.sender.requests) == 2
    assert [one for _, one, delay in world.wake_ups.sent if delay == 0] == ["wh_1"]


@pytest.mark.parametrize("call", ["read webhooks", "look up", "record"])
def test_a_fault_before_anything_is_recorded_is_raised(call: str) -> None:
    """Nobody is woken and nobody is declared failing for what is not in the backlog."""
    world = World(webhook())
    world.sender.answers[URL] = [failed()]
    world.journal.fail(call)

    with pytest.raises(OurFaultError):
        dispatch(world, event())

    assert world.journal.of("wake up", "mark failing") == []
    assert world.deliveries.statuses() == {}


def test_a_failed_attempt_without_an_answer_counts_as_well() -> None:
    """A refused connection is the receiver's failure, not ours."""
    refused = AttemptResult(NOW, 3, failure=Failure(FailureClass.CONNECT, "No connection to receiver.example."))
    world = World(webhook())
    world.sender.answers[URL] = [refused]

    dispatch(world, event())

    assert world.webhook().health.last_error == refused.failure
    assert world.deliveries.pending["wh_1", event().key].status_code is None


def test_requests_are_made_with_the_webhooks_credentials() -> None:
    """They are opened once a webhook, however many batches there are."""
    world = World(webhook(authentication=AuthenticationType.BASIC, username="user"))
    world.vault.credentials["wh_1"] = Credentials(password="pass")

    dispatch(world, *events(101))

    assert [request.headers["Authorization"] for request in world.sender.requests] == ["Basic dXNlcjpwYXNz"] * 2
    assert world.vault.opened == ["wh_1"]
