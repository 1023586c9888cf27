"""The deliveries of all webhooks of an account, in one list."""

import random
from dataclasses import replace
from typing import Any

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from recado.rules.sending.attempt import Failure, FailureClass
from tests.support.api.client import ApiClient
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS

READER = "recado.adapters.dynamodb.deliveries.delivery_reader"
PAGES = "recado.adapters.dynamodb.pages"
UNITS_READ = "recado.adapters.dynamodb.read_allowance.MOST_UNITS_READ"
NAMES = ("CI_STATS", "COURSE_ENROLLMENT")


@pytest.fixture
def webhooks(api: ApiClient) -> list[Any]:
    """Give three webhooks without deliveries."""
    return [api.create(name=name) for name in ("Orders", "Invoices", "Chat")]


def path(api: ApiClient) -> str:
    """Return the path of the list."""
    return f"/accounts/{api.account}/deliveries"


def pages(api: ApiClient, **query: str) -> list[list[Any]]:
    """Follow the cursor to the end, and return the deliveries of each page."""
    found = []
    while True:
        answer = api.get(path(api), query)
        assert answer.status == 200, answer.text
        found.append(answer.json["deliveries"])
        if "nextCursor" not in answer.json:
            return found
        query["cursor"] = answer.json["nextCursor"]
        assert len(found) < 1000


def listed(api: ApiClient, **query: str) -> list[tuple[str, str]]:
    """Return the delivery and webhook ids of all pages."""
    return [(one["deliveryId"], one["webhookId"]) for page in pages(api, **query) for one in page]


def in_order(deliveries: list[Delivery]) -> list[tuple[str, str]]:
    """Return their delivery and webhook ids in the order of the list."""
    newest_first = sorted(deliveries, key=lambda one: (one.event.key, one.webhook_id), reverse=True)
    return [(one.delivery_id, one.webhook_id) for one in newest_first]


def test_one_event_is_there_for_each_webhook_that_got_it(api: ApiClient, webhooks: list[Any]) -> None:
    """Newest event first, each delivery as in the list of its webhook, with the webhook's name; no other account's."""
    first, second, _ = webhooks
    stranger = ApiClient(api.system, api.document)
    record(api.system, delivery(stranger.create()["webhookId"], "e", timestamp=NOON_MS))
    record(api.system, *(delivery(one["webhookId"], "e", timestamp=NOON_MS) for one in (first, second)))
    record(api.system, delivery(first["webhookId"], "f", timestamp=NOON_MS + 1))

    found = api.get(path(api)).json

    assert "nextCursor" not in found
    assert [one["eventId"] for one in found["deliveries"]] == ["f", "e", "e"]
    names = {one["webhookId"]: one["webhookName"] for one in found["deliveries"]}
    assert names == {first["webhookId"]: "Orders", second["webhookId"]: "Invoices"}
    (newest, _) = api.get(api.path(first, "/deliveries")).json["deliveries"]
    assert found["deliveries"][0] == {**newest, "webhookName": "Orders"}


def test_an_account_without_webhooks_has_none(api: ApiClient) -> None:
    """An empty list; what a removed webhook had is not shown."""
    assert api.get(path(api)).json == {"deliveries": []}
    webhook = api.create()
    record(api.system, delivery(webhook["webhookId"], "e"))
    assert api.call("DELETE", api.path(webhook)).status == 204
    assert api.get(path(api)).json == {"deliveries": []}


def random_deliveries(webhooks: list[Any], now: int, chance: random.Random) -> list[Delivery]:
    """Make up deliveries of few events, so that many are at several webhooks."""
    return [
        delivery(
            webhook["webhookId"],
            event_id,
            timestamp=timestamp,
            name=chance.choice(NAMES),
            status=chance.choice(list(DeliveryStatus)),
            created_at=now - chance.choice([0, RETENTION_MS]),
            finished_at=now,
        )
        for timestamp in range(NOON_MS, NOON_MS + 2)
        for event_id in ("0", "00", "a")
        for webhook in webhooks
        if chance.random() < 0.7
    ]


