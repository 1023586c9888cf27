"""A connection to one Recado: the address of its API, and whose token is shown there."""

from __future__ import annotations

from collections.abc import Callable, Generator
from types import TracebackType
from typing import Self

import httpx

from recado_client.generated import AuthenticatedClient
from recado_client.problems import problem_of

# Longer than the API's own limit of 29 s: what it still answers is not cut off.
TIMEOUT_SECONDS = 35.0
_LEAST_ERROR = 400

Token = str | Callable[[], str]


class Recado:
    """An API and a token; `client` is what the calls in `recado_client.generated.api` take.

    `token` is the bearer token, or a function that is asked for it before each request, so that it may renew it.
    Calls raise `Problem` for every answer of status 400 or more, and `httpx.HTTPError` where none came.
    """

    def __init__(self, api_url: str, token: Token, transport: httpx.BaseTransport | None = None) -> None:
        self.client = AuthenticatedClient(
            base_url=api_url.rstrip("/"),
            # Shown by `_Bearer` instead, which asks for it anew; this one is never sent.
            token="",
            timeout=httpx.Timeout(TIMEOUT_SECONDS),
            httpx_args={
                "auth": _Bearer(token),
                "event_hooks": {"response": [_raise_problem]},
                "transport": transport,
            },
        )

    def __enter__(self) -> Self:
        """Keep connections open until the end of the block."""
        self.client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.client.__exit__(kind, error, traceback)


class _Bearer(httpx.Auth):
    def __init__(self, token: Token) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = self._token if isinstance(self._token, str) else self._token()
        request.headers["Authorization"] = f"Bearer {token}"
        yield request


def _raise_problem(response: httpx.Response) -> None:
    if response.status_code >= _LEAST_ERROR:
        response.read()
        raise problem_of(response)
