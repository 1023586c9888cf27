"""What the tests of the HTTP sender share: a request, a resolver that resolves as it is told, and a send."""

import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recado.adapters.sending.guard import AddressInfo, Resolver
from recado.adapters.sending.guarded_connection import system_resolver, tls_context
from recado.adapters.sending.http_sender import HttpSender
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.target.target_policy import TargetPolicy
from tests.unit.builders import NOW
from tests.unit.use_cases.fakes.journal import FixedDeadline

BODY = b'{"accountId":1010,"events":[]}'
NAME = "receiver.example"
SHORT = 1.05
"""Seconds of an attempt that is meant to run out of time: the shortest that is started, and some."""

_NO_AUTHORITY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def request(
    url: str, body: bytes = BODY, headers: Mapping[str, str] | None = None, *, timeout: float = 5.0
) -> OutgoingRequest:
    """Build a request."""
    return OutgoingRequest(url, {"Content-Type": "application/json", **(headers or {})}, body, timeout)


def resolving(*addresses: tuple[str, int], family: int = socket.AF_INET) -> Resolver:
    """Build a resolver that knows one answer; the port is the answer's too, whatever was asked for."""
    answer: Sequence[AddressInfo] = [(family, socket.SOCK_STREAM, 6, "", address) for address in addresses]
    return lambda _host, _port: answer


class AnyUrl(TargetPolicy):
    """A policy that judges addresses alone."""

    def check_url(self, url: str) -> str:
        """Let every URL pass."""
        return url


@dataclass(frozen=True)
class Sent:
    """What came of a send, and how long it took."""

    result: AttemptResult
    seconds: float

    @property
    def failure(self) -> Failure:
        """Why it failed."""
        assert self.result.failure is not None
        return self.result.failure

    @property
    def failure_class(self) -> FailureClass | None:
        """The class of its failure; None where it was delivered."""
        return None if self.result.failure is None else self.result.failure.failure_class


def sender(
    policy: TargetPolicy | None = None, *, resolver: Resolver = system_resolver, context: ssl.SSLContext | None = None
) -> HttpSender:
    """Build a sender that may contact 127.0.0.1."""
    policy = policy or TargetPolicy(allow_private=True)
    return HttpSender(policy, lambda: NOW, resolver=resolver, context=context or _NO_AUTHORITY)


def send(outgoing: OutgoingRequest | str, seconds: float = 10.0, *, by: HttpSender | None = None) -> Sent:
    """Send a request with so much time left."""
    if isinstance(outgoing, str):
        outgoing = request(outgoing)
    started = time.monotonic()
    result = (by or sender()).send(outgoing, FixedDeadline(seconds))
    return Sent(result, time.monotonic() - started)


def trusting(file: object) -> ssl.SSLContext:
    """Build the sender's kind of context for a test's certificate authority."""
    return tls_context(str(file))
