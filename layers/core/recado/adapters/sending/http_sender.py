"""The HTTP sender: one POST through `requests`, with no redirect, no proxy, no retry and no second look-up.

The adapter's `send` is called directly: a `Session` adds cookies, redirects, `.netrc` and proxies, all unwanted here,
at a cost of its own. One `SSLContext` serves all connections, since reading the CA bundle takes longer than a request;
but those of webhooks that have something of their own for TLS, each of which has its own.
"""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any, Self, cast

from requests import PreparedRequest, Response, exceptions
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse, PoolManager
from urllib3.exceptions import HTTPError

from recado.adapters.authorities import public_authorities
from recado.adapters.sending.guard import (
    MOST_BYTES,
    AttemptError,
    Guard,
    Resolver,
    current_guard,
)
from recado.adapters.sending.guarded_connection import GuardedHttpPool, GuardedHttpsPool, system_resolver, tls_context
from recado.adapters.sending.kept_connection import KeptConnection
from recado.adapters.sending.trouble import ended_while_kept, failure_of
from recado.ports.sending import Clock, Deadline, OutOfTimeError
from recado.rules.sending import retry
from recado.rules.sending.attempt import (
    ANSWER_BYTES,
    ATTEMPT_SECONDS,
    DECIDING_ANSWER_BYTES,
    AttemptResult,
    Failure,
    FailureClass,
    failure_of_status,
    honours_retry_after,
)
from recado.rules.sending.attempt import Response as Answer
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.sending.tls_identity import TlsIdentity
from recado.rules.target.target_policy import InvalidTargetError, TargetPolicy
from recado.rules.target.wire import on_the_wire

if TYPE_CHECKING:
    from recado.adapters.sending.identities import Identities

_SHORTEST_ATTEMPT_SECONDS = 1.0
_CHUNK_BYTES = 4096
_COURTESY_SECONDS = 1.0

_TROUBLE = (exceptions.RequestException, HTTPError, OSError, ValueError)

_PUBLIC_AUTHORITIES = public_authorities()
_SHARED_CONTEXT = tls_context(_PUBLIC_AUTHORITIES)


