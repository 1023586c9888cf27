"""Where an event went, and why not elsewhere, over HTTP."""

import random
import string
from collections.abc import Iterator
from typing import Any

import pytest

from recado.adapters.dynamodb.deliveries.aside_store import DynamoAside
from recado.rules.delivery.delivery import RETENTION_MS, CancelReason, Delivery, DeliveryStatus
from recado.rules.event.timestamps import to_iso
from recado.rules.sending.attempt import Failure, FailureClass
from tests.support.api.client import Answer, ApiClient
from tests.support.aws import capacity
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS

BATCH, REAL_TIME = "LEARNER_PROGRESS", "COURSE_ENROLLMENT"
FAILURE = Failure(FailureClass.CLIENT_ERROR, "The receiver answered with status 400.", 400)
MINUTE_MS = 60_000
UNITS_READ = "recado.adapters.dynamodb.read_allowance.MOST_UNITS_READ"


@pytest.fixture(scope="module", autouse=True)
def consumed() -> Iterator[list[float]]:
    """See the read units of every read."""
    with capacity.reported() as units:
        yield units


def traced(api: ApiClient, event_id: str = "e", /, **query: Any) -> Answer:
    """Trace an event."""
    return api.get(f"{api.events}/{event_id}", {name: str(value) for name, value in query.items()})


def outcomes(answer: Answer) -> dict[str, str]:
    """Return the outcome by webhook, in the order of the answer."""
    assert answer.status == 200, answer.text
    return {one["webhookId"]: one["outcome"] for one in answer.json["webhooks"]}


def only(answer: Answer) -> Any:
    """Return what became of the event at the account's only webhook."""
    assert answer.status == 200, answer.text
    (one,) = answer.json["webhooks"]
    return one


def old_webhook(api: ApiClient, **fields: Any) -> tuple[Any, int]:
    """Make a webhook for everything, and return it with a time after which an event may come."""
    webhook = api.create(**{"eventNames": ["*"], **fields})
    api.system.clock.advance(1)
    return webhook, int(api.system.clock.milliseconds())


def kept(webhook: Any, at: int, **fields: Any) -> Delivery:
    """Build a delivery of the event `e` of that time."""
    return delivery(webhook["webhookId"], "e", **{"timestamp": at, "created_at": at, **fields})


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


def test_the_newest_event_of_an_id_is_found_without_its_time(api: ApiClient) -> None:
    """Among all webhooks, wherever it stands there; another account's is not."""
    first, at = old_webhook(api)
    second, _ = old_webhook(api)
    stranger = ApiClient(api.system, api.document)
    record(api.system, kept(old_webhook(stranger)[0], at + 9))
    record(api.system, *(delivery(first["webhookId"], f"f{n}", timestamp=at + 10 + n) for n in range(5)))
    record(api.system, kept(first, at - 1), kept(second, at, status=DeliveryStatus.PENDING))

    answer = traced(api)

    assert answer.json["timestamp"] == to_iso(at)
    assert outcomes(answer) == {first["webhookId"]: "UNKNOWN", second["webhookId"]: "PENDING"}


