"""Dispatch, where a receiver fails or recovers: what waits, who owns it, and in which order that is written."""

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, attempted
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.sending.stuck import Stuck
from recado.rules.webhook.health import anew
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Health, HealthState, Status, Webhook
from recado.use_cases.sending.direct.dispatch import Attempted
from tests.unit.builders import NOW, delivered, event, events, failed, failing, failure, owned, pending, webhook
from tests.unit.use_cases.fakes.activity_fakes import disabled_by_recado
from tests.unit.use_cases.fakes.invocations import URL, dispatch, urls
from tests.unit.use_cases.fakes.sending_fakes import World

SETTLED = ["read webhooks", "look up", "send", "record", "read webhooks"]


def test_a_first_failure_is_one_write_with_its_wait() -> None:
    """In this order nothing is stranded: backlog, reading, owner with health and wait, wake-up."""
    world = World(webhook())
    world.sender.answers[URL] = [failed(500)]

    answer = dispatch(world, event())

    assert world.journal.calls == [*SETTLED, "claim", "wake up"]
    [attempt] = world.deliveries.attempts_at("e1")
    assert world.deliveries.pending["wh_1", event().key] == attempted([pending(event())], attempt)[0][0]
    assert world.webhook() == webhook(
        health=Health(
            HealthState.FAILING,
            failing_since=NOW,
            attempts=1,
            last_error=failure(500),
            stuck=Stuck(event().key, 1, 1),
        ),
        lane=Lane(owner="t2", next_at=NOW + 5_000),
    )
    assert world.wake_ups.sent == [("t2", 5)]
    assert answer == [Attempted("wh_1", 1, failed(500))]


@pytest.mark.parametrize("by_then", [webhook(lane=owned()), webhook(status=Status.RETIRED)])
def test_whoever_is_refused_is_done(by_then: Webhook) -> None:
    """Somebody else was quicker, or the webhook is off: the event is in the backlog, nobody is woken or told."""
    world = World(webhook())
    world.sender.answers[URL] = [failed()]
    world.journal.before("claim", 1, lambda: world.webhooks.set(status=by_then.status, lane=by_then.lane))

    dispatch(world, event())

    assert world.webhook() == by_then
    assert (world.wake_ups.sent, world.alerts.sent) == ([], [])
    assert world.deliveries.statuses() == {"e1": "PENDING"}


def test_a_failure_that_finds_an_owner_is_left_to_it() -> None:
    """Its next POST says how the receiver is."""
    world = World(webhook())
    world.sender.answers[URL] = [failed()]
    world.journal.before("read webhooks", 2, lambda: world.webhooks.set(lane=owned()))

    dispatch(world, event())

    assert world.journal.calls == SETTLED
    assert world.webhook() == webhook(lane=owned())


@pytest.mark.parametrize(("asked", "wait"), [(None, 5), (2, 5), (60, 60), (3600, 3600)])
def test_a_receiver_may_ask_for_a_later_retry(asked: int | None, wait: int) -> None:
    """The owner is due then, and its wake-up comes then."""
    world = World(webhook())
    world.sender.answers[URL] = [failed(503, retry_after=asked)]

    dispatch(world, event())

    assert world.wake_ups.sent == [("t2", wait)]
    assert world.webhook().lane.next_at == NOW + wait * 1000


def test_a_wait_is_up_to_a_tenth_longer() -> None:
    """By whole seconds, as a queue waits: the owner is due when its wake-up comes."""
    world = World(webhook(health=failing(attempts=3)))
    world.chance = 0.5
    world.sender.answers[URL] = [failed(401)]

    dispatch(world, event())

    assert (world.webhook().lane.next_at, world.wake_ups.sent) == (NOW + 42_000, [("t2", 42)])


def test_a_webhook_that_fails_without_owner_goes_on_counting() -> None:
    """Nobody is told again what he was told today."""
    world = World(webhook(health=failing(attempts=2, alerted_at=NOW - 60_000)))
    world.sender.answers[URL] = [failed()]

    dispatch(world, event())

    assert (world.webhook().health.attempts, len(world.wake_ups.sent)) == (3, 1)
    assert world.alerts.sent == []


def test_a_webhook_for_which_nothing_has_waited_begins_a_new_series() -> None:
    """It is not disabled for a week in which nobody tried."""
    world = World(webhook(health=anew(failing(failing_since=NOW - RETENTION_MS, attempts=9, alerted_at=NOW))))
    world.sender.answers[URL] = [failed()]

    dispatch(world, event())

    assert world.webhook().status is Status.ACTIVE
    assert (world.webhook().health.attempts, world.webhook().health.failing_since) == (1, NOW)


