"""Where the browser comes back to: a small server on this machine, for one sign-in."""

from __future__ import annotations

import os
import queue
import secrets
import socket
import threading
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from recado_cli.exits import Exit, Stop

PORTS = (8976, 8977, 8978)
"""Those of the callback addresses that identity providers know."""

_PATH = "/callback"
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>recado</title>
<p style="font: 1.2rem sans-serif; margin: 3rem">{}</p></html>"""


class Receiver:
    """Listens on the first free of the ports, on 127.0.0.1 and ::1, because browsers take either for localhost."""

    def __init__(self, state: str, ports: tuple[int, ...] = PORTS) -> None:
        self._state = state
        self._answers: queue.Queue[dict[str, str]] = queue.Queue()
        self._servers: list[ThreadingHTTPServer] = []
        self._stack = ExitStack()
        self.port = next((port for port in ports if self._bind(port)), 0)
        if not self.port:
            taken = ", ".join(map(str, ports))
            raise Stop(f"the ports {taken} of this machine are all taken; signing in needs one of them")

    @property
    def redirect_uri(self) -> str:
        """The address that the browser is to come back to."""
        return f"http://localhost:{self.port}{_PATH}"

    def __enter__(self) -> Self:
        """Serve until the end of the block."""
        for server in self._servers:
            # The server looks for its end between polls.
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            self._stack.callback(server.server_close)
            self._stack.callback(server.shutdown)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Serve no longer."""
        self._stack.close()

    def code(self, seconds: float) -> str:
        """Wait for the code of the sign-in page; raises `Stop` where it refuses, or where nothing comes in time."""
        try:
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            raise Stop(f"nobody has signed in within {seconds:g} s", Exit.NOT_SIGNED_IN) from None
        if "code" in answer:
            return answer["code"]
        said = " ".join(filter(None, (answer.get("error"), answer.get("error_description"))))
        hint = "`--scope` names others" if answer.get("error") == "invalid_scope" else ""
        raise Stop(f"signing in was refused: {said}", Exit.NOT_SIGNED_IN, hint)

    def take(self, target: str, host: str) -> tuple[int, str]:
        """Take what the browser asks for; returns status and words of the page that answers it."""
        parts = urlsplit(target)
        if parts.path != _PATH or host not in (f"localhost:{self.port}", f"127.0.0.1:{self.port}"):
            return 404, "There is nothing here."
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        # Whoever else finds the port, a page in another tab for one, cannot end or take over the sign-in.
        if not secrets.compare_digest(query.get("state", "").encode(), self._state.encode()):
            return 400, "This answer belongs to no sign-in that is under way."
        if "code" not in query and "error" not in query:
            return 400, "This answer holds no code."
        self._answers.put(query)
        return 200, "Go back to the terminal; this window can be closed."

    def _bind(self, port: int) -> bool:
        bound: list[ThreadingHTTPServer] = []
        try:
            bound.append(_server(self, "127.0.0.1", port, socket.AF_INET))
            if _has_ipv6():
                bound.append(_server(self, "::1", port, socket.AF_INET6))
        except OSError:
            for server in bound:
                server.server_close()
            return False
        self._servers = bound
        return True


def _has_ipv6() -> bool:
    with suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def _server(receiver: Receiver, host: str, port: int, family: socket.AddressFamily) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            status, words = receiver.take(self.path, self.headers.get("Host", ""))
            self._answer(status, words)

        def _answer(self, status: int, words: str) -> None:
            page = _PAGE.format(words).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
            # The address holds the code: it is neither kept nor sent on.
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: the address holds the code."""

    class Server(ThreadingHTTPServer):
        address_family = family
        daemon_threads = True
        # So that the port of a sign-in a minute ago is free again; Windows would also give one that another listens on.
        allow_reuse_address = os.name == "posix"

    return Server((host, port), Handler)
