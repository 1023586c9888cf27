"""A way to the API that can be closed: what receivers ask through it is handed on as it came, byte for byte."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from local.settings import HOST

PREFIX = "/stage"
"""What stands before the API's paths here: it is no part of what is signed."""


@dataclass
class Gate:
    """Where receivers ask; `answers` are used up before anything is handed on, each a status with its headers."""

    api: str
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    before: Callable[[int], object] = lambda _number: None

    def passed(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body that answer a request, whose query is remembered."""
        self.asked.append({name: value for name, [value] in parse_qs(urlsplit(path).query).items()})
        self.before(len(self.asked))
        if self.answers:
            return *self.answers.pop(0), b""
        connection = HTTPConnection(urlsplit(self.api).netloc, timeout=60)
        try:
            connection.request("GET", path.removeprefix(PREFIX), headers=headers)
            answer = connection.getresponse()
            return answer.status, {"Retry-After": answer.headers["Retry-After"] or "1"}, answer.read()
        finally:
            connection.close()


@contextmanager
def open_gate(api: str) -> Iterator[Gate]:
    """Open a gate to the API at this address, on loopback."""
    gate = Gate(api)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own = {name: value for name, value in self.headers.items() if name.lower().startswith("webhook-")}
            status, headers, body = gate.passed(self.path, own)
            # Who has asked may have crashed meanwhile.
            with suppress(ConnectionError):
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer((HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    gate.url = f"http://{HOST}:{server.server_address[1]}{PREFIX}"
    try:
        yield gate
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
