"""How many webhooks an account may have."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import pytest
from botocore.exceptions import ClientError

from tests.support.api.client import ApiClient, draft
from tests.support.aws.aws_calls import AwsCalls
from tests.support.functions import Handler, LambdaContext, load_function

LIMIT = 5


def cancelled(*codes: str) -> NoReturn:
    """Cancel a transaction as DynamoDB does, with a reason for each of its items."""
    reasons = [{"Code": code, "Message": "as told"} for code in codes]
    error: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
        "CancellationReasons": reasons,
    }
    raise ClientError(error, "TransactWriteItems")


def conflict() -> NoReturn:
    """Cancel a transaction that met another one on the account's count."""
    cancelled("TransactionConflict", "None")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass between the tries of a transaction."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)


def test_an_account_may_have_five_and_another_one_after_a_removal(api: ApiClient) -> None:
    """The sixth is refused with the limit in the answer, whether the five are switched on or not."""
    webhooks = [api.create(active=number % 2 == 0) for number in range(LIMIT)]

    for _ in range(2):
        answer = api.call("POST", api.webhooks, draft())
        assert (answer.status, "5 webhooks at most" in answer.json["detail"]) == (409, True)
    assert len(api.get(api.webhooks).json["webhooks"]) == LIMIT

    assert api.call("DELETE", api.path(webhooks[0])).status == 204
    assert api.call("POST", api.webhooks, draft()).status == 201
    assert api.call("POST", api.webhooks, draft()).status == 409


def test_the_limit_is_a_parameter_of_the_stack(api: ApiClient) -> None:
    """The function goes by its environment."""
    api.system.stack.change_environment("WebhookApiFunction", WEBHOOK_LIMIT="1")
    api.system.cold_start()
    try:
        api.create()
        answer = api.call("POST", api.webhooks, draft())
        assert (answer.status, "1 webhooks at most" in answer.json["detail"]) == (409, True)
        assert api.get(api.webhooks).json["limit"] == 1
    finally:
        api.system.stack.change_environment("WebhookApiFunction", WEBHOOK_LIMIT=str(LIMIT))
        api.system.cold_start()


def test_each_account_has_a_count_of_its_own(api: ApiClient) -> None:
    """One that is full takes nothing from another."""
    for _ in range(LIMIT):
        api.create()

    ApiClient(api.system, api.document).create()


def test_what_is_refused_counts_for_nothing(api: ApiClient) -> None:
    """Neither an invalid webhook nor the removal of none changes the number."""
    for _ in range(LIMIT):
        assert api.call("POST", api.webhooks, draft(name="")).status == 422
        assert api.call("DELETE", f"{api.webhooks}/wh_0").status == 404
    webhook = api.create()
    assert api.call("DELETE", api.path(webhook), headers={"If-Match": '"7"'}).status == 412

    assert [api.call("POST", api.webhooks, draft()).status for _ in range(LIMIT)] == [201] * (LIMIT - 1) + [409]


def test_the_limit_is_a_condition_of_the_transaction_that_creates(api: ApiClient, aws: AwsCalls) -> None:
    """The account's count goes up in one transaction with the webhook, only while it is below the limit.

    That is what holds the limit under concurrency: DynamoDB serializes transactions that meet on an item.
    """
    webhook = api.create()

    (call,) = aws.of("TransactWriteItems")
    parts = [(name, action[name]) for action in call.parameters["TransactItems"] for name in action]
    assert sorted(name for name, _ in parts) == ["Put", "Put", "Update"], "the webhook, the act, and the count"
    (update,) = (part for name, part in parts if name == "Update")
    assert update["Key"] == {"account_id": {"S": api.account}, "webhook_id": {"S": "#count"}}
    names, values = update["ExpressionAttributeNames"], update["ExpressionAttributeValues"]
    condition = update["ConditionExpression"]
    for placeholder, name in names.items():
        condition = condition.replace(placeholder, name)
    for placeholder, value in values.items():
        condition = condition.replace(placeholder, value["N"])
    assert condition == "(attribute_not_exists (webhooks) OR webhooks < 5)"
    assert update["UpdateExpression"].startswith("ADD")
    assert call.parameters["ClientRequestToken"], "the SDK may repeat the call, which must not count twice"
    assert {"S": webhook["webhookId"]} in [part["Item"]["webhook_id"] for name, part in parts if name == "Put"]


