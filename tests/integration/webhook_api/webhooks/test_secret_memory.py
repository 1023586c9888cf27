"""What a webhook remembers of its secret: when it was made, replaced and shown."""

import json
from io import StringIO
from typing import Any

import boto3
import pytest

from tests.support.api.client import ApiClient
from tests.support.aws.aws_calls import AwsCalls

SIGNATURE = {"authentication": {"type": "SIGNATURE"}}
A_DAY = 24 * 60 * 60


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook with a signature."""
    return api.create(**SIGNATURE)


def memory(api: ApiClient, webhook: Any) -> dict[str, Any]:
    """Return what is shown of the secret, in the list as in the single webhook; earlier ones where there are any."""
    (listed,) = (each for each in api.get(api.webhooks).json["webhooks"] if each["webhookId"] == webhook["webhookId"])
    shown: dict[str, Any] = api.get(api.path(webhook)).json["authentication"]
    assert listed["authentication"] == shown
    assert (shown.pop("type"), shown.pop("algorithm")) == ("SIGNATURE", "HMAC_SHA256")
    if not shown["previousSecrets"]:
        del shown["previousSecrets"]
    return shown


def test_each_step_of_a_secret_is_remembered(api: ApiClient, webhook: Any) -> None:
    """When it was made, downloaded and replaced; until when the old one signs, and no longer."""
    created = webhook["createdAt"]
    assert memory(api, webhook) == {"secretCreatedAt": created}

    api.system.clock.advance(60)
    assert api.get(api.path(webhook, "/signature")).status == 200
    first = memory(api, webhook)
    assert first.keys() == {"secretCreatedAt", "secretDownloadedAt"}
    assert first["secretCreatedAt"] == created < first["secretDownloadedAt"]

    api.system.clock.advance(60)
    rotated = api.call("POST", api.path(webhook, "/signature")).json
    second = memory(api, webhook)
    assert second == {
        **first,
        "secretRotatedAt": rotated["createdAt"],
        "previousSecrets": rotated["previous"],
    }
    assert second["secretDownloadedAt"] < second["secretRotatedAt"], "the new one has not been shown"

    api.system.clock.advance(A_DAY)
    api.get(api.path(webhook, "/signature"))
    third = memory(api, webhook)
    assert third.keys() == {"secretCreatedAt", "secretRotatedAt", "secretDownloadedAt"}
    assert third["secretDownloadedAt"] > second["secretRotatedAt"]


def test_nothing_is_remembered_without_a_signature(api: ApiClient, webhook: Any) -> None:
    """A new signature begins with nothing either."""
    api.call("POST", api.path(webhook, "/signature"))
    api.get(api.path(webhook, "/signature"))

    without = api.call("PATCH", api.path(webhook), {"authentication": {"type": "NONE"}}).json
    assert without["authentication"] == {"type": "NONE"}
    assert api.call("PATCH", api.path(webhook), SIGNATURE).status == 200
    assert memory(api, webhook).keys() == {"secretCreatedAt"}


def test_a_download_is_no_change_of_the_webhook(api: ApiClient, webhook: Any) -> None:
    """Version, ETag and the time of the last change stay, so that it makes nobody's form stale."""
    before = api.get(api.path(webhook))
    api.system.clock.advance(60)
    api.get(api.path(webhook, "/signature"))
    after = api.get(api.path(webhook))

    assert after.headers["ETag"] == before.headers["ETag"]
    shown = after.json
    downloaded = shown["authentication"].pop("secretDownloadedAt")
    assert (shown, downloaded > shown["updatedAt"]) == (before.json, True)
    changed = api.call("PATCH", api.path(webhook), {"name": "x"}, headers={"If-Match": before.headers["ETag"]})
    assert changed.json["authentication"]["secretDownloadedAt"] == downloaded


@pytest.mark.parametrize(
    ("request_line", "body"),
    [(("PATCH", ""), {"name": "x"}), (("PATCH", ""), {"active": False}), (("POST", "/signature"), {})],
)
def test_a_change_that_began_before_a_download_does_not_forget_it(
    api: ApiClient, webhook: Any, aws: AwsCalls, request_line: tuple[str, str], body: Any
) -> None:
    """The download comes between the reading and the writing of the change."""
    method, rest = request_line
    answers: list[Any] = []
    aws.before("TransactWriteItems", lambda: answers.append(api.get(api.path(webhook, "/signature"))))

    assert api.call(method, api.path(webhook, rest), body).status == 200

    assert answers[0].status == 200
    assert "secretDownloadedAt" in memory(api, webhook)


def test_a_download_that_meets_a_rotation_shows_the_new_secret(api: ApiClient, webhook: Any, aws: AwsCalls) -> None:
    """What is recorded as shown is what is shown."""
    aws.before("TransactWriteItems", lambda: api.call("POST", api.path(webhook, "/signature")))

    shown = api.get(api.path(webhook, "/signature")).json

    assert shown["createdAt"] == memory(api, webhook)["secretRotatedAt"]
    assert shown == api.get(api.path(webhook, "/signature")).json


def test_a_download_does_not_bring_a_removed_webhook_back(
    api: ApiClient, webhook: Any, aws: AwsCalls, log: StringIO
) -> None:
    """An update of DynamoDB makes the item it does not find, unless its condition says otherwise."""
    aws.before("TransactWriteItems", lambda: api.call("DELETE", api.path(webhook)))

    assert api.get(api.path(webhook, "/signature")).is_nothing

    assert api.get(api.webhooks).json["webhooks"] == []
    items = boto3.client("dynamodb").scan(TableName=api.system.stack.physical_id("WebhooksTable"))["Items"]
    kept = [item for item in items if webhook["webhookId"] in json.dumps(item, default=str)]
    assert {item["webhook_id"]["S"].partition("#")[0] for item in kept} == {"activity"}, "what was done outlives it"
    assert "SECRET_DOWNLOADED" not in log.getvalue()
