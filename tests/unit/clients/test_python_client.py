"""The Python client, against an API that answers as told."""

import json
import pickle
from typing import Any

import httpx
import pytest

from local.listener import Answer, Listener
from recado_client import FieldError, Problem, Recado, pages
from recado_client.generated.api.deliveries import list_deliveries
from recado_client.generated.api.webhooks import (
    change_webhook,
    create_webhook,
    list_webhooks,
    read_webhook,
)
from recado_client.generated.models import DeliverySettingsEntered, WebhookChanged, WebhookEntered
from recado_client.generated.types import Unset
from tests.unit.clients.conftest import answered, webhook

ENTERED = WebhookEntered(name="Orders", target_url="https://hooks.example.com/", event_names=["*"])


def asked(api: Listener) -> Any:
    """The body of the last request."""
    return json.loads(api.received[-1].body)


def test_it_shows_the_token_and_asks_for_it_anew(api: Listener) -> None:
    """Who gives a function may renew the token between two requests."""
    tokens = iter(["token-1", "token-2"])
    api.usual_answer = answered({"webhooks": [], "limit": 5})

    with Recado(api.url, lambda: next(tokens)) as recado:
        list_webhooks.sync("1010", client=recado.client)
        list_webhooks.sync("1010", client=recado.client)

    assert [request.headers["authorization"] for request in api.received] == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize("token", ["", " \n", "secret\nX-Other: 1", "sécret"])
def test_a_token_that_no_header_takes_is_not_told(api: Listener, token: str) -> None:
    """Nothing is sent, and the error does not hold it."""
    with (
        Recado(api.url, token) as recado,
        pytest.raises(ValueError, match="a line of visible ASCII") as refused,
    ):
        list_webhooks.sync("1010", client=recado.client)

    assert ("cret" in str(refused.value), api.received) == (False, [])


def test_a_token_read_from_a_file_may_end_its_line(api: Listener) -> None:
    """The blanks around it are no part of it."""
    api.usual_answer = answered({"webhooks": [], "limit": 5})

    with Recado(api.url, "token-1\n") as recado:
        list_webhooks.sync("1010", client=recado.client)

    assert api.received[0].headers["authorization"] == "Bearer token-1"


def test_who_cannot_get_a_token_learns_it_at_once(api: Listener, waits: list[float]) -> None:
    """What the token's own server does is not taken for the API's."""

    def unreachable() -> str:
        raise httpx.ConnectError("no token server")

    with Recado(api.url, unreachable) as recado, pytest.raises(httpx.ConnectError, match="no token server"):
        list_webhooks.sync("1010", client=recado.client)

    assert waits == []


def test_an_account_stays_one_part_of_the_path(api: Listener, recado: Recado) -> None:
    """Whatever the account is called."""
    api.usual_answer = answered({"webhooks": [], "limit": 5})

    list_webhooks.sync("a/b?c#d:e@f+g~h", client=recado.client)

    assert api.received[0].path == "/accounts/a%2Fb%3Fc%23d%3Ae%40f%2Bg~h/webhooks"


@pytest.mark.parametrize("account", ["", ".", ".."])
def test_what_leads_elsewhere_is_no_part_of_a_path(api: Listener, recado: Recado, account: str) -> None:
    """However it is written, an URL's reader folds it away, and another call would be made."""
    with pytest.raises(ValueError, match="account_id must not be empty"):
        list_webhooks.sync(account, client=recado.client)

    assert api.received == []


