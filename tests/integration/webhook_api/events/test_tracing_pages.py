"""The search for an event and its deliveries: what it reads, page by page, and what leads on."""

import random
import string
from collections.abc import Iterator
from typing import Any

import pytest

from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.event.timestamps import to_iso
from tests.integration.webhook_api.events.tracing import kept, old_webhook, outcomes, traced
from tests.support.api.client import ApiClient
from tests.support.aws import capacity
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import delivery, record

UNITS_READ = "recado.adapters.dynamodb.read_allowance.MOST_UNITS_READ"


@pytest.fixture(scope="module", autouse=True)
def consumed() -> Iterator[list[float]]:
    """See the read units of every read."""
    with capacity.reported() as units:
        yield units


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
