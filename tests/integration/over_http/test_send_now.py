"""Nobody waits for an hour: what waits leaves when somebody says so, or mends what it was waiting for."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.listener import Answer, Listener
from recado.rules.activity.activity import ActivityKind
from recado.rules.webhook.webhook import Webhook
from tests.support.api.client import ApiClient
from tests.support.events import ACCOUNT
from tests.support.redeliveries import COMES_BACK, ENDED, NONE_DUE, publish
from tests.support.system import System

IN_AN_HOUR = Answer(status=503, headers={"Retry-After": "3600"})
PATH = f"/accounts/{ACCOUNT}/webhooks/wh_1"


@pytest.fixture
def webhook(system: System, receiver: Listener) -> Webhook:
    """Give a webhook whose receiver wants to be left alone for an hour, and of which two events wait."""
    webhook = system.add_webhook(receiver.url)
    receiver.answers.append(IN_AN_HOUR)
    publish(system, "e0", "e1")
    assert system.redeliver() == NONE_DUE
    return webhook


@pytest.fixture
def elsewhere() -> Iterator[Listener]:
    """Give another receiver."""
    with Listener() as listener:
        yield listener


def test_what_waits_leaves_when_somebody_says_so(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """Whatever the receiver has asked for; the answer says how much it is."""
    answer = api.call("POST", f"{PATH}/send-now")

    assert answer.status == 202
    assert answer.json == {
        "webhookId": "wh_1",
        "waiting": {
            "count": 2,
            "more": False,
            "oldestTimestamp": "2024-09-27T12:00:00.000Z",
            "setAside": 0,
            "setAsideMore": False,
        },
    }
    assert api.get(PATH).json["waiting"] == answer.json["waiting"]
    assert system.redeliver() == ENDED
    assert set(system.outcomes(webhook).values()) == {"DELIVERED"}
    assert receiver.event_ids == ["e0", "e0", "e1"]
    assert system.kinds()[0] is ActivityKind.SENT_NOW


def test_a_receiver_that_fails_again_is_waited_for_again(
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener
) -> None:
    """Sending now is one try."""
    receiver.answers.append(IN_AN_HOUR)

    api.call("POST", f"{PATH}/send-now")

    assert system.redeliver() == COMES_BACK
    system.clock.advance(3000)
    assert len(receiver.received) == 2
    assert set(system.outcomes(webhook).values()) == {"PENDING"}


@pytest.mark.parametrize(
    "changes",
    [
        lambda elsewhere: {"targetUrl": elsewhere.url},
        lambda _elsewhere: {"headers": {"X-Tenant": "north"}},
        lambda _elsewhere: {"authentication": {"type": "BASIC", "username": "u", "password": "p"}},
        lambda _elsewhere: {"delivery": {"maxEvents": 1}},
    ],
    ids=["target URL", "headers", "authentication", "delivery"],
)
def test_a_change_of_what_is_sent_and_how_lets_it_leave_at_once(  # noqa: PLR0917 - fixtures and what is varied
    system: System, api: ApiClient, webhook: Webhook, receiver: Listener, elsewhere: Listener, changes: Any
) -> None:
    """It may be just what the receiver was failing for."""
    answer = api.call("PATCH", PATH, changes(elsewhere))
    assert answer.status == 200, answer.text

    assert system.redeliver() == ENDED

    assert set(system.outcomes(webhook).values()) == {"DELIVERED"}
    assert receiver.event_ids[1:] + elsewhere.event_ids == ["e0", "e1"]


@pytest.mark.parametrize("changes", [{"name": "New"}, {"description": "d"}, {"ordered": True}])
def test_any_other_change_lets_it_wait(
    system: System, api: ApiClient, webhook: Webhook, changes: dict[str, Any]
) -> None:
    """The receiver is as it was."""
    assert api.call("PATCH", PATH, changes).status == 200

    assert system.redeliver() == NONE_DUE
    assert set(system.outcomes(webhook).values()) == {"PENDING"}


@pytest.mark.usefixtures("webhook")
def test_a_webhook_that_is_off_sends_nothing_now(system: System, api: ApiClient) -> None:
    """409 says what to do first, and there is no act of it."""
    api.call("PATCH", PATH, {"active": False})

    answer = api.call("POST", f"{PATH}/send-now")

    assert (answer.status, "switch it on first" in answer.json["detail"]) == (409, True)
    assert ActivityKind.SENT_NOW not in system.kinds()


def test_a_webhook_without_anything_that_waits_says_so(system: System, api: ApiClient, receiver: Listener) -> None:
    """Without a time of the oldest; the list of webhooks does not look for it."""
    system.add_webhook(receiver.url)

    nothing = {"count": 0, "more": False, "setAside": 0, "setAsideMore": False}
    assert api.get(PATH).json["waiting"] == nothing
    assert api.call("POST", f"{PATH}/send-now", {}).json["waiting"] == nothing
    assert "waiting" not in api.get(api.webhooks).json["webhooks"][0]
