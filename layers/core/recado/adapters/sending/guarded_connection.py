"""Connections to receivers: every address is judged before it is contacted, every wait ends with the attempt.

urllib3's timeouts bound each single wait, so a receiver that drips a byte at a time keeps a request open for ever; and
`getaddrinfo` knows no timeout at all. Here the socket itself cuts every wait to what is left of the attempt, and names
are resolved once, in another thread, with all their addresses judged before the first connection is made.
"""

import errno
import ipaddress
import math
import os
import socket
import ssl
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import BadStatusLine, HTTPResponse, RemoteDisconnected
from pathlib import Path
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from recado.adapters.sending.guard import SHORTEST_WAIT, AddressInfo, AttemptError, Guard, current_guard
from recado.adapters.sending.kept_connection import Origin
from recado.adapters.sending.race import first_connected
from recado.ports.sending import OurFaultError
from recado.rules.sending.attempt import FailureClass

CONNECT_SECONDS = 10.0
SEND_SECONDS = 5.0
"""How long a receiver may take to take in the request, however soon it is to answer: lines may be slow."""
_RESOLVE_SECONDS = 5.0

# Twice as many as are sent to at once, so that names that hang hold up no others for long.
_resolving = ThreadPoolExecutor(64, thread_name_prefix="resolve")


def system_resolver(host: str, port: int) -> Sequence[AddressInfo]:
    """All stream addresses of a name."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class _DeadlineMixin:
    """Cuts every wait of a socket to what is left of the attempt."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:  # noqa: ANN401 - the signatures are the socket's
        guard = current_guard.get()
        if guard.at_end:
            raise BlockingIOError(errno.EAGAIN, "the answer is over")
        self.settimeout(guard.answer_left())  # type: ignore[attr-defined]  # a mixin for sockets
        size: int = super().recv_into(*args, **kwargs)  # type: ignore[misc]  # a mixin for sockets
        guard.received(size)
        return size

    def sendall(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the signatures are the socket's
        guard = current_guard.get()
        guard.answer_ends_at = math.inf
        self.settimeout(guard.left(max(SEND_SECONDS, guard.answer_seconds)))  # type: ignore[attr-defined]  # a mixin
        try:
            super().sendall(*args, **kwargs)  # type: ignore[misc]  # a mixin for sockets
        except ssl.SSLEOFError as error:
            # Then urllib3 still reads what the receiver has said before it closed: an answer, or an alert of TLS.
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)) from error
        finally:
            guard.answer_within(guard.answer_seconds)


class _DeadlineSocket(_DeadlineMixin, socket.socket):
    pass


class _DeadlineSslSocket(_DeadlineMixin, ssl.SSLSocket):
    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        finally:
            current_guard.get().agreed = self.cipher() is not None


def tls_context(authorities: str | None = None) -> ssl.SSLContext:
    """A context that trusts a file or a folder of authorities, and whose sockets keep the attempt's deadline."""
    if authorities is not None and Path(authorities).is_dir():
        context = ssl.create_default_context(capath=authorities)
    else:
        context = ssl.create_default_context(cafile=authorities)
    context.sslsocket_class = _DeadlineSslSocket
    return context


class _FinalResponse(HTTPResponse):
    """Reads on past every interim answer: `http.client` does so for 100 alone, and takes a 103 for the final one.

    Tells the guard of what was received behind its end: `http.client` forgets it.
    """

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = self._read_whole_status()
        # Whoever is told 100 reads the headers and then the next status line. To 101 there is no next one in HTTP.
        interim = status < HTTPStatus.OK and status != HTTPStatus.SWITCHING_PROTOCOLS
        return version, HTTPStatus.CONTINUE if interim else status, reason

    def _read_whole_status(self) -> tuple[str, int, str]:
        guard = current_guard.get()
        try:
            status: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]  # not in the library's stubs
        except BadStatusLine as error:
            if guard.ended and "HTTP/".startswith(str(error)[:5]):
                raise RemoteDisconnected("the end came within the status line") from error
            raise
        if guard.ended:  # `http.client` takes a line for whole that has no end
            raise RemoteDisconnected("the end came within the status line")
        return status

    def _close_conn(self) -> None:
        guard = current_guard.get(None)
        if guard is not None and guard.kept is not None:
            guard.left_over |= _has_more(self.fp, guard)
        super()._close_conn()  # type: ignore[misc]  # not in the library's stubs


def _has_more(stream: Any, guard: Guard) -> bool:  # noqa: ANN401 - the library's stubs have no `peek`
    """Whether something was received that nobody has read; what is unreadable counts as that."""
    guard.at_end = True  # `peek` is to look into the buffer, not to wait for the socket
    try:
        return bool(stream.peek(1))
    except (OSError, ValueError):
        return True
    finally:
        guard.at_end = False


