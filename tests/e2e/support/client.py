"""A client of the HTTP API for one bearer of a token, and what all of them have sent and got."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.waiting import ARRIVES

WEBHOOKS, EVENTS = f"/accounts/{ACCOUNT}/webhooks", f"/accounts/{ACCOUNT}/events"
_SECONDS = ARRIVES


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; `sent` is the body, parsed where it is JSON."""

    method: str
    path: str
    sent: Any = field(repr=False)
    answer: requests.Response = field(repr=False)

    @property
    def is_download(self) -> bool:
        """Whether the answer is the one that holds a signing secret on purpose."""
        return self.method == "GET" and self.path.endswith("/signature") and self.answer.ok

    @property
    def opens_portal(self) -> bool:
        """Whether the answer holds the token of a portal session on purpose."""
        opening = self.path.endswith("/portal-sessions") or self.path == "/portal/session"
        return self.method == "POST" and opening and self.answer.ok


EXCHANGES: list[Exchange] = []
"""Everything that has been asked of the stack in this run, for the search for secrets."""


class ApiClient(requests.Session):
    """A `requests` session that knows the API's address, its bearer's token and when to give up."""

    def __init__(self, api_url: str, token: str | None = None) -> None:
        super().__init__()
        self.api_url = api_url
        # Nothing outside loopback is ever contacted, whatever proxies the machine has.
        self.trust_env = False
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request to a path of the API."""
        kwargs.setdefault("timeout", _SECONDS)
        return super().request(method, urljoin(self.api_url, str(url)), *args, **kwargs)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send what has been prepared, and remember it."""
        answer = super().send(request, **kwargs)
        path = urlsplit(str(request.url)).path
        EXCHANGES.append(Exchange(str(request.method), path, parsed(request.body), answer))
        return answer


def parsed(body: str | bytes | None) -> Any:
    """A request's body as JSON says it; None where it says nothing."""
    try:
        return json.loads(body or "")
    except ValueError:
        return None
