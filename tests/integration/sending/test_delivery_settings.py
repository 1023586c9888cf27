"""What a POST to a webhook may be: each sender keeps to what its admin has asked for."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from local.listener import BUSY, Answer, Listener
from recado.adapters.sending.http_sender import HttpSender
from recado.ports.sending import Deadline
from recado.rules.sending.attempt import AttemptResult, FailureClass
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.support.acts import act_on
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.events import ACCOUNT, NOON_MS, batch_event, numbered
from tests.support.redeliveries import ENDED, publish
from tests.support.system import System

SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
Sending = Callable[..., None]


def drained(system: System, _receiver: Listener, *messages: object) -> None:
    """Send these events in a drain."""
    system.put_into_batch_queue(*messages)
    system.invoke("batch_dispatcher", SCHEDULED)


def redelivered(system: System, receiver: Listener, *messages: object) -> None:
    """Let these events wait, since the first POST of a drain fails, and send them in a redelivery."""
    receiver.answers.append(BUSY)
    drained(system, receiver, *messages)
    system.clock.advance(5)
    assert system.redeliver() == ENDED


def of_size(size: int, position: int) -> dict[str, object]:
    """Return a non-real-time event with so much in it."""
    return batch_event(f"e{position}", timestamp=NOON_MS + position, data={"text": "x" * size})


@pytest.mark.parametrize("send", [drained, redelivered])
def test_a_post_holds_as_many_events_as_the_webhook_takes(system: System, receiver: Listener, send: Sending) -> None:
    """And no more, in their order."""
    few = system.add_webhook(receiver.url, delivery=DeliverySettings(max_events=10))

    send(system, receiver, *numbered(25))

    assert [len(request.event_ids) for request in receiver.accepted] == [10, 10, 5]
    assert [one for request in receiver.accepted for one in request.event_ids] == [f"e{n:03}" for n in range(25)]
    assert set(system.outcomes(few).values()) == {"DELIVERED"}


@pytest.mark.parametrize("send", [drained, redelivered])
def test_a_post_holds_as_many_bytes_as_the_webhook_takes(system: System, receiver: Listener, send: Sending) -> None:
    """An event that is larger travels alone, in its place."""
    webhook = system.add_webhook(receiver.url, delivery=DeliverySettings(max_bytes=5000))

    send(system, receiver, *(of_size(size, position) for position, size in enumerate((2000, 2000, 2000, 9000, 2000))))

    assert [request.event_ids for request in receiver.accepted] == [["e0", "e1"], ["e2"], ["e3"], ["e4"]]
    assert [len(request.body) > 5000 for request in receiver.accepted] == [False, False, True, False]
    assert set(system.outcomes(webhook).values()) == {"DELIVERED"}


def test_webhooks_of_an_account_get_what_each_takes(system: System, receiver: Listener) -> None:
    """In one drain, of the same events."""
    for path, settings in (("few", DeliverySettings(max_events=2)), ("all", DeliverySettings())):
        system.add_webhook(f"{receiver.url}/{path}", name=f"wh_{path}", delivery=settings)

    drained(system, receiver, *numbered(3))

    sizes = {path: [len(r.event_ids) for r in receiver.received if r.path == f"/{path}"] for path in ("few", "all")}
    assert sizes == {"few": [2, 1], "all": [3]}


@pytest.mark.parametrize("seconds", [1, 5])
def test_every_sender_waits_as_long_as_the_webhook_allows(
    system: System, receiver: Listener, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In real time, in a drain, in a redelivery, and in a test of the saved webhook and of a draft."""
    waits: list[float] = []
    send = HttpSender.send

    def noting(self: HttpSender, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        waits.append(request.timeout_seconds)
        return send(self, request, deadline)

    monkeypatch.setattr(HttpSender, "send", noting)
    webhook = system.add_webhook(receiver.url, delivery=DeliverySettings(timeout_seconds=seconds))
    api = ApiClient(system, ApiDocument(), str(ACCOUNT))

    publish(system, "e0")
    redelivered(system, receiver, *numbered(1))
    event = {"eventName": "COURSE_ENROLLMENT"}
    tests = f"{api.webhooks}/{webhook.webhook_id}/test"
    saved = api.call("POST", tests, event)
    changed = api.call("POST", tests, {**event, "delivery": {"timeoutSeconds": 15}})
    draft = {**event, "targetUrl": receiver.url, "delivery": {"timeoutSeconds": seconds}}
    drafted = api.call("POST", f"{api.webhooks}/test", draft)

    assert [answer.json["delivered"] for answer in (saved, changed, drafted)] == [True] * 3
    assert waits == [seconds, seconds, seconds, seconds, 15, seconds]
    assert len(receiver.received) == len(waits)


def test_an_answer_that_comes_too_late_for_its_webhook_is_told_with_its_time(
    system: System, receiver: Listener
) -> None:
    """To whoever reads the webhook, the delivery or a test; who allows for more is not concerned."""
    receiver.usual_answer = Answer(delay_seconds=1.2)
    hasty = system.add_webhook(receiver.url, name="wh_hasty", delivery=DeliverySettings(timeout_seconds=1))
    patient = system.add_webhook(receiver.url, name="wh_patient", delivery=DeliverySettings(timeout_seconds=5))
    api = ApiClient(system, ApiDocument(), str(ACCOUNT))

    drained(system, receiver, *numbered(1))

    assert system.outcomes(patient) == {"e000": "DELIVERED"}
    assert system.outcomes(hasty) == {"e000": "PENDING"}
    shown = api.get(f"{api.webhooks}/wh_hasty").json["health"]["lastError"]
    assert shown == {
        "failureClass": FailureClass.TIMEOUT,
        "detail": "The receiver did not answer within 1 second.",
        "hint": "Answer 202 within 1 second and do the work afterwards.",
        "timeoutSeconds": 1,
    }
    [delivery] = api.get(f"{api.webhooks}/wh_hasty/deliveries").json["deliveries"]
    assert delivery["error"] == shown


def test_a_receiver_that_may_take_long_is_sent_to_by_one_sender(system: System, receiver: Listener) -> None:
    """Over five seconds: it holds neither the dispatcher nor a drain."""
    webhook = system.add_webhook(receiver.url, delivery=DeliverySettings(timeout_seconds=6))

    publish(system, "e0")
    drained(system, receiver, *numbered(1))
    assert receiver.received == []
    assert system.redeliver() == ENDED

    assert system.outcomes(webhook) == {"e0": "DELIVERED", "e000": "DELIVERED"}


def test_a_backlog_leaves_by_the_settings_as_they_are_now(system: System, receiver: Listener) -> None:
    """Who finds the POSTs too large makes them smaller, and what waits comes so."""
    webhook = system.add_webhook(receiver.url)
    receiver.answers.append(BUSY)
    drained(system, receiver, *numbered(5))
    current = system.webhook(webhook)
    smaller = replace(current, delivery=DeliverySettings(max_events=2), version=current.version + 1)
    system.registry.replace(current, smaller, act_on(current))
    receiver.recover()
    system.clock.advance(5)

    assert system.redeliver() == ENDED

    assert [len(request.event_ids) for request in receiver.received] == [5, 2, 2, 1]
