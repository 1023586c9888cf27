"""A receiver that names what it did not take of a drain's POST; and one whose limit the next drain knows."""

import json

import pytest

from local.listener import Answer, Listener
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import Webhook
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.events import ACCOUNT, numbered
from tests.support.redeliveries import ENDED
from tests.support.system import System

NAMES_ONE = Answer(
    status=200,
    body=json.dumps({"batchItemFailures": [{"itemIdentifier": "e001", "message": "no such course"}]}).encode(),
)


def drain(system: System, count: int) -> None:
    """Drain so many events."""
    system.put_into_batch_queue(*numbered(count))
    system.invoke("batch_dispatcher", {})


def sizes(receiver: Listener) -> list[int]:
    """Return how many events each POST held."""
    return [len(request.event_ids) for request in receiver.received]


@pytest.fixture
def webhook(system: System, receiver: Listener) -> Webhook:
    """Give a webhook whose receiver names one of three events."""
    receiver.answers.append(NAMES_ONE)
    return system.add_webhook(receiver.url, delivery=DeliverySettings(partial_responses=True))


def test_the_others_of_a_drain_are_delivered(system: System, webhook: Webhook) -> None:
    """The one that is named waits, with the receiver's word, out of the backlog; the webhook is as well as before."""
    drain(system, 3)

    assert system.outcomes(webhook) == {"e000": "DELIVERED", "e001": "PENDING", "e002": "DELIVERED"}
    named = next(one for one in system.deliveries(webhook) if one.is_aside)
    assert named.error is not None
    assert named.error.detail == "The receiver did not take this event: no such course"
    assert (system.backlog(webhook), system.webhook(webhook).health.attempts) == ([], 0)


def test_what_is_named_comes_again_alone(system: System, receiver: Listener, webhook: Webhook) -> None:
    """After five minutes, by whoever then owns the webhook."""
    drain(system, 3)
    assert system.redeliver() == ENDED
    assert sizes(receiver) == [3]

    system.clock.advance(360)
    system.invoke("redelivery", {})
    assert system.redeliver() == ENDED

    assert [request.event_ids for request in receiver.received] == [["e000", "e001", "e002"], ["e001"]]
    assert set(system.outcomes(webhook).values()) == {"DELIVERED"}


def test_a_repeated_drain_sends_nothing_twice(system: System, receiver: Listener, webhook: Webhook) -> None:
    """The messages come again, for the process died before they were deleted: what is set aside is known, too."""
    drain(system, 3)
    drain(system, 3)

    assert sizes(receiver) == [3]
    assert system.waiting_in("BatchQueue") == 0
    assert system.outcomes(webhook) == {"e000": "DELIVERED", "e001": "PENDING", "e002": "DELIVERED"}


def test_a_drain_keeps_to_the_size_that_was_found_until_the_address_changes(system: System, receiver: Listener) -> None:
    """What has been found out about one receiver says nothing about the next."""
    webhook = system.add_webhook(receiver.url)
    receiver.answers.append(Answer(status=413))
    drain(system, 40)
    assert system.redeliver() == ENDED
    assert system.webhook(webhook).lane.cut.bytes.failed is not None
    receiver.received.clear()

    api = ApiClient(system, ApiDocument(), account=str(ACCOUNT))
    answer = api.call("PATCH", f"{api.webhooks}/{webhook.webhook_id}", body={"targetUrl": f"{receiver.url}/another"})

    assert answer.status == 200
    assert system.webhook(webhook).lane.cut.bytes.failed is None
