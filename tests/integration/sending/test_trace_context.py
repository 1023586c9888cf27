"""A publisher's `traceparent`, from the bus to the receiver, however long that takes."""

import json
from http import HTTPStatus
from typing import Any

from local.listener import BROKEN, Answer, Listener
from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.support.api.client import ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS, batch_event, detail, envelope, failed_invocation
from tests.support.system import System

ONE, OTHER = (f"00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333{digit}-01" for digit in "12")


def sent(receiver: Listener) -> list[tuple[list[str], str | None]]:
    """Return which events came in each POST, and the header."""
    return [(request.event_ids, request.headers.get("traceparent")) for request in receiver.received]


def in_real_time(event_id: str, place: int = 0, **changes: Any) -> dict[str, Any]:
    """Return a real-time event."""
    return envelope(content=detail(event_id, timestamp=NOON_MS + place, **changes))


def test_every_attempt_of_an_event_names_its_trace(system: System, receiver: Listener) -> None:
    """The first, the retry from the backlog, and what was asked for again; an event without a trace names none."""
    system.add_webhook(receiver.url)
    receiver.answers.extend([BROKEN, BROKEN])
    system.invoke("realtime_dispatcher", in_real_time("e1", traceparent=ONE))
    for wait in (5, 10):
        system.clock.advance(wait)
        system.redeliver()
    system.invoke("realtime_dispatcher", in_real_time("e2"))

    assert sent(receiver) == [(["e1"], ONE)] * 3 + [(["e2"], None)]


def test_an_event_that_is_set_aside_keeps_its_trace(system: System, receiver: Listener) -> None:
    """It is tried alone later, and still belongs to that trace."""
    system.add_webhook(receiver.url, delivery=DeliverySettings(partial_responses=True))
    refusal = json.dumps({"batchItemFailures": [{"itemIdentifier": "b2"}]})
    receiver.answers.append(Answer(HTTPStatus.OK, body=refusal.encode()))
    system.put_into_batch_queue(batch_event("b1", traceparent=ONE), batch_event("b2", traceparent=OTHER))
    system.invoke("batch_dispatcher", {})
    system.clock.advance(360)
    system.invoke("redelivery", {"source": "aws.events", "detail": {}})
    system.redeliver()

    assert sent(receiver) == [(["b1", "b2"], None), (["b2"], OTHER)]


def test_a_batch_of_one_trace_names_it(system: System, receiver: Listener) -> None:
    """A drain's events name their trace where it is one, also that of an invocation that failed."""
    system.add_webhook(receiver.url)
    batch = [batch_event("b1", traceparent=ONE), failed_invocation(in_real_time("e1", traceparent=ONE))]
    system.put_into_batch_queue(*batch)
    system.invoke("batch_dispatcher", {})

    assert sent(receiver) == [(["b1", "e1"], ONE)]


def test_it_may_be_given_over_http(api: ApiClient, aws: AwsCalls) -> None:
    """It travels in the detail, as any publisher puts it there; what is none stays behind."""
    events: list[dict[str, Any]] = [
        {"eventId": f"e{place}", "eventName": "CI_STATS", "timestamp": NOON_MS, "data": {}, "traceparent": given}
        for place, given in enumerate((ONE, "none", None))
    ]

    assert api.call("POST", api.events, {"events": events}).status == 202

    entries = [entry for call in aws.of("PutEvents") for entry in call.parameters["Entries"]]
    assert [json.loads(entry["Detail"]).get("traceparent") for entry in entries] == [ONE, None, None]


def test_over_http_it_is_a_text(api: ApiClient) -> None:
    """Whoever sends something else has a mistake to find."""
    event = {"eventId": "e1", "eventName": "CI_STATS", "timestamp": NOON_MS, "data": {}, "traceparent": 7}

    answer = api.call("POST", api.events, {"events": [event]})

    told = [{"field": "events[0].traceparent", "message": "must be a text"}]
    assert (answer.status, answer.json["errors"]) == (422, told)
