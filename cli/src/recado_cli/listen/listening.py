"""The loop of `listen`: look, send, tell; whatever happens, go on from the cursor, or say where to go on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx

from recado_cli.exits import Exit, Stop, stop_of
from recado_cli.listen.following import MOST, Arrival, TooManyError
from recado_cli.listen.log import StrangeAnswerError
from recado_cli.listen.receiver import Answer
from recado_cli.listen.requests import LocalRequest, local_request
from recado_cli.listen.telling import Telling, iso
from recado_client import Problem

_HEARTBEAT_SECONDS = 30.0
_LONGEST_BACKOFF = 30.0
_ASLEEP_FROM = 60.0
_PASSING = {408, 425, 429}
_SERVER_ERROR = 500
_TRIES = 5


class Source(Protocol):
    """Gives what has arrived."""

    @property
    def read_up_to(self) -> datetime:
        """The server's time of the last look."""
        ...

    def goes_on_from(self, unsent: Sequence[Arrival]) -> datetime:
        """From when on to listen next, where these are not sent."""
        ...

    def look(self) -> list[Arrival]:
        """What is new, in the order in which it is to be sent; raises what reading a log does, and `TooManyError`."""
        ...


class Details(Protocol):
    """Reads a delivery with its event."""

    def detail(self, arrival: Arrival) -> Mapping[str, Any]:
        """The delivery as the API shows it."""
        ...


@dataclass(frozen=True)
class Clock:
    """This machine's time in seconds since 1970, which jumps over a sleep, and how to wait."""

    now: Callable[[], float] = time.time
    wait: Callable[[float], object] = time.sleep


class Listening:
    """Sends what the follower finds to the receiver, one after another.

    `run` ends by an exception: `Stop` where the session or the webhook is gone, with the time to go on from.
    """

    def __init__(
        self,
        follower: Source,
        details: Details,
        post: Callable[[LocalRequest], Answer],
        key: bytes,
        telling: Telling,
        *,
        every_seconds: float,
        clock: Clock | None = None,
    ) -> None:
        self._follower, self._details, self._post, self._key, self._telling = follower, details, post, key, telling
        self._every = every_seconds
        self._clock = clock or Clock()
        self._unsent: deque[Arrival] = deque()
        self._tries = 0
        self._trouble = ""
        self._failures = 0
        self._looked_at = self._told_at = self._expected_at = self._clock.now()

    @property
    def goes_on_from(self) -> datetime:
        """From when on to listen next, so that nothing is left out."""
        return self._follower.goes_on_from(self._unsent)

    def run(self) -> None:
        """Listen until something ends it; raises `Stop`."""
        while True:
            self._clock.wait(self.turn())

    def turn(self) -> float:
        """One look, and what it brings; returns the seconds to wait until the next. Raises `Stop`."""
        stood_still = self._clock.now() - self._expected_at
        if stood_still > _ASLEEP_FROM:
            self._telling.slept(stood_still, self._follower.read_up_to)
            self._told_at = self._clock.now()
        wait = self._turned()
        self._expected_at = self._clock.now() + wait
        return wait

    def _turned(self) -> float:
        try:
            self._look_and_send()
        except Problem as problem:
            return self._refused(problem)
        except Stop as stop:
            return self._stopped(stop)
        except httpx.HTTPError as error:
            return self._failed(f"no answer from the API: {error or type(error).__name__}")
        except StrangeAnswerError as error:
            return self._failed(f"what answers is not Recado's API: {error}")
        except TooManyError:
            hint = "a later --since, or --webhook or --event"
            raise Stop(f"more than {MOST:,} deliveries have arrived since", Exit.FAILED, hint) from None
        self._reached()
        return self._every

    def _look_and_send(self) -> None:
        if not self._unsent:
            self._unsent.extend(self._follower.look())
            self._answers_again()
        while self._unsent:
            self._send_first()
            self._unsent.popleft()
            self._tries = 0
            self._told_at = self._clock.now()

    def _send_first(self) -> None:
        """Send the first that waits, or leave it out where it alone cannot be read: the log can, meanwhile."""
        try:
            self._send(self._unsent[0])
        except (Problem, StrangeAnswerError) as error:
            is_its_own = isinstance(error, StrangeAnswerError) or error.status == _SERVER_ERROR
            self._tries += is_its_own
            if not is_its_own or self._tries < _TRIES:
                raise
            self._unsent.extend(self._follower.look())
            self._telling.left_out(self._unsent[0], str(error))

    def _send(self, arrival: Arrival) -> None:
        try:
            detail = self._details.detail(arrival)
        except Problem as problem:
            if problem.status != 404:  # noqa: PLR2004 - the status says it best
                raise
            self._telling.gone(arrival)
            return
        try:
            request = local_request(detail, self._key, self._clock.now())
        except (KeyError, TypeError, AttributeError) as error:
            raise StrangeAnswerError(f"a delivery without its request ({error})") from None
        answer = self._post(request)
        self._telling.posted(arrival, answer, datetime.fromtimestamp(self._clock.now(), UTC))

    def _answers_again(self) -> None:
        if self._trouble:
            self._telling.reached(self._follower.read_up_to)
        self._trouble = ""

    def _reached(self) -> None:
        self._answers_again()
        self._failures = 0
        self._looked_at = self._clock.now()
        self._beat()

    def _refused(self, problem: Problem) -> float:
        if problem.status in _PASSING or problem.status >= _SERVER_ERROR:
            return self._failed(str(problem), problem.retry_after)
        stop = stop_of(problem)
        raise self._with_time(stop)

    def _stopped(self, stop: Stop) -> float:
        """The token source's own: the network may be down for it, too."""
        if stop.code in (Exit.UNREACHABLE, Exit.LATER):
            return self._failed(stop.message)
        raise self._with_time(stop)

    def _with_time(self, stop: Stop) -> Stop:
        is_told = stop.code is not Exit.NOT_SIGNED_IN or "session has ended" in stop.message
        ended = "" if is_told else "the session has ended: "
        go_on = f"go on with --since {iso(self.goes_on_from)}"
        return Stop(f"{ended}{stop.message}", stop.code, f"{stop.hint}; {go_on}" if stop.hint else go_on)

    def _failed(self, trouble: str, retry_after: float | None = None) -> float:
        if not self._trouble:
            self._telling.unreached(trouble, self._follower.read_up_to)
            self._told_at = self._clock.now()
        self._trouble = trouble
        self._failures += 1
        self._beat()
        backoff = min(_LONGEST_BACKOFF, 2.0 ** min(self._failures - 1, 10))
        return min(max(backoff, retry_after or 0), _LONGEST_BACKOFF * 2)

    def _beat(self) -> None:
        now = self._clock.now()
        if now - self._told_at >= _HEARTBEAT_SECONDS or now < self._told_at:
            self._telling.heartbeat(self._follower.read_up_to, max(0.0, now - self._looked_at), self._trouble)
            self._told_at = now
