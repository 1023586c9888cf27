"""Where an event went, and why not elsewhere, over HTTP."""

from typing import Any

import pytest

from recado.adapters.dynamodb.deliveries.aside_store import DynamoAside
from recado.rules.delivery.delivery import RETENTION_MS, CancelReason, DeliveryStatus
from recado.rules.event.timestamps import to_iso
from recado.rules.sending.attempt import Failure, FailureClass
from tests.integration.webhook_api.events.tracing import kept, old_webhook, outcomes, traced
from tests.support.api.client import Answer, ApiClient
from tests.support.delivery_log import record
from tests.support.events import NOON_MS

BATCH, REAL_TIME = "LEARNER_PROGRESS", "COURSE_ENROLLMENT"
FAILURE = Failure(FailureClass.CLIENT_ERROR, "The receiver answered with status 400.", 400)
MINUTE_MS = 60_000


def only(answer: Answer) -> Any:
    """Return what became of the event at the account's only webhook."""
    assert answer.status == 200, answer.text
    (one,) = answer.json["webhooks"]
    return one


ENDED = [
    (
        {"status": DeliveryStatus.DELIVERED, "finished_at": 1, "status_code": 202},
        {"outcome": "DELIVERED", "detail": "The receiver took it with status 202.", "statusCode": 202},
    ),
    (
        {"status": DeliveryStatus.SKIPPED, "finished_at": 1},
        {"outcome": "SKIPPED", "detail": "It came while the webhook was off; it can be sent again."},
    ),
    (
        {"status": DeliveryStatus.EXPIRED, "finished_at": 1},
        {"outcome": "EXPIRED", "detail": "It waited for seven days; it can be sent again."},
    ),
    (
        {"status": DeliveryStatus.CANCELLED, "finished_at": 1, "cancelled_because": CancelReason.WITHDRAWN},
        {"outcome": "CANCELLED", "detail": "Somebody withdrew it."},
    ),
]


@pytest.mark.parametrize(("fields", "shown"), ENDED, ids=lambda value: str(value.get("outcome", "")))
def test_what_has_ended_says_how(api: ApiClient, fields: dict[str, Any], shown: dict[str, Any]) -> None:
    """With its delivery, and the event itself."""
    webhook, at = old_webhook(api)
    (delivery_id,) = record(api.system, kept(webhook, at, **fields))

    answer = traced(api, timestamp=at).json

    assert answer == {
        "eventId": "e",
        "eventName": REAL_TIME,
        "timestamp": to_iso(at),
        "event": {"eventId": "e", "eventName": REAL_TIME, "timestamp": at, "data": {"userId": 1}},
        "webhooks": [
            {
                "webhookId": webhook["webhookId"],
                "name": "Orders",
                "deliveryId": delivery_id,
                "finishedAt": "1970-01-01T00:00:00.001Z",
                **shown,
            }
        ],
    }


def test_what_waits_says_why(api: ApiClient) -> None:
    """And until when, with the last error; past its seven days it has expired, whoever has noticed."""
    webhook, at = old_webhook(api)
    (delivery_id,) = record(api.system, kept(webhook, at, status=DeliveryStatus.PENDING, error=FAILURE))

    shown = only(traced(api, timestamp=at))

    assert shown == {
        "webhookId": webhook["webhookId"],
        "name": "Orders",
        "outcome": "PENDING",
        "detail": "It is sent next, after any earlier events that wait.",
        "deliveryId": delivery_id,
        "expiresAt": to_iso(at + RETENTION_MS),
        "lastError": {
            "failureClass": "CLIENT_ERROR",
            "detail": FAILURE.detail,
            "hint": FAILURE.hint,
            "statusCode": 400,
        },
    }
    record(api.system, kept(webhook, at - 1, status=DeliveryStatus.PENDING, created_at=at - RETENTION_MS))
    assert only(traced(api, timestamp=at - 1))["outcome"] == "EXPIRED"


def test_what_is_set_aside_says_when_it_is_tried(api: ApiClient) -> None:
    """It stands in two places, and is one delivery."""
    webhook, at = old_webhook(api)
    aside = kept(webhook, at, status=DeliveryStatus.PENDING, error=FAILURE).set_aside(at, at + 290_000, 1)
    assert DynamoAside(api.system.store._table, 30).put(aside, waits=False)

    shown = only(traced(api, timestamp=at))

    assert (shown["outcome"], shown["nextAttemptAt"]) == ("SET_ASIDE", to_iso(at + 290_000))
    assert shown["lastError"]["failureClass"] == "CLIENT_ERROR"


def test_what_was_asked_for_again_has_ended_and_waits(api: ApiClient) -> None:
    """Its copy is found beside it."""
    webhook, at = old_webhook(api)
    skipped = kept(webhook, at, status=DeliveryStatus.SKIPPED, finished_at=at)
    record(api.system, skipped, skipped.again(at + 5, "an admin"))

    shown = only(traced(api, timestamp=at))

    assert shown["outcome"] == "SKIPPED"
    assert shown["detail"].endswith("It was asked for again: It is sent next, after any earlier events that wait.")
    assert shown["expiresAt"] == to_iso(at + 5 + RETENTION_MS)


