"""Delivering again on request, over HTTP: one delivery, or all of a time range and status."""

import json
from typing import Any

import boto3
import pytest

from recado.rules.delivery.delivery import DeliveryStatus
from tests.support.api.client import Answer, ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS

NOON = "2024-09-27T12:00:00.000Z"
DELIVERY_ID = f"{NOON_MS:015d}-e"


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook with a delivery."""
    webhook = api.create(eventNames=["COURSE_ENROLLMENT"])
    record(api.system, delivery(webhook["webhookId"], "e", finished_at=NOON_MS + 1))
    return webhook


def one(api: ApiClient, webhook: Any, delivery_id: str = DELIVERY_ID) -> Answer:
    """Ask for one delivery again."""
    return api.call("POST", api.path(webhook, f"/deliveries/{delivery_id}/redeliver"))


def many(api: ApiClient, webhook: Any, **fields: Any) -> Answer:
    """Ask for all deliveries of a status and time range again; `from_` stands for `from`, `...` takes a field out."""
    body = {"status": "DELIVERED", "from_": NOON, **fields}
    given = {name.rstrip("_"): value for name, value in body.items() if value is not ...}
    return api.call("POST", api.path(webhook, "/redeliver"), given)


def jobs(api: ApiClient, webhook: Any) -> Any:
    """Return the webhook's jobs, newest first."""
    return api.get(api.path(webhook, "/redeliver")).json["jobs"]


def test_one_delivery_waits_again(api: ApiClient, webhook: Any) -> None:
    """It keeps its status and its end; a copy of it has seven days to live, and a wake-up is on its way."""
    waiting = api.system.waiting_in("RedeliveryQueue")

    answer = one(api, webhook)

    assert answer.status == 202
    assert (answer.json["status"], answer.json["finishedAt"]) == ("DELIVERED", "2024-09-27T12:00:00.001Z")
    asked_for = answer.json["redelivery"]
    assert (asked_for["requestedBy"], asked_for["waiting"]) == ("5f2c", True)
    assert answer.json["event"]["eventId"] == "e"
    shown = api.get(api.path(webhook, f"/deliveries/{DELIVERY_ID}")).json
    # The request is shown as it would leave now, with the time of now in it.
    assert shown | {"request": ...} == answer.json | {"request": ...}
    assert api.system.waiting_in("RedeliveryQueue") == waiting + 1


def test_a_delivery_that_is_not_there_cannot_be_delivered_again(api: ApiClient, webhook: Any) -> None:
    """Nor another webhook's."""
    assert one(api, webhook, f"{NOON_MS:015d}-x").status == 404
    assert one(api, webhook, "x").status == 404
    assert one(api, api.create()).status == 404


def test_nothing_is_sent_again_to_a_webhook_that_is_off(api: ApiClient, webhook: Any) -> None:
    """409 says what to do first."""
    api.call("PATCH", api.path(webhook), {"active": False})

    for answer in (one(api, webhook), many(api, webhook)):
        assert (answer.status, "switch it on first" in answer.json["detail"]) == (409, True)
    assert api.get(api.path(webhook, f"/deliveries/{DELIVERY_ID}")).json["status"] == "DELIVERED"
    assert jobs(api, webhook) == []


def test_a_job_is_started_and_read(api: ApiClient, webhook: Any) -> None:
    """Its address is in the answer, and the webhook has an owner that carries it on."""
    answer = many(api, webhook, to="2024-09-28T00:00:00Z")

    job = answer.json
    assert (answer.status, answer.headers["Location"]) == (202, api.path(webhook, "/redeliver"))
    assert job == {
        "jobId": job["jobId"],
        "webhookId": webhook["webhookId"],
        "kind": "REDELIVERY",
        "state": "RUNNING",
        "status": "DELIVERED",
        "from": NOON,
        "to": "2024-09-28T00:00:00.000Z",
        "requeued": 0,
        "cancelled": 0,
        "createdAt": job["createdAt"],
        "updatedAt": job["createdAt"],
        "requestedBy": "5f2c",
    }
    assert api.get(answer.headers["Location"]).json == {"jobs": [job]}
    owned = api.system.registry.get(api.account, webhook["webhookId"])
    assert owned
    assert owned.lane.jobs == {job["jobId"]}
    sqs, url = boto3.client("sqs"), api.system.stack.physical_id("RedeliveryQueue")
    messages = [m for _ in range(20) for m in sqs.receive_message(QueueUrl=url).get("Messages", [])]
    assert any(json.loads(message["Body"])["token"] == owned.lane.owner for message in messages)


def test_a_job_that_names_no_end_takes_what_had_arrived(api: ApiClient, webhook: Any) -> None:
    """Whatever the events' own times: it shows no end of its range."""
    job = many(api, webhook).json

    assert "to" not in job


