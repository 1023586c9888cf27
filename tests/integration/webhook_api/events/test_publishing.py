"""Event types, and events published over HTTP."""

import json
from typing import Any

import pytest

from recado.rules.account import ACCEPTED
from recado.rules.event.event import MAX_EVENT_BYTES
from tests.support.api.client import Answer, ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.catalogue import READER, SHIPPED
from tests.support.events import NOON_MS


def event(event_id: str = "e1", **changes: Any) -> dict[str, Any]:
    """Return an event as it is published, with some fields changed; `...` takes a field out."""
    fields = {"eventId": event_id, "eventName": "CI_STATS", "timestamp": NOON_MS, "data": {"seatLimit": 25}, **changes}
    return {name: value for name, value in fields.items() if value is not ...}


def publish(api: ApiClient, *events: Any, **fields: Any) -> Answer:
    """Publish events, with further fields beside them."""
    return api.call("POST", api.events, {"events": list(events), **fields})


def entries(aws: AwsCalls) -> list[Any]:
    """Return what was put onto the bus."""
    return [entry for call in aws.of("PutEvents") for entry in call.parameters["Entries"]]


def details(aws: AwsCalls) -> list[Any]:
    """Return the details of what was put onto the bus."""
    found = [json.loads(entry["Detail"]) for entry in entries(aws)]
    return [json.loads(detail["detailText"]) if "detailText" in detail else detail for detail in found]


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


@pytest.mark.parametrize("account", ["", None, True, [], {}, 1010.0, "a b", "büro"])
def test_an_account_in_the_body_that_cannot_be_one_is_refused(api: ApiClient, aws: AwsCalls, account: Any) -> None:
    """With the rule."""
    answer = publish(api, event(), accountId=account)

    assert (answer.status, answer.fields) == (400, ["accountId"])
    assert answer.json["errors"][0]["message"] == f"must be {ACCEPTED}"
    assert entries(aws) == []


@pytest.mark.parametrize("account", ["0", 1, "acme", "user@example.com"])
def test_another_account_in_the_body_is_refused(api: ApiClient, aws: AwsCalls, account: Any) -> None:
    """A token reaches the account of the path, and its events are that account's."""
    answer = publish(api, event(), accountId=account)

    assert answer.json["errors"] == [{"field": "accountId", "message": "must be the account of the path, or left out"}]
    assert entries(aws) == []


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


def test_what_the_bus_refuses_is_told_event_by_event(api: ApiClient, aws: AwsCalls) -> None:
    """The others are published."""
    refused = {"ErrorCode": "InternalFailure", "ErrorMessage": "x"}
    aws.answer("PutEvents", {"FailedEntryCount": 1, "Entries": [{"EventId": "1"}, refused]})

    assert publish(api, event("a"), event("b")).json == {
        "results": [
            {"eventId": "a", "accepted": True},
            {"eventId": "b", "accepted": False, "errorCode": "InternalFailure"},
        ]
    }


def test_a_bus_that_refuses_all_is_a_failure(api: ApiClient, aws: AwsCalls) -> None:
    """Nothing was published, and the whole request may be repeated."""
    aws.answer("PutEvents", {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]})

    answer = publish(api, event())

    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert "accepted none of the events" in answer.json["detail"]


def test_a_bus_that_cannot_be_reached_is_a_failure(api: ApiClient, aws: AwsCalls) -> None:
    """As long as it has taken nothing."""
    aws.refuse("PutEvents", "ThrottlingException")

    assert publish(api, *(event(f"e{number}") for number in range(20))).status == 503


def test_a_bus_that_fails_halfway_is_told_event_by_event(api: ApiClient, aws: AwsCalls) -> None:
    """The first ten are on the bus, and that must not be hidden."""
    aws.before("PutEvents", lambda: None, lambda: aws.refuse("PutEvents", "ThrottlingException"))

    answer = publish(api, *(event(f"e{number}") for number in range(25)))

    assert answer.status == 202
    results = answer.json["results"]
    assert [result["accepted"] for result in results] == [True] * 10 + [False] * 15
    assert {result.get("errorCode") for result in results[10:]} == {"ThrottlingException"}


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"eventId": ...}, "eventId", "is required"),
        ({"eventId": 5}, "eventId", "must be a text"),
        ({"eventId": ""}, "eventId", "must be 1 to 128 letters, digits"),
        ({"eventId": "a.b"}, "eventId", "must be 1 to 128 letters, digits"),
        ({"eventId": "a\n"}, "eventId", "must be 1 to 128 letters, digits"),
        ({"eventId": "x" * 129}, "eventId", "must be 1 to 128 letters, digits"),
        ({"eventName": ...}, "eventName", "is required"),
        ({"eventName": "NO_SUCH"}, "eventName", "is not in the catalogue of event types (GET /event-types)"),
        ({"eventName": None}, "eventName", "must be a text"),
        ({"timestamp": ...}, "timestamp", "is required"),
        ({"timestamp": None}, "timestamp", "must be an RFC 3339 date and time"),
        ({"timestamp": True}, "timestamp", "must be an RFC 3339 date and time"),
        ({"timestamp": "yesterday"}, "timestamp", "must be an RFC 3339 date and time"),
        ({"timestamp": -1}, "timestamp", "must lie between the years 1970 and 9999"),
        ({"timestamp": [1]}, "timestamp", "must be an RFC 3339 date and time"),
        ({"eventInfo": 5}, "eventInfo", "must be a text"),
        ({"data": ...}, "data", "is required"),
        ({"data": None}, "data", "must be a JSON object"),
        ({"data": []}, "data", "must be a JSON object"),
        ({"data": "{}"}, "data", "must be a JSON object"),
        ({"accountId": 1010}, "accountId", "is not a field of this request"),
        ({"source": "x"}, "source", "is not a field of this request"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_one_invalid_event_keeps_all_from_being_published(
    api: ApiClient, aws: AwsCalls, changes: dict[str, Any], field: str, message: str
) -> None:
    """The problem says which one, and what is accepted."""
    answer = publish(api, event("a"), event("b"), event("c", **changes), event("d"))

    assert (answer.status, answer.fields) == (422, [f"events[2].{field}"])
    assert answer.json["errors"][0]["message"].startswith(message)
    assert entries(aws) == []


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("events", "is required")]),
        ({"events": []}, [("events", "must not be empty")]),
        ({"events": [event()] * 101}, [("events", "must have at most 100 members")]),
        ({"events": event()}, [("events", "must be a list")]),
        ({"events": [5]}, [("events[0]", "must be a JSON object")]),
        ({"events": [event()], "event": 1}, [("event", "is not a field of this request")]),
        (event(), None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_events_come_in_a_list(api: ApiClient, aws: AwsCalls, body: Any, errors: Any) -> None:
    """Of one to a hundred."""
    answer = api.call("POST", api.events, body)

    assert answer.status == 422
    if errors is not None:
        assert [(entry["field"], entry["message"]) for entry in answer.json["errors"]] == errors
    assert entries(aws) == []
