"""Dispatch, where our own side fails: nobody is blamed, and the repeated invocation makes it good."""

from dataclasses import replace

import pytest

from recado.ports import OurFaultError, OutOfTimeError
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.sending.outgoing import outgoing_request
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import AuthenticationType, Health, HealthState, Status, Webhook
from tests.unit.builders import (
    NOW,
    delivered,
    event,
    events,
    failed,
    failing,
    webhook,
)
from tests.unit.use_cases.fakes.invocations import URL, dispatch, urls
from tests.unit.use_cases.fakes.journal import FAULT, FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World


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


def test_an_attempt_that_might_be_cut_short_is_not_begun() -> None:
    """What is sent is recorded; of a webhook with many small POSTs the rest is left to the repeated invocation."""
    world = World(webhook(delivery=DeliverySettings(max_events=1)))

    with pytest.raises(OutOfTimeError):
        world.dispatch()(events(4), FixedDeadline(15, 15, 15, 14.9))  # the sender asks for it too

    assert world.deliveries.statuses() == {"e0": "DELIVERED", "e1": "DELIVERED"}
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
    """Every one of them."""
    world = World(webhook(authentication=AuthenticationType.BASIC, username="user"))
    world.vault.credentials["wh_1"] = Credentials(password="pass")

    dispatch(world, *events(101))

    assert [request.headers["Authorization"] for request in world.sender.requests] == ["Basic dXNlcjpwYXNz"] * 2


def test_a_secret_that_was_changed_since_is_sent_with_the_webhook_as_it_now_is() -> None:
    """To its new address, with its new user name: nothing of two moments is mixed."""
    world = World(webhook(authentication=AuthenticationType.BASIC, username="old", secret_version="v1"))
    world.vault.credentials["wh_1"] = Credentials(password="pass")
    now = replace(world.webhook(), target_url="https://new.example/", username="new", secret_version="v2")
    world.vault.by_now["wh_1"] = now

    dispatch(world, event())

    (request,) = world.sender.requests
    assert request == outgoing_request(now, Credentials(password="pass"), [event()], NOW)
    assert world.deliveries.statuses() == {"e1": "DELIVERED"}


@pytest.mark.parametrize(
    ("by_now", "left"),
    [
        (None, {}),
        (webhook(secret_version="v2", status=Status.RETIRED), {}),
        (webhook(secret_version="v2", status=Status.DISABLED), {"e1": "SKIPPED"}),
        (webhook(secret_version="v2", health=failing()), {"e1": "PENDING"}),
        (webhook(secret_version="v2", ordered=True), {"e1": "PENDING"}),
    ],
)
def test_a_webhook_that_changed_with_its_secret_is_treated_as_it_now_is(
    by_now: Webhook | None, left: dict[str, str]
) -> None:
    """Removed, switched off, failing or in order: no POST is made, and what is left of the event says so."""
    world = World(webhook(secret_version="v1"))
    world.vault.by_now["wh_1"] = by_now

    dispatch(world, event())

    assert world.sender.requests == []
    assert world.deliveries.statuses() == left
