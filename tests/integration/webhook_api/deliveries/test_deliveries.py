"""The delivery log over HTTP: which deliveries are listed, and what is told of one."""

from typing import Any

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from recado.rules.sending.attempt import Failure, FailureClass
from tests.support.api.client import Answer, ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import IN_TIME, delivery, record
from tests.support.events import NOON_MS

DELIVERED, PENDING = DeliveryStatus.DELIVERED, DeliveryStatus.PENDING
EXPIRED, SKIPPED = DeliveryStatus.EXPIRED, DeliveryStatus.SKIPPED
NOON = "2024-09-27T12:00:00"


def now_ms(api: ApiClient) -> int:
    """Return the time by which the function goes."""
    return int(api.system.clock.milliseconds())


def listed(api: ApiClient, webhook: Any, **query: str) -> Answer:
    """List deliveries; `from_` stands for `from`."""
    return api.get(api.path(webhook, "/deliveries"), {name.rstrip("_"): query[name] for name in query})


def ids(answer: Answer) -> list[str]:
    """Return the ids of the listed deliveries."""
    assert answer.status == 200, answer.text
    return [one["deliveryId"] for one in answer.json["deliveries"]]


def test_a_webhook_without_deliveries_has_an_empty_list(api: ApiClient, webhook: Any) -> None:
    """And no next page."""
    assert listed(api, webhook).json == {"deliveries": []}


def test_log_and_backlog_are_one_list_newest_first(api: ApiClient, webhook: Any) -> None:
    """By the time of the event, then by its id; another webhook's are not in it."""
    own = webhook["webhookId"]
    expected = record(
        api.system,
        delivery(own, "b", timestamp=NOON_MS),
        delivery(own, "a", timestamp=NOON_MS, status=PENDING, created_at=now_ms(api)),
        delivery(own, "c", timestamp=NOON_MS - 1, status=SKIPPED),
        delivery(own, "d", timestamp=NOON_MS + 1, status=PENDING, created_at=now_ms(api)),
        delivery(own, "e", timestamp=0, status=EXPIRED),
        delivery(own, "f", timestamp=253_402_300_799_999),
    )
    record(api.system, delivery(api.create()["webhookId"], "x"))

    assert ids(listed(api, webhook)) == expected


def test_a_delivery_in_log_and_backlog_is_listed_once_as_waiting(api: ApiClient, webhook: Any) -> None:
    """It is to be delivered again, or has been delivered just now and not left the backlog yet."""
    pending = delivery(webhook["webhookId"], "a", status=PENDING, created_at=now_ms(api))
    record(api.system, pending, delivery(webhook["webhookId"], "a"))

    (only,) = listed(api, webhook).json["deliveries"]
    assert only["status"] == "PENDING"
    assert api.get(api.path(webhook, f"/deliveries/{pending.delivery_id}")).json["status"] == "PENDING"


def test_a_delivery_that_is_finished_while_it_is_looked_for_is_found(
    api: ApiClient, webhook: Any, aws: AwsCalls
) -> None:
    """The backlog is read first, and what has left it is in the log already."""
    pending = delivery(webhook["webhookId"], "a", status=PENDING, created_at=now_ms(api))
    path = api.path(webhook, f"/deliveries/{pending.delivery_id}")

    def finish() -> None:
        api.system.store.finish([delivery(webhook["webhookId"], "a")], [], IN_TIME)

    for before_which_query in range(2):
        record(api.system, pending)
        aws.before("Query", *[lambda: None] * before_which_query, finish)
        assert ids(listed(api, webhook)) == [pending.delivery_id]
    for before_which_item in range(3):
        record(api.system, pending)
        aws.before("GetItem", *[lambda: None] * before_which_item, finish)
        assert api.get(path).status == 200
        api.get(path)


def summary_of(api: ApiClient, webhook: Any, hint: str) -> dict[str, Any]:
    """Return what the list tells of a delivery that waits since the receiver answered with 503."""
    (one,) = listed(api, webhook).json["deliveries"]
    return {
        "deliveryId": "001727438400500-evt:1-a_B",
        "webhookId": webhook["webhookId"],
        "eventId": "evt:1-a_B",
        "eventName": "COURSE_ENROLLMENT",
        "timestamp": "2024-09-27T12:00:00.500Z",
        "status": "PENDING",
        "createdAt": one["createdAt"],
        "expiresAt": one["expiresAt"],
        "lastAttemptAt": "2024-09-27T12:00:00.500Z",
        "messageId": "msg_1",
        "statusCode": 503,
        "latencyMs": 87,
        "error": {
            "failureClass": "SERVER_ERROR",
            "detail": "The receiver answered with status 503.",
            "hint": hint,
            "statusCode": 503,
        },
    }


