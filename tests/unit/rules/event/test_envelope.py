"""The forms in which an event reaches the functions."""

import json
from typing import Any

import pytest
from hypothesis import given

from recado.rules.event.envelope import DETAIL_TEXT
from recado.rules.event.event import InvalidEventError
from recado.rules.event.strict_json import MAX_DEPTH
from tests.support.catalogue import READER
from tests.unit.builders import detail, envelope, event, nested
from tests.unit.rules.event.json_values import DETAILS, NAMES

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
    assert READER.of_envelope(envelope()) == event()


@pytest.mark.parametrize("message", [envelope(), RECORD], ids=["a rule's message", "a failed invocation's record"])
def test_a_message_of_the_batch_queue_holds_an_event(message: dict[str, object]) -> None:
    """It is read as a rule or its dead-letter target sends it, and as Lambda records a failed invocation."""
    assert READER.of_message(json.dumps(message)) == event()


@pytest.mark.parametrize("message", [None, 1, "text", [], [envelope()], True])
def test_an_envelope_must_be_an_object(message: object) -> None:
    """Anything else is refused, in an invocation and in a message alike."""
    with pytest.raises(InvalidEventError) as refusal:
        READER.of_envelope(message)
    assert refusal.value.field == "message"
    with pytest.raises(InvalidEventError) as refusal:
        READER.of_message(json.dumps(message))
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
        READER.of_message(json.dumps(message))
    assert refusal.value.field == field


@pytest.mark.parametrize("body", ["", "{", "not JSON", '{"a":NaN}', "[" * 100_000, "\ufeff{}", "1" * 5000])
def test_a_message_that_is_no_json_is_refused(body: str) -> None:
    """Whatever lies in the queue, reading it ends with a refusal."""
    with pytest.raises(InvalidEventError) as refusal:
        READER.of_message(body)
    assert refusal.value.field == "message"


@pytest.mark.parametrize("wrapped", [envelope, lambda **fields: {**RECORD, "requestPayload": envelope(**fields)}])
def test_an_event_is_as_deep_in_the_queue_as_on_the_bus(wrapped: object) -> None:
    """What carries an event does not count: one that real time accepts is not lost on its way through a queue."""
    assert callable(wrapped)
    deepest = nested(MAX_DEPTH - 1)

    assert READER.of_message(json.dumps(wrapped(data=deepest))) == READER.of_envelope(envelope(data=deepest))
    with pytest.raises(InvalidEventError, match="nested deeper"):
        READER.of_message(json.dumps(wrapped(data=nested(MAX_DEPTH))))


@given(NAMES, DETAILS)
def test_a_detail_in_a_text_is_the_detail(name: str, published: dict[str, Any]) -> None:
    """To the last digit of every number."""
    direct = READER.of_envelope({"detail-type": name, "detail": published})
    wrapped = {"detail-type": name, "detail": {DETAIL_TEXT: json.dumps(published)}}

    assert READER.of_envelope(wrapped) == direct
    assert READER.of_message(json.dumps(wrapped)) == direct


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({DETAIL_TEXT: "{"}, "message"),
        ({DETAIL_TEXT: "[]"}, "detail"),
        ({DETAIL_TEXT: {}}, "accountId"),
        ({DETAIL_TEXT: json.dumps({DETAIL_TEXT: "{}"})}, "accountId"),
        ({DETAIL_TEXT: "[" * 100_000}, "message"),
    ],
)
def test_a_text_that_holds_no_detail_is_refused(content: dict[str, Any], field: str) -> None:
    """As any detail that is none."""
    with pytest.raises(InvalidEventError) as refused:
        READER.of_envelope({"detail-type": "CI_STATS", "detail": content})
    assert refused.value.field == field


def test_a_field_of_that_name_beside_data_is_a_field_that_is_not_known() -> None:
    """What was published is what is sent."""
    content = detail(**{DETAIL_TEXT: "{}"})
    assert READER.of_envelope(envelope(content=content)) == READER.of_envelope(envelope(content=detail()))
