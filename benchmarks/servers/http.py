"""HTTP/1.1 as bare as it can be, so that what is measured hardly waits: the parser is httptools, in C."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httptools

from local.settings import HOST


@dataclass
class Request:
    """One request; the names of headers are in lower case."""

    method: str = ""
    target: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What is answered; the length is added."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Handler = Callable[[Request], Awaitable[Answer]]


class _Connection(asyncio.Protocol):
    """Parses requests one after the other, as clients without pipelining send them."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._parser = httptools.HttpRequestParser(self)
        self._request = Request()
        self._parts: list[bytes] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Take the target of the next request."""
        self._request, self._parts = Request(target=url.decode()), []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._request.headers[name.decode().lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Let a client that asks whether it may send the body send it."""
        if self._request.headers.get("expect") == "100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, part: bytes) -> None:
        """Take a part of the body."""
        self._parts.append(part)

    def on_message_complete(self) -> None:
        """Answer."""
        self._request.body, self._request.method = b"".join(self._parts), self._parser.get_method().decode()
        task = asyncio.ensure_future(self._answer(self._request, keep=self._parser.should_keep_alive()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, request: Request, *, keep: bool) -> None:
        answer = await self._handler(request)
        head = [f"HTTP/1.1 {answer.status} -", *(f"{name}: {value}" for name, value in answer.headers.items())]
        if not {"Content-Length", "content-length"} & answer.headers.keys():
            head.append(f"content-length: {len(answer.body)}")
        self._transport.write("\r\n".join([*head, "", ""]).encode("latin-1") + answer.body)
        if not keep:
            self._transport.close()


async def listen(handler: Handler, context: ssl.SSLContext | None = None) -> int:
    """Listen on a free port of loopback until the loop ends; returns the port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(handler), HOST, 0, ssl=context, backlog=512)
    port: int = server.sockets[0].getsockname()[1]
    return port
