"""A receiver of webhooks on loopback that remembers what it got and answers as told."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from typing import Any, Self

import httpx
from standardwebhooks import Webhook, WebhookVerificationError

from local.settings import HOST


@dataclass(frozen=True)
class Answer:
    """What the listener answers to one request."""

    status: int = HTTPStatus.NO_CONTENT
    delay_seconds: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


HEALTHY = Answer()
BROKEN = Answer(status=HTTPStatus.SERVICE_UNAVAILABLE, body=b"broken on purpose")
BUSY = Answer(status=HTTPStatus.TOO_MANY_REQUESTS)
"""A failure that says nothing about the size of a POST: it comes again as it is."""


@dataclass(frozen=True)
class Received:
    """One request as it came; `verified` is None where no secret was known to check it with."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    received_at: float
    answered: int
    verified: bool | None

    @property
    def payload(self) -> dict[str, Any]:
        """The body, parsed."""
        content: dict[str, Any] = loads(self.body)
        return content

    @property
    def event_ids(self) -> list[str]:
        """The ids of the events in the body, in their order."""
        return [event["eventId"] for event in self.payload["events"]]


class Listener:
    """A context manager that listens while it is open.

    `answers` are used up one a request; after that every request gets `usual_answer`, which
    `break_down` and `recover` switch. Secrets are given by path, because one listener may play
    several receivers. Without a port of its own it takes one that is free.
    """

    def __init__(
        self,
        secrets: dict[str, str] | None = None,
        on_request: Callable[[Received], object] | None = None,
        port: int = 0,
    ) -> None:
        self.secrets = secrets or {}
        self.answers: deque[Answer] = deque()
        self.usual_answer = HEALTHY
        self.on_request = on_request
        self._received: list[Received] = []
        self._arrived = threading.Condition()
        self._server = _Server((HOST, port), _handler(self))
        # The server looks for its end between polls, and tests end one listener after another.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="listener", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where the listener listens."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    @property
    def received(self) -> list[Received]:
        """Every request so far, oldest first."""
        with self._arrived:
            return list(self._received)

    @property
    def event_ids(self) -> list[str]:
        """The ids of all events that have come, in their order, as often as they came."""
        return [event_id for request in self.received for event_id in request.event_ids]

    @property
    def accepted(self) -> list[Received]:
        """The requests that were answered with success."""
        return [request for request in self.received if httpx.codes.is_success(request.answered)]

    def break_down(self) -> None:
        """Answer every request with an error from now on."""
        self.usual_answer = BROKEN

    def recover(self) -> None:
        """Answer every request with success from now on."""
        self.usual_answer = HEALTHY

    def wait_for(self, count: int, timeout_seconds: float) -> list[Received]:
        """The requests, once there are that many; a `TimeoutError` says how many there are."""
        return self.wait_until(lambda requests: len(requests) >= count, timeout_seconds, f"{count} requests")

    def wait_until(
        self, satisfied: Callable[[list[Received]], bool], timeout_seconds: float, what: str = "what was awaited"
    ) -> list[Received]:
        """The requests, once they satisfy the caller."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: satisfied(self._received), timeout_seconds):
                raise TimeoutError(f"no {what} within {timeout_seconds} s; received {len(self._received)} requests")
            return list(self._received)

    def take(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Remember one request and decide its answer."""
        answer = self._next_answer(headers, body)
        secret = self.secret_of(path)
        verified = None if secret is None else signature_holds(secret, headers, body)
        request = Received(method, path, headers, body, time.time(), answer.status, verified)
        if self.on_request:
            self.on_request(request)
        with self._arrived:
            self._received.append(request)
            self._arrived.notify_all()
        return answer

    def secret_of(self, path: str) -> str | None:
        """The secret that requests to this path are signed with; None if it is not known."""
        return self.secrets.get(path)

    def _next_answer(self, _headers: dict[str, str], _body: bytes) -> Answer:
        """What to answer; receivers that look at what they get have their own."""
        with self._arrived:
            return self.answers.popleft() if self.answers else self.usual_answer


def signature_holds(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether a request is signed with the secret, as Standard Webhooks has it."""
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except WebhookVerificationError:
        return False
    return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A burst of deliveries must not be refused: the default queue holds five connections.
    request_queue_size = 256


def _handler(listener: Listener) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = listener.take(self.command, self.path, headers, body)
            time.sleep(answer.delay_seconds)
            # A sender that has given up on a slow answer is no fault here.
            with suppress(ConnectionError):
                self._send(answer)

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != HTTPStatus.NO_CONTENT:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815  the names are the library's

        def log_message(self, *_arguments: object) -> None:
            """The listener keeps requests itself and prints nothing."""

    return Handler
