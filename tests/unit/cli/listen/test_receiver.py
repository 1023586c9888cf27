"""POSTs to real servers on this machine, and what is said of them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from recado_cli.listen.receiver import Receiver
from recado_cli.listen.requests import LocalRequest
from recado_cli.listen.targets import target_of

REQUEST = LocalRequest({"content-type": "application/json", "webhook-id": "e-1"}, b'{"a":1}')


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    got: list[tuple[str, dict[str, str], bytes]]
    status = 200
    headers: dict[str, str]


class _ServerOnV6(_Server):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.got.append((self.path, dict(self.headers.items()), body))
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"x" * 10_000)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def _serving(host: str, status: int = 200, headers: dict[str, str] | None = None) -> Iterator[_Server]:
    server = (_ServerOnV6 if ":" in host else _Server)((host, 0), _Handler)
    server.got, server.status, server.headers = [], status, headers or {}
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def _no_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def _has_v6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    "host", ["127.0.0.1", pytest.param("::1", marks=pytest.mark.skipif(not _has_v6(), reason="no IPv6"))]
)
def test_localhost_is_found_in_either_family_past_every_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on one of the two gets the POST, with the host that was named, whatever proxy the environment knows."""
    _no_exceptions(monkeypatch)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with _serving(host) as server:
        port = server.server_address[1]
        with Receiver(target_of(f"http://localhost:{port}/hook?a=b"), 5) as receiver:
            answers = [receiver.post(REQUEST) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    path, headers, body = server.got[0]
    assert (path, headers["Host"], body) == ("/hook?a=b", f"localhost:{port}", b'{"a":1}')
    assert headers["webhook-id"] == "e-1"


def test_where_nothing_listens_that_is_said() -> None:
    """Both addresses are named."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: nobody else gets the port meanwhile
        port = taken.getsockname()[1]
        with Receiver(target_of(f"http://localhost:{port}/"), 5) as receiver:
            answer = receiver.post(REQUEST)
    assert answer.failure == f"nothing listens on localhost:{port} (::1 and 127.0.0.1)"
    assert not answer.is_success


def test_an_error_is_shown_with_the_beginning_of_its_body() -> None:
    """As much as a person reads."""
    with _serving("127.0.0.1", 500) as server, Receiver(target_of(str(server.server_address[1])), 5) as receiver:
        answer = receiver.post(REQUEST)
    assert (answer.status, answer.is_success, len(answer.body)) == (500, False, 4096)


def test_a_redirect_is_not_followed() -> None:
    """As Recado does not: the address is to be corrected."""
    with (
        _serving("127.0.0.1", 302, {"Location": "/other"}) as server,
        Receiver(target_of(str(server.server_address[1])), 5) as receiver,
    ):
        answer = receiver.post(REQUEST)
    assert (answer.status, answer.location, len(server.got)) == (302, "/other", 1)


def test_an_answer_that_does_not_come_is_a_timeout() -> None:
    """With the time that was allowed."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with Receiver(target_of(f"http://127.0.0.1:{port}/"), 0.2) as receiver:
            assert receiver.post(REQUEST).failure == f"no answer from 127.0.0.1:{port} within 0.2 s"


def test_what_is_no_http_is_said() -> None:
    """Another service listens there."""

    def answer(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"220 mail ready\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        port = server.getsockname()[1]
        with Receiver(target_of(f"http://127.0.0.1:{port}/"), 5) as receiver:
            assert "no valid answer" in receiver.post(REQUEST).failure


def test_httpx_would_use_the_proxy_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above rests on: a client that reads the environment goes to the proxy."""
    _no_exceptions(monkeypatch)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with _serving("127.0.0.1") as server, httpx.Client() as client, pytest.raises(httpx.ConnectError):
        client.post(f"http://127.0.0.1:{server.server_address[1]}/")
