"""What webhooks with a filter, a transform and a format get, by every way out, from real receivers."""

import json
from typing import Any

import pytest

from local.listener import Listener, Received
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.shaping.formats import Format
from recado.rules.webhook.webhook import Status, Webhook
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS, batch_event, detail, envelope
from tests.support.system import System

NAME = "COURSE_ENROLLMENT"


def happens(system: System, event_id: str, *, name: str = NAME, **data: Any) -> None:
    """Let a real-time event happen."""
    number = int("".join(filter(str.isdigit, event_id)) or 0)
    system.invoke("realtime_dispatcher", envelope(name, detail(event_id, timestamp=NOON_MS + number, data=data)))


def bodies(receiver: Listener) -> list[Any]:
    """Return the bodies of what was sent, as JSON."""
    return [json.loads(request.body) for request in receiver.received]


def ids_of(request: Received) -> list[str]:
    """Return the ids of the events that an envelope brought."""
    return [event["eventId"] for event in json.loads(request.body)["events"]]


def statuses(system: System, webhook: Webhook) -> dict[str, str]:
    """Return the status of each delivery, by event id."""
    return system.outcomes(webhook)


def test_filtered_event_leaves_nothing(system: System, receiver: Listener, aws: AwsCalls) -> None:
    """No POST, no delivery, and no call but those that read the webhooks and what is recorded; the others get it."""
    webhook = system.add_webhook(receiver.url, filter="data.total > `100`")
    aws.clear()
    happens(system, "e1", total=50)
    alone = len(aws.seen)
    happens(system, "e2", total=150)

    assert [ids_of(request) for request in receiver.received] == [["e2"]]
    assert statuses(system, webhook) == {"e2": "DELIVERED"}
    assert alone == 2


def test_filter_is_counted_and_logged(
    system: System, receiver: Listener, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """As a metric of its own, and with the webhook and the ids of the events."""
    system.add_webhook(receiver.url, filter="data.total > `100`")
    with caplog.at_level("INFO"):
        happens(system, "e1", total=50)

    [line] = [record for record in caplog.records if record.getMessage() == "filtered"]
    told = line.__dict__
    assert (told["webhook_id"], told["expression"]) == ("wh_1", "data.total > `100`")
    assert told["first"] == [{"event_id": "e1", "value": False}]
    [metric] = [json.loads(one) for one in capsys.readouterr().out.splitlines() if "FilteredEvents" in one]
    assert metric["FilteredEvents"] == [1.0]


def test_batch_of_which_nothing_is_left_is_no_post(system: System, receiver: Listener) -> None:
    """And one of which something is left holds that alone, in order."""
    nothing = system.add_webhook(receiver.url + "/nothing", name="wh_1", filter="data.keep == 'never'")
    some = system.add_webhook(receiver.url + "/some", name="wh_2", filter="data.keep")
    for number in range(4):
        system.put_into_batch_queue(
            batch_event(f"e{number}", timestamp=NOON_MS + number, data={"keep": number % 2 == 0})
        )
    system.invoke("batch_dispatcher", {})

    assert [(request.path, ids_of(request)) for request in receiver.received] == [("/some", ["e0", "e2"])]
    assert statuses(system, nothing) == {}
    assert statuses(system, some) == {"e0": "DELIVERED", "e2": "DELIVERED"}


def test_what_is_filtered_is_neither_skipped_nor_caught_up(system: System, receiver: Listener) -> None:
    """A webhook that is off skips only what it would have got."""
    webhook = system.add_webhook(receiver.url, filter="data.keep", status=Status.RETIRED, off_since=NOON_MS)
    happens(system, "e1", keep=True)
    happens(system, "e2", keep=False)

    assert statuses(system, webhook) == {"e1": "SKIPPED"}


@pytest.mark.parametrize("expression", ["length(data.total) > `1`", "data.total > 'a'"])
def test_failing_filter_delivers_and_says_so(system: System, receiver: Listener, expression: str) -> None:
    """The delivery has the reason, and the neighbours of the event are none the worse."""
    webhook = system.add_webhook(receiver.url, filter=expression)
    happens(system, "e1", total=5)

    [delivery] = system.deliveries(webhook)
    assert delivery.status is DeliveryStatus.DELIVERED
    assert delivery.trouble is not None
    assert delivery.trouble.expression == "filter"


SHAPES: list[tuple[dict[str, Any], str, Any]] = [
    ({"format": Format.STANDARD}, "application/json", {"type": NAME, "data": {"total": 5}}),
    ({"format": Format.CLOUDEVENTS}, "application/cloudevents-batch+json", [{"type": NAME, "data": {"total": 5}}]),
    ({"format": Format.RAW, "transform": "{text: eventId}"}, "application/json", {"text": "e1"}),
    ({"transform": "data.total"}, "application/json", {"events": [{"eventId": "e1", "data": 5}]}),
]


def holds(actual: Any, expected: Any) -> bool:
    """Return whether what was sent has at least the expected members."""
    if isinstance(expected, dict):
        return all(name in actual and holds(actual[name], value) for name, value in expected.items())
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(holds, actual, expected))
    return bool(actual == expected)


