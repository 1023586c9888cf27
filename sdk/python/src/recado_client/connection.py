"""A connection to one Recado: the address of its API, and whose token is shown there."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from recado_client.generated import AuthenticatedClient
from recado_client.problems import Problem, problem_of

# Longer than the API's own limit of 29 s: what it still answers is not cut off.
TIMEOUT_SECONDS = 35.0
# A wait that is asked for is waited for, if it is bearable; else the caller is told how long it would be.
LONGEST_WAIT_SECONDS = 20.0
ATTEMPTS = 4
_UNAUTHORIZED = 401
_TOO_MANY = 429
_PASSING = frozenset({_TOO_MANY, 502, 503, 504})
_BROKEN = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)

Token = str | Callable[[], str]
Renewed = Callable[[str], str]


class Recado:
    """An API and a token; `client` is what the calls in `recado_client.generated.api` take.

    `token` is the bearer token, or a function that is asked for it before each request, so that it may renew it.
    `renewed` is asked for another in the place of one that was refused (401); with it the request goes once more.
    Calls raise `Problem` for every answer but a success, `httpx.HTTPError` where none came, and `ValueError` for what
    can be no part of a path. What may pass is tried up to `ATTEMPTS` times: a 429 always; 502 to 504 and broken
    connections where the request may go twice, which is a read, or a POST with an `Idempotency-Key`.
    """

    def __init__(self, api_url: str, token: Token, renewed: Renewed | None = None) -> None:
        self.client = AuthenticatedClient(_WithToken(api_url, token, renewed))

    def __enter__(self) -> Self:
        """Keep connections open until the end of the block."""
        self.client.http.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.client.http.__exit__(kind, error, traceback)


class Patient(httpx.Client):
    """Tries again what may pass, and raises what is refused; how a request proves who sends it is each kind's own."""

    def __init__(self, api_url: str) -> None:
        super().__init__(base_url=_checked(api_url), timeout=TIMEOUT_SECONDS)

    def prove(self, request: httpx.Request) -> None:
        """Let the request prove who sends it, before each of its tries; it does already where nothing is to be done."""

    def patiently(self, request: httpx.Request, *, may_go_twice: bool, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own, handed on
        """The answer, of status 399 at most; raises `Problem` or `httpx.HTTPError`."""
        attempts = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            retry=retry_if_exception(lambda error: _may_pass(error, may_go_twice=may_go_twice)),
            wait=_wait,
            reraise=True,
        )
        return attempts(self._once, request, **options)

    def _once(self, request: httpx.Request, **options: Any) -> httpx.Response:  # noqa: ANN401 - as above
        self.prove(request)
        response = super().send(request, **options)
        # A redirect is none of the API's: who is led elsewhere would show the token there.
        if not response.is_success or not _is_json(response):
            response.read()
            raise problem_of(response)
        return response


class _WithToken(Patient):
    """Shows the token."""

    def __init__(self, api_url: str, token: Token, renewed: Renewed | None) -> None:
        super().__init__(api_url)
        self._token, self._renewed = token, renewed

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own, handed on
        """The answer, of status 399 at most; raises `Problem`, `httpx.HTTPError`, or what the token's function does."""
        token = _usable(self._token)
        try:
            return self._sent(token, request, **options)
        except Problem as problem:
            if problem.status != _UNAUTHORIZED or self._renewed is None:
                raise
            another = _usable(self._renewed(token))
            if another == token:
                raise
        return self._sent(another, request, **options)

    def _sent(self, token: str, request: httpx.Request, **options: Any) -> httpx.Response:  # noqa: ANN401 - as above
        request.headers["Authorization"] = f"Bearer {token}"
        may_go_twice = request.method == "GET" or "Idempotency-Key" in request.headers
        return self.patiently(request, may_go_twice=may_go_twice, **options)


def _checked(api_url: str) -> str:
    url = httpx.URL(api_url)
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment:
        raise ValueError("the address of the API must be https://, or http://, a host, and a path at most")
    return api_url.rstrip("/")


def _is_json(response: httpx.Response) -> bool:
    """Whether this can be the API's own answer; a network's sign-in page comes with status 200, too."""
    return "content-type" not in response.headers or "json" in response.headers["content-type"]


def _usable(given: Token) -> str:
    """The token without the blanks around it; raises `ValueError`, which does not hold it, for what no header takes."""
    token = (given if isinstance(given, str) else given()).strip()
    if not token or not token.isascii() or not token.isprintable():
        raise ValueError("the token must be a line of visible ASCII characters")
    return token


def _may_pass(error: BaseException, *, may_go_twice: bool) -> bool:
    if isinstance(error, Problem):
        bearable = (error.retry_after or 0) <= LONGEST_WAIT_SECONDS
        # Refused for its rate, a request has done nothing, whatever it would have done.
        return bearable and error.status in _PASSING and (may_go_twice or error.status == _TOO_MANY)
    return isinstance(error, _BROKEN) and may_go_twice


_backoff = wait_exponential_jitter(multiplier=0.5, max=LONGEST_WAIT_SECONDS, jitter=0.5)


def _wait(state: RetryCallState) -> float:
    """What the answer asks for, but at least what is waited without being asked."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, Problem) else None
    return max(asked or 0.0, _backoff(state))
