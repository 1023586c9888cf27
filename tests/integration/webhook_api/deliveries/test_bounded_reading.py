"""How much one request for a list reads: about 250 read units at most, and nothing that it does not show."""

import random
import string
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.event.event import Event
from recado.rules.sending.answers.shown_answer import Answer
from tests.support.api.client import ApiClient
from tests.support.aws import capacity
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import IN_TIME, delivery, record
from tests.support.events import NOON_MS
from tests.unit.builders import attempt

MOST = 250
OF_ONE_ITEM = 65
SIGNS = string.ascii_letters + string.digits + "-_"


@pytest.fixture(scope="module", autouse=True)
def consumed() -> Iterator[list[float]]:
    """See the read units of every read."""
    with capacity.reported() as units:
        yield units


def large(webhook: Any, count: int, kilobytes: int, **fields: Any) -> list[Any]:
    """Make deliveries of this size each, as stored: what is random does not compress, but for two bits in eight."""
    chance = random.Random(count)
    text = "".join(chance.choices(SIGNS, k=kilobytes * 1024 * 8 // 6))
    first = fields.pop("first", 0)
    return [
        delivery(webhook["webhookId"], f"e{n}", timestamp=NOON_MS + n, data={"text": text}, **fields)
        for n in range(first, first + count)
    ]


def attempt_in(webhook: Any, carried: Event, started_at: int, body: str = "") -> Attempt:
    """Make an attempt that began then, with this answer."""
    return replace(attempt(carried), webhook_id=webhook["webhookId"], started_at=started_at, answer=Answer(body=body))


def read_through(api: ApiClient, path: str, consumed: list[float], **query: str) -> tuple[list[list[Any]], list[float]]:
    """Follow the cursor to the end: the pages, and the read units of the lists' own queries by page."""
    pages, units = [], []
    while True:
        consumed.clear()
        answer = api.get(path, query)
        assert answer.status == 200, answer.text
        units.append(sum(consumed))
        pages.append(answer.json.get("deliveries", answer.json.get("attempts")))
        if "nextCursor" not in answer.json:
            return pages, units
        query["cursor"] = answer.json["nextCursor"]
        assert len(pages) < 100


@pytest.mark.parametrize("query", [{"eventName": "CI_STATS", "limit": "1"}, {"status": "SKIPPED"}], ids=str)
def test_a_search_for_what_is_not_there_reads_a_megabyte_a_request(
    api: ApiClient, webhook: Any, consumed: list[float], query: dict[str, str]
) -> None:
    """Its pages are empty; each one's cursor leads on, to the end."""
    record(api.system, *large(webhook, 60, 90))

    pages, units = read_through(api, api.path(webhook, "/deliveries"), consumed, **query)

    assert not any(pages)
    assert len(pages) >= 60 * 90 / 1024
    assert max(units) <= MOST + 20


def test_a_page_of_large_deliveries_is_short(api: ApiClient, webhook: Any, consumed: list[float]) -> None:
    """Whether they wait or are delivered; every one is listed once."""
    now = int(api.system.clock.milliseconds())
    waiting = large(webhook, 12, 190, status=DeliveryStatus.PENDING, created_at=now)
    ids = record(api.system, *large(webhook, 12, 190, first=6), *waiting[:6])

    pages, units = read_through(api, api.path(webhook, "/deliveries"), consumed)

    assert [one["deliveryId"] for page in pages for one in page] == ids
    assert all(pages)
    assert max(units) <= MOST + 2 * OF_ONE_ITEM


@pytest.mark.deep
def test_large_items_behind_small_ones_cost_a_call_more(api: ApiClient, webhook: Any, consumed: list[float]) -> None:
    """What is read next is guessed by what was read last, and a call ends after a megabyte."""
    small = large(webhook, 60, 1, first=100, name="CI_STATS")
    ids = record(api.system, *large(webhook, 20, 180), *small)

    pages, units = read_through(api, api.path(webhook, "/deliveries"), consumed, limit="50")

    assert [one["deliveryId"] for page in pages for one in page] == ids
    assert max(units) <= 2 * MOST


def test_many_small_deliveries_make_full_pages(api: ApiClient, webhook: Any, aws: AwsCalls) -> None:
    """One query a partition, as long as they fit a megabyte."""
    record(api.system, *large(webhook, 101, 2))
    aws.clear()

    answer = api.get(api.path(webhook, "/deliveries"), {"limit": "100"})

    assert len(answer.json["deliveries"]) == 100
    assert len(aws.of("Query")) == 3


@pytest.mark.deep
def test_a_list_of_attempts_is_bounded_too(api: ApiClient, webhook: Any, consumed: list[float]) -> None:
    """Large deliveries are looked through for the attempts that live in them."""
    deliveries = large(webhook, 60, 60)
    api.system.store.record(deliveries, [attempt_in(webhook, deliveries[0].event, NOON_MS)], IN_TIME)

    pages, units = read_through(api, api.path(webhook, "/attempts"), consumed)

    assert [one["deliveryIds"] for page in pages for one in page] == [[deliveries[0].delivery_id]]
    assert max(units) <= MOST + 2 * OF_ONE_ITEM


@pytest.mark.deep
def test_the_search_for_a_deliverys_attempts_is_bounded_too(
    api: ApiClient, webhook: Any, consumed: list[float]
) -> None:
    """It looks through those of the webhook."""
    mine, other = large(webhook, 2, 1)
    chance = random.Random(1)
    others = [
        attempt_in(webhook, other.event, NOON_MS + n, "".join(chance.choices(SIGNS, k=16_000))) for n in range(1, 150)
    ]
    api.system.store.record([mine, other], [attempt_in(webhook, mine.event, NOON_MS), *others], IN_TIME)

    pages, units = read_through(api, api.path(webhook, f"/deliveries/{mine.delivery_id}/attempts"), consumed)

    assert [one["deliveryIds"] for page in pages for one in page] == [[mine.delivery_id]]
    assert len(pages) > 1
    assert max(units) <= MOST + 20


@pytest.mark.deep
@pytest.mark.parametrize(
    ("kilobytes", "query", "fewest"), [(2, {}, 50), (20, {}, 25), (20, {"statusCode": "503"}, 0), (180, {}, 1)], ids=str
)
def test_a_list_of_several_webhooks_is_bounded_and_gets_on(
    api: ApiClient, consumed: list[float], kilobytes: int, query: dict[str, str], fewest: int
) -> None:
    """No webhook uses up what the others may read, so that a page has what a megabyte holds of all of them, mixed."""
    webhooks = [api.create() for _ in range(3)]
    count = min(40, 1080 // kilobytes)
    made = [large(webhook, count, kilobytes) for webhook in webhooks]
    record(api.system, *(one for deliveries in made for one in deliveries))

    pages, units = read_through(api, f"/accounts/{api.account}/deliveries", consumed, **query)

    assert [len(page) >= fewest for page in pages[:-1]] == [True] * (len(pages) - 1)
    assert sum(map(len, pages)) == (0 if query else 3 * count)
    assert max(units) <= MOST + len(webhooks) * OF_ONE_ITEM
    assert len(pages) <= 3 + 2 * 3 * count * kilobytes / 1024


def test_a_page_of_several_webhooks_costs_one_query_a_partition(api: ApiClient, aws: AwsCalls) -> None:
    """And one more where all is of one of them; beside the query for the webhooks. None of it writes."""
    webhook, *_ = [api.create() for _ in range(3)]
    record(api.system, *large(webhook, 60, 1))
    aws.clear()

    assert len(api.get(f"/accounts/{api.account}/deliveries").json["deliveries"]) == 50

    assert len(aws.of("Query")) == 1 + 3 * 3 + 1
    assert not aws.of("PutItem")


def test_a_row_is_whole_where_reading_ends_behind_a_copy(api: ApiClient, webhook: Any, consumed: list[float]) -> None:
    """What waits again is listed with what became of it before, however large what is around it."""
    now = int(api.system.clock.milliseconds())
    ended = large(webhook, 8, 180, finished_at=now)
    record(api.system, *ended, *(one.again(now, "an admin") for one in ended))

    pages, units = read_through(api, api.path(webhook, "/deliveries"), consumed, status="DELIVERED")
    everything, _ = read_through(api, api.path(webhook, "/deliveries"), consumed)

    assert sum(map(len, pages)) == 8
    assert [one["status"] for page in everything for one in page] == ["DELIVERED"] * 8
    assert max(units) <= MOST + 3 * OF_ONE_ITEM


@pytest.mark.parametrize("rest", ["/deliveries", "/attempts"])
def test_a_list_fetches_no_payload(api: ApiClient, webhook: Any, aws: AwsCalls, rest: str) -> None:
    """Only what it shows."""
    record(api.system, delivery(webhook["webhookId"], "e"))
    aws.clear()

    assert api.get(api.path(webhook, rest)).status == 200

    asked = [_names(call.parameters) for call in aws.of("Query")]
    assert len(asked) in (3, 4)
    assert all(names and "event" not in names for names in asked)


def _names(parameters: dict[str, Any]) -> set[str]:
    placeholders = parameters["ProjectionExpression"].split(", ")
    return {parameters["ExpressionAttributeNames"][placeholder] for placeholder in placeholders}
