"""The delivery log over the API, as `listen` follows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from recado_cli.exits import Exit, Stop
from recado_cli.listen.following import Arrival, Page
from recado_client import Problem, Recado
from recado_client.generated.api.deliveries import list_deliveries, list_deliveries_of_account, read_delivery
from recado_client.generated.types import UNSET, Response

_MOST_A_PAGE = 100


class StrangeAnswerError(Exception):
    """Something answered that is not Recado's API: a hotel's sign-in page, a proxy."""


class ApiLog:
    """The log of an account, or of one of its webhooks, perhaps of one event name."""

    def __init__(self, recado: Recado, account: str, webhook: str | None = None, event: str | None = None) -> None:
        self._client = recado.client
        self._account = account
        self._webhook = webhook
        self._event = event

    def now(self) -> datetime:
        """The server's time; raises as `page` does."""
        day = timedelta(days=1)
        return self._page(arrived_from=as_query(datetime.now(UTC) - day), limit=1)[1]

    def page(self, *, arrived_from: datetime, events_from: datetime | None, cursor: str | None) -> Page:
        """One page; raises `Problem`, `httpx.HTTPError`, `StrangeAnswerError`, or `Stop` without such a webhook."""
        document, time = self._page(
            arrived_from=as_query(arrived_from),
            from_=None if events_from is None else as_query(events_from),
            cursor=cursor,
        )
        try:
            arrivals = [_arrival(one, self._webhook) for one in document["deliveries"]]
        except (KeyError, TypeError, ValueError) as error:
            raise StrangeAnswerError(str(error)) from None
        return Page(arrivals, document.get("nextCursor"), time)

    def detail(self, arrival: Arrival) -> Mapping[str, Any]:
        """A delivery with its event, as the API shows it; raises as `page` does."""
        return document_of(
            lambda: read_delivery.sync_detailed(
                self._account, arrival.webhook_id, arrival.delivery_id, client=self._client
            )
        )[0]

    def _page(
        self, *, arrived_from: str, from_: str | None = None, cursor: str | None = None, limit: int = _MOST_A_PAGE
    ) -> tuple[dict[str, Any], datetime]:
        filters: dict[str, Any] = {
            "arrived_from": arrived_from,
            "from_": from_ or UNSET,
            "cursor": cursor or UNSET,
            "event_name": self._event or UNSET,
            "limit": limit,
            "client": self._client,
        }
        if self._webhook is None:
            return document_of(lambda: list_deliveries_of_account.sync_detailed(self._account, **filters))
        webhook = self._webhook
        try:
            return document_of(lambda: list_deliveries.sync_detailed(self._account, webhook, **filters))
        except Problem as problem:
            if problem.status != HTTPStatus.NOT_FOUND:
                raise
            gone = f"the webhook {webhook} is not there: it was removed, or is not of account {self._account}"
            raise Stop(gone, Exit.NOT_FOUND) from None


def document_of(call: Callable[[], Response[Any]]) -> tuple[dict[str, Any], datetime]:
    """The JSON object of an answer, and the server's time; raises `StrangeAnswerError` where it is none."""
    try:
        answer = call()
        document = json.loads(answer.content)
    except Problem as problem:
        if problem.is_foreign:
            raise StrangeAnswerError(str(problem)) from None
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StrangeAnswerError(str(error)) from None
    if answer.status_code != HTTPStatus.OK or not isinstance(document, dict):
        raise StrangeAnswerError(f"status {answer.status_code:d}")
    return document, _server_time(answer.headers.get("date"))


def _server_time(header: str | None) -> datetime:
    """The time of `Date`; this machine's where a proxy has dropped it."""
    try:
        return parsedate_to_datetime(header or "").astimezone(UTC)
    except ValueError:
        return datetime.now(UTC).replace(microsecond=0)


def _arrival(one: Mapping[str, Any], webhook: str | None) -> Arrival:
    return Arrival(
        webhook_id=one.get("webhookId") or webhook or "",
        delivery_id=one["deliveryId"],
        event_id=one["eventId"],
        event_name=one["eventName"],
        event_time=datetime.fromisoformat(one["timestamp"]),
        arrived_at=datetime.fromisoformat(one["createdAt"]),
        status=str(one.get("status", "")),
        webhook_name=str(one.get("webhookName", "")),
    )


def as_query(moment: datetime) -> str:
    """As the API's own times; with `Z`, as a `+` in a query is a blank to some."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
