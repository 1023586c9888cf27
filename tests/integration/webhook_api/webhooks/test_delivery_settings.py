"""What a POST to a webhook may be: entered, shown, kept, changed setting by setting."""

from typing import Any

import boto3
import pytest

from tests.support.api.client import ApiClient, draft

USUAL = {"maxEvents": 100, "maxBytes": 98_304, "timeoutSeconds": 5, "partialResponses": False, "digest": False}
ALL = {
    "maxEvents": 10,
    "maxBytes": 1024,
    "timeoutSeconds": 15,
    "maxPostsPerMinute": 60,
    "partialResponses": True,
    "digest": True,
}


def shown(api: ApiClient, webhook: Any) -> Any:
    """Read the settings, which the list must show alike."""
    settings = api.get(api.path(webhook)).json["delivery"]
    assert [each["delivery"] for each in api.get(api.webhooks).json["webhooks"]] == [settings]
    return settings


def change(api: ApiClient, webhook: Any, **changes: Any) -> Any:
    """Change a webhook, which must succeed."""
    answer = api.call("PATCH", api.path(webhook), changes)
    assert answer.status == 200, answer.text
    return answer.json


def stored(api: ApiClient, webhook: Any) -> Any:
    """Return what the webhook's item says of its delivery."""
    key = {"account_id": {"S": api.account}, "webhook_id": {"S": webhook["webhookId"]}}
    table = api.system.stack.physical_id("WebhooksTable")
    item = boto3.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
    return item.get("delivery", {}).get("S")


@pytest.mark.parametrize("entered", [{}, {"delivery": {}}, {"delivery": {"maxPostsPerMinute": None}}])
def test_a_new_webhook_has_what_is_usual(api: ApiClient, entered: dict[str, Any]) -> None:
    """A hundred events, 96 KiB, five seconds, no limit of POSTs; nothing of it is stored."""
    webhook = api.create(**entered)

    assert webhook["delivery"] == shown(api, webhook) == USUAL
    assert stored(api, webhook) is None


def test_all_settings_are_kept(api: ApiClient) -> None:
    """From the request that creates the webhook, or from one that changes it."""
    created = api.create(delivery=ALL)
    assert created["delivery"] == shown(api, created) == ALL
    api.call("DELETE", api.path(created))

    webhook = api.create()
    assert change(api, webhook, delivery=ALL)["delivery"] == shown(api, webhook) == ALL


