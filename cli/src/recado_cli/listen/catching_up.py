"""`listen --catch-up`: what a webhook's receiver has missed, asked for with the webhook's own secret, without a token.

From where the session before has ended; an event that the receiver does not take is sent until it does, and nothing
that comes behind it before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from recado_cli import signing
from recado_cli.exits import Exit, Stop
from recado_cli.keeping.keeper import FileKeeper
from recado_cli.listen.following import Arrival
from recado_cli.listen.log import StrangeAnswerError, as_query, document_of
from recado_cli.listen.receiver import Answer
from recado_cli.listen.requests import LocalRequest
from recado_cli.listen.telling import iso
from recado_cli.listen.walking import ArrivedPage
from recado_cli.profiles.profile import Profile
from recado_cli.session import never_by_proxy
from recado_cli.verify.command import VARIABLE
from recado_client import Problem
from recado_client.generated.api.receivers import list_arrived
from recado_client.generated.types import UNSET
from recado_client.receiver import Receiver

_MOST_A_PAGE = 100
_AT_FIRST = timedelta(days=1)


def asking(api_url: str, secret: str) -> Receiver:
    """A connection that signs with this secret: `with asking(…) as recado:`."""
    never_by_proxy(api_url)
    return Receiver(api_url, secret)


class ReceiverLog:
    """What has arrived for one webhook, perhaps of one event name, as its receiver is shown it."""

    def __init__(self, receiver: Receiver, account: str, webhook: str, event: str | None = None) -> None:
        self._client = receiver.client
        self._account = account
        self._webhook = webhook
        self._event = event

    def now(self) -> datetime:
        """The server's time; raises as `page` does."""
        return self._page(limit=1)[1]

    def page(self, *, arrived_from: datetime, cursor: str | None) -> ArrivedPage:
        """One page; raises `Problem`, `httpx.HTTPError`, `StrangeAnswerError`, or `Stop` where nothing is shown."""
        document, time = self._page(arrived_from=as_query(arrived_from), cursor=cursor or UNSET)
        try:
            shown = [one for one in document["deliveries"] if not _is_withdrawn(one)]
            shown = [one for one in shown if self._event in (None, one["eventName"])]
            arrivals = [_arrival(one, self._webhook) for one in shown]
            resume_from = datetime.fromisoformat(document["resumeFrom"])
        except (KeyError, TypeError, ValueError) as error:
            raise StrangeAnswerError(str(error)) from None
        return ArrivedPage(arrivals, document.get("nextCursor"), resume_from, time)

    def detail(self, arrival: Arrival) -> Mapping[str, Any]:
        """The delivery's request, as it was shown."""
        return arrival.shown or {}

    def _page(self, **filters: Any) -> tuple[dict[str, Any], datetime]:  # noqa: ANN401 - the call's own
        filters = {"limit": _MOST_A_PAGE, **filters}
        try:
            return document_of(
                lambda: list_arrived.sync_detailed(self._account, self._webhook, client=self._client, **filters)
            )
        except Problem as problem:
            if problem.status == HTTPStatus.UNAUTHORIZED:
                hint = "is it the secret of this webhook, of this account, and is the clock of this machine right?"
                raise Stop("the secret is not taken", Exit.FAILED, hint) from None
            raise


class Place:
    """From when on a webhook's receiver goes on, kept from one session to the next.

    A session of one event name has a place of its own: what it leaves out is still to come in the others.
    """

    def __init__(self, profile: Profile, account: str, webhook: str, event: str | None = None) -> None:
        self._name = f"{profile.name}/caught-up/{account}/{webhook}" + ("" if event is None else f"/{event}")

    def load(self, now: datetime) -> datetime:
        """What was kept, a day before now where nothing was; raises `Stop` where others can read the file."""
        kept = FileKeeper().load(self._name)
        try:
            return datetime.fromisoformat(kept or "")
        except ValueError:
            return now - _AT_FIRST

    def save(self, goes_on_from: datetime) -> None:
        """Keep it."""
        FileKeeper().save(self._name, iso(goes_on_from))


def webhooks_secret(path: Path | None) -> str:
    """The signing secret that is given: of a file, or of the environment; raises `Stop` where it is none."""
    source = VARIABLE if path is None else "--secret-file"
    try:
        text = os.environ.get(VARIABLE, "") if path is None else path.read_text(encoding="utf-8-sig")
        secret = text.strip()
        signing.key_of(secret)
    except OSError as error:
        raise Stop(f"--secret-file: {path} cannot be read: {error.strerror}", Exit.USAGE) from None
    except (signing.SecretError, UnicodeDecodeError) as error:
        raise Stop(f"{source} holds no signing secret: {error}", Exit.USAGE, f"--secret-file, or {VARIABLE}") from None
    return secret


def until_taken(post: Callable[[LocalRequest], Answer]) -> Callable[[LocalRequest], Answer]:
    """The same POST, which is tried again where the receiver does not take it: what comes behind waits."""

    def posted(request: LocalRequest) -> Answer:
        answer = post(request)
        if not answer.is_success:
            why = answer.failure or f"status {answer.status}"
            raise Stop(f"the receiver has not taken {request.headers['webhook-id']}: {why}", Exit.LATER)
        return answer

    return posted


def _is_withdrawn(one: Mapping[str, Any]) -> bool:
    """Whether there is nothing to bring: an admin does not want it sent."""
    return one["status"] == "CANCELLED" and "body" not in one


def _arrival(one: Mapping[str, Any], webhook: str) -> Arrival:
    return Arrival(
        webhook_id=webhook,
        delivery_id=one["deliveryId"],
        event_id=one["eventId"],
        event_name=one["eventName"],
        event_time=datetime.fromisoformat(one["timestamp"]),
        arrived_at=datetime.fromisoformat(one["arrivedAt"]),
        status=str(one.get("status", "")),
        shown=_request(one),
    )


def _request(one: Mapping[str, Any]) -> dict[str, Any]:
    for part in ("contentType", "body", "eventId"):
        str.encode(one[part])  # what could not be sent would be left out later, when its walk is over
    headers = {"content-type": one["contentType"], "webhook-id": one["eventId"]}
    return {"eventId": one["eventId"], "request": {"headers": headers, "body": one["body"]}}
