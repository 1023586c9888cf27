"""The log over the API: what is asked, what is read of the answers, and what is no answer of Recado's."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest

from recado_cli.exits import Exit, Stop
from recado_cli.listen.following import Arrival
from recado_cli.listen.log import ApiLog, StrangeAnswerError
from recado_client import Problem, Recado

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DELIVERY = {
    "deliveryId": "d-1",
    "webhookId": "wh_1",
    "webhookName": "CRM",
    "eventId": "e-1",
    "eventName": "a.b",
    "timestamp": "2026-11-24T12:00:00.000Z",
    "status": "PENDING",
    "createdAt": "2026-11-24T12:00:01.500Z",
}


@dataclass
class _Api:
    """The API, in place of the network: what it answers, and what it was asked."""

    answer: httpx.Response = field(default_factory=lambda: httpx.Response(200, json={"deliveries": []}))
    asked: list[httpx.Request] = field(default_factory=list)

    def log(self, webhook: str | None = None) -> ApiLog:
        return ApiLog(Recado("https://api.example", "token"), "a+b@c:d", webhook, "a.b")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> _Api:
    """Give an API that has nothing."""
    api = _Api()

    def handle(_transport: object, request: httpx.Request) -> httpx.Response:
        api.asked.append(request)
        return api.answer

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    return api


def test_a_page_has_the_servers_time_and_its_deliveries(api: _Api) -> None:
    """The time is that of `Date`, whatever clock this machine has; what is asked for is bounded by times."""
    document = {"deliveries": [DELIVERY], "nextCursor": "more"}
    api.answer = httpx.Response(200, json=document, headers={"Date": "Tue, 24 Nov 2026 12:00:03 GMT"})
    page = api.log().page(arrived_from=NOON, events_from=NOON, cursor="c")
    assert page.server_time == datetime(2026, 11, 24, 12, 0, 3, tzinfo=UTC)
    assert (page.next_cursor, len(page.arrivals)) == ("more", 1)
    arrived = datetime(2026, 11, 24, 12, 0, 1, 500_000, tzinfo=UTC)
    assert page.arrivals[0] == Arrival("wh_1", "d-1", "e-1", "a.b", NOON, arrived, "PENDING", "CRM")
    assert api.asked[0].url.raw_path.decode().startswith("/accounts/a%2Bb%40c%3Ad/deliveries?")
    noon = "2026-11-24T12:00:00.000Z"
    assert dict(api.asked[0].url.params) == {
        **{"arrivedFrom": noon, "from": noon, "cursor": "c", "eventName": "a.b", "limit": "100"}
    }


def test_of_one_webhook_its_own_log_is_asked(api: _Api) -> None:
    """By its id."""
    api.log("wh_1").page(arrived_from=NOON, events_from=None, cursor=None)
    assert api.asked[0].url.path.endswith("/webhooks/wh_1/deliveries")
    assert "from" not in api.asked[0].url.params


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>sign in to the hotel"),
        httpx.Response(302, headers={"Location": "https://hotel.example"}),
        httpx.Response(200, json=["x"]),
        httpx.Response(200, json={"deliveries": [{}]}),
    ],
)
def test_what_is_no_answer_of_recados_is_told_from_one(api: _Api, answer: httpx.Response) -> None:
    """A captive portal is waited out, not taken for an empty log."""
    api.answer = answer
    with pytest.raises(StrangeAnswerError):
        api.log().page(arrived_from=NOON, events_from=None, cursor=None)


def test_a_refusal_is_a_problem(api: _Api) -> None:
    """With its status, by which the loop decides."""
    api.answer = httpx.Response(401, json={"message": "Unauthorized"})
    with pytest.raises(Problem, match="401"):
        api.log().now()


def test_a_webhook_that_is_gone_is_named(api: _Api) -> None:
    """It was removed while somebody listened, or its id is wrong."""
    api.answer = httpx.Response(404, json={"title": "Not Found"}, headers={"content-type": "application/problem+json"})
    with pytest.raises(Stop, match="the webhook wh_1 is not there: it was removed") as stop:
        api.log("wh_1").now()
    assert stop.value.code == Exit.NOT_FOUND
