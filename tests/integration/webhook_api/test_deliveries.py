"""The delivery log over HTTP: which deliveries are listed, and what is told of one."""

from typing import Any

import pytest

from recado.rules.attempt import Failure, FailureClass
from recado.rules.delivery import RETENTION_MS, DeliveryStatus
from tests.support.api_client import Answer, ApiClient
from tests.support.aws_calls import AwsCalls
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS

DELIVERED, PENDING = DeliveryStatus.DELIVERED, DeliveryStatus.PENDING
EXPIRED, SKIPPED = DeliveryStatus.EXPIRED, DeliveryStatus.SKIPPED
NOON = "2024-09-27T12:00:00"


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook without deliveries."""
    return api.create()


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
        api.system.store.finish([delivery(webhook["webhookId"], "a")])

    for before_which_query in range(2):
        record(api.system, pending)
        aws.before("Query", *[lambda: None] * before_which_query, finish)
        assert ids(listed(api, webhook)) == [pending.delivery_id]
    for before_which_item in range(3):
        record(api.system, pending)
        aws.before("GetItem", *[lambda: None] * before_which_item, finish)
        assert api.get(path).status == 200
        api.get(path)


FILTERED = [
    ({}, "abcdefgh"),
    ({"status": "DELIVERED"}, "ab"),
    ({"status": "PENDING"}, "cd"),
    ({"status": "EXPIRED"}, "efg"),
    ({"status": "SKIPPED"}, "h"),
    ({"eventName": "CI_STATS"}, "bdfh"),
    ({"eventName": "LEARNER_PROGRESS"}, ""),
    ({"status": "PENDING", "eventName": "CI_STATS"}, "d"),
    ({"status": "EXPIRED", "eventName": "COURSE_ENROLLMENT"}, "eg"),
    ({"from_": NOON}, "abcdefgh"),
    ({"from_": f"{NOON}.002"}, "cdefgh"),
    ({"from_": f"{NOON}.002Z"}, "cdefgh"),
    ({"from_": "2024-09-27T14:00:00.002+02:00"}, "cdefgh"),
    ({"from_": str(NOON_MS + 2)}, "cdefgh"),
    ({"to": str(NOON_MS + 2)}, "abc"),
    ({"to": str(NOON_MS // 1000)}, "a"),
    ({"from_": str(NOON_MS + 2), "to": str(NOON_MS + 2)}, "c"),
    ({"from_": "2024-09-27", "to": "2024-09-28"}, "abcdefgh"),
    ({"from_": "2024-09-28"}, ""),
    ({"to": "0"}, ""),
    ({"from_": "9999-12-31T23:59:59.999Z"}, ""),
    ({"from_": str(NOON_MS + 1), "to": str(NOON_MS + 6), "status": "EXPIRED", "eventName": "CI_STATS"}, "f"),
]


@pytest.mark.parametrize(("query", "expected"), FILTERED, ids=str)
def test_filters_are_combined(api: ApiClient, webhook: Any, query: dict[str, str], expected: str) -> None:
    """Status, event name, and both ends of a time range, each of them included."""
    now = now_ms(api)
    kinds = {
        "a": (DELIVERED, now),
        "b": (DELIVERED, now),
        "c": (PENDING, now),
        "d": (PENDING, now - RETENTION_MS + 60_000),
        "e": (EXPIRED, now),
        "f": (EXPIRED, now),
        "g": (PENDING, now - RETENTION_MS),
        "h": (SKIPPED, now),
    }
    record(
        api.system,
        *(
            delivery(
                webhook["webhookId"],
                event_id,
                timestamp=NOON_MS + place,
                name="CI_STATS" if place % 2 else "COURSE_ENROLLMENT",
                status=status,
                created_at=created_at,
            )
            for place, (event_id, (status, created_at)) in enumerate(kinds.items())
        ),
    )

    found = listed(api, webhook, **query).json["deliveries"]

    assert "".join(reversed([one["eventId"] for one in found])) == expected


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ({"status": "delivered"}, "status", "must be 'DELIVERED', 'PENDING', 'EXPIRED' or 'SKIPPED'"),
        ({"status": ""}, "status", "must be 'DELIVERED', 'PENDING', 'EXPIRED' or 'SKIPPED'"),
        ({"status": "DELIVERED,PENDING"}, "status", "must be 'DELIVERED', 'PENDING', 'EXPIRED' or 'SKIPPED'"),
        ({"eventName": "NO_SUCH"}, "eventName", "is not in the catalogue (GET /event-types)"),
        ({"eventName": ""}, "eventName", "is not in the catalogue (GET /event-types)"),
        ({"from_": "yesterday"}, "from", "must be epoch seconds, epoch milliseconds or an ISO 8601 date and time"),
        ({"from_": ""}, "from", "must be epoch seconds, epoch milliseconds or an ISO 8601 date and time"),
        ({"to": "-1"}, "to", "must be epoch seconds, epoch milliseconds or an ISO 8601 date and time"),
        ({"to": "9" * 15}, "to", "must lie between the years 1970 and 9999"),
        ({"to": "9" * 5000}, "to", "must be epoch seconds, epoch milliseconds or an ISO 8601 date and time"),
        ({"to": "1969-12-31T23:59:59Z"}, "to", "must lie between the years 1970 and 9999"),
        (
            {"to": "2024-09-27T12:00:00 02:00"},
            "to",
            "must be epoch seconds, epoch milliseconds or an ISO 8601 date and time",
        ),
        ({"from_": "2", "to": "1"}, "to", "must not be before from"),
        ({"limit": "0"}, "limit", "must be at least 1"),
        ({"limit": "-1"}, "limit", "must be at least 1"),
        ({"limit": "101"}, "limit", "must be at most 100"),
        ({"limit": "9" * 5000}, "limit", "must be a whole number"),
        ({"limit": "ten"}, "limit", "must be a whole number"),
        ({"limit": "1.5"}, "limit", "must be a whole number"),
        ({"limit": ""}, "limit", "must be a whole number"),
        ({"event_name": "CI_STATS"}, "event_name", "is not a parameter of this request: there are "),
        ({"page": "2"}, "page", "is not a parameter of this request: there are "),
        ({"Status": "PENDING"}, "Status", "is not a parameter of this request: there are "),
        ({"x" * 5000: "1"}, "x" * 100, "is not a parameter of this request: there are "),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_parameter_that_cannot_be_meant_is_named(
    api: ApiClient, webhook: Any, query: dict[str, str], field: str, message: str
) -> None:
    """Also one that is unknown: what is ignored would show more than was asked for."""
    answer = listed(api, webhook, **query)

    assert (answer.status, answer.fields) == (422, [field])
    assert answer.json["errors"][0]["message"].startswith(message)


def test_a_parameter_is_given_once(api: ApiClient, webhook: Any) -> None:
    """API Gateway joins repeated ones with a comma; the raw query tells."""
    for name, values in (("status", "PENDING,SKIPPED"), ("limit", "1,2"), ("from", "1,2"), ("cursor", "a,b")):
        event = api.request("GET", api.path(webhook, "/deliveries"), query={name: values})
        first, second = values.split(",")
        answer = api.send({**event, "rawQueryString": f"{name}={first}&{name}={second}"})
        assert (answer.status, answer.json["errors"]) == (422, [{"field": name, "message": "must be given once"}])


def test_a_delivery_tells_what_became_of_its_event(api: ApiClient, webhook: Any) -> None:
    """In the list without the event, on its own with the event and the account as they are sent."""
    failure = Failure(FailureClass.SERVER_ERROR, "The receiver answered with status 503.", 503, "busy")
    one = delivery(
        webhook["webhookId"],
        "evt:1-a_B",
        timestamp="2024-09-27T14:00:00.5+02:00",
        data={"ü": [1.10, 12345678901234567, {"z": None, "a": True}]},
        account=1010,
        status=PENDING,
        created_at=now_ms(api) // 1000 * 1000,
        attempts=3,
        message_id="msg_1",
        last_attempt_at=NOON_MS + 500,
        latency_ms=87,
        status_code=503,
        error=failure,
    )
    (delivery_id,) = record(api.system, one)
    summary = {
        "deliveryId": "001727438400500-evt:1-a_B",
        "webhookId": webhook["webhookId"],
        "eventId": "evt:1-a_B",
        "eventName": "COURSE_ENROLLMENT",
        "timestamp": "2024-09-27T12:00:00.500Z",
        "status": "PENDING",
        "attempts": 3,
        "createdAt": listed(api, webhook).json["deliveries"][0]["createdAt"],
        "expiresAt": listed(api, webhook).json["deliveries"][0]["expiresAt"],
        "lastAttemptAt": "2024-09-27T12:00:00.500Z",
        "messageId": "msg_1",
        "statusCode": 503,
        "latencyMs": 87,
        "error": {
            "failureClass": "SERVER_ERROR",
            "detail": "The receiver answered with status 503.",
            "hint": failure.hint,
            "statusCode": 503,
            "responseBody": "busy",
        },
    }

    assert listed(api, webhook).json == {"deliveries": [summary]}
    answer = api.get(api.path(webhook, f"/deliveries/{delivery_id.replace(':', '%3A')}"))
    assert answer.json == {
        **summary,
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