def test_the_count_goes_down_in_the_transaction_that_removes(api: ApiClient, aws: AwsCalls) -> None:
    """Only together with the webhook, so that a removal that comes too late frees no place."""
    webhook = api.create()
    aws.clear()
    api.call("DELETE", api.path(webhook))

    (call,) = aws.of("TransactWriteItems")
    parts = sorted(next(iter(action)) for action in call.parameters["TransactItems"])
    assert parts == [*["Delete"] * 3, "Put", "Update"], "the webhook, its secret, its token, the act, and the count"
    deletes = [action["Delete"] for action in call.parameters["TransactItems"] if "Delete" in action]
    (of_webhook,) = (part for part in deletes if part["Key"]["webhook_id"] == {"S": webhook["webhookId"]})
    assert "ConditionExpression" in of_webhook


def test_five_of_many_creations_at_once_succeed(api: ApiClient) -> None:
    """The others are told of the limit.

    moto breaks under threads and never cancels a transaction for a conflict, so calls take turns here. That leaves
    every interleaving of calls possible, but no proof of what DynamoDB does inside one: that is in the condition.
    """
    text = '{"name": "a", "targetUrl": "https://b.example", "eventNames": ["CI_STATS"]}'
    event = api.request("POST", api.webhooks, text)
    environment = api.system.stack.environment("WebhookApiFunction")
    # One for each thread, as Lambda never gives an instance two requests at once.
    instances = [load_function("webhook_api", environment).lambda_handler for _ in range(8)]

    def create_four(instance: Handler) -> list[int]:
        return [instance(event, LambdaContext())["statusCode"] for _ in range(4)]

    with ThreadPoolExecutor(len(instances)) as threads:
        statuses = Counter(status for four in threads.map(create_four, instances) for status in four)

    assert statuses == {201: LIMIT, 409: 32 - LIMIT}
    assert len(api.get(api.webhooks).json["webhooks"]) == LIMIT


def test_a_transaction_that_met_another_one_is_tried_again(api: ApiClient, aws: AwsCalls) -> None:
    """DynamoDB cancels one of the two, and the SDK leaves it at that."""
    aws.before("TransactWriteItems", conflict, conflict)
    webhook = api.create()
    assert len(aws.of("TransactWriteItems")) == 3

    aws.before("TransactWriteItems", conflict, conflict)
    assert api.call("DELETE", api.path(webhook)).status == 204
    assert api.get(api.webhooks).json["webhooks"] == []


def test_the_tries_of_a_transaction_end(api: ApiClient, aws: AwsCalls) -> None:
    """After the eighth the caller is asked to try again."""
    aws.before("TransactWriteItems", *[conflict] * 20)

    answer = api.call("POST", api.webhooks, draft())

    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert len(aws.of("TransactWriteItems")) == 8


@pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded", "ValidationError"])
def test_a_transaction_that_fails_for_another_reason_is_our_fault(api: ApiClient, aws: AwsCalls, code: str) -> None:
    """It is neither the limit nor a conflict."""
    aws.before("TransactWriteItems", lambda: cancelled(code, "None"))

    assert api.call("POST", api.webhooks, draft()).status == 503
    assert len(aws.of("TransactWriteItems")) == 1


def test_a_full_account_is_told_so_though_another_transaction_was_under_way(api: ApiClient, aws: AwsCalls) -> None:
    """A failed condition counts for more than a conflict."""
    aws.before("TransactWriteItems", lambda: cancelled("ConditionalCheckFailed", "TransactionConflict"))

    assert api.call("POST", api.webhooks, draft()).status == 409
