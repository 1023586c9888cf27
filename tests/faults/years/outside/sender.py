"""The sender: POSTs reach the receivers of the simulation, and take the time that these take."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

from recado.ports.sending import Deadline, OutOfTimeError
from recado.rules.sending.attempt import (
    ATTEMPT_SECONDS,
    AttemptResult,
    Failure,
    FailureClass,
    Response,
    failure_of_status,
    honours_retry_after,
)
from recado.rules.sending.outgoing import OutgoingRequest
from tests.faults.simulation import Simulation
from tests.faults.years.checks.posts import Post, Posts
from tests.faults.years.faults import Fate, Faults
from tests.faults.years.outside.receivers import REFUSED_CONNECTION, TIMEOUT, Arrived, Receiver, Reply

_SHORTEST_ATTEMPT_SECONDS = 1.0


class Sender:
    """Fills the port `KeepingSender`."""

    def __init__(
        self, simulation: Simulation, faults: Faults, receivers: Callable[[str], tuple[str, Receiver]], posts: Posts
    ) -> None:
        self._simulation = simulation
        self._faults = faults
        self._receivers = receivers
        self._posts = posts

    @contextmanager
    def keeping(self) -> Iterator[Self]:
        """Keep nothing."""
        yield self

    def send(self, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        """POST."""
        seconds = min(ATTEMPT_SECONDS, deadline.remaining_seconds())
        if seconds < _SHORTEST_ATTEMPT_SECONDS:
            raise OutOfTimeError("too little time is left for another attempt")
        invocation = self._simulation.owner
        fate = self._faults.of_call("POST", invocation)
        if fate is Fate.DIES_BEFORE:
            invocation.die()
        webhook_id, receiver = self._receivers(request.url)
        keys, poisonous = _events_of(request.body)
        post = Post(webhook_id, request.url, keys, invocation, self._simulation.now_ms)
        with self._posts.open(post):
            arrived = Arrived(post.began_ms, keys, poisonous, len(request.body), request.answer_decides)
            reply = receiver.reply(arrived)
            result = self._awaited(post, reply, min(seconds, request.timeout_seconds), invocation.now_ms())
            if fate is Fate.DIES_AFTER:
                invocation.die()
            self._posts.answered(post, result, reply.named)
        return result

    def _awaited(self, post: Post, reply: Reply, patience: float, started_ms: int) -> AttemptResult:
        """Wait for an answer, or until that is no use any more."""
        late = reply.status == TIMEOUT or reply.seconds > patience
        stored = (post.keys if late or 200 <= reply.status < 300 else ()) if reply.stored is None else reply.stored
        self._posts.stored(post, () if reply.status in (TIMEOUT, REFUSED_CONNECTION) and not reply.stored else stored)
        waited = patience if late else reply.seconds
        self._simulation.sleep(waited)
        took = round(waited * 1000)
        if late:
            failure = Failure(FailureClass.TIMEOUT, "The receiver did not answer.", timeout_seconds=round(patience))
            return AttemptResult(started_ms, took, failure=failure)
        if reply.status == REFUSED_CONNECTION:
            return AttemptResult(started_ms, took, failure=Failure(FailureClass.CONNECT, "No connection."))
        asked = reply.retry_after if honours_retry_after(reply.status) else None
        failure_of = failure_of_status(reply.status)
        answer = Response((), reply.body, truncated=False)
        return AttemptResult(started_ms, took, reply.status, failure_of, asked, "192.0.2.1", answer)


def _events_of(body: bytes) -> tuple[tuple[str, ...], frozenset[str]]:
    events: list[Any] = json.loads(body)["events"]
    keys = tuple(f"{one['timestamp']:015d}#{one['eventId']}" for one in events)
    bad = frozenset(key for key, one in zip(keys, events, strict=True) if one["data"].get("bad"))
    return keys, bad