@pytest.mark.parametrize(("fields", "content_type", "expected"), SHAPES)
def test_every_way_out_writes_alike(
    system: System, receiver: Listener, fields: dict[str, Any], content_type: str, expected: Any
) -> None:
    """In real time, from the backlog after a failure, and again on request: the same bytes, by the content type."""
    webhook = system.add_webhook(receiver.url, **fields)
    receiver.break_down()
    happens(system, "e1", total=5)
    receiver.recover()
    system.clock.advance(10)
    system.redeliver()

    sent = [request.body for request in receiver.received]
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert holds(json.loads(sent[0]), expected), sent[0]
    assert {request.headers["content-type"] for request in receiver.received} == {content_type}
    assert statuses(system, webhook) == {"e1": "DELIVERED"}


@pytest.mark.parametrize("shape", [Format.STANDARD, Format.RAW])
def test_formats_of_one_event_send_one_a_post(system: System, receiver: Listener, shape: Format) -> None:
    """From a batch, too, in order; each POST is identified by its event."""
    system.add_webhook(receiver.url, format=shape, transform="data")
    for number in range(3):
        system.put_into_batch_queue(batch_event(f"e{number}", timestamp=NOON_MS + number, data={"n": number}))
    system.invoke("batch_dispatcher", {})

    assert [request.headers["webhook-id"] for request in receiver.received] == ["e0", "e1", "e2"]


def test_post_is_as_large_as_what_is_sent(system: System, receiver: Listener) -> None:
    """`maxBytes` counts what a transform makes, not what was published."""
    system.add_webhook(receiver.url, transform="`1`")
    for number in range(40):
        system.put_into_batch_queue(
            batch_event(f"e{number:02}", timestamp=NOON_MS + number, data={"text": "x" * 5_000})
        )
    system.invoke("batch_dispatcher", {})

    assert [len(ids_of(request)) for request in receiver.received] == [40]


def test_failing_transform_sends_the_event_as_it_is(system: System, receiver: Listener) -> None:
    """The delivery says so; the other events of the POST are transformed."""
    webhook = system.add_webhook(receiver.url, transform="{all: length(data.lines)}")
    system.put_into_batch_queue(batch_event("e0", data={"lines": 5}))
    system.put_into_batch_queue(batch_event("e1", timestamp=NOON_MS + 1, data={"lines": [1, 2]}))
    system.invoke("batch_dispatcher", {})

    [body] = bodies(receiver)
    assert [event["data"] for event in body["events"]] == [{"lines": 5}, {"all": 2}]
    troubles = {one.event.event_id: one.trouble for one in system.deliveries(webhook)}
    assert troubles["e1"] is None
    assert troubles["e0"] is not None
    assert troubles["e0"].reason == "length() takes string or array or object, and was given number"