def test_settings_are_changed_one_by_one(api: ApiClient) -> None:
    """What is left out stays, null takes the limit of POSTs away, and what is as usual again is stored no more."""
    webhook = api.create(delivery=ALL)

    assert change(api, webhook, delivery={"maxEvents": 20})["delivery"] == {**ALL, "maxEvents": 20}
    without = {name: value for name, value in ALL.items() if name != "maxPostsPerMinute"}
    assert change(api, webhook, delivery={"maxEvents": 10, "maxPostsPerMinute": None})["delivery"] == without
    assert change(api, webhook, delivery={})["delivery"] == without
    change(api, webhook, delivery={**USUAL, "maxEvents": 99})
    assert stored(api, webhook) == '{"max_events": 99}'
    change(api, webhook, delivery=USUAL)
    assert (shown(api, webhook), stored(api, webhook)) == (USUAL, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "New"},
        {"active": False},
        {"authentication": {"type": "SIGNATURE"}},
        {"eventNames": ["COURSE_ENROLLMENT"], "headers": {"X-A": "1"}, "description": "d"},
        {"targetUrl": "https://other.example/"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_other_changes_leave_them_as_they_are(api: ApiClient, changes: dict[str, Any]) -> None:
    """Whatever they are; a rotation too."""
    webhook = api.create(delivery=ALL)

    assert change(api, webhook, **changes)["delivery"] == ALL
    if "authentication" in changes:
        api.call("POST", api.path(webhook, "/signature"))
    assert shown(api, webhook) == ALL


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("maxEvents", 0, "must be a whole number from 1 to 100"),
        ("maxEvents", 101, "must be a whole number from 1 to 100"),
        ("maxEvents", "5", "must be a whole number from 1 to 100"),
        ("maxEvents", 5.0, "must be a whole number from 1 to 100"),
        ("maxEvents", True, "must be a whole number from 1 to 100"),
        ("maxEvents", None, "must be a whole number from 1 to 100"),
        ("maxBytes", 1023, "must be a whole number from 1024 to 262144"),
        ("maxBytes", 262_145, "must be a whole number from 1024 to 262144"),
        ("timeoutSeconds", 0, "must be a whole number from 1 to 15"),
        ("timeoutSeconds", 16, "must be a whole number from 1 to 15"),
        ("timeoutSeconds", [5], "must be a whole number from 1 to 15"),
        ("maxPostsPerMinute", 0, "must be a whole number from 1 to 6000"),
        ("maxPostsPerMinute", 2**63, "must be a whole number from 1 to 6000"),
        ("partialResponses", "yes", "must be true or false"),
        ("partialResponses", 1, "must be true or false"),
        ("partialResponses", None, "must be true or false"),
        ("max_events", 5, "is not a field of this request"),
    ],
    ids=lambda value: str(value)[:20],
)
@pytest.mark.parametrize("route", ["create", "change", "test draft", "test"])
def test_what_is_out_of_range_is_refused_at_its_field(
    api: ApiClient, route: str, setting: str, value: object, message: str
) -> None:
    """With what is accepted, in every request that takes settings."""
    webhook = api.create(delivery=ALL)
    changes = {"delivery": {setting: value}}
    tested = {**changes, "eventName": "CI_STATS"}
    method, path, body = {
        "create": ("POST", api.webhooks, draft(**changes)),
        "change": ("PATCH", api.path(webhook), changes),
        "test draft": ("POST", f"{api.webhooks}/test", {**tested, "targetUrl": "https://receiver.example/"}),
        "test": ("POST", api.path(webhook, "/test"), tested),
    }[route]

    answer = api.call(method, path, body)

    assert answer.status == 422
    assert answer.json["errors"] == [{"field": f"delivery.{setting}", "message": message}]
    assert shown(api, webhook) == ALL


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_what_is_no_number_of_json_is_refused_as_such(api: ApiClient, number: str) -> None:
    """Before anybody looks at the field."""
    text = f'{{"delivery":{{"maxEvents":{number}}}}}'

    answer = api.send(api.request("PATCH", api.path(api.create()), text))

    assert (answer.status, answer.fields) == (400, ["body"])


@pytest.mark.parametrize("value", ["usual", [], 5])
def test_settings_are_an_object(api: ApiClient, value: object) -> None:
    """And nothing else."""
    answer = api.call("POST", api.webhooks, draft(delivery=value))

    assert answer.json["errors"] == [{"field": "delivery", "message": "must be a JSON object"}]


def test_order_and_partial_responses_exclude_each_other(api: ApiClient) -> None:
    """When they are saved together, and when either joins the other."""
    partial = {"partialResponses": True}
    together = api.call("POST", api.webhooks, draft(ordered=True, delivery=partial))
    ordered = api.create(ordered=True)
    second = api.call("PATCH", api.path(ordered), {"delivery": partial})
    change(api, ordered, ordered=False, delivery=partial)
    third = api.call("PATCH", api.path(ordered), {"ordered": True})

    assert [answer.status for answer in (together, second, third)] == [422] * 3
    assert [answer.fields for answer in (together, second, third)] == [
        ["delivery.partialResponses"],
        ["delivery.partialResponses"],
        ["ordered"],
    ]
    for answer in (together, second, third):
        assert "out of order" in answer.json["detail"]
    assert change(api, ordered, ordered=True, delivery={"partialResponses": False})["ordered"] is True
