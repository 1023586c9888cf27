"""The delivery log page by page."""

import base64
import random
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.tables import SharedConnection, deliveries_table
from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from tests.support.api.client import ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import IN_TIME, delivery, record
from tests.support.events import NOON_MS

NAMES = ("CI_STATS", "COURSE_ENROLLMENT")
EVENT_ID_CHARACTERS = "-09:AZ_az"
READER = "recado.adapters.dynamodb.deliveries.delivery_reader"
PAGES = "recado.adapters.dynamodb.pages"
UNITS_READ = "recado.adapters.dynamodb.read_allowance.MOST_UNITS_READ"


def pages(api: ApiClient, webhook: Any, **query: str) -> list[list[str]]:
    """Follow the cursor to the end, and return the ids of each page."""
    found = []
    parameters = {name.rstrip("_"): query[name] for name in query}
    while True:
        answer = api.get(api.path(webhook, "/deliveries"), parameters)
        assert answer.status == 200, answer.text
        found.append([one["deliveryId"] for one in answer.json["deliveries"]])
        if "nextCursor" not in answer.json:
            return found
        parameters["cursor"] = answer.json["nextCursor"]
        assert len(found) < 1000


def flat(lists: list[list[str]]) -> list[str]:
    """Return the members of all lists."""
    return [member for each in lists for member in each]


