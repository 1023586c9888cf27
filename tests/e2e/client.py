"""A client of the HTTP API for one bearer of a token."""

from typing import Any
from urllib.parse import urljoin

import requests

WEBHOOKS = "/accounts/1010/webhooks"
_SECONDS = 35


class ApiClient(requests.Session):
    """A `requests` session that knows the API's address, its bearer's token and when to give up."""

    def __init__(self, api_url: str, token: str | None = None) -> None:
        super().__init__()
        self._api_url = api_url
        # Nothing outside loopback is ever contacted, whatever proxies the machine has.
        self.trust_env = False
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request to a path of the API."""
        kwargs.setdefault("timeout", _SECONDS)
        return super().request(method, urljoin(self._api_url, str(url)), *args, **kwargs)
