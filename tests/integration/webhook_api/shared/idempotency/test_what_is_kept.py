"""What is kept of an answer: no secret, no more than fits, and nothing that another could change."""

import json
from io import StringIO
from typing import Any

import boto3
import pytest

from tests.integration.webhook_api.shared.idempotency.keyed import KEY, again, kept, post
from tests.support.api.client import ApiClient, draft
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import delivery, record
from tests.support.secret_search import Secret, SecretSearch


@pytest.mark.parametrize(("characters", "is_kept"), [(120_000, True), (250_000, False)])
def test_an_answer_that_is_too_long_is_not_kept(api: ApiClient, characters: int, *, is_kept: bool) -> None:
    """A repetition is answered with the delivery as it is by then; what is kept fits into an item, with room left."""
    webhook = api.create()
    (delivery_id,) = record(
        api.system, delivery(webhook["webhookId"], "e", timestamp=1, name="CI_STATS", data={"text": "x" * characters})
    )

    answers = [post(api, {}, path=api.path(webhook, f"/deliveries/{delivery_id}/redeliver")) for _ in range(2)]

    assert [answer.status for answer in answers] == [202, 202]
    assert ("Idempotent-Replayed" in answers[1].headers) == is_kept
    assert [len(item["data"]) < 400_000 for item in kept(api)] == [True] * is_kept


def test_no_secret_is_kept_in_clear(api: ApiClient) -> None:
    """Neither what the answer shows, nor what the request held, nor the key that opens the answer."""
    body = draft(
        targetUrl="https://receiver.example/hooks?code=query-of-the-url",
        headers={"X-Api-Key": "value-of-a-header"},
        authentication={"type": "BASIC", "username": "name-of-a-user", "password": "password-of-a-user"},
    )
    own_secret = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    first = post(api, body)
    signed = api.create(authentication={"type": "SIGNATURE"})
    assert post(api, own_secret, path=api.path(signed, "/signature")).status == 200
    secrets = [
        "query-of-the-url",
        "value-of-a-header",
        "name-of-a-user",
        "password-of-a-user",
        own_secret["secret"],
        KEY,
    ]
    search = SecretSearch([Secret(text, text) for text in secrets])
    assert search.names_in(first.text) >= {"query-of-the-url", "value-of-a-header"}

    assert len(kept(api)) == 2
    assert search.names_in(kept(api)) == set()
    assert post(api, body) == again(first)


def test_what_was_changed_in_the_table_is_not_answered(api: ApiClient) -> None:
    """Nobody who writes there makes up an answer."""
    post(api)
    (item,) = kept(api)
    sealed = json.loads(item["data"])["sealed"]
    item["data"] = json.dumps({"sealed": sealed[:-8] + ("A" * 8 if sealed[-8:] != "A" * 8 else "B" * 8)})
    boto3.resource("dynamodb").Table(api.system.stack.physical_id("IdempotencyTable")).put_item(Item=item)

    assert post(api).status == 503


def test_where_nothing_can_be_kept_nothing_is_done(api: ApiClient, aws: AwsCalls, log: StringIO) -> None:
    """503 says that the fault is ours, and the log why; without a key it is of no account."""
    aws.refuse("PutItem", "ThrottlingException")

    answer = post(api)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert not aws.of("TransactWriteItems")
    (line,) = (json.loads(line) for line in log.getvalue().splitlines() if "request failed on our side" in line)
    assert (line["level"], "ThrottlingException" in line["exception"]) == ("ERROR", True)
    assert api.call("POST", api.webhooks, draft()).status == 201


@pytest.mark.parametrize(("operation", "body", "status"), [("UpdateItem", draft(), 201), ("DeleteItem", {}, 422)])
def test_an_answer_that_cannot_be_kept_is_given_all_the_same(  # noqa: PLR0917 - fixtures and what is varied
    api: ApiClient, aws: AwsCalls, log: StringIO, operation: str, body: Any, status: int
) -> None:
    """It is true; the log has the fault."""
    aws.refuse(operation, "ThrottlingException")

    assert post(api, body).status == status
    (line,) = (json.loads(line) for line in log.getvalue().splitlines() if "an answer is not kept" in line)
    assert (line["level"], "ThrottlingException" in line["exception"]) == ("ERROR", True)