class _GuardedMixin:
    """Resolves once, judges every address, and connects to a judged address; SNI and `Host` stay those of the name."""

    response_class: type[HTTPResponse] = _FinalResponse

    def _new_conn(self) -> socket.socket:
        guard = current_guard.get()
        host, port = self._dns_host.strip("[]"), self.port  # type: ignore[attr-defined]  # a mixin for connections
        addresses = _resolve(guard, host, port)
        refused = next(filter(None, (guard.refusal_of(str(address[0])) for *_, address in addresses)), None)
        if refused:
            # The kind alone: an admin is not to learn how the network inside is built.
            raise AttemptError(FailureClass.BLOCKED_TARGET, f"{host} leads to {refused}.")
        return _connect(guard, host, addresses)

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]  # a mixin for connections
        current_guard.get().connected = True


def _resolve(guard: Guard, host: str, port: int) -> Sequence[AddressInfo]:
    if _is_address(host):  # nobody is asked, so that it need not wait for a thread
        return guard.resolve(host, port)
    future = _resolving.submit(guard.resolve, host, port)
    try:
        addresses = future.result(guard.left(_RESOLVE_SECONDS))
    except TimeoutError:
        if future.cancel():  # nobody has begun: other names that hang keep every thread
            raise OurFaultError("every resolving thread is busy") from None
        raise AttemptError(FailureClass.DNS, f"{host} could not be resolved in time.") from None
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise AttemptError(FailureClass.DNS, f"{host} could not be resolved: {reason}.") from error
    if not addresses:
        raise AttemptError(FailureClass.DNS, f"{host} has no address.")
    return addresses


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _connect(guard: Guard, host: str, addresses: Sequence[AddressInfo]) -> socket.socket:
    ends_at = min(guard.ends_at, time.monotonic() + CONNECT_SECONDS)
    try:
        connection, address = first_connected(addresses, ends_at, _new_socket)
    except OSError as problem:
        reason = "timed out" if isinstance(problem, TimeoutError) else (problem.strerror or str(problem)).lower()
        raise AttemptError(FailureClass.CONNECT, f"No connection to {host}: {reason}.") from problem
    guard.address = str(address[0])
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # The TLS handshake runs under this timeout as a whole.
    connection.settimeout(min(CONNECT_SECONDS, max(guard.ends_at - time.monotonic(), SHORTEST_WAIT)))
    return connection


def _new_socket(family: int) -> socket.socket:
    return _DeadlineSocket(family, socket.SOCK_STREAM)


class _GuardedHttp(_GuardedMixin, HTTPConnection):
    pass


class _GuardedHttps(_GuardedMixin, HTTPSConnection):
    pass


class _UseMixin:
    """Closes a connection after its attempt, unless the attempt's owner keeps it.

    A receiver need not say in its answer that it closes the connection, as it was asked to. Kept for another attempt,
    such a connection ends in the middle of that one, if it was not seen to close before.
    """

    def _get_conn(self, timeout: float | None = None) -> Any:  # noqa: ANN401, ARG002 - as in urllib3, privately
        guard = current_guard.get()
        taken = guard.kept and guard.kept.take(self._origin, guard.refusal_of)
        if not taken:
            return self._new_conn()  # type: ignore[attr-defined]  # a mixin for pools
        connection, guard.address = taken
        guard.reused = guard.connected = True
        return connection

    def _put_conn(self, conn: Any) -> None:  # noqa: ANN401 - the type is private in urllib3
        guard = current_guard.get(None)
        if conn is None:
            return
        if guard is None or guard.kept is None or guard.left_over:
            conn.close()
        else:
            guard.kept.put(self._origin, guard.address, conn)

    def _make_request(self, conn: Any, method: str, *_respelt: Any, **options: Any) -> Any:  # noqa: ANN401 - see above
        """Ask for what the guard says, byte for byte: `urlopen` has respelt what it was given."""
        target = current_guard.get().request_target
        return super()._make_request(conn, method, target, **options)  # type: ignore[misc]  # a mixin for pools

    @property
    def _origin(self) -> Origin:
        tls = current_guard.get().tls
        return self.scheme, self.host, self.port, tls  # type: ignore[attr-defined]  # a mixin for pools


class GuardedHttpPool(_UseMixin, HTTPConnectionPool):
    """Plain HTTP, for targets on one machine."""

    ConnectionCls = _GuardedHttp


class GuardedHttpsPool(_UseMixin, HTTPSConnectionPool):
    """HTTPS."""

    ConnectionCls = _GuardedHttps
