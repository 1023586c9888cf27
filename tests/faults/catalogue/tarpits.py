"""Receivers that take their time, or send without end: what an attempt must survive within its deadline."""

import gzip
from dataclasses import dataclass

from recado.rules.sending.attempt import FailureClass
from tests.support.receivers.rude import CHUNKED, UNFINISHED, Behaviour, Connection, answering, flood, sending

TIMEOUT = FailureClass.TIMEOUT
PROTOCOL = FailureClass.PROTOCOL
ERROR = FailureClass.SERVER_ERROR
TLS = FailureClass.TLS
OK = b"HTTP/1.1 200 OK\r\n"
FAILED = b"HTTP/1.1 500 Error\r\n"
FAILED_CHUNKS = FAILED + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = ("Content-Type: application/json", "Content-Encoding: gzip")
BOMB = gzip.compress(bytes(50_000_000))  # 49 KB


@dataclass(frozen=True)
class Tarpit:
    """A receiver's behaviour, and what comes of the attempt; None: it was acknowledged before the trouble began."""

    behaviour: Behaviour
    outcome: FailureClass | None
    receive_buffer: int | None = None
    handshake: bool = False


def dripping(data: bytes, *, after: bytes = b"") -> Behaviour:
    """Read a request, send a beginning, and then a byte at a time."""
    return sending(after, then=lambda connection: connection.drip(data))


def repeating(data: bytes, *, after: bytes = b"", seconds: float = 0.0) -> Behaviour:
    """Read a request, send a beginning, and then the same bytes for ever."""

    def repeat(connection: Connection) -> None:
        while connection.wait(seconds):
            connection.send(data)

    return sending(after, then=repeat)


def read_slowly(connection: Connection) -> None:
    """Take a few bytes of the request at a time."""
    while connection.wait(0.1) and connection.socket.recv(512):
        pass


LONG = b"x" * 60_000
DRIPS: dict[str, Tarpit] = {
    "hang before the status": Tarpit(sending(then=Connection.wait), TIMEOUT),
    "hang in the status line": Tarpit(sending(b"HTTP/1.1 2", then=Connection.wait), TIMEOUT),
    "hang in the headers": Tarpit(sending(OK + b"X-A: ", then=Connection.wait), TIMEOUT),
    "hang before the body": Tarpit(sending(FAILED + b"Content-Length: 9\r\n\r\n", then=Connection.wait), ERROR),
    "hang after 2xx": Tarpit(sending(UNFINISHED, then=Connection.wait), None),
    "status drip": Tarpit(dripping(b"HTTP/1.1 200 " + b"x" * 999), TIMEOUT),
    "header drip": Tarpit(dripping(b"X-Header: x\r\n" * 99, after=OK), TIMEOUT),
    "folded header drip": Tarpit(dripping(b" x\r\n" * 999, after=OK + b"X-A: x\r\n"), TIMEOUT),
    "body drip": Tarpit(dripping(b"x" * 999, after=FAILED + b"\r\n"), ERROR),
    "body drip after 2xx": Tarpit(dripping(b"x" * 999, after=UNFINISHED), None),
    "chunk drip": Tarpit(dripping(b"1\r\nx\r\n" * 199, after=FAILED_CHUNKS), ERROR),
    "chunk drip after 2xx": Tarpit(dripping(b"1\r\nx\r\n" * 199, after=CHUNKED), None),
    "chunk size drip": Tarpit(dripping(b"0" * 999, after=FAILED_CHUNKS), ERROR),
    "chunk size drip after 2xx": Tarpit(dripping(b"0" * 999, after=CHUNKED), None),
    "chunk extension drip": Tarpit(dripping(b"1;" + b"x" * 999, after=FAILED_CHUNKS), ERROR),
    "trailer drip": Tarpit(dripping(b"X-A: x\r\n" * 99, after=FAILED_CHUNKS + b"0\r\n"), ERROR),
    "trailer drip after 2xx": Tarpit(dripping(b"X-A: x\r\n" * 99, after=CHUNKED + b"0\r\n"), None),
    "storm of 100 Continue": Tarpit(repeating(b"HTTP/1.1 100 Continue\r\n\r\n", seconds=0.01), TIMEOUT),
    "drip of 103 Early Hints": Tarpit(dripping(b"HTTP/1.1 103 Early Hints\r\nX-A: x\r\n\r\n" * 99), TIMEOUT),
    "request that is never read": Tarpit(Connection.wait, TIMEOUT, receive_buffer=4096),
    "request that is read slowly": Tarpit(read_slowly, TIMEOUT, receive_buffer=4096),
}
HANDSHAKES: dict[str, Tarpit] = {
    "TLS handshake hang": Tarpit(Connection.wait, TLS, handshake=True),
    "TLS handshake drip": Tarpit(
        lambda connection: connection.drip(b"\x16\x03\x03\x40\x00" + bytes(1000)), TLS, handshake=True
    ),
    "TLS handshake drip of alerts": Tarpit(
        lambda connection: connection.drip(b"\x15\x03\x03\x00\x02\x01\x00" * 100, 0.05), TLS, handshake=True
    ),
    "TLS handshake flood": Tarpit(flood, TLS, handshake=True),
}
FLOODS: dict[str, Tarpit] = {
    "endless status line": Tarpit(sending(b"HTTP/1.1 200 ", then=flood), PROTOCOL),
    "endless header": Tarpit(sending(OK + b"X: ", then=flood), PROTOCOL),
    "endless headers": Tarpit(repeating(b"X-Header: x\r\n" * 500, after=OK), PROTOCOL),
    "endless long headers": Tarpit(repeating(b"X-Header: " + LONG + b"\r\n", after=OK), PROTOCOL),
    "endless folded header": Tarpit(repeating(b" x\r\n" * 1000, after=OK + b"X-A: x\r\n"), PROTOCOL),
    "endless 100 Continue": Tarpit(repeating(b"HTTP/1.1 100 Continue\r\n\r\n" * 99), PROTOCOL),
    "endless long 103": Tarpit(repeating(b"HTTP/1.1 103 Hints\r\nX: " + LONG + b"\r\n\r\n"), PROTOCOL),
    "body of 10 GB": Tarpit(sending(FAILED + b"Content-Length: 10000000000\r\n\r\n", then=flood), ERROR),
    "body of 10 GB after 2xx": Tarpit(sending(UNFINISHED, then=flood), None),
    "endless body": Tarpit(sending(FAILED + b"\r\n", then=flood), ERROR),
    "endless body after 2xx": Tarpit(sending(OK + b"\r\n", then=flood), None),
    "endless chunks": Tarpit(repeating(b"1\r\nx\r\n" * 1000, after=FAILED_CHUNKS), ERROR),
    "chunk of 10 GB": Tarpit(sending(FAILED_CHUNKS + b"2540be400\r\n", then=flood), ERROR),
    "endless chunk size": Tarpit(repeating(b"0" * 60_000, after=FAILED_CHUNKS), ERROR),
    "endless trailers": Tarpit(repeating(b"X-A: " + LONG + b"\r\n", after=FAILED_CHUNKS + b"0\r\n"), ERROR),
    "gzip bomb": Tarpit(answering("500 Error", BOMB, *GZIP), ERROR),
    "gzip bomb after 2xx": Tarpit(answering("200 OK", BOMB, *GZIP), None),
    "gzip bomb in chunks": Tarpit(
        sending(FAILED + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(BOMB), BOMB), ERROR
    ),
}
EVERY = DRIPS | HANDSHAKES | FLOODS
