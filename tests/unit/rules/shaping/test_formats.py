"""The shapes in which events leave."""

import json
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from recado.rules.delivery.digest import Ends, digest_event
from recado.rules.event.event import Event
from recado.rules.shaping.allowance import Allowance
from recado.rules.shaping.formats import Format, Shape
from tests.unit.builders import NAME, NOW, body_of, event

DATA = {"total": 59.9, "large": 2**70, "note": "ü €"}


def written(shape: Shape, *events: Event) -> str:
    """Return the body of a POST with these events."""
    allowance = Allowance()
    return shape.body(events[0].account_text, [shape.written(each, allowance).text for each in events])


def test_the_envelope_is_what_it_is_without_a_format() -> None:
    """Byte for byte."""
    events = [event("e1", data=DATA), event("e2", eventInfo="x")]

    assert written(Shape(), *events).encode() == body_of(events)
    assert Shape().content_type == "application/json"


def test_a_transform_takes_the_place_of_the_data() -> None:
    """All else of the envelope stays as it was published, the order too."""
    shape = Shape(transform="{sum: data.total, id: eventId}")

    [told] = json.loads(written(shape, event(data=DATA, eventInfo="x")))["events"]
    assert list(told.items()) == [
        ("eventId", "e1"),
        ("eventName", NAME),
        ("timestamp", 1_727_438_400_000),
        ("eventInfo", "x"),
        ("data", {"sum": 59.9, "id": "e1"}),
    ]
    assert json.loads(written(Shape(transform="data.missing"), event()))["events"][0]["data"] is None


def test_standard_webhooks_have_type_timestamp_and_data() -> None:
    """Standard Webhooks 1.0.0, "Payload structure"; the time is RFC 3339 in UTC."""
    shape = Shape(Format.STANDARD, alone=True)

    assert json.loads(written(shape, event(data=DATA, timestamp="2024-09-27T14:00:00+02:00"))) == {
        "type": NAME,
        "timestamp": "2024-09-27T12:00:00.000Z",
        "data": DATA,
    }
    assert Format.STANDARD.takes_one


@pytest.mark.parametrize("info", [None, "", "by a manager", "two\nlines"])
@pytest.mark.parametrize("account", [1010, "acme:eu@1"])
def test_the_sdk_reads_a_cloud_event(info: str | None, account: Any) -> None:
    """The SDK of CloudEvents is the judge: alone in structured mode."""
    shape = Shape(Format.CLOUDEVENTS, alone=True)
    body = written(shape, event(data=DATA, eventInfo=info, accountId=account))

    read = JSONFormat().read(CloudEvent, body.encode())

    assert shape.content_type == "application/cloudevents+json"
    assert (read.get_id(), read.get_type(), read.get_source()) == ("e1", NAME, f"/accounts/{account}")
    assert read.get_specversion() == "1.0"
    assert str(read.get_time()) == "2024-09-27 12:00:00+00:00"
    assert read.get_data() == DATA
    assert read.get_extension("eventinfo") == ((info or "").replace("\n", " ") or None)


def test_cloud_events_that_may_be_many_are_always_a_batch() -> None:
    """Also where there is one: a receiver reads one content type."""
    shape = Shape(Format.CLOUDEVENTS)

    for count in (1, 2):
        batch = json.loads(written(shape, *(event(f"e{number}") for number in range(count))))
        assert [each["id"] for each in batch] == [f"e{number}" for number in range(count)]
    assert shape.content_type == "application/cloudevents-batch+json"


def test_each_cloud_event_keeps_its_trace() -> None:
    """As the extension of CloudEvents, also in a batch, of which no header could tell."""
    traced = event("e1", traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    batch = json.loads(written(Shape(Format.CLOUDEVENTS), traced, event("e2")))

    assert [each.get("traceparent") for each in batch] == [traced.traceparent, None]


@pytest.mark.parametrize(
    ("transform", "body"),
    [
        ("{text: join(' ', ['Paid:', to_string(data.total)])}", '{"text":"Paid: 59.9"}'),
        ("data.note", '"ü €"'),
        ("data.large", str(2**70)),
        ("`[]`", "[]"),
        ("`false`", "false"),
    ],
)
def test_raw_is_what_the_transform_makes(transform: str, body: str) -> None:
    """As JSON, and nothing around it."""
    shape = Shape(Format.RAW, transform, alone=True)

    assert written(shape, event(data=DATA)) == body
    assert Format.RAW.takes_one


def test_a_transform_makes_no_more_than_an_event_may_be() -> None:
    """A body as large as that is what receivers are told to expect; what is more goes as it came, and says so."""
    large = event(data={"text": "x" * 200_000})

    told = Shape(transform="[data.text, data.text]").written(large, Allowance())

    assert told.text == large.text
    assert "more than 262016 bytes (256 KB)" in str(told.error)
    assert Shape(transform="data.text").written(large, Allowance()).error is None


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (Shape(Format.RAW, "data.missing", alone=True), "it gives null"),
        (Shape(Format.RAW, "length(data.total)", alone=True), "length() takes"),
        (Shape(Format.ENVELOPE, "length(data.total)"), "length() takes"),
        (Shape(Format.STANDARD, "sum(@)", alone=True), "sum() takes"),
        (Shape(Format.CLOUDEVENTS, "sum(@)"), "sum() takes"),
    ],
)
def test_a_transform_that_fails_leaves_the_event_as_it_is(shape: Shape, reason: str) -> None:
    """As if there were none, and its part says why; RAW is the event's own object."""
    one = event(data=DATA)
    plain = Shape(shape.format, alone=shape.alone)

    told = shape.written(one, Allowance())

    assert reason in str(told.error)
    assert told.text == plain.written(one, Allowance()).text
    if shape.format is Format.RAW:
        assert told.text == one.text


@pytest.mark.parametrize("transform", ["data.missing", "length(data.hours)", "sum(@)"])
def test_a_digest_leaves_without_the_transform(transform: str) -> None:
    """That is made for the events of publishers; where a transform is the body, the digest's data are."""
    digest = digest_event("1010", "wh_1", NOW, {}, Ends())
    data = json.loads(digest.text)["data"]
    head = {"eventId": digest.event_id, "eventName": digest.name, "timestamp": "2024-09-27T13:00:00.000Z"}

    def body(shape_format: Format) -> Any:
        shape = Shape(shape_format, transform, alone=True)
        assert shape.written(digest, Allowance()).error is None
        return json.loads(written(shape, digest))

    assert body(Format.RAW) == data
    assert body(Format.ENVELOPE) == {"accountId": 1010, "events": [{**head, "data": data}]}
    assert body(Format.STANDARD) == {"type": "recado.digest", "timestamp": head["timestamp"], "data": data}
    assert (body(Format.CLOUDEVENTS)["type"], body(Format.CLOUDEVENTS)["data"]) == ("recado.digest", data)
