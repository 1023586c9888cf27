"""How much an account may read in a minute, by every route that reads."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import boto3
import pytest

from tests.integration.webhook_api.shared.minutes import MINUTE, begin_a_minute
from tests.integration.webhook_api.shared.routes import ACCOUNT_ROUTES, REDELIVERY, try_route
from tests.support.api.client import Answer, ApiClient, token
from tests.support.aws import capacity
from tests.support.aws.aws_calls import COUNT, USED, AwsCalls
from tests.support.clock import Clock
from tests.support.delivery_log import delivery, record
from tests.support.system import System

BUDGET = 5
SIGNATURE = ("GET", "/accounts/{accountId}/webhooks/{webhookId}/signature")
DELIVERIES = ("GET", "/accounts/{accountId}/webhooks/{webhookId}/deliveries")
READING = [route for route in ACCOUNT_ROUTES if route[0] == "GET" and route != SIGNATURE]


@pytest.fixture(scope="module", autouse=True)
def consumed() -> Iterator[list[float]]:
    """See the read units of every read."""
    with capacity.reported() as units:
        yield units


@pytest.fixture(scope="module", autouse=True)
def a_small_budget(system: System, clock: Clock) -> Iterator[None]:
    """Let an account use five read units in a minute, which passes when a test says so."""
    clock.stop()
    system.stack.change_environment("WebhookApiFunction", READ_UNITS_PER_MINUTE=str(BUDGET))
    system.cold_start()
    yield
    system.stack.change_environment("WebhookApiFunction", READ_UNITS_PER_MINUTE="6000")
    system.cold_start()


@pytest.fixture
def webhook(api: ApiClient, clock: Clock) -> Any:
    """Give a webhook with a delivery and a redelivery job, at the beginning of a minute."""
    webhook = api.create()
    record(api.system, delivery(webhook["webhookId"], "e", timestamp=1))
    assert try_route(api, webhook, ("POST", REDELIVERY), None).status == 202
    begin_a_minute(clock)
    return webhook


def until_refused(api: ApiClient, webhook: Any, route: tuple[str, str]) -> Answer:
    """Read until it is refused, which must be soon, and return the refusal."""
    for _ in range(BUDGET + 1):
        answer = try_route(api, webhook, route, None)
        if answer.status != 200:
            return answer
    raise AssertionError("never refused")


def counted(api: ApiClient, clock: Clock) -> float:
    """Return what is counted of the account in this minute."""
    minute = int(clock.milliseconds() // 60_000)
    key = {"account_id": {"S": api.account}, "webhook_id": {"S": f"limit#read#{minute}"}}
    table = api.system.stack.physical_id("WebhooksTable")
    item = boto3.client("dynamodb").get_item(TableName=table, Key=key).get("Item", {"used": {"N": "0"}})
    assert item.keys() == {"used"} or item["expires_at"] == {"N": str((minute + 1) * 60 + 600)}
    return float(item["used"]["N"])


@pytest.mark.parametrize("route", READING, ids=" ".join)
def test_a_route_that_reads_is_limited(
    api: ApiClient, webhook: Any, aws: AwsCalls, clock: Clock, route: tuple[str, str]
) -> None:
    """Beyond the budget it answers 429 until the minute is over, and looks at nothing but the count; others go on."""
    clock.advance(MINUTE - 20)
    until_refused(api, webhook, route)
    aws.clear()

    answer = try_route(api, webhook, route, None)

    assert (answer.status, answer.headers["Retry-After"]) == (429, "20")
    assert answer.json["detail"] == (
        "The account may use 5 read units of the database a minute, and has used them: try again in 20 s."
    )
    assert [call.name for call in aws.seen] == [USED]
    other = ApiClient(api.system, api.document)
    assert try_route(other, webhook, route, None).status != 429

    clock.advance(19)
    assert try_route(api, webhook, route, None).status == 429
    clock.advance(1)
    assert try_route(api, webhook, route, None).status == 200


@pytest.mark.parametrize("route", READING, ids=" ".join)
def test_a_reading_costs_what_the_database_says(
    api: ApiClient, webhook: Any, aws: AwsCalls, consumed: list[float], route: tuple[str, str]
) -> None:
    """The look at the count included, in one write more."""
    consumed.clear()
    aws.clear()

    assert try_route(api, webhook, route, None).status == 200

    expected = sum(consumed)
    assert expected >= 2
    assert len(aws.of(COUNT)) == 1
    assert counted(api, api.system.clock) == expected


def test_readings_and_changes_have_budgets_of_their_own(api: ApiClient, webhook: Any, clock: Clock) -> None:
    """Who has read too much can still change webhooks, which uses nothing of what may be read."""
    until_refused(api, webhook, DELIVERIES)
    before = counted(api, clock)

    assert api.call("PATCH", api.path(webhook), {"name": "Mine"}).status == 200
    assert counted(api, clock) == before


def test_a_foreign_token_uses_nothing_up(api: ApiClient, webhook: Any, aws: AwsCalls, clock: Clock) -> None:
    """An account's path is nothing to other tokens, and costs no call."""
    aws.clear()

    for route in READING:
        assert try_route(api, webhook, route, token("2020")).is_nothing
    assert aws.seen == []
    assert counted(api, clock) == 0


def test_a_reading_that_ends_in_an_error_is_counted(
    api: ApiClient, webhook: Any, aws: AwsCalls, clock: Clock, consumed: list[float]
) -> None:
    """It has read until then: what is not there, what is refused, and what fails on our side."""
    consumed.clear()
    assert api.get(f"{api.webhooks}/wh_0").status == 404
    assert api.get(api.path(webhook, "/deliveries"), {"limit": "0"}).status == 422
    aws.refuse("Query")
    assert api.get(api.path(webhook, "/deliveries")).status == 503

    assert counted(api, clock) == sum(consumed) == 2 + 1 + 2


def test_a_budget_that_cannot_be_looked_up_lets_nothing_through(
    api: ApiClient, webhook: Any, aws: AwsCalls, log: StringIO
) -> None:
    """503 says that the fault is ours; nothing more was read."""
    aws.clear()
    aws.refuse(USED, "ProvisionedThroughputExceededException")

    answer = try_route(api, webhook, DELIVERIES, None)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert [call.name for call in aws.seen] == [USED]
    assert "request failed on our side" in log.getvalue()


def test_what_cannot_be_counted_is_shown_all_the_same(
    api: ApiClient, webhook: Any, aws: AwsCalls, log: StringIO
) -> None:
    """It has been read already; the log tells that it is not counted."""
    aws.refuse(COUNT, "ThrottlingException")

    assert try_route(api, webhook, DELIVERIES, None).status == 200

    (line,) = (json.loads(line) for line in log.getvalue().splitlines() if "is not counted" in line)
    assert (line["level"], "ThrottlingException" in line["exception"]) == ("ERROR", True)