def test_every_webhook_is_answered_for(api: ApiClient) -> None:
    """One delivered, one not registered, one off, one that has no delivery though it should, one created later."""
    delivered, _ = old_webhook(api)
    other, _ = old_webhook(api, eventNames=["CI_STATS"])
    off, _ = old_webhook(api)
    assert api.call("PATCH", api.path(off), {"active": False}).status == 200
    without, at = old_webhook(api)
    api.system.clock.advance(2 * MINUTE_MS)
    later, _ = old_webhook(api)
    record(api.system, kept(delivered, at))

    answer = traced(api, timestamp=at)

    assert outcomes(answer) == {
        delivered["webhookId"]: "DELIVERED",
        other["webhookId"]: "NOT_REGISTERED",
        off["webhookId"]: "OFF",
        without["webhookId"]: "UNKNOWN",
        later["webhookId"]: "CREATED_LATER",
    }
    assert answer.json["webhooks"][1]["detail"] == f"The webhook is not registered for {REAL_TIME}."


@pytest.mark.parametrize(("expression", "value"), [("data.paid", False), ("data.amount", None), ("data.lines", [])])
def test_a_filtered_event_is_explained(api: ApiClient, expression: str, value: Any) -> None:
    """By the expression and its value, also null; one whose filter lets it through is not."""
    delivered, _ = old_webhook(api)
    filtering, at = old_webhook(api, filter=expression)
    through, at = old_webhook(api, filter="data.userId")
    data = {"userId": 1, "paid": False, "lines": []}
    record(api.system, *(kept(webhook, at, data=data) for webhook in (delivered, through)))

    answer = traced(api, timestamp=at)

    assert list(outcomes(answer).values()) == ["DELIVERED", "FILTERED", "DELIVERED"]
    assert answer.json["webhooks"][1] == {
        "webhookId": filtering["webhookId"],
        "name": "Orders",
        "outcome": "FILTERED",
        "detail": "The webhook's filter takes it out.",
        "filter": expression,
        "value": value,
    }


def test_a_batched_event_waits_for_the_drain(api: ApiClient) -> None:
    """With the time when that comes at the latest, by the template's schedule; by name it is told for certain."""
    _, at = old_webhook(api)

    shown = only(traced(api, timestamp=at))
    assert (shown["outcome"], shown["nextDrainAt"]) == ("WAITS_FOR_DRAIN", to_iso(at + 15 * MINUTE_MS))
    assert shown["detail"].startswith("Nothing is known of it yet.")
    named = only(traced(api, timestamp=at, eventName=BATCH))
    assert named["outcome"] == "WAITS_FOR_DRAIN"
    assert named["detail"] == f"{BATCH} leaves in batches: if it was published, it waits for the next drain."
    assert only(traced(api, timestamp=at, eventName=REAL_TIME))["outcome"] == "UNKNOWN"


def test_an_event_of_which_nothing_is_known_is_answered_for_too(api: ApiClient) -> None:
    """Also without its time; there is no event then."""
    webhook, _ = old_webhook(api)

    answer = traced(api)

    assert answer.json.keys() == {"eventId", "webhooks"}
    assert outcomes(answer) == {webhook["webhookId"]: "UNKNOWN"}
    assert outcomes(traced(api, timestamp=NOON_MS, eventName="X")) == {webhook["webhookId"]: "CREATED_LATER"}


def test_an_account_without_webhooks_has_nobody_to_answer_for(api: ApiClient) -> None:
    """With the event's time and without."""
    assert traced(api).json == {"eventId": "e", "webhooks": []}
    assert traced(api, timestamp=NOON_MS).json["webhooks"] == []


def test_another_name_of_the_same_id_and_time_is_told(api: ApiClient) -> None:
    """Two webhooks may each have got one of two events that clash."""
    first, at = old_webhook(api)
    second, _ = old_webhook(api)
    record(api.system, kept(first, at, name="CI_STATS"), kept(second, at, name=REAL_TIME))

    answer = traced(api, timestamp=at).json

    names = {one["webhookId"]: one.get("eventName", answer["eventName"]) for one in answer["webhooks"]}
    assert names == {first["webhookId"]: "CI_STATS", second["webhookId"]: REAL_TIME}


@pytest.mark.parametrize(
    ("event_id", "query", "field", "message"),
    [
        ("e.1", {}, "eventId", "must be 1 to 128 letters, digits, '_', '-' or ':' (a UUID is best)"),
        ("e" * 129, {}, "eventId", "must be 1 to 128 letters, digits, '_', '-' or ':' (a UUID is best)"),
        ("e", {"timestamp": "yesterday"}, "timestamp", "must be an RFC 3339 date and time"),
        ("e", {"eventName": "no name"}, "eventName", "must be 1 to 128 letters, digits, '.', '_', ':' or '-'"),
        ("e", {"cursor": "x"}, "cursor", "must be the nextCursor of another page of the same list"),
        ("e", {"limit": "1"}, "limit", "is not a parameter of this request: there are timestamp, eventName, cursor"),
    ],
)
def test_what_cannot_be_meant_is_named(
    api: ApiClient, event_id: str, query: dict[str, str], field: str, message: str
) -> None:
    """422, with what is accepted."""
    answer = traced(api, event_id, **query)

    assert (answer.status, answer.fields) == (422, [field])
    assert answer.json["errors"][0]["message"].startswith(message)
