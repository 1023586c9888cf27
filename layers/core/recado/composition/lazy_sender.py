"""The HTTP sender of a function that seldom sends, made at its first attempt."""

import threading
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from recado.composition.clients import now_ms
from recado.ports.sending import Deadline
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.target.target_policy import TargetPolicy

if TYPE_CHECKING:
    from recado.adapters.sending.http_sender import HttpSender


class LazySender:
    """Stands for an `HttpSender` until the first attempt; fills the port `Sender`.

    What the sender imports, and the CA bundle it reads, would make an eighth of the API's cold start.
    """

    def __init__(self, policy: TargetPolicy) -> None:
        self._policy = policy
        self._sender: HttpSender | None = None
        self._making = threading.Lock()

    def send(self, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        """POST and wait for the status line; raises as the sender does."""
        return self._made().send(request, deadline)

    def keeping(self) -> "AbstractContextManager[HttpSender]":
        """As the sender does."""
        return self._made().keeping()

    def _made(self) -> "HttpSender":
        with self._making:
            if self._sender is None:
                from recado.adapters.sending.http_sender import HttpSender  # noqa: PLC0415 - see the class

                self._sender = HttpSender(self._policy, now_ms)
            return self._sender
