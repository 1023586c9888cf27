"""Dispatch: what is sent to whom, what is recorded, and in which order."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import DeliveryStatus, attempted
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Status
from recado.use_cases.sending.direct.dispatch import Attempted
from tests.unit.builders import (
    NOW,
    delivered,
    event,
    events,
    failing,
    pending,
    webhook,
)
from tests.unit.use_cases.fakes.invocations import URL, dispatch, urls
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World


def test_a_healthy_webhook_gets_the_event_at_once() -> None:
    """Four calls in all: webhooks, what is known, the POST and the record."""
    world = World(webhook())

    answer = dispatch(world, event())

    assert world.journal.calls == ["read webhooks", "look up", "send", "record"]
    assert [request.body for request in world.sender.requests] == [
        b'{"accountId":1010,"events":[%b]}' % event().text.encode()
    ]
    [attempt] = world.deliveries.attempts_at("e1")
    assert world.deliveries.log["wh_1", event().key] == attempted([pending(event())], attempt)[0][0]
    assert answer == [Attempted("wh_1", 1, delivered())]
    assert world.webhook() == webhook()


def test_an_account_without_interested_webhooks_costs_one_read() -> None:
    """Nothing is looked up, sent or recorded."""
    world = World(webhook(event_names=("CI_STATS",)), webhook("wh_2", account_id="2020"))

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
    assert world.journal.calls == ["read webhooks", "look up"]

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


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_webhook_that_is_off_skips_its_events(status: Status) -> None:
    """They are recorded as finished, so that they can be redelivered; nothing is sent, nobody is woken."""
    world = World(webhook(status=status, health=failing()))

    assert dispatch(world, event()) == []
    assert world.journal.calls == ["read webhooks", "look up", "record"]
    assert world.deliveries.log["wh_1", event().key] == replace(
        pending(event()), status=DeliveryStatus.SKIPPED, finished_at=NOW
    )


def test_a_webhook_that_is_off_takes_nothing_from_others() -> None:
    """They get theirs."""
    hooks = urls("wh_1", "wh_2")
    world = World(replace(hooks["wh_1"], status=Status.RETIRED), hooks["wh_2"])

    dispatch(world, event())

    assert world.deliveries.statuses("wh_1") == {"e1": "SKIPPED"}
    assert world.deliveries.statuses("wh_2") == {"e1": "DELIVERED"}


def test_an_attempt_that_others_wait_behind_gets_seven_seconds() -> None:
    """However long the invocation may go on, and less where that ends before."""
    world = World(webhook())

    for number, left in enumerate((100.0, 3.0)):
        world.dispatch()([event(f"e{number}")], FixedDeadline(left))

    assert world.sender.seconds == [7.0, 3.0]


def test_requests_are_made_with_the_webhooks_credentials() -> None:
    """Every one of them."""
    world = World(webhook(authentication=AuthenticationType.BASIC, username="user"))
    world.vault.credentials["wh_1"] = Credentials(password="pass")

    dispatch(world, *events(101))

    assert [request.headers["Authorization"] for request in world.sender.requests] == ["Basic dXNlcjpwYXNz"] * 2
