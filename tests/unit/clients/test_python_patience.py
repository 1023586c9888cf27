"""What the Python client waits for, and tries again."""

from collections.abc import Callable

import httpx
import pytest

from local.listener import Listener
from recado_client import Problem, Recado
from recado_client.generated.api.deliveries import redeliver
from recado_client.generated.api.webhooks import (
    change_webhook,
    create_webhook,
    list_webhooks,
    remove_webhook,
    test_webhook,
)
from recado_client.generated.models import WebhookChanged, WebhookEntered, WebhookTestEntered
from tests.unit.clients.conftest import answered, webhook

TEST = WebhookTestEntered(event_name="LO_CREATED")
ENTERED = WebhookEntered(name="Orders", target_url="https://hooks.example.com/", event_names=["*"])


def test_what_asks_to_wait_is_waited_for(api: Listener, recado: Recado, waits: list[float]) -> None:
    """A 429 that asks for three seconds gets them, whatever the request is: refused, it has done nothing."""
    api.answers.append(answered({"title": "Too Many Requests"}, 429, Retry_After="3"))
    api.usual_answer = answered({"webhooks": [], "limit": 5})

    assert list_webhooks.sync("1010", client=recado.client).limit == 5
    assert waits == [3]


def test_who_asks_for_long_is_not_waited_for(api: Listener, recado: Recado, waits: list[float]) -> None:
    """The caller is told how long it would be, at once."""
    api.usual_answer = answered({"title": "Too Many Requests"}, 429, Retry_After="21")

    with pytest.raises(Problem) as refused:
        list_webhooks.sync("1010", client=recado.client)

    assert (refused.value.retry_after, len(api.received), waits) == (21, 1, [])


Call = Callable[[Recado], object]
READ: Call = lambda recado: list_webhooks.sync("1010", client=recado.client)  # noqa: E731 - one of a table's rows
KEYED: Call = lambda recado: redeliver.sync("1010", "wh-1", "d-1", client=recado.client)  # noqa: E731
CHANGE: Call = lambda recado: change_webhook.sync(  # noqa: E731
    "1010", "wh-1", client=recado.client, if_match='"1"', body=WebhookChanged(name="Sales")
)
REMOVE: Call = lambda recado: remove_webhook.sync("1010", "wh-1", client=recado.client, if_match='"1"')  # noqa: E731
SEND: Call = lambda recado: test_webhook.sync("1010", "wh-1", client=recado.client, body=TEST)  # noqa: E731


@pytest.mark.parametrize(
    ("call", "status", "times"),
    [
        (READ, 503, 4),
        (READ, 502, 4),
        (READ, 500, 1),
        (READ, 404, 1),
        (KEYED, 504, 4),
        (CHANGE, 503, 1),
        (REMOVE, 503, 1),
        (SEND, 503, 1),
        (SEND, 429, 4),
        (CHANGE, 429, 4),
    ],
)
def test_only_what_may_go_twice_does(api: Listener, recado: Recado, call: Call, status: int, times: int) -> None:
    """A read, or a POST with a key; a change or a test send that may have happened is for its caller to look at."""
    api.usual_answer = answered({"title": "No"}, status)

    with pytest.raises(Problem):
        call(recado)

    assert len(api.received) == times


def test_a_repeated_post_has_one_key(api: Listener, recado: Recado) -> None:
    """What is created is created once, though its first answer was lost; the next one has another key."""
    api.answers.append(answered({"title": "Gateway"}, 504))
    api.usual_answer = answered(webhook(), 201)

    create_webhook.sync("1010", client=recado.client, body=ENTERED)
    create_webhook.sync("1010", client=recado.client, body=ENTERED, idempotency_key="mine")

    keys = [request.headers["idempotency-key"] for request in api.received]
    assert (len(keys), len(set(keys)), keys[0] == keys[1], keys[2]) == (3, 2, True, "mine")


def test_a_connection_that_breaks_is_tried_again(waits: list[float]) -> None:
    """Where nobody listens, the caller learns it after four attempts."""
    with Listener() as gone:
        url = gone.url

    with Recado(url, "token-1") as recado, pytest.raises(httpx.TransportError):
        list_webhooks.sync("1010", client=recado.client)

    assert len(waits) == 3


@pytest.mark.parametrize(
    ("another", "shown"), [("token-2", ["Bearer token-1", "Bearer token-2"]), ("token-1", ["Bearer token-1"])]
)
def test_a_token_that_is_refused_is_renewed_once(api: Listener, another: str, shown: list[str]) -> None:
    """Where there is another, the request goes once more with it; a second refusal is the caller's."""
    api.usual_answer = answered({"title": "Unauthorized"}, 401)
    refused: list[str] = []

    def renewed(token: str) -> str:
        refused.append(token)
        return another

    with Recado(api.url, lambda: "token-1", renewed) as recado, pytest.raises(Problem) as problem:
        change_webhook.sync("1010", "wh-1", client=recado.client, if_match='"1"', body=WebhookChanged(name="Sales"))

    assert (problem.value.status, refused) == (401, ["token-1"])
    assert [request.headers["authorization"] for request in api.received] == shown
    assert {request.body for request in api.received} == {b'{"name":"Sales"}'}
