"""Event types, and events published over HTTP: they arrive as they came."""

import json
from typing import Any

import pytest

from recado.rules.event.event import MAX_EVENT_BYTES
from tests.integration.webhook_api.events.publishing import details, entries, event, publish
from tests.support.api.client import ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.catalogue import READER, SHIPPED
from tests.support.events import NOON_MS


def test_the_catalogue_is_listed(api: ApiClient) -> None:
    """All types, each with its category, what it means, and a sample that could be published."""
    types = api.get("/event-types").json["eventTypes"]

    assert [each["eventName"] for each in types] == list(SHIPPED.names)
    assert {each["category"] for each in types} == {"REAL_TIME", "NON_REAL_TIME"}
    for each in types:
        assert each["description"]
        assert publish(api, event(eventName=each["eventName"], data=each["sampleData"])).status == 202


def test_an_event_is_put_onto_the_bus_as_any_publisher_does(api: ApiClient, aws: AwsCalls) -> None:
    """With the account of the path, and nothing lost or added."""
    data = {"ü": [1.5, 12345678901234567, {"z": None, "a": True}], "text": "São 🚀"}

    answer = publish(api, event(eventInfo="info", data=data, timestamp="2024-09-27T12:00:00.5+02:00"))

    assert (answer.status, answer.json) == (202, {"results": [{"eventId": "e1", "accepted": True}]})
    (entry,) = entries(aws)
    assert entry == {
        "EventBusName": api.system.stack.environment("WebhookApiFunction")["EVENT_BUS_NAME"],
        "Source": "recado.publisher",
        "DetailType": "CI_STATS",
        "Detail": entry["Detail"],
    }
    assert json.loads(entry["Detail"]) == {
        "accountId": int(api.account),
        "eventId": "e1",
        "timestamp": "2024-09-27T12:00:00.5+02:00",
        "eventInfo": "info",
        "data": data,
    }


@pytest.mark.parametrize(("changes", "present"), [({}, False), ({"eventInfo": None}, True), ({"eventInfo": ""}, True)])
def test_event_info_is_delivered_as_it_comes(
    api: ApiClient, aws: AwsCalls, changes: dict[str, Any], present: bool
) -> None:
    """Left out, null and empty are three things."""
    assert publish(api, event(**changes)).status == 202

    (detail,) = details(aws)
    assert ("eventInfo" in detail) is present
    assert detail.get("eventInfo") == changes.get("eventInfo")


@pytest.mark.parametrize(
    "timestamp",
    [
        0,
        1_727_438_400,
        NOON_MS,
        1727438400.25,
        "1727438400",
        "1727438400000",
        "2024-09-27T12:00:00Z",
        "2024-09-27t12:00:00.123456789z",
        "2024-09-27 14:00:00+02:00",
        "2016-12-31T23:59:60Z",
        "2024-09-27",
    ],
)
def test_a_timestamp_is_delivered_as_it_comes(api: ApiClient, aws: AwsCalls, timestamp: Any) -> None:
    """Seconds or milliseconds, as a number or a text, or RFC 3339."""
    assert publish(api, event(timestamp=timestamp)).status == 202

    (detail,) = details(aws)
    assert json.dumps(detail["timestamp"]) == json.dumps(timestamp)


@pytest.mark.parametrize("number", [0, -1, 2**53 + 1, 2**63 - 1, -(2**63)])
def test_a_number_that_the_bus_keeps_travels_as_it_is(api: ApiClient, aws: AwsCalls, number: int) -> None:
    """Other rules of the bus may look into the detail."""
    assert publish(api, event(data={"n": [number]})).status == 202

    (entry,) = entries(aws)
    detail = json.loads(entry["Detail"])
    assert json.loads(detail.get("detailText", entry["Detail"]))["data"] == {"n": [number]}
    assert ("detailText" in detail) is (len(str(abs(number))) >= 19)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30 + 1, 10**4300 - 1], ids=lambda number: f"{number % 97}")
def test_a_number_that_the_bus_does_not_keep_arrives_to_the_last_digit(
    api: ApiClient, aws: AwsCalls, number: int
) -> None:
    """It travels in a text, which a dispatcher reads as what was published."""
    assert publish(api, event(data={"n": [number, 0.5]})).status == 202

    (entry,) = entries(aws)
    detail = json.loads(entry["Detail"])
    assert list(detail) == ["detailText"]
    assert set(map(type, detail.values())) == {str}
    read = READER.of_envelope({"detail-type": entry["DetailType"], "detail": detail})
    assert (read.account_id, json.loads(read.text)["data"]) == (api.account, {"n": [number, 0.5]})


def test_the_account_is_delivered_as_it_comes(api: ApiClient, aws: AwsCalls) -> None:
    """A number or a text; a path that holds a number means one."""
    number = int(api.account)
    for given in ({}, {"accountId": number}, {"accountId": api.account}):
        assert publish(api, event(), **given).status == 202
    text = ApiClient(api.system, api.document, account="acme-1")
    assert publish(text, event()).status == 202
    zeros = ApiClient(api.system, api.document, account="007")
    assert publish(zeros, event()).status == 202
    long = ApiClient(api.system, api.document, account="9" * 30)
    assert publish(long, event()).status == 202
    outside = ApiClient(api.system, api.document, account="user+7@example.com")
    assert publish(outside, event()).status == 202
    longest = ApiClient(api.system, api.document, account=str(2**63 - 1))
    assert publish(longest, event()).status == 202

    accounts = [detail["accountId"] for detail in details(aws)]
    assert accounts == [number, number, api.account, "acme-1", "007", "9" * 30, "user+7@example.com", 2**63 - 1]


def test_many_events_are_published_ten_at_a_time(api: ApiClient, aws: AwsCalls) -> None:
    """In their order, with a result for each."""
    events = [event(f"e{number}", timestamp=NOON_MS + number) for number in range(100)]

    answer = publish(api, *events)

    assert answer.json["results"] == [{"eventId": f"e{number}", "accepted": True} for number in range(100)]
    assert [len(call.parameters["Entries"]) for call in aws.of("PutEvents")] == [10] * 10
    assert [detail["eventId"] for detail in details(aws)] == [f"e{number}" for number in range(100)]


def test_large_events_are_published_within_the_limit_of_a_call(api: ApiClient, aws: AwsCalls) -> None:
    """EventBridge takes a megabyte at a time."""
    assert publish(api, *(event(f"e{n}", data={"text": "x" * 250_000}) for n in range(8))).status == 202

    calls = [[len(entry["Detail"]) for entry in call.parameters["Entries"]] for call in aws.of("PutEvents")]
    assert [len(sizes) for sizes in calls] == [3, 3, 2]


def test_an_event_may_have_256_kb(api: ApiClient, aws: AwsCalls) -> None:
    """Counted in bytes as it is sent; one byte more is refused."""
    empty = len(json.dumps(event(data={"text": ""}), separators=(",", ":")))
    largest = "é" * ((MAX_EVENT_BYTES - empty) // 2)
    largest += "x" * (MAX_EVENT_BYTES - empty - len(largest.encode()))

    assert publish(api, event(data={"text": largest})).status == 202
    answer = publish(api, event(data={"text": largest + "x"}))

    assert (answer.status, answer.fields) == (422, ["events[0].data"])
    assert len(entries(aws)) == 1