@pytest.mark.parametrize("seed", range(5))
def test_the_cursor_leads_past_every_delivery_once(
    api: ApiClient, webhooks: list[Any], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In order, for any limit and filter, with copies, also where a page ends because enough has been read."""
    chance = random.Random(seed)
    now = int(api.system.clock.milliseconds())
    deliveries = random_deliveries(webhooks, now, chance)
    ended = [one for one in deliveries if one.status is not DeliveryStatus.PENDING]
    copies = [one.again(now, "an admin") for one in ended if chance.random() < 0.3]
    record(api.system, *deliveries, *copies)
    monkeypatch.setattr(f"{PAGES}._MOST_ITEMS_READ", chance.choice([2, 7, 2000]))
    # moto says of each query that it costs a unit.
    monkeypatch.setattr(UNITS_READ, chance.choice([1, 5, 20, 250]))
    monkeypatch.setattr(f"{READER}._PAGE_SIZE_WITH_FILTER", chance.choice([1, 3, 200]))

    for limit in ("2", "100"):
        status, name = chance.choice([None, *DeliveryStatus]), chance.choice([None, *NAMES])
        first, last = sorted(chance.choices(range(-1, 3), k=2))
        expected = [
            one
            for one in deliveries
            if status in (None, one.status_at(now + 1_000_000))
            and name in (None, one.event.name)
            and NOON_MS + first <= one.event.timestamp_ms <= NOON_MS + last
        ]
        query = {"limit": limit, "from": str(NOON_MS + first), "to": str(NOON_MS + last)}
        query |= {} if status is None else {"status": status.value}
        query |= {} if name is None else {"eventName": name}

        assert listed(api, **query) == in_order(expected)
    assert listed(api, limit="7") == in_order(deliveries)


FAILURES: dict[str, dict[str, Any]] = {
    "a": {"error": Failure(FailureClass.TIMEOUT, "Too slow.", timeout_seconds=5)},
    "b": {
        "error": Failure(FailureClass.SERVER_ERROR, "The receiver answered with status 503.", 503),
        "status_code": 503,
    },
    "c": {"refused_with": 3, "status_code": 503},
    "d": {},
}


@pytest.mark.parametrize("of_account", [True, False])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"failed": "true"}, "abcf"),
        ({"failed": "false"}, "de"),
        ({"failureClass": "TIMEOUT"}, "a"),
        ({"failureClass": "DNS"}, ""),
        ({"statusCode": "503"}, "bc"),
        ({"statusCode": "202"}, "e"),
        ({"eventId": "b"}, "b"),
        ({"eventId": "B"}, ""),
        ({"eventId": "e", "failed": "true"}, ""),
        ({"status": "PENDING", "failed": "true"}, "abc"),
        ({"arrivedFrom": "NOW+1"}, "bcde"),
        ({"arrivedTo": "NOW+1"}, "abf"),
        ({"arrivedFrom": "NOW+1", "arrivedTo": "NOW+3"}, "bcd"),
        ({"arrivedFrom": "NOW+1", "to": str(NOON_MS + 2)}, "bc"),
    ],
    ids=str,
)
def test_filters_find_failures_events_and_arrivals(
    api: ApiClient, of_account: bool, query: dict[str, str], expected: str
) -> None:
    """In the list of a webhook and in that of the account alike, combined with the others."""
    webhook = api.create()
    now = int(api.system.clock.milliseconds())
    waiting = [
        replace(
            delivery(webhook["webhookId"], one, timestamp=NOON_MS + place, status=DeliveryStatus.PENDING),
            created_at=now + place,
            **fields,
        )
        for place, (one, fields) in enumerate(FAILURES.items())
    ]
    delivered = delivery(webhook["webhookId"], "e", timestamp=NOON_MS + 4, created_at=now + 4, status_code=202)
    expired = delivery(
        webhook["webhookId"], "f", timestamp=NOON_MS + 5, created_at=now - RETENTION_MS, status=DeliveryStatus.PENDING
    )
    record(api.system, *waiting, delivered, expired)
    where = path(api) if of_account else api.path(webhook, "/deliveries")

    answer = api.get(
        where,
        {name: str(now + int(text[4:])) if text.startswith("NOW+") else text for name, text in query.items()},
    )

    assert answer.status == 200, answer.text
    assert "".join(sorted(one["eventId"] for one in answer.json["deliveries"])) == expected


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ({"failed": "perhaps"}, "failed", "must be true or false"),
        ({"failureClass": "SLOW"}, "failureClass", "must be 'BLOCKED_TARGET', 'DNS'"),
        ({"statusCode": "ok"}, "statusCode", "must be a whole number"),
        ({"statusCode": "99"}, "statusCode", "must be at least 100"),
        ({"statusCode": "1000"}, "statusCode", "must be at most 999"),
        ({"eventId": "e.1"}, "eventId", "must be 1 to 128 letters, digits, '_', '-' or ':'"),
        ({"arrivedFrom": "x"}, "arrivedFrom", "must be an RFC 3339 date and time"),
        ({"arrivedFrom": "2", "arrivedTo": "1"}, "arrivedTo", "must not be before arrivedFrom"),
        ({"webhookId": "wh_1"}, "webhookId", "is not a parameter of this request: there are status, failed, "),
        ({"cursor": "x"}, "cursor", "must be the nextCursor of another page of the same list"),
    ],
    ids=str,
)
def test_a_parameter_that_cannot_be_meant_is_named(
    api: ApiClient, query: dict[str, str], field: str, message: str
) -> None:
    """As in the list of a webhook."""
    answer = api.get(path(api), query)

    assert (answer.status, answer.fields) == (422, [field])
    assert answer.json["errors"][0]["message"].startswith(message)


def test_a_cursor_of_another_list_is_refused(api: ApiClient, webhooks: list[Any]) -> None:
    """That of a webhook's list here, that of the account's there, and another account's."""
    own = webhooks[0]
    record(api.system, *(delivery(own["webhookId"], f"e{n}", timestamp=NOON_MS + n) for n in range(3)))
    of_webhook = api.get(api.path(own, "/deliveries"), {"limit": "1"}).json["nextCursor"]
    of_account = api.get(path(api), {"limit": "1"}).json["nextCursor"]
    other = ApiClient(api.system, api.document)

    assert api.get(path(api), {"cursor": of_webhook}).fields == ["cursor"]
    assert api.get(api.path(own, "/deliveries"), {"cursor": of_account}).fields == ["cursor"]
    assert other.get(path(other), {"cursor": of_account}).fields == ["cursor"]
