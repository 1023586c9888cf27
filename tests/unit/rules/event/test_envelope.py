"""The forms in which an event reaches the functions."""

import json

import pytest

from recado.rules.event.envelope import event_from_envelope, event_from_message
from recado.rules.event.event import InvalidEventError
from recado.rules.event.strict_json import MAX_DEPTH
from tests.unit.builders import detail, envelope, event, nested

RECORD = {
    "version": "1.0",
    "timestamp": "2024-09-27T12:03:12.000Z",
    "requestContext": {"requestId": "e4b46cbf", "condition": "RetriesExhausted", "approximateInvokeCount": 3},
    "requestPayload": envelope(),
    "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
    "responsePayload": {"errorMessage": "throttled"},
}


def test_an_eventbridge_event_holds_an_event() -> None:
    """Its type is the event's name, its detail the rest."""
    assert event_from_envelope(envelope()) == event()


@pytest.mark.parametrize("message", [envelope(), RECORD], ids=["a rule's message", "a failed invocation's record"])
def test_a_message_of_the_batch_queue_holds_an_event(message: dict[str, object]) -> None:
    """It is read as a rule or its dead-letter target sends it, and as Lambda records a failed invocation."""
    assert event_from_message(json.dumps(message)) == event()


@pytest.mark.parametrize("message", [None, 1, "text", [], [envelope()], True])
def test_an_envelope_must_be_an_object(message: object) -> None:
    """Anything else is refused, in an invocation and in a message alike."""
    with pytest.raises(InvalidEventError) as refusal:
        event_from_envelope(message)
    assert refusal.value.field == "message"
    with pytest.raises(InvalidEventError) as refusal:
        event_from_message(json.dumps(message))
    assert refusal.value.field == "message"


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({}, "eventName"),
        ({"detail-type": "COURSE_ENROLLMENT"}, "detail"),
        ({"detail": detail()}, "eventName"),
        (envelope("NO_SUCH_EVENT"), "eventName"),
        (envelope(content="text"), "detail"),
        ({**RECORD, "requestPayload": None}, "message"),
        ({**RECORD, "requestPayload": "text"}, "message"),
        ({"requestPayload": envelope()}, "eventName"),
        ({"requestContext": {}}, "eventName"),
    ],
)
def test_what_holds_no_event_is_refused_by_name(message: dict[str, object], field: str) -> None:
    """The refusal names the part that is missing or wrong."""
    with pytest.raises(InvalidEventError) as refusal:
        event_from_message(json.dumps(message))
    assert refusal.value.field == field


@pytest.mark.parametrize("body", ["", "{", "not JSON", '{"a":NaN}', "[" * 100_000, "\ufeff{}", "1" * 5000])
def test_a_message_that_is_no_json_is_refused(body: str) -> None:
    """Whatever lies in the queue, reading it ends with a refusal."""
    with pytest.raises(InvalidEventError) as refusal:
        event_from_message(body)
    assert refusal.value.field == "message"


@pytest.mark.parametrize("wrapped", [envelope, lambda **fields: {**RECORD, "requestPayload": envelope(**fields)}])
def test_an_event_is_as_deep_in_the_queue_as_on_the_bus(wrapped: object) -> None:
    """What carries an event does not count: one that real time accepts is not lost on its way through a queue."""
    assert callable(wrapped)
    deepest = nested(MAX_DEPTH - 1)

    assert event_from_message(json.dumps(wrapped(data=deepest))) == event_from_envelope(envelope(data=deepest))
    with pytest.raises(InvalidEventError, match="nested deeper"):
        event_from_message(json.dumps(wrapped(data=nested(MAX_DEPTH))))