def test_a_delivery_tells_what_became_of_its_event(api: ApiClient, webhook: Any) -> None:
    """In the list without the event, on its own with the event and the account as they are sent."""
    failure = Failure(FailureClass.SERVER_ERROR, "The receiver answered with status 503.", 503)
    one = delivery(
        webhook["webhookId"],
        "evt:1-a_B",
        timestamp="2024-09-27T14:00:00.5+02:00",
        data={"ü": [1.10, 12345678901234567, {"z": None, "a": True}]},
        account=1010,
        status=PENDING,
        created_at=now_ms(api) // 1000 * 1000,
        message_id="msg_1",
        last_attempt_at=NOON_MS + 500,
        latency_ms=87,
        status_code=503,
        error=failure,
    )
    (delivery_id,) = record(api.system, one)
    summary = summary_of(api, webhook, failure.hint)

    assert listed(api, webhook).json == {"deliveries": [summary]}
    answer = api.get(api.path(webhook, f"/deliveries/{delivery_id.replace(':', '%3A')}"))
    assert {**answer.json, "request": {}, "waiting": {}} == {
        **summary,
        "request": {},
        "waiting": {},
        "accountId": 1010,
        "event": {
            "eventId": "evt:1-a_B",
            "eventName": "COURSE_ENROLLMENT",
            "timestamp": "2024-09-27T14:00:00.5+02:00",
            "data": {"ü": [1.1, 12345678901234567, {"z": None, "a": True}]},
        },
    }


@pytest.mark.parametrize("account", ["1010", "acme", 1010])
def test_the_account_is_shown_as_it_is_sent(api: ApiClient, webhook: Any, account: int | str) -> None:
    """A number stays a number, a text a text."""
    (delivery_id,) = record(api.system, delivery(webhook["webhookId"], "a", account=account))

    assert api.get(api.path(webhook, f"/deliveries/{delivery_id}")).json["accountId"] == account


def test_a_finished_delivery_has_an_end(api: ApiClient, webhook: Any) -> None:
    """And is no longer given up at any time."""
    record(api.system, delivery(webhook["webhookId"], "a", finished_at=NOON_MS + 1))

    (one,) = listed(api, webhook).json["deliveries"]
    assert one["finishedAt"] == "2024-09-27T12:00:00.001Z"
    assert "expiresAt" not in one


def test_a_pending_delivery_reads_as_expired_once_its_seven_days_are_over(api: ApiClient, webhook: Any) -> None:
    """Whoever reads it, however late DynamoDB deletes it."""
    (delivery_id,) = record(
        api.system, delivery(webhook["webhookId"], "a", status=PENDING, created_at=now_ms(api) - RETENTION_MS + 60_000)
    )
    path = api.path(webhook, f"/deliveries/{delivery_id}")
    assert (api.get(path).json["status"], "expiresAt" in api.get(path).json) == ("PENDING", True)
    assert ids(listed(api, webhook, status="EXPIRED")) == []

    api.system.clock.advance(60)

    assert (api.get(path).json["status"], "expiresAt" in api.get(path).json) == ("EXPIRED", False)
    assert ids(listed(api, webhook, status="EXPIRED")) == [delivery_id]
    assert ids(listed(api, webhook, status="PENDING")) == []


@pytest.mark.parametrize(
    "delivery_id",
    ["x", "001727438400000-b", "001727438400001-a", "1727438400000-a", "001727438400000%23a", "001727438400000-a%0A"],
)
def test_a_delivery_that_is_not_there_is_not_found(api: ApiClient, webhook: Any, delivery_id: str) -> None:
    """Nor one whose id cannot be one, nor another webhook's."""
    record(api.system, delivery(webhook["webhookId"], "a"))
    other = api.create()
    assert api.get(api.path(webhook, "/deliveries/001727438400000-a")).status == 200

    assert api.get(api.path(webhook, f"/deliveries/{delivery_id}")).status == 404
    assert api.get(api.path(other, "/deliveries/001727438400000-a")).status == 404