class _GuardedAdapter(HTTPAdapter):
    """`requests`' transport over guarded connections."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(max_retries=0)

    def init_poolmanager(self, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401 - as in requests
        self.poolmanager = PoolManager(ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = {"http": GuardedHttpPool, "https": GuardedHttpsPool}

    def cert_verify(self, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401 - as in requests
        """Nothing to add: the shared context verifies."""

    def proxy_manager_for(self, *_args: Any, **_kwargs: Any) -> Any:  # noqa: ANN401 - as in requests
        """No proxies, wherever they are set."""
        raise exceptions.ProxyError("proxies are not used")


class _Adapters:
    """The adapter of each identity, and that of all requests without one."""

    def __init__(self, context: ssl.SSLContext, authorities: str) -> None:
        self._shared = _GuardedAdapter(context)
        self._authorities = authorities
        self._identities: Identities[_GuardedAdapter] | None = None
        self._making = threading.Lock()

    def of(self, identity: TlsIdentity | None) -> _GuardedAdapter:
        """The adapter whose connections are as this identity; raises `AttemptError` where it cannot be used."""
        if identity is None:
            return self._shared
        with self._making:
            if self._identities is None:
                from recado.adapters.sending.identities import Identities  # noqa: PLC0415 - most senders need none

                self._identities = Identities(_GuardedAdapter, self._authorities)
        return self._identities.of(identity)


class HttpSender:
    """Sends attempts; fills the port `Sender`."""

    def __init__(
        self,
        policy: TargetPolicy,
        clock: Clock,
        *,
        resolver: Resolver = system_resolver,
        context: ssl.SSLContext = _SHARED_CONTEXT,
        authorities: str = _PUBLIC_AUTHORITIES,
    ) -> None:
        """Trust the context; for a webhook that has something of its own for TLS, a context with these authorities."""
        self._policy = policy
        self._clock = clock
        self._resolver = resolver
        self._adapters = _Adapters(context, authorities)
        self._kept: KeptConnection | None = None

    @contextmanager
    def keeping(self) -> Iterator[Self]:
        """A sender that keeps its connection between POSTs to one origin while the block runs; for one thread.

        It keeps it after an attempt that was delivered and answered whole. A kept connection that ends without a byte
        of an answer is no failure: the POST is made once more, on a new one, in the same attempt.
        """
        keeper = copy(self)
        keeper._kept = kept = KeptConnection()  # noqa: SLF001 - it is one of us
        try:
            yield keeper
        finally:
            keeper._kept = None  # noqa: SLF001 - as above
            kept.close()

    def send(self, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        """POST and wait for the status line.

        Raises `OutOfTimeError` when the invocation has no time for it, `OurFaultError` when the name's turn to be
        resolved did not come.
        """
        seconds = min(ATTEMPT_SECONDS, deadline.remaining_seconds())
        if seconds < _SHORTEST_ATTEMPT_SECONDS:
            raise OutOfTimeError("too little time is left for another attempt")
        started = time.monotonic()
        more = DECIDING_ANSWER_BYTES - ANSWER_BYTES if request.answer_decides else 0
        guard = Guard(
            started + seconds,
            self._policy.refusal_of,
            self._resolver,
            request.timeout_seconds,
            most_bytes=MOST_BYTES + more,
            kept=self._kept,
            tls=request.tls,
        )
        token = current_guard.set(guard)
        try:
            result = self._attempt(request, guard, self._clock(), started)
        finally:
            current_guard.reset(token)
        if self._kept is not None and not result.delivered:
            self._kept.close()
        return result

    def _attempt(self, request: OutgoingRequest, guard: Guard, started_ms: int, started: float) -> AttemptResult:
        try:
            response = self._post(request, guard)
        except InvalidTargetError as error:
            failure = Failure(FailureClass.BLOCKED_TARGET, f"The target URL {error}.")
        except AttemptError as error:
            failure = Failure(error.failure_class, error.detail)
        except _TROUBLE as error:
            failure = failure_of(error, guard)
        else:
            return self._answered(request, response, guard, started_ms, started)
        return AttemptResult(started_ms, _milliseconds_since(started), failure=failure, address=guard.address)

    def _post(self, request: OutgoingRequest, guard: Guard) -> Response:
        url = self._policy.check_url(request.url)
        authority, guard.request_target = on_the_wire(url)
        prepared = PreparedRequest()
        prepared.prepare_method("POST")
        # Whom to connect to; what is asked for there goes past the libraries, which respell it, as `prepare_url` does.
        prepared.url = url
        connection = "close" if self._kept is None else "keep-alive"
        prepared.prepare_headers(
            {"Host": authority, **request.headers, "Accept-Encoding": "identity", "Connection": connection}
        )
        prepared.prepare_body(request.body, None)
        adapter = self._adapters.of(request.tls)
        try:
            return adapter.send(prepared, stream=True, timeout=ATTEMPT_SECONDS)  # the guard has shorter ones
        except _TROUBLE as error:
            if not ended_while_kept(error, guard):
                raise
        guard.begin_again()
        return adapter.send(prepared, stream=True, timeout=ATTEMPT_SECONDS)

    def _answered(
        self, request: OutgoingRequest, response: Response, guard: Guard, started_ms: int, started: float
    ) -> AttemptResult:
        status, latency_ms = response.status_code, _milliseconds_since(started)
        location = _in_utf8(response.headers.get("Location", ""))
        failure = failure_of_status(status, location and request.hiding(location))
        retry_after = None
        if honours_retry_after(status):
            asked, date = response.headers.get("Retry-After"), response.headers.get("Date")
            retry_after = retry.retry_after_seconds(asked, date, self._clock())
        if failure is None and request.answer_decides:
            answer = _deciding_answer(response)
            latency_ms = _milliseconds_since(started)
        else:
            answer = _answer(response, guard, failed=failure is not None)
        return AttemptResult(started_ms, latency_ms, status, failure, retry_after, guard.address, answer)


def _answer(response: Response, guard: Guard, *, failed: bool) -> Answer:
    """The headers and up to 16 KB of the body, undecoded; the status has decided already, so trouble changes nothing.

    The body of a success is read for a moment only, so that the receiver does not see its answer refused.
    """
    guard.answer_within(guard.answer_seconds if failed else _COURTESY_SECONDS)
    return _read(response, ANSWER_BYTES)


def _deciding_answer(response: Response) -> Answer:
    """The headers and up to 96 KB of the body, as far as it comes in what is left of the time to answer.

    A byte more is read: not every answer says how long it is before it ends.
    """
    answer = _read(response, DECIDING_ANSWER_BYTES + 1)
    more = len(answer.body) > DECIDING_ANSWER_BYTES
    return Answer(answer.headers, answer.body[:DECIDING_ANSWER_BYTES], truncated=answer.truncated or more)


def _read(response: Response, most: int) -> Answer:
    raw = cast(HTTPResponse, response.raw)
    body, complete = b"", False
    try:
        while len(body) < most and not complete:
            chunk = raw.read1(min(_CHUNK_BYTES, most - len(body)), decode_content=False)
            complete = not chunk or raw.length_remaining == 0
            body += chunk
    except (HTTPError, OSError, ValueError):
        complete = False
    finally:
        raw.close()
    return Answer(
        tuple((name, _in_utf8(value)) for name, value in raw.headers.iteritems()), body, truncated=not complete
    )


def _in_utf8(value: str) -> str:
    """A header's value, of which the library makes a character of each byte, as UTF-8 where it can be that."""
    try:
        return value if value.isascii() else value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _milliseconds_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
