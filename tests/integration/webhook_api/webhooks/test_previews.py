"""Previews: what filter, transform and format make of a sample and of the last events, before anything is saved."""

import json
from typing import Any
from unittest.mock import ANY

import pytest

from tests.support.api.client import ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS, detail, envelope
from tests.support.system import System

NAME = "COURSE_ENROLLMENT"
OTHER = "COURSE_COMPLETED"


def previewed(api: ApiClient, webhook: Any = None, **entered: Any) -> Any:
    """Preview a draft, or a saved webhook with what is entered."""
    path = f"{api.webhooks}/preview" if webhook is None else api.path(webhook, "/preview")
    answer = api.call("POST", path, entered)
    assert answer.status == 200, answer.text
    return answer.json


def happened(system: System, api: ApiClient, count: int, name: str = NAME) -> None:
    """Let so many events happen, one second after the other, for the account's webhooks."""
    for number in range(count):
        content = detail(f"{name}-{number:03}", timestamp=NOON_MS + number * 1000, data={"number": number})
        system.invoke("realtime_dispatcher", envelope(name, {**content, "accountId": int(api.account)}))


def test_a_draft_is_tried_on_the_sample(api: ApiClient) -> None:
    """Of the first event type that it gets, or of the one that is asked for; the body is what would be sent."""
    preview = previewed(api, eventNames=[NAME], filter="data.loType == 'course'", transform="{lo: data.loId}")

    sample = preview["sample"]
    assert (sample["eventName"], sample["delivered"], sample["value"]) == (NAME, True, True)
    [event] = json.loads(sample["body"])["events"]
    assert event["data"] == {"lo": "course:7374992"}
    assert preview["events"] == {"looked": 0, "matched": 0, "items": []}
    other = previewed(api, filter="data.hasPassed == `false`", eventName=OTHER, format="STANDARD")["sample"]
    assert (other["delivered"], json.loads(other["body"])["type"]) == (False, OTHER)


def test_an_event_of_ones_own_stands_for_the_sample(api: ApiClient) -> None:
    """With the fields that are given; a wrong one is named."""
    own = {"data": {"total": 5}, "eventId": "mine"}
    sample = previewed(api, eventName=NAME, transform="data.total", format="RAW", event=own)["sample"]
    assert (sample["eventId"], sample["body"], sample["contentType"]) == ("mine", "5", "application/json")

    wrong = api.call("POST", f"{api.webhooks}/preview", {"event": {"eventId": "a.b"}})
    assert wrong.fields == ["event.eventId"]


def test_last_events_are_counted(system: System, api: ApiClient) -> None:
    """A hundred at most, each once, of the names that the webhook gets; the newest ten are shown."""
    saved = api.create(name="one", eventNames=[NAME, OTHER], active=False)
    api.create(name="two", eventNames=[NAME], active=False)
    happened(system, api, 30)
    happened(system, api, 3, OTHER)

    events = previewed(api, saved, eventNames=[NAME], filter="data.number >= `20`")["events"]
    assert (events["looked"], events["matched"], len(events["items"])) == (30, 10, 10)
    assert events["items"][0]["eventId"] == f"{NAME}-029"
    assert previewed(api)["events"]["looked"] == 33
    happened(system, api, 120)
    assert previewed(api, filter="`false`")["events"]["looked"] <= 100


def test_what_is_saved_is_the_base(api: ApiClient) -> None:
    """What is entered counts in its place, null takes it away; nothing is stored."""
    saved = api.create(filter="data.waitlistCount > `100`", transform="data.seatLimit")
    assert previewed(api, saved)["sample"]["delivered"] is False
    changed = previewed(api, saved, filter=None, transform="data.waitlistCount")["sample"]
    assert (changed["delivered"], json.loads(changed["body"])["events"][0]["data"]) == (True, 2)
    assert api.as_registered(saved) == saved


@pytest.mark.parametrize(
    ("entered", "field", "reason"),
    [
        ({"filter": "data."}, "filter", "must be a JMESPath expression"),
        ({"transform": "size(data)"}, "transform", "must not call size()"),
        ({"format": "RAW"}, "format", "must have a transform beside it"),
        ({"format": "XML"}, "format", "must be 'ENVELOPE', 'STANDARD', 'CLOUDEVENTS' or 'RAW'"),
        ({"eventName": "NO_SUCH"}, "eventName", "is not in the catalogue"),
        ({"eventNames": ["NO_SUCH"]}, "eventNames[0]", "must be a name of the catalogue"),
    ],
)
def test_what_could_not_be_saved_cannot_be_previewed(api: ApiClient, entered: Any, field: str, reason: str) -> None:
    """It is refused at its field, as when it is saved."""
    answer = api.call("POST", f"{api.webhooks}/preview", entered)

    assert (answer.status, answer.fields) == (422, [field])
    assert reason in answer.json["errors"][0]["message"]


def test_mistakes_and_failures_are_told(api: ApiClient) -> None:
    """A warning at its expression; what fails is said with the sample, which would be delivered."""
    preview = previewed(api, filter='data.loType == "course"', transform="length(data.seatLimit)")

    assert [warning["field"] for warning in preview["warnings"]] == ["filter", "filter"]
    assert preview["warnings"][0]["message"].startswith('"course" names a field')
    failing = previewed(api, eventNames=["CI_STATS"], transform="length(data.seatLimit)")["sample"]
    assert (failing["delivered"], failing["error"]["expression"]) == (True, "transform")


def test_preview_changes_nothing_and_takes_no_key(api: ApiClient, aws: AwsCalls) -> None:
    """It reads, within the budget of readings."""
    saved = api.create()
    aws.clear()
    previewed(api, saved)
    # What is counted is what was read.
    assert {call.operation for call in aws.seen} <= {"GetItem", "Query", "UpdateItem"}
    assert [call.parameters["Key"] for call in aws.seen if call.operation == "UpdateItem"] == [
        {"account_id": {"S": api.account}, "webhook_id": {"S": ANY}}
    ]
    refused = api.call("POST", f"{api.webhooks}/preview", {}, headers={"Idempotency-Key": "k"})
    assert (refused.status, refused.fields) == (400, ["Idempotency-Key"])


def test_large_body_is_cut(api: ApiClient) -> None:
    """To what a page can show, and says so."""
    sample = previewed(api, eventName=NAME, event={"data": {"text": "x" * 50_000}})["sample"]

    assert (len(sample["body"]), sample["truncated"]) == (16 * 1024, True)
