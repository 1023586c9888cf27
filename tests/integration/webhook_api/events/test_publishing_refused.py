"""Events that cannot be published over HTTP: refused with all that is wrong, or told one by one."""

from typing import Any

import pytest

from recado.rules.account import ACCEPTED
from tests.integration.webhook_api.events.publishing import entries, event, publish
from tests.support.api.client import ApiClient
from tests.support.aws.aws_calls import AwsCalls


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
