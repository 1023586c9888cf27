"""Receivers on 127.0.0.1, as rude as a test wants them: raw sockets, since HTTP servers are too polite."""

import contextlib
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self

_LISTENING = "127.0.0.1"
_LONGEST_WAIT_SECONDS = 20


@dataclass(frozen=True)
class Post:
    """One request as it came; header names are in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


class Connection:
    """A connection, from the receiver's side."""

    def __init__(self, receiver: "Receiver", raw: socket.socket) -> None:
        self._receiver = receiver
        self.socket = raw

    def read_post(self) -> Post:
        """Read a whole request, and count it."""
        with self.socket.makefile("rb") as stream:
            line, headers = _head(stream)
            post = Post(line, headers, stream.read(int(headers.get("content-length", "0"))))
        self._receiver.posts.append(post)
        return post

    def read_head(self) -> Post:
        """Read a request up to its body, and count it."""
        with self.socket.makefile("rb") as stream:
            post = Post(*_head(stream), b"")
        self._receiver.posts.append(post)
        return post

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.socket.sendall(data)

    def send_below_tls(self, data: bytes) -> None:
        """Send bytes that are no TLS record."""
        os.write(self.socket.fileno(), data)

    def wait(self, seconds: float = _LONGEST_WAIT_SECONDS) -> bool:
        """Do nothing for a while; tells whether the test goes on."""
        return not self._receiver.stopped.wait(seconds)

    def drip(self, data: bytes, seconds: float = 0.1) -> None:
        """Send a byte at a time."""
        for position in range(len(data)):
            self.send(data[position : position + 1])
            if not self.wait(seconds):
                return

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def _head(stream: BinaryIO) -> tuple[str, dict[str, str]]:
    line = stream.readline().decode().rstrip()
    headers = {}
    while header := stream.readline().decode("latin-1").rstrip("\r\n"):
        name, _, value = header.partition(": ")
        headers[name.lower()] = value
    return line, headers


Behaviour = Callable[[Connection], object]

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
UNFINISHED = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"


class Receiver:
    """Accepts connections while its block runs, and behaves towards each as it is told."""

    def __init__(
        self,
        behaviour: Behaviour,
        *,
        tls: ssl.SSLContext | None = None,
        receive_buffer: int | None = None,
        listening: str = _LISTENING,
    ) -> None:
        self._behaviour = behaviour
        self._tls = tls
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_INET6 if ":" in listening else socket.AF_INET)
        if receive_buffer is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._listener.bind((listening, 0))
        self._listener.listen(16)
        self.port: int = self._listener.getsockname()[1]
        self.stopped = threading.Event()
        self.posts: list[Post] = []
        self.connections = 0

    @property
    def url(self) -> str:
        """Its address in plain HTTP."""
        return f"http://{_LISTENING}:{self.port}/hooks?a=b"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_reason: object) -> None:
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        assert not any(thread.is_alive() for thread in self._threads)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(raw)
            self._start(self._serve, raw)

    def _serve(self, raw: socket.socket) -> None:
        raw.settimeout(_LONGEST_WAIT_SECONDS)
        with contextlib.suppress(OSError), contextlib.ExitStack() as cleanup:
            cleanup.callback(raw.close)
            if self._tls is not None:
                raw = cleanup.enter_context(self._tls.wrap_socket(raw, server_side=True))
                self._open.append(raw)
            self._behaviour(Connection(self, raw))


def answer(status: str = "202 Accepted", body: bytes = b"", *headers: str) -> bytes:
    """Write a whole response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answering(status: str = "202 Accepted", body: bytes = b"", *headers: str) -> Behaviour:
    """Read a request and answer it."""

    def behave(connection: Connection) -> None:
        connection.read_post()
        connection.send(answer(status, body, *headers))

    return behave


def sending(*data: bytes, then: Callable[[Connection], object] = lambda _connection: None) -> Behaviour:
    """Read a request, send these bytes, and go on."""

    def behave(connection: Connection) -> None:
        connection.read_post()
        for chunk in data:
            connection.send(chunk)
        then(connection)

    return behave


def flood(connection: Connection) -> None:
    """Send without end."""
    while connection.wait(0):
        connection.send(b"x" * 65_536)


def continue_without_end(connection: Connection) -> None:
    """Announce an answer for ever."""
    while connection.wait(0.01):
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")


def closed_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as unused:
        unused.bind((_LISTENING, 0))
        port: int = unused.getsockname()[1]
    return port


@contextlib.contextmanager
def black_hole() -> Iterator[int]:
    """Run a port that lets nobody in: its queue of connections is full, so that the kernel drops what comes."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind((_LISTENING, 0))
        listener.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
