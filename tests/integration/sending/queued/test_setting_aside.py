"""An event that fails alone is set aside: the others go on, and it is tried, moved back or withdrawn by itself."""

import pytest

from local.listener import Answer, Listener
from recado.rules.webhook.webhook import Webhook
from tests.support.api.client import ApiClient
from tests.support.redeliveries import ENDED, publish
from tests.support.system import System


@pytest.fixture
def poisoned(system: System, receiver: Listener) -> Webhook:
    """Give a webhook whose first of three events was refused twice, alone, while another was taken."""
    webhook = system.add_webhook(receiver.url)
    receiver.answers.extend([Answer(status=500)] * 2)
    publish(system, "poison", "e1", "e2")
    system.clock.advance(5)
    assert system.redeliver() == ENDED
    return webhook


def asked(api: ApiClient, system: System, webhook: Webhook, what: str) -> None:
    """Ask for the poison event to be redelivered or cancelled."""
    [poison] = [one for one in system.deliveries(webhook) if one.event.event_id == "poison"]
    answer = api.call("POST", f"{api.webhooks}/wh_1/deliveries/{poison.delivery_id}/{what}")
    assert answer.status < 300, answer.text


def test_the_others_do_not_wait_for_what_is_set_aside(system: System, receiver: Listener, poisoned: Webhook) -> None:
    """It stays pending, out of the backlog."""
    assert system.outcomes(poisoned) == {"poison": "PENDING", "e1": "DELIVERED", "e2": "DELIVERED"}
    assert [one.event_ids for one in receiver.received] == [["poison"], ["poison"], ["e1"], ["e2"]]
    assert system.backlog(poisoned) == []


def test_what_is_set_aside_is_tried_again(system: System, receiver: Listener, poisoned: Webhook) -> None:
    """By the next sweep after its wait; its attempts are counted on, as they were before."""
    system.clock.advance(360)
    system.invoke("redelivery", {"source": "aws.events", "detail": {}})
    assert system.redeliver() == ENDED

    assert system.outcomes(poisoned)["poison"] == "DELIVERED"
    tries = [one.headers["recado-attempt"] for one in receiver.received if one.event_ids == ["poison"]]
    assert tries == ["1", "2", "3"]


def test_what_is_set_aside_is_moved_back_on_request(system: System, api: ApiClient, poisoned: Webhook) -> None:
    """And sent at once, without a copy."""
    asked(api, system, poisoned, "redeliver")
    assert system.backlog(poisoned) == ["poison"]

    assert system.redeliver() == ENDED

    assert system.outcomes(poisoned)["poison"] == "DELIVERED"


def test_what_is_set_aside_can_be_cancelled(
    system: System, receiver: Listener, api: ApiClient, poisoned: Webhook
) -> None:
    """And is never tried again."""
    asked(api, system, poisoned, "cancel")
    system.clock.advance(360)
    system.invoke("redelivery", {"source": "aws.events", "detail": {}})
    system.redeliver()

    assert system.outcomes(poisoned)["poison"] == "CANCELLED"
    assert len(receiver.received) == 4