def test_five_jobs_of_a_webhook_may_be_unfinished(api: ApiClient, webhook: Any) -> None:
    """The sixth is told what to do; another webhook's may run beside them."""
    started = [many(api, webhook).json for _ in range(5)]

    answer = many(api, webhook, status="SKIPPED")

    assert (answer.status, "wait until one is DONE" in answer.json["detail"]) == (409, True)
    assert jobs(api, webhook) == sorted(started, key=lambda job: job["jobId"], reverse=True)
    assert many(api, api.create()).status == 202


NULL = "must not be null: leave the field out where any is meant"
STATUSES = "must be DELIVERED, EXPIRED, SKIPPED or CANCELLED, or left out with setAside: true"
TIMES = (
    "must be an RFC 3339 date and time such as 2026-11-24T08:00:00Z, "
    "or epoch seconds or milliseconds, as a number or a text"
)


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"status": ...}, "status", STATUSES),
        ({"status": None}, "status", NULL),
        ({"setAside": None}, "setAside", NULL),
        ({"eventNames": None}, "eventNames", NULL),
        ({"from_": None}, "from", NULL),
        ({"to": None}, "to", NULL),
        ({"arrivedFrom": None}, "arrivedFrom", NULL),
        ({"arrivedTo": None}, "arrivedTo", NULL),
        ({"status": "PENDING"}, "status", "must be 'DELIVERED', 'EXPIRED', 'SKIPPED' or 'CANCELLED'"),
        (
            {"setAside": True},
            "status",
            "must be left out with setAside: what is set aside is pending",
        ),
        ({"setAside": False, "status": ...}, "status", STATUSES),
        ({"setAside": "yes"}, "setAside", "must be true or false"),
        ({"from_": ...}, "from", "must be there, or arrivedFrom: from when on to send again"),
        ({"from_": "yesterday"}, "from", TIMES),
        ({"from_": True}, "from", TIMES),
        ({"from_": -1}, "from", "must lie between the years 1970 and 9999"),
        ({"to": []}, "to", TIMES),
        ({"to": NOON_MS - 1}, "to", "must not be before the begin of the range"),
        ({"arrivedFrom": "soon"}, "arrivedFrom", TIMES),
        ({"arrivedTo": {}}, "arrivedTo", TIMES),
        (
            {"arrivedFrom": NOON_MS, "arrivedTo": NOON_MS - 1},
            "arrivedTo",
            "must not be before the begin of the range",
        ),
        ({"eventNames": []}, "eventNames", "must not be empty"),
        (
            {"eventNames": ["CI_STATS", "order.*"]},
            "eventNames[1]",
            "must be 1 to 128 letters, digits, '.', '_', ':' or '-'",
        ),
        ({"eventNames": [1]}, "eventNames[0]", "must be a text"),
        ({"eventName": "CI_STATS"}, "eventName", "is not a field of this request"),
        ({"from_time": NOON}, "from_time", "is not a field of this request"),
    ],
    ids=str,
)
def test_a_wrong_field_is_named(api: ApiClient, webhook: Any, fields: dict[str, Any], field: str, message: str) -> None:
    """With what is accepted; and no job is started."""
    answer = many(api, webhook, **fields)

    assert (answer.status, answer.json["errors"]) == (422, [{"field": field, "message": message}])
    assert jobs(api, webhook) == []


def test_a_fault_of_ours_asks_to_try_again(api: ApiClient, webhook: Any, aws: AwsCalls) -> None:
    """Wherever it happens; a delivery that waits twice is sent once."""
    for operation, request in (
        ("TransactWriteItems", one),
        ("SendMessage", one),
        ("TransactWriteItems", many),
        ("SendMessage", many),
    ):
        aws.refuse(operation)
        assert request(api, webhook).status == 503, operation
        aws.allow(operation)
    aws.refuse("GetItem")
    assert api.get(api.path(webhook, "/redeliver")).status == 503


def test_a_waiting_delivery_may_be_asked_for_again(api: ApiClient, webhook: Any) -> None:
    """It stays one delivery, without a copy; it is sent sooner."""
    now = int(api.system.clock.milliseconds())
    pending = delivery(webhook["webhookId"], "p", timestamp=1, status=DeliveryStatus.PENDING, created_at=now)
    (delivery_id,) = record(api.system, pending)

    for _ in range(2):
        answer = one(api, webhook, delivery_id)
        assert (answer.status, answer.json["status"], "redelivery" in answer.json) == (202, "PENDING", False)
    assert list(api.system.store.backlog(webhook["webhookId"], 10)) == [pending]
    listed = api.get(api.path(webhook, "/deliveries"), {"status": "PENDING"}).json["deliveries"]
    assert [each["deliveryId"] for each in listed] == [delivery_id]
