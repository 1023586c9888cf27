"""The rules of one attempt, and how far it has come: what its connections ask before every wait."""

import math
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from recado.adapters.sending.kept_connection import KeptConnection
from recado.rules.sending.attempt import FailureClass
from recado.rules.sending.tls_identity import TlsIdentity

MOST_BYTES = 96 * 1024
"""What is received of an attempt at most: 16 KB of body, and headers of any sensible size before it; more where more
of the body is to be read.

`http.client` alone would keep a hundred headers of 64 KB each, several times over.
"""
SHORTEST_WAIT = 0.001  # a timeout of zero would mean a non-blocking socket

Address = tuple[Any, ...]
AddressInfo = tuple[int, int, int, str, Address]
Resolver = Callable[[str, int], Sequence[AddressInfo]]


class AttemptError(Exception):
    """An attempt ended before there was a status line."""

    def __init__(self, failure_class: FailureClass, detail: str) -> None:
        super().__init__(detail)
        self.failure_class = failure_class
        self.detail = detail


class TooMuchReceivedError(OSError):
    """A receiver sent more than any answer needs."""


@dataclass(slots=True)
class Guard:
    """The rules of one attempt, and how far it has come; `ends_at` is on the monotonic clock.

    `refusal_of` says what kind of address it is that may not be contacted. `request_target` is what the request line
    asks for. The answer is to be there `answer_seconds` after the request has been sent, which is at `answer_ends_at`.

    `tls` is what the webhook has of its own for TLS. `address` is the one that has let us in, `agreed` means that
    version and cipher of TLS are chosen, `connected` that the handshake is over as well. `most_bytes` is what may be
    received, `bytes_received` what was; `ended` means that the receiver has ended the connection.

    `kept` is where the connection comes from and goes to, if the attempt's owner keeps one; `reused` means that it came
    from there, `at_end` that the answer is over, `left_over` that there was more behind it.
    """

    ends_at: float
    refusal_of: Callable[[str], str | None]
    resolve: Resolver
    answer_seconds: float
    answer_ends_at: float = math.inf
    request_target: str = "/"
    tls: TlsIdentity | None = None
    address: str | None = None
    agreed: bool = False
    connected: bool = False
    most_bytes: int = MOST_BYTES
    bytes_received: int = 0
    ended: bool = False
    kept: KeptConnection | None = None
    reused: bool = False
    at_end: bool = False
    left_over: bool = False

    @property
    def is_unanswered(self) -> bool:
        """Whether not a byte of an answer has come."""
        return not self.bytes_received

    def begin_again(self) -> None:
        """Forget the connection that was reused, for a new one in the time that is left."""
        self.address, self.agreed, self.connected, self.ended = None, False, False, False

    def left(self, at_most: float) -> float:
        """Seconds that a single wait may take; raises `TimeoutError` when the attempt is over."""
        remaining = self.ends_at - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("the attempt's time is over")
        return max(SHORTEST_WAIT, min(remaining, at_most))

    def answer_within(self, seconds: float) -> None:
        """From now on, wait so long for what the receiver has to say."""
        self.answer_ends_at = time.monotonic() + seconds

    def answer_left(self) -> float:
        """Seconds that the receiver still has to answer; raises `TimeoutError` when they are over."""
        if self.answer_is_late:
            raise TimeoutError("the time to answer is over")
        return self.left(self.answer_ends_at - time.monotonic())

    @property
    def answer_is_late(self) -> bool:
        """Whether the receiver has had all of its time to answer."""
        return time.monotonic() >= self.answer_ends_at

    def received(self, size: int) -> None:
        """Count what came, which is nothing at the end of the connection.

        Raises `TooMuchReceivedError` when it is more than any answer needs.
        """
        self.bytes_received += size
        self.ended = not size
        if self.bytes_received > self.most_bytes:
            raise TooMuchReceivedError


current_guard: ContextVar[Guard] = ContextVar("current_guard")
