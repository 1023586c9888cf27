"""The Python client and its publisher helper, against the running stack."""

import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from local import aws
from local.listener import Listener
from local.stack_file import Stack
from recado_client import Problem, Recado, pages
from recado_client.generated.api.deliveries import list_deliveries
from recado_client.generated.api.events import publish_events, trace_event
from recado_client.generated.api.webhooks import change_webhook, create_webhook, list_webhooks, read_webhook
from recado_client.generated.models import (
    EventEntered,
    EventEnteredData,
    EventsEntered,
    NoAuthentication,
    WebhookChanged,
    WebhookEntered,
    WebhookView,
)
from recado_client.publisher import Event, Publisher
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.waiting import ARRIVES, until

NAME = "COURSE_ENROLLMENT"


@pytest.fixture
def recado(stack: Stack, token_for: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Recado]:
    """The account's own admin, by the client."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Recado(stack.api_url, lambda: token_for(ACCOUNT)) as connection:
        yield connection


@pytest.fixture
def created(recado: Recado, listener: Listener, api: ApiClient) -> Iterator[WebhookView]:
    """A webhook that the client has created, twice with one key."""
    entered = WebhookEntered(
        name="By the client",
        target_url=f"{listener.url}/hook",
        event_names=[NAME],
        authentication=NoAuthentication(type_="NONE"),
    )
    key = str(uuid4())
    first, again = (
        create_webhook.sync(ACCOUNT, client=recado.client, body=entered, idempotency_key=key) for _ in range(2)
    )
    assert first.webhook_id == again.webhook_id
    yield first
    api.delete(f"{WEBHOOKS}/{first.webhook_id}")


def test_a_webhook_is_changed_as_it_was_read(recado: Recado, created: WebhookView) -> None:
    """A change of an older version is refused; null takes a filter away, and what is not said stays."""
    read = read_webhook.sync_detailed(ACCOUNT, created.webhook_id, client=recado.client)
    changes = (WebhookChanged(filter_="data.total"), WebhookChanged(filter_=None), WebhookChanged(name="Again"))

    def change(etag: str, body: WebhookChanged) -> str:
        answer = change_webhook.sync_detailed(
            ACCOUNT, created.webhook_id, client=recado.client, if_match=etag, body=body
        )
        return answer.headers["ETag"]

    first = read.headers["ETag"]
    second = change(first, changes[0])
    with pytest.raises(Problem) as stale:
        change(first, changes[1])
    change(second, changes[1])

    [listed] = [
        webhook
        for webhook in list_webhooks.sync(ACCOUNT, client=recado.client).webhooks
        if webhook.webhook_id == created.webhook_id
    ]
    assert stale.value.status == 412
    assert "filter" not in listed.to_dict()
    assert (listed.name, listed.target_url) == (created.name, created.target_url)


def test_events_published_either_way_are_found(
    recado: Recado, created: WebhookView, listener: Listener, stack: Stack
) -> None:
    """Over HTTP and on the bus; the log is read a delivery a page."""
    now = int(time.time() * 1000)
    ids = [f"client-{uuid4()}" for _ in range(3)]
    entered = EventEntered(ids[0], NAME, now, EventEnteredData.from_dict({"userId": 1}))
    [result] = publish_events.sync(ACCOUNT, client=recado.client, body=EventsEntered([entered])).results
    bus = aws.client("events", stack.aws_endpoint_url)
    Publisher(stack.event_bus_name, stack.event_source, bus).publish(
        [Event(ACCOUNT, NAME, {"userId": 2}, event_id=event_id, timestamp=now + 1) for event_id in ids[1:]]
    )
    listener.wait_for(3, ARRIVES)

    def found() -> list[str]:
        listed = pages(list_deliveries.sync, ACCOUNT, created.webhook_id, client=recado.client, limit=1)
        return [delivery.event_id for page in listed for delivery in page.deliveries]

    assert result.accepted
    until(lambda: sorted(found()) == sorted(ids), "three deliveries")
    traced = trace_event.sync(ACCOUNT, ids[0], client=recado.client, timestamp=str(now))
    assert created.webhook_id in [webhook.webhook_id for webhook in traced.webhooks]


def test_a_refusal_says_what_is_accepted(recado: Recado) -> None:
    """As the API says it."""
    with pytest.raises(Problem) as refused:
        create_webhook.sync(
            ACCOUNT,
            client=recado.client,
            body=WebhookEntered(name="", target_url="https://example.com/", event_names=["*"]),
        )

    assert refused.value.status == 422
    assert [error.field for error in refused.value.errors] == ["name"]
