"""The same answer again, for a request that comes again with the same `Idempotency-Key`."""

from collections.abc import Callable
from typing import Any, Protocol

from recado.rules.activity.idempotency import KeyedRequest

Answer = dict[str, Any]
"""An answer as API Gateway takes it: `statusCode`, `headers`, `body` and so on, all of JSON."""


class TimeLeft(Protocol):
    """How long the first request may take at most: the part of Lambda's context that tells it."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is ended."""
        ...


class KeptAnswers(Protocol):
    """Keeps answers for a day, so that nobody who reads what is kept can read them."""

    def once(self, request: KeyedRequest, time_left: TimeLeft, first: Callable[[], Answer]) -> Answer:
        """The answer that is kept, or else that of `first`, which is kept from then on.

        What `first` raises is raised, and the key is free again. Raises `StillUnderWayError` while another is at it,
        but no longer than that one's time; `KeyReusedError` where the bytes are others; `OurFaultError`, also where
        `first` has been called and its answer could not be kept.
        """
        ...


class StillUnderWayError(Exception):
    """The first request with this `Idempotency-Key` is still being answered."""
