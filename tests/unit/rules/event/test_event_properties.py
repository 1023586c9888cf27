"""Events that nobody has thought of: whatever comes is an event or is refused by name, and an event stays as it is.

What the search found once is kept as an example.
"""

import contextlib
import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from recado.rules.event import strict_json
from recado.rules.event.event import Event, InvalidEventError, parse_event
from recado.rules.event.timestamps import to_milliseconds
from tests.support.catalogue import READER
from tests.unit.builders import body_of, detail, envelope, nested, nested_text
from tests.unit.rules.event.json_values import DETAILS, NAMES, TEXT, VALUES

FIELDS = {"message", "eventName", "detail", "accountId", "eventId", "timestamp", "eventInfo", "data"}
LONGEST_REASON = 200
ENVELOPES = st.fixed_dictionaries({"detail-type": NAMES, "detail": DETAILS | VALUES})
RECORDS = st.fixed_dictionaries({"requestContext": VALUES, "requestPayload": ENVELOPES | VALUES})


def check_refusal(error: InvalidEventError) -> None:
    """Every refusal names a field, in few words, and can be logged as it is."""
    assert error.field in FIELDS
    assert 0 < len(str(error).encode()) <= LONGEST_REASON


def check_event(event: Event) -> None:
    """Every event can be sent, stored, and found again."""
    body = json.loads(body_of([event]))
    assert [body["accountId"], body["events"]] == [json.loads(event.account_text), [json.loads(event.text)]]
    assert event.key.isascii()
    assert event.key.endswith(f"#{event.event_id}")
    assert strict_json.dumps(strict_json.loads(event.text)) == event.text


@given(NAMES, DETAILS)
@example("CI_STATS", detail(data={"a": 1e22, "b": -0.0, "c": 5e-324, "d": 2**63 - 1, "e": 0.1 + 0.2}))
@example("CI_STATS", detail(data={"\u2028": "\u0000\ufffe\U0010ffff", "": {"": []}}))
@example("CI_STATS", detail(timestamp=1727414643000.0))
def test_what_is_published_is_what_is_sent(name: str, published: dict[str, Any]) -> None:
    """Each field byte for byte as the publisher's JSON says it, in the documented order."""
    event = parse_event(name, json.loads(json.dumps(published)))

    sent = {"eventId": published["eventId"], "eventName": name, "timestamp": published["timestamp"]}
    sent |= {field: published[field] for field in ("eventInfo", "data") if field in published}
    assert event.text == json.dumps(sent, ensure_ascii=False, separators=(",", ":"))
    assert event.account_text == json.dumps(published["accountId"])
    assert event.timestamp_ms == to_milliseconds(published["timestamp"])
    check_event(event)


@given(NAMES, DETAILS)
def test_an_event_that_is_published_again_is_the_same(name: str, published: dict[str, Any]) -> None:
    """Its text is that of an event with the same key: it is told as a duplicate, and delivered once."""
    event = parse_event(name, published)

    again = parse_event(name, {**json.loads(event.text), "accountId": json.loads(event.account_text)})
    assert again == event


@given(VALUES | ENVELOPES | st.fixed_dictionaries({"detail-type": NAMES, "detail": VALUES | DETAILS}))
@example({"detail-type": "CI_STATS", "detail": detail(data=nested(100_000))})
@example({"detail-type": "CI_STATS", "detail": detail(accountId=10**5000)})
@example({"detail-type": "CI_STATS", "detail": detail(timestamp=10**400)})
@example({"detail-type": "CI_STATS", "detail": detail(timestamp=float("nan"))})
@example({"detail-type": "CI_STATS", "detail": detail(eventInfo="\ud800")})
@example({"detail-type": ["CI_STATS"], "detail": detail()})
def test_whatever_a_function_is_invoked_with_is_an_event_or_is_refused(message: object) -> None:
    """With no other exception, so that Lambda repeats nothing that can never succeed."""
    try:
        check_event(READER.of_envelope(message))
    except InvalidEventError as error:
        check_refusal(error)


@given(
    st.text() | TEXT | st.binary().map(lambda content: content.decode("latin-1")) | (RECORDS | VALUES).map(json.dumps)
)
@example(nested_text(100_000))
@example('{"detail-type":' * 100_000)
@example("9" * 5000)
@example("-" + "9" * 5000)
@example('{"requestContext":1,"requestPayload":{"detail-type":"CI_STATS","detail":NaN}}')
@example('"\\ud800"')
@example("\ud800")
@example("\ufeff{}")
@example("")
def test_whatever_is_in_the_queue_is_an_event_or_is_refused(body: str) -> None:
    """With no other exception, so that one message never stops a drain."""
    try:
        check_event(READER.of_message(body))
    except InvalidEventError as error:
        check_refusal(error)


@given(DETAILS, st.data())
def test_a_damaged_message_is_an_event_or_is_refused(published: dict[str, Any], data: st.DataObject) -> None:
    """A few signs of a sound message are lost, doubled or other ones."""
    body = json.dumps(envelope(content=published))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 8)))
        body = body[:start] + data.draw(st.text(max_size=4) | st.just(body[start:end] * 2)) + body[end:]

    with contextlib.suppress(InvalidEventError):
        check_event(READER.of_message(body))


@given(VALUES)
def test_what_passes_the_check_is_written_and_read_alike(value: object) -> None:
    """And what does not pass is refused with the one error that says so."""
    try:
        strict_json.check(value)
    except strict_json.InvalidJsonError as error:
        assert 0 < len(str(error)) <= LONGEST_REASON
    else:
        text = strict_json.dumps(value)
        assert strict_json.dumps(strict_json.loads(text)) == text
        assert text.encode().decode() == text
