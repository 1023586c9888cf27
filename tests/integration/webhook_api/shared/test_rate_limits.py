"""How many requests an account may make in a minute, by every route that changes something."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import boto3
import pytest

from recado.rules.delivery.delivery import DeliveryStatus
from tests.integration.webhook_api.shared.minutes import MINUTE, begin_a_minute
from tests.integration.webhook_api.shared.routes import ACCOUNT_ROUTES, REDELIVERY, try_route
from tests.support.api.client import ApiClient, draft, token
from tests.support.api.portal_client import PortalClient
from tests.support.aws.aws_calls import COUNT, AwsCalls
from tests.support.clock import Clock
from tests.support.delivery_log import delivery, record
from tests.support.functions import LambdaContext, load_function
from tests.support.system import System

VARIABLES = {"MUTATIONS_PER_MINUTE": "60", "TEST_SENDS_PER_MINUTE": "10", "PUBLISHES_PER_MINUTE": "600"}
SIGNATURE = ("GET", "/accounts/{accountId}/webhooks/{webhookId}/signature")
ENDING = ("DELETE", "/accounts/{accountId}/portal-sessions")
LIMITED = [
    route
    for route in ACCOUNT_ROUTES
    if route != ENDING and (route == SIGNATURE or (route[0] != "GET" and not route[1].endswith("/preview")))
]


@pytest.fixture(scope="module", autouse=True)
def one_a_minute(system: System, clock: Clock) -> Iterator[None]:
    """Let an account make one request of each kind in a minute, which passes when a test says so."""
    clock.stop()
    system.stack.change_environment("WebhookApiFunction", **dict.fromkeys(VARIABLES, "1"))
    system.cold_start()
    yield
    system.stack.change_environment("WebhookApiFunction", **VARIABLES)
    system.cold_start()


@pytest.fixture
def webhook(api: ApiClient, clock: Clock) -> Any:
    """Give a webhook with a signature, a delivery that waits, and a job, made in minutes before."""
    webhook = api.create(authentication={"type": "SIGNATURE"})
    created_at = int(clock.milliseconds())
    record(
        api.system,
        delivery(
            webhook["webhookId"],
            "e",
            timestamp=1,
            name="CI_STATS",
            status=DeliveryStatus.PENDING,
            created_at=created_at,
        ),
    )
    begin_a_minute(clock)
    assert try_route(api, webhook, ("POST", REDELIVERY), None).status == 202
    begin_a_minute(clock)
    return webhook


@pytest.mark.parametrize("route", LIMITED, ids=" ".join)
def test_a_route_that_changes_something_or_shows_a_secret_is_limited(
    api: ApiClient, webhook: Any, aws: AwsCalls, clock: Clock, route: tuple[str, str]
) -> None:
    """Beyond its limit it answers 429 until the minute is over, with nothing done; other accounts go on."""
    assert try_route(api, webhook, route, None).status < 300
    aws.clear()
    clock.advance(MINUTE - 20)

    answer = try_route(api, webhook, route, None)

    assert (answer.status, answer.headers["Retry-After"]) == (429, "20")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["title"] == "Too Many Requests"
    assert answer.json["detail"].startswith("The account may make 1 ")
    assert [call.name for call in aws.seen] == [COUNT]
    other = ApiClient(api.system, api.document)
    assert try_route(other, webhook, route, None).status != 429

    clock.advance(19)
    assert try_route(api, webhook, route, None).status == 429
    clock.advance(1)
    assert try_route(api, webhook, route, None).status != 429


def test_each_kind_has_a_limit_of_its_own(api: ApiClient, webhook: Any) -> None:
    """Who publishes too much can still change webhooks."""
    publish = ("POST", "/accounts/{accountId}/events")
    rename = ("PATCH", "/accounts/{accountId}/webhooks/{webhookId}")

    assert [try_route(api, webhook, publish, None).status for _ in range(2)] == [202, 429]
    assert [try_route(api, webhook, rename, None).status for _ in range(2)] == [200, 429]


def test_a_foreign_token_uses_nothing_up(api: ApiClient, webhook: Any, aws: AwsCalls) -> None:
    """An account's path is nothing to other tokens, limit or not, and costs no call."""
    aws.clear()
    for _ in range(3):
        for route in LIMITED:
            assert try_route(api, webhook, route, token("2020")).is_nothing
    assert aws.seen == []

    assert api.call("PATCH", api.path(webhook), {"name": "Mine"}).status == 200
    assert api.call("PATCH", api.path(webhook), {"name": "Mine"}).status == 429
    for route in LIMITED:
        assert try_route(api, webhook, route, token("2020")).is_nothing