@pytest.mark.parametrize("url", ["", "127.0.0.1:80", "ftp://127.0.0.1", "https://", "http://127.0.0.1/?x=1"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    """Not at the first call, after four attempts."""
    with pytest.raises(ValueError, match="the address of the API must be"):
        Recado(url, "token-1")


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_is_not_followed(api: Listener, recado: Recado, status: int) -> None:
    """What is sent is for the API alone."""
    with Listener() as elsewhere:
        api.usual_answer = answered({}, status, Location=elsewhere.url)

        with pytest.raises(Problem) as refused:
            create_webhook.sync("1010", client=recado.client, body=ENTERED)

    assert (refused.value.status, elsewhere.received) == (status, [])


def test_a_networks_own_page_is_no_answer(api: Listener, recado: Recado) -> None:
    """It comes with status 200, and is HTML."""
    api.usual_answer = Answer(200, headers={"Content-Type": "text/html"}, body=b"<h1>Sign in to the train</h1>")

    with pytest.raises(Problem, match="Sign in to the train"):
        list_webhooks.sync("1010", client=recado.client)


def test_a_page_survives_what_it_does_not_know(api: Listener, recado: Recado) -> None:
    """Values, fields and forms of a newer API cost neither the page nor themselves: they come out as they came in."""
    newer = {
        "webhooks": [
            webhook(status="PAUSED", format="AVRO", lane={"mode": "PARALLEL", "reasons": ["TIRED"]}),
            webhook(
                colour="green", health={"state": "DIZZY", "since": 5}, authentication={"type": "PASSKEY", "rp": {}}
            ),
            webhook(health=None, lane="QUEUED", eventNames=None, headers=[], createdAt="soon", delivery=7),
            {"webhookId": "wh-2"},
            None,
        ],
        "limit": "many",
        "nextCursor": None,
    }
    api.usual_answer = answered(newer)

    page = list_webhooks.sync("1010", client=recado.client)

    assert str(page.webhooks[0].status) == "PAUSED"
    assert page.webhooks[1]["colour"] == "green"
    assert isinstance(page.webhooks[3].name, Unset)
    assert page.to_dict() == newer


def test_null_and_absent_stay_apart(api: Listener, recado: Recado) -> None:
    """What is not said stays as it is; null takes it away."""
    api.usual_answer = answered(webhook())

    change_webhook.sync("1010", "wh-1", client=recado.client, if_match='"1"', body=WebhookChanged(filter_=None))
    taken_away = asked(api)
    change_webhook.sync("1010", "wh-1", client=recado.client, if_match='"1"', body=WebhookChanged(name="Sales"))
    left_alone = asked(api)

    assert (taken_away, left_alone) == ({"filter": None}, {"name": "Sales"})


def test_what_is_not_said_is_not_sent(api: Listener, recado: Recado) -> None:
    """The API's defaults are its own: a change of one setting leaves the others as they are."""
    api.usual_answer = answered(webhook())

    settings = DeliverySettingsEntered(max_events=10)
    change_webhook.sync("1010", "wh-1", client=recado.client, if_match='"1"', body=WebhookChanged(delivery=settings))
    changed = asked(api)
    create_webhook.sync("1010", client=recado.client, body=ENTERED)

    assert changed == {"delivery": {"maxEvents": 10}}
    assert asked(api) == {"name": "Orders", "targetUrl": "https://hooks.example.com/", "eventNames": ["*"]}


def test_a_version_read_is_the_one_that_is_changed(api: Listener, recado: Recado) -> None:
    """The answer's `ETag` is what `If-Match` takes."""
    api.usual_answer = answered(webhook(), ETag='"7"')

    read = read_webhook.sync_detailed("1010", "wh-1", client=recado.client)
    change_webhook.sync(
        "1010", "wh-1", client=recado.client, if_match=read.headers["ETag"], body=WebhookChanged(active=False)
    )

    assert api.received[-1].headers["if-match"] == '"7"'


def test_empty_pages_with_a_cursor_go_on(api: Listener, recado: Recado) -> None:
    """A filter may leave nothing of a page, and something of the one after it."""
    found = {"deliveryId": "d-1", "webhookId": "wh-1", "eventId": "e-1"}
    for content in ({"deliveries": [], "nextCursor": "c/1"}, {"deliveries": [], "nextCursor": "c2"}):
        api.answers.append(answered(content))
    api.answers.append(answered({"deliveries": [found]}))

    found_pages = list(pages(list_deliveries.sync, "1010", "wh-1", client=recado.client, failed=True))

    assert [delivery.delivery_id for page in found_pages for delivery in page.deliveries] == ["d-1"]
    assert [httpx.URL(request.path).params.get("cursor") for request in api.received] == [None, "c/1", "c2"]
    assert {httpx.URL(request.path).params["failed"] for request in api.received} == {"true"}


def test_a_page_that_names_itself_ends_the_list(api: Listener, recado: Recado) -> None:
    """It would go on for ever."""
    api.usual_answer = answered({"deliveries": [], "nextCursor": "same"})

    with pytest.raises(ValueError, match="names itself as the next one"):
        list(pages(list_deliveries.sync, "1010", "wh-1", client=recado.client))

    assert len(api.received) == 2


def test_a_problem_travels_between_processes(api: Listener, recado: Recado) -> None:
    """As a worker's exceptions do."""
    api.usual_answer = answered({"title": "No", "detail": "Look."}, 409)
    with pytest.raises(Problem) as refused:
        list_webhooks.sync("1010", client=recado.client)

    again = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - its own dump

    assert (str(again), again.document) == (str(refused.value), refused.value.document)


def test_a_refusal_names_its_fields(api: Listener, recado: Recado) -> None:
    """A problem document comes as an error that says all of it."""
    errors = [{"field": "targetUrl", "message": "must be an HTTPS address"}]
    document = {"type": "about:blank", "title": "Unprocessable", "status": 422, "detail": "Look.", "errors": errors}
    api.usual_answer = answered(document, 422)

    with pytest.raises(Problem) as refused:
        create_webhook.sync("1010", client=recado.client, body=ENTERED)

    assert refused.value.errors == (FieldError("targetUrl", "must be an HTTPS address"),)
    assert str(refused.value) == "422 Unprocessable. Look. targetUrl: must be an HTTPS address"
    assert refused.value.document == document


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (answered({"message": "Forbidden"}, 403), "403 Forbidden. Forbidden"),
        (Answer(400, body=b"<html>\n<b>No</b></html>"), "400 Bad Request. <html> <b>No</b></html>"),
        (Answer(499, body=b"\xff\xfe"), "499"),
        (answered(["no", "object"], 404), "404 Not Found"),
        (Answer(400, body=b"[" * 100_000), "400 Bad Request. [["),
        (answered({"title": 5, "detail": None, "errors": "all", "status": "x"}, 409), "409 Conflict"),
        (answered({"title": "T", "errors": [None, {"field": 1}]}, 400), "400 T"),
    ],
)
def test_any_other_refusal_is_a_problem_too(api: Listener, recado: Recado, answer: Answer, said: str) -> None:
    """The gateway's own errors, a proxy's page, and what is no problem document at all."""
    api.usual_answer = answer

    with pytest.raises(Problem) as refused:
        list_webhooks.sync("1010", client=recado.client)

    assert refused.value.status == answer.status
    assert str(refused.value).startswith(said)