def test_a_receiver_that_is_gone_is_disabled_at_once() -> None:
    """410 disables; the event that met it waits in the backlog, in case the webhook is switched on again."""
    world = World(webhook())
    world.sender.answers[URL] = [failed(410)]

    dispatch(world, event())

    assert (world.webhook().status, world.webhook().lane) == (Status.DISABLED, Lane())
    assert world.deliveries.statuses() == {"e1": "PENDING"}
    assert world.journal.calls == [*SETTLED, "disable", "tell", "alert"]
    assert world.alerts.kinds == ["WEBHOOK_DISABLED"]
    assert world.activities.kept == world.told == [disabled_by_recado(NOW)]


def test_a_receiver_that_is_gone_is_disabled_by_one_alone() -> None:
    """Whoever comes second tells nobody."""
    world = World(webhook())
    world.sender.answers[URL] = [failed(410)]
    world.journal.before("disable", 1, lambda: world.webhooks.set(status=Status.DISABLED))

    dispatch(world, event())

    assert world.alerts.sent == []
    assert world.activities.kept == world.told == []


def test_a_failed_attempt_without_an_answer_counts_as_well() -> None:
    """A refused connection is the receiver's failure, not ours."""
    refused = AttemptResult(NOW, 3, failure=Failure(FailureClass.CONNECT, "No connection to receiver.example."))
    world = World(webhook())
    world.sender.answers[URL] = [refused]

    dispatch(world, event())

    assert world.webhook().health.last_error == refused.failure
    assert world.deliveries.pending["wh_1", event().key].status_code is None


@pytest.mark.parametrize(("alerted_at", "told"), [(NOW - 60_000, ["WEBHOOK_RECOVERED"]), (None, [])])
def test_a_success_restores_the_health_of_a_webhook_without_owner(alerted_at: int | None, told: list[str]) -> None:
    """After the record; it is told to those who know of the failing, with what the webhook recovers from."""
    world = World(webhook(health=failing(alerted_at=alerted_at, failing_since=NOW - 60_000)))

    dispatch(world, event())

    assert world.journal.calls == [*SETTLED, "recover", *["alert" for _ in told]]
    assert world.webhook() == webhook()
    assert world.alerts.kinds == told
    assert all(alert.failing_since == NOW - 60_000 for alert in world.alerts.sent)


@pytest.mark.parametrize("moment", ["read webhooks", "recover"])
def test_a_recovery_is_not_told_of_a_webhook_that_got_an_owner(moment: str) -> None:
    """It has failed again meanwhile."""
    world = World(webhook(health=failing(alerted_at=NOW)))
    number = 2 if moment == "read webhooks" else 1
    world.journal.before(moment, number, lambda: world.webhooks.set(lane=owned()))

    dispatch(world, event())

    assert world.webhook() == webhook(health=failing(alerted_at=NOW), lane=owned())
    assert world.alerts.sent == []


def test_one_receivers_failure_is_none_of_the_others() -> None:
    """They are delivered to, and have no owner."""
    hooks = urls("wh_1", "wh_2")
    world = World(*hooks.values())
    world.sender.answers[hooks["wh_1"].target_url] = [failed()]

    dispatch(world, event())

    assert (world.webhook("wh_1").lane.owner, world.webhook("wh_2")) == ("t3", hooks["wh_2"])


def test_batches_after_a_failed_one_wait_with_it() -> None:
    """What came before is delivered, what comes after is not attempted, and nobody is woken twice."""
    world = World(webhook())
    world.sender.answers[URL] = [delivered(), failed()]

    dispatch(world, *events(301))

    statuses = list(world.deliveries.statuses().values())
    assert len(world.sender.requests) == 2
    assert (statuses.count("DELIVERED"), statuses.count("PENDING")) == (100, 201)
    refused_with = [delivery.refused_with for delivery in world.deliveries.pending.values()]
    assert (refused_with.count(99), refused_with.count(0)) == (100, 101)
    assert [(one.delivered, len(one.keys)) for one in world.deliveries.attempts] == [(True, 100), (False, 100)]
    assert world.wake_ups.sent == [("t3", 5)]


def test_an_event_that_is_refused_with_a_4xx_is_suspected_at_once() -> None:
    """The receiver is well: its owner tries the event and the one behind it without a wait, and the others go on."""
    world = World(webhook())
    refused = AttemptResult(NOW, 20, 400, Failure(FailureClass.CLIENT_ERROR, "It refused.", 400))
    world.sender.answers[URL] = [refused]

    dispatch(world, event())

    assert (world.wake_ups.sent, world.webhook().lane.next_at) == ([("t2", 0)], NOW)
    assert world.webhook().health.stuck.goes_alone