def test_what_is_refused_for_another_reason_is_counted(api: ApiClient, webhook: Any) -> None:
    """It is work too; nothing of it is done before it is counted."""
    assert api.call("PATCH", api.path(webhook), {"name": ""}).status == 422
    assert api.send(api.request("PATCH", api.path(webhook), "{")).status == 429


def test_a_count_is_a_condition_of_its_own_write(api: ApiClient, webhook: Any, aws: AwsCalls, clock: Clock) -> None:
    """That is what holds the limit under concurrency; the table removes the count ten minutes after its end."""
    api.call("PATCH", api.path(webhook), {"name": "x"})

    (call,) = aws.of(COUNT)
    minute = int(clock.milliseconds() // 60_000)
    key = {"account_id": {"S": api.account}, "webhook_id": {"S": f"limit#mutation#{minute}"}}
    assert call.parameters["Key"] == key
    text = f"{call.parameters['ConditionExpression']} {call.parameters['UpdateExpression']}"
    for placeholder, name in call.parameters["ExpressionAttributeNames"].items():
        text = text.replace(placeholder, name)
    for placeholder, value in call.parameters["ExpressionAttributeValues"].items():
        text = text.replace(placeholder, value["N"])
    expires_at = (minute + 1) * 60 + 600
    assert text == (f"(attribute_not_exists (used) OR used < 1) SET expires_at = {expires_at} ADD used 1")
    item = boto3.client("dynamodb").get_item(TableName=api.system.stack.physical_id("WebhooksTable"), Key=key)["Item"]
    assert item == {**key, "used": {"N": "1"}, "expires_at": {"N": str(expires_at)}}


def test_no_count_is_taken_for_a_webhook(api: ApiClient, webhook: Any) -> None:
    """It lies among the account's webhooks, and neither admins nor dispatchers see it."""
    api.call("PATCH", api.path(webhook), {"name": "x"})

    assert [each["webhookId"] for each in api.get(api.webhooks).json["webhooks"]] == [webhook["webhookId"]]
    assert [each.webhook_id for each in api.system.registry.of_account(api.account)] == [webhook["webhookId"]]


def test_no_number_of_requests_at_once_gets_past_a_limit(api: ApiClient, webhook: Any) -> None:
    """Of 32 through eight instances one is let through.

    moto's updates are made atomic for the tests, as DynamoDB's are.
    """
    event = api.request("PATCH", api.path(webhook), '{"name": "x"}')
    environment = api.system.stack.environment("WebhookApiFunction")
    instances = [load_function("webhook_api", environment).lambda_handler for _ in range(8)]

    with ThreadPoolExecutor(len(instances)) as threads:
        calls = [threads.submit(instance, event, LambdaContext()) for instance in instances for _ in range(4)]
        statuses = Counter(call.result()["statusCode"] for call in calls)

    assert statuses == {200: 1, 429: 31}


@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_a_limit_that_cannot_be_looked_up_lets_nothing_through(
    api: ApiClient, aws: AwsCalls, log: StringIO, code: str
) -> None:
    """503 says that the fault is ours; nothing was done, and the log tells why."""
    aws.refuse(COUNT, code)

    answer = api.call("POST", api.webhooks, draft())

    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert [call.name for call in aws.seen] == [COUNT]
    (line,) = (json.loads(line) for line in log.getvalue().splitlines() if "request failed on our side" in line)
    assert (line["level"], code in line["exception"]) == ("ERROR", True)


def test_a_portal_session_uses_up_what_its_account_may(api: ApiClient, clock: Clock) -> None:
    """Its changes count; a minute later it goes on. What ends it, or gives it another token, is never refused."""
    begin_a_minute(clock)
    session = PortalClient.opened(api)
    session = PortalClient(api, session.call("POST", "/session").json["token"])
    ending = f"/accounts/{api.account}/portal-sessions"

    assert session.call("POST", api.webhooks, draft()).status == 429
    begin_a_minute(clock)
    assert session.call("POST", api.webhooks, draft()).status == 201
    assert session.call("DELETE", "/session").status == 204
    assert api.call("DELETE", ending, claims=token(scope="recado/admin")).status == 204