def test_a_search_goes_on_with_a_cursor(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that has not found it says nothing of any webhook, and reads no more than a page of a list may."""
    monkeypatch.setattr(UNITS_READ, 4)
    monkeypatch.setattr("recado.adapters.dynamodb.deliveries.delivery_reader._PAGE_SIZE_WITH_FILTER", 2)
    webhook, at = old_webhook(api)
    rest = [delivery(webhook["webhookId"], f"f{n}", timestamp=at + 1 + n) for n in range(9)]
    record(api.system, kept(webhook, at), *rest)

    pages = [traced(api).json]
    while "nextCursor" in pages[-1]:
        pages.append(traced(api, cursor=pages[-1]["nextCursor"]).json)

    assert len(pages) > 1
    assert all(page.keys() == {"eventId", "webhooks", "nextCursor"} and not page["webhooks"] for page in pages[:-1])
    assert pages[-1]["webhooks"][0]["outcome"] == "DELIVERED"
    assert pages[-1]["timestamp"] == to_iso(at)


def test_large_events_of_many_webhooks_are_answered_for_page_by_page(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each webhook once; the cursor leads on, with the event's time or without."""
    monkeypatch.setattr("recado.adapters.dynamodb.deliveries.delivery_reader._WEBHOOKS_AT_ONCE", 2)
    monkeypatch.setattr(UNITS_READ, 1)
    webhooks = [old_webhook(api)[0] for _ in range(5)]
    at = int(api.system.clock.milliseconds())
    record(api.system, *(kept(webhook, at) for webhook in webhooks))

    queries: tuple[dict[str, Any], ...] = ({"timestamp": at}, {})
    for query in queries:
        found: list[str] = []
        answer = traced(api, **query)
        while True:
            found += outcomes(answer)
            if "nextCursor" not in answer.json:
                break
            answer = traced(api, **query, cursor=answer.json["nextCursor"])
        assert sorted(found) == sorted(webhook["webhookId"] for webhook in webhooks)


def test_one_that_is_finished_between_two_reads_of_a_batch_is_found(api: ApiClient, aws: AwsCalls) -> None:
    """Who has none, though it wants it, is looked at again."""
    webhook, at = old_webhook(api)
    aws.before("BatchGetItem", lambda: None, lambda: record(api.system, kept(webhook, at)))

    answer = traced(api, timestamp=at)

    assert outcomes(answer) == {webhook["webhookId"]: "DELIVERED"}
    assert answer.json["event"]["eventId"] == "e"


def test_who_does_not_want_it_is_not_looked_at_again(api: ApiClient, aws: AwsCalls) -> None:
    """One batch read is enough."""
    other, _ = old_webhook(api, eventNames=["CI_STATS"])
    webhook, at = old_webhook(api)
    record(api.system, kept(webhook, at))
    aws.clear()

    assert outcomes(traced(api, timestamp=at)) == {
        other["webhookId"]: "NOT_REGISTERED",
        webhook["webhookId"]: "DELIVERED",
    }
    assert len(aws.of("BatchGetItem")) == 1


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


def test_a_cursor_is_of_one_event_and_its_time(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another's is refused."""
    monkeypatch.setattr("recado.adapters.dynamodb.deliveries.delivery_reader._WEBHOOKS_AT_ONCE", 1)
    monkeypatch.setattr(UNITS_READ, 1)
    webhooks = [old_webhook(api)[0] for _ in range(2)]
    at = int(api.system.clock.milliseconds())
    record(api.system, *(kept(webhook, at) for webhook in webhooks))
    cursor = traced(api, timestamp=at).json["nextCursor"]

    assert traced(api, timestamp=at, cursor=cursor).status == 200
    assert traced(api, timestamp=at + 1, cursor=cursor).fields == ["cursor"]
    assert traced(api, "f", cursor=cursor).fields == ["cursor"]
    assert ApiClient(api.system, api.document).get("/accounts/x/events/e", {"cursor": cursor}).is_nothing


@pytest.mark.parametrize("case", [(5, 2, 30), (5, 200, 230), (20, 2, 105)], ids=str)
def test_one_look_is_one_batch_read(
    api: ApiClient, aws: AwsCalls, consumed: list[float], case: tuple[int, int, float]
) -> None:
    """Beside one query for the webhooks and the look at the budget; it costs what the event's deliveries hold."""
    webhooks, kilobytes, most = case
    api.system.stack.change_environment("WebhookApiFunction", WEBHOOK_LIMIT="25")
    api.system.cold_start()
    made = [old_webhook(api)[0] for _ in range(webhooks)]
    at = int(api.system.clock.milliseconds())
    text = "".join(random.Random(1).choices(string.ascii_letters + string.digits + "-_", k=kilobytes * 1024))
    record(api.system, *(kept(webhook, at, data={"text": text}) for webhook in made))
    aws.clear()
    consumed.clear()

    assert set(outcomes(traced(api, timestamp=at)).values()) == {"DELIVERED"}

    assert [len(aws.of(name)) for name in ("BatchGetItem", "Query", "PutItem")] == [1, 1, 0]
    assert sum(consumed) <= most
