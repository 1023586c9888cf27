"""POSTs to real servers on this machine, and what is said of them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from recado_cli.listen.receiver import Answer, Receiver
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


def _posted_to(server: _Server) -> Answer:
    return Receiver(target_of(str(server.server_address[1])), 5).post(REQUEST)


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
        receiver = Receiver(target_of(f"http://localhost:{port}/hook?a=b"), 5)
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
        answer = Receiver(target_of(f"http://localhost:{port}/"), 5).post(REQUEST)
    assert answer.failure == f"nothing listens on localhost:{port} (::1 and 127.0.0.1)"
    assert not answer.is_success


def test_an_error_is_shown_with_the_beginning_of_its_body() -> None:
    """As much as a person reads."""
    with _serving("127.0.0.1", 500) as server:
        answer = _posted_to(server)
    assert (answer.status, answer.is_success, len(answer.body)) == (500, False, 4096)


@pytest.mark.parametrize("location", ["/other", "http://[::1", "http://localhost:99999/", "\\\\"])
def test_a_redirect_is_told_and_not_followed(location: str) -> None:
    """As Recado does not: the address is to be corrected; also where it leads nowhere."""
    with _serving("127.0.0.1", 302, {"Location": location}) as server:
        answer = _posted_to(server)
    assert (answer.status, answer.location, len(server.got)) == (302, location, 1)


@pytest.mark.parametrize("charset", ["utf8mb4", "base64", "undefined"])
def test_a_charset_that_is_none_is_read_as_utf_8(charset: str) -> None:
    """A receiver writes into a header what it likes."""
    with _serving("127.0.0.1", 200, {"Content-Type": f"text/html; charset={charset}"}) as server:
        answer = _posted_to(server)
    assert (answer.status, answer.body[:3]) == (200, "xxx")


def test_a_cookie_of_one_answer_does_not_come_with_the_next_post() -> None:
    """Recado keeps none."""
    with _serving("127.0.0.1", 200, {"Set-Cookie": "a=b"}) as server:
        receiver = Receiver(target_of(str(server.server_address[1])), 5)
        assert [receiver.post(REQUEST).status for _ in range(2)] == [200, 200]
    assert "cookie" not in {name.lower() for _, headers, _ in server.got for name in headers}


def test_an_answer_that_does_not_come_is_a_timeout() -> None:
    """With the time that was allowed."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        failure = Receiver(target_of(f"http://127.0.0.1:{port}/"), 0.2).post(REQUEST).failure
    assert failure == f"no answer from 127.0.0.1:{port} within 0.2 s"


def _dripped(beginning: bytes) -> Answer:
    """What is said of a receiver that goes on and on after its beginning, a little each time."""
    ended = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(beginning)
            while not ended.wait(0.02):
                connection.sendall(b"x: y\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=drip, args=(server,), daemon=True).start()
        answer = Receiver(target_of(f"http://127.0.0.1:{server.getsockname()[1]}/"), 0.3).post(REQUEST)
    ended.set()
    return answer


def test_the_time_is_that_of_the_whole_answer() -> None:
    """Where headers do not end it is none; a body that does not end is cut, as Recado does."""
    assert "within 0.3 s" in _dripped(b"HTTP/1.1 200 OK\r\n").failure
    answer = _dripped(b"HTTP/1.1 200 OK\r\n\r\n")
    assert (answer.status, answer.body[:4]) == (200, "x: y")


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
        assert "no valid answer" in Receiver(target_of(f"http://127.0.0.1:{port}/"), 5).post(REQUEST).failure


def test_httpx_would_use_the_proxy_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above rests on: a client that reads the environment goes to the proxy."""
    _no_exceptions(monkeypatch)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with _serving("127.0.0.1") as server, httpx.Client() as client, pytest.raises(httpx.ConnectError):
        client.post(f"http://127.0.0.1:{server.server_address[1]}/")