def random_deliveries(webhook_id: str, now: int, seed: int) -> list[Delivery]:
    """Make up deliveries whose keys lie close together and differ in every way that keys can."""
    chance = random.Random(seed)
    keys = {
        (NOON_MS + chance.randrange(4), "".join(chance.choices(EVENT_ID_CHARACTERS, k=chance.randint(1, 2))))
        for _ in range(chance.randint(0, 40))
    }
    return [
        delivery(
            webhook_id,
            event_id,
            timestamp=timestamp,
            name=chance.choice(NAMES),
            status=chance.choice(list(DeliveryStatus)),
            created_at=now - chance.choice([0, RETENTION_MS]),
        )
        for timestamp, event_id in sorted(keys)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_cursor_leads_past_every_delivery_once(
    api: ApiClient, webhook: Any, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In order, for any limit and filter, also where a page ends because enough has been read."""
    chance = random.Random(seed)
    now = int(api.system.clock.milliseconds())
    deliveries = random_deliveries(webhook["webhookId"], now, seed)
    record(api.system, *deliveries)
    monkeypatch.setattr(f"{PAGES}._MOST_ITEMS_READ", chance.choice([1, 2, 7, 2000]))
    # moto says of each query that it costs a unit.
    monkeypatch.setattr(UNITS_READ, chance.choice([1, 2, 5, 250]))
    monkeypatch.setattr(f"{READER}._PAGE_SIZE_WITH_FILTER", chance.choice([1, 3, 200]))

    for limit in ("1", "3", "100"):
        status = chance.choice([None, *DeliveryStatus])
        name = chance.choice([None, *NAMES])
        first, last = sorted(chance.choices(range(-1, 5), k=2))
        expected = [
            one.delivery_id
            for one in sorted(deliveries, key=lambda each: each.event.key, reverse=True)
            if status in (None, one.status_at(now + 1_000_000))
            and name in (None, one.event.name)
            and NOON_MS + first <= one.event.timestamp_ms <= NOON_MS + last
        ]
        query = {"limit": limit, "from_": str(NOON_MS + first), "to": str(NOON_MS + last)}
        query |= {} if status is None else {"status": status}
        query |= {} if name is None else {"eventName": name}

        assert flat(pages(api, webhook, **query)) == expected
    assert sorted(flat(pages(api, webhook, limit="7"))) == sorted(one.delivery_id for one in deliveries)


@pytest.mark.parametrize("seed", range(4))
def test_a_redelivery_job_looks_at_every_delivery_once(api: ApiClient, webhook: Any, seed: int) -> None:
    """Oldest first, page by page, within the time range; what is in log and backlog counts as waiting."""
    own, now = webhook["webhookId"], int(api.system.clock.milliseconds())
    deliveries = random_deliveries(own, now, seed)
    record(api.system, *deliveries)
    twice = [replace(one, status=DeliveryStatus.PENDING) for one in deliveries if one.status is DeliveryStatus.SKIPPED]
    record(api.system, *twice)
    reader = DynamoDeliveryReader(deliveries_table(api.system.stack.physical_id("DeliveriesTable"), SharedConnection()))

    def read(from_ms: int, to_ms: int, after: str | None, size: int) -> list[Delivery]:
        return list(islice(reader.oldest(own, from_ms, to_ms, after, now), size))

    for size, first, last in ((1, 0, 3), (3, 1, 2), (7, 2, 1), (100, 0, 3)):
        found: list[Delivery] = []
        while page := read(NOON_MS + first, NOON_MS + last, found[-1].event.key if found else None, size):
            found += page
        expected = [one for one in deliveries if NOON_MS + first <= one.event.timestamp_ms <= NOON_MS + last]
        assert [one.event.key for one in found] == sorted(one.event.key for one in expected)
    assert DeliveryStatus.SKIPPED not in {one.status for one in found}


@pytest.mark.parametrize(
    ("count", "limit", "sizes"),
    [
        (0, "1", [0]),
        (1, "1", [1]),
        (2, "1", [1, 1]),
        (100, "100", [100]),
        (101, "100", [100, 1]),
        (51, None, [50, 1]),
        (50, None, [50]),
    ],
)
def test_a_page_is_as_long_as_asked_for(
    api: ApiClient, webhook: Any, count: int, limit: str | None, sizes: list[int]
) -> None:
    """Fifty unless told otherwise; the last one has no cursor, though it be full."""
    record(api.system, *(delivery(webhook["webhookId"], f"e{n}", timestamp=NOON_MS + n) for n in range(count)))

    found = pages(api, webhook, **({} if limit is None else {"limit": limit}))

    assert [len(page) for page in found] == sizes


def test_a_page_costs_one_query_a_partition(api: ApiClient, webhook: Any, aws: AwsCalls) -> None:
    """However many deliveries there are."""
    record(api.system, *(delivery(webhook["webhookId"], f"e{n}", timestamp=NOON_MS + n) for n in range(30)))
    aws.clear()

    api.get(api.path(webhook, "/deliveries"), {"limit": "10"})
    assert len(aws.of("Query")) == 3
    aws.clear()
    api.get(api.path(webhook, "/deliveries"), {"limit": "1", "eventName": "CI_STATS"})
    assert len(aws.of("Query")) == 3
    assert all(call.parameters["ConsistentRead"] for call in aws.of("Query"))


def test_a_page_ends_when_what_it_may_read_is_used_up(
    api: ApiClient, webhook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """moto says of each query that it costs a unit: a page is what one finds."""
    monkeypatch.setattr(UNITS_READ, 1)
    monkeypatch.setattr(f"{READER}._PAGE_SIZE_WITH_FILTER", 2)
    record(api.system, *(delivery(webhook["webhookId"], f"e{n}", timestamp=NOON_MS + n) for n in range(5)))

    assert [len(page) for page in pages(api, webhook, status="DELIVERED")] == [2, 2, 1]


def test_a_search_goes_on_while_it_costs_little(api: ApiClient, webhook: Any, aws: AwsCalls) -> None:
    """One request finds what lies behind hundreds of others."""
    own = webhook["webhookId"]
    rest = (delivery(own, f"e{n}", timestamp=NOON_MS + n) for n in range(1, 450))
    *_, wanted = record(api.system, delivery(own, "wanted", name="CI_STATS"), *rest)
    aws.clear()

    answer = api.get(api.path(webhook, "/deliveries"), {"eventName": "CI_STATS"})

    assert [one["deliveryId"] for one in answer.json["deliveries"]] == [wanted]
    assert "nextCursor" not in answer.json
    assert len(aws.of("Query")) == 5


def test_what_happens_between_two_pages_neither_hides_nor_repeats(api: ApiClient, webhook: Any) -> None:
    """A newer delivery comes, and a pending one that has not been listed is finished."""
    own, now = webhook["webhookId"], int(api.system.clock.milliseconds())
    old = [
        delivery(own, f"e{n}", timestamp=NOON_MS + n, status=DeliveryStatus.PENDING, created_at=now) for n in range(4)
    ]
    expected = record(api.system, *old)
    first = api.get(api.path(webhook, "/deliveries"), {"limit": "2"}).json

    record(api.system, delivery(own, "new", timestamp=NOON_MS + 9))
    api.system.store.finish([delivery(own, "e1", timestamp=NOON_MS + 1)], [], IN_TIME)
    second = api.get(api.path(webhook, "/deliveries"), {"limit": "2", "cursor": first["nextCursor"]}).json

    assert [one["deliveryId"] for one in first["deliveries"] + second["deliveries"]] == expected
    assert [one["status"] for one in second["deliveries"]] == ["DELIVERED", "PENDING"]


def test_a_cursor_keeps_its_place_under_other_filters(api: ApiClient, webhook: Any) -> None:
    """It is a place in the order, also outside the time range that is asked for."""
    ids = record(api.system, *(delivery(webhook["webhookId"], f"e{n}", timestamp=NOON_MS + n) for n in range(5)))
    cursor = api.get(api.path(webhook, "/deliveries"), {"limit": "2"}).json["nextCursor"]

    def found(**query: str) -> list[str]:
        return flat(pages(api, webhook, cursor=cursor, **query))

    assert found() == ids[2:]
    assert found(to=str(NOON_MS + 1)) == ids[3:]
    assert found(to=str(NOON_MS + 4)) == ids[2:]
    assert found(from_=str(NOON_MS + 4)) == []
    assert found(from_=str(NOON_MS + 3)) == []


@pytest.mark.parametrize("same_account", [True, False])
def test_a_cursor_of_another_webhook_is_refused(api: ApiClient, webhook: Any, same_account: bool) -> None:
    """Of whichever account it is, and without a word of the other one's deliveries."""
    owner = api if same_account else ApiClient(api.system, api.document)
    other = owner.create()
    for each in (other, webhook):
        record(api.system, *(delivery(each["webhookId"], f"e{n}", timestamp=NOON_MS + n) for n in range(3)))
    cursor = owner.get(owner.path(other, "/deliveries"), {"limit": "2"}).json["nextCursor"]

    answer = api.get(api.path(webhook, "/deliveries"), {"cursor": cursor})

    assert (answer.status, answer.json["errors"]) == (422, [NOT_A_CURSOR])
    assert other["webhookId"] not in answer.text


NOT_A_CURSOR = {"field": "cursor", "message": "must be the nextCursor of another page of the same list"}


def of(webhook: Any, cursor: str) -> str:
    """Let a cursor that was written for `WEBHOOK` be this webhook's, where it is Base64 at all."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        return cursor
    return in_base64(text.replace("WEBHOOK", webhook["webhookId"])) if "WEBHOOK" in text else cursor


def in_base64(text: str | bytes) -> str:
    """Write as a cursor is written."""
    return base64.urlsafe_b64encode(text.encode() if isinstance(text, str) else text).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "====",
        "é",
        "a" * 10_000,
        "MDAx!",
        in_base64("001727438400000-e"),
        in_base64("/001727438400000-e"),
        in_base64("WEBHOOK"),
        in_base64("WEBHOOK/"),
        in_base64("WEBHOOKx/001727438400000-e"),
        in_base64("WEBHOOK#backlog/001727438400000-e"),
        in_base64("x/WEBHOOK/001727438400000-e"),
        in_base64("WEBHOOK/001727438400000"),
        in_base64("WEBHOOK/001727438400000#e"),
        in_base64("WEBHOOK/001727438400000-"),
        in_base64("WEBHOOK/1727438400000-e"),
        in_base64("WEBHOOK/001727438400000-e\n"),
        in_base64("WEBHOOK/001727438400000-é"),
        in_base64("WEBHOOK/001727438400000-" + "e" * 129),
        in_base64(b"\xff\xfe"),
    ],
    ids=lambda cursor: cursor[:30],
)
def test_a_cursor_that_is_none_is_refused(api: ApiClient, webhook: Any, cursor: str) -> None:
    """422 names it."""
    answer = api.get(api.path(webhook, "/deliveries"), {"cursor": of(webhook, cursor)})

    assert (answer.status, answer.json["errors"]) == (422, [NOT_A_CURSOR])


def test_a_cursor_is_a_place_and_nothing_else(api: ApiClient, webhook: Any) -> None:
    """One that is written by hand is as good as one of ours: it needs no secret."""
    ids = record(api.system, *(delivery(webhook["webhookId"], f"e{n}", timestamp=NOON_MS + n) for n in range(3)))

    assert flat(pages(api, webhook, cursor=of(webhook, in_base64(f"WEBHOOK/{ids[1]}")))) == ids[2:]
