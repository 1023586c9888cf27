"""Receivers of every kind; each answers a POST by what it is, and says what it has stored of it.

A receiver is a list of habits: the first that has something to say to a POST answers it, and else it is well.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.faults.years.faults import DAY_MS, HOUR_MS, MINUTE_MS

TIMEOUT, REFUSED_CONNECTION = -1, -2
"""In place of a status: no answer in time, and no connection."""


@dataclass(frozen=True)
class Arrived:
    """A POST as a receiver gets it: the keys of its events, those of them that it chokes on, and its bytes.

    Where it `may_name`, an answer of 200 may say which events were not taken.
    """

    at_ms: int
    keys: tuple[str, ...]
    poisonous: frozenset[str]
    size: int
    may_name: bool = False


@dataclass(frozen=True)
class Reply:
    """What it answers after so many seconds, and which events it has stored by then; None: all, if it is a success."""

    status: int
    seconds: float = 0.05
    retry_after: int | None = None
    stored: tuple[str, ...] | None = None
    named: tuple[str, ...] = ()

    @property
    def body(self) -> bytes:
        """The names of what was not taken, where there are some."""
        names = [{"itemIdentifier": key.partition("#")[2]} for key in self.named]
        return json.dumps({"batchItemFailures": names}).encode() if names else b""


Habit = Callable[[Arrived], Reply | None]


class Well:
    """Answers soon."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def __call__(self, _post: Arrived) -> Reply:
        """Take everything."""
        return Reply(self._random.choice([200, 202, 204]), self._random.uniform(0.01, 0.4))


@dataclass
class Dead:
    """Is down now and then, for hours or weeks."""

    random: Random
    begins_ms: int
    ends_ms: int = 0
    answer: Reply = field(default_factory=lambda: Reply(500))

    def __call__(self, post: Arrived) -> Reply | None:
        """Refuse while it is down."""
        while post.at_ms >= self.ends_ms:
            if self.ends_ms:
                self.begins_ms = post.at_ms + round(self.random.expovariate(1 / (12 * DAY_MS)))
            lasts = self.random.choice([20 * MINUTE_MS, 2 * HOUR_MS, 9 * HOUR_MS, 2 * DAY_MS, 8 * DAY_MS])
            self.ends_ms = self.begins_ms + lasts
            self.answer = self.random.choice(
                [
                    Reply(500),
                    Reply(503, retry_after=self.random.choice([7, 900, 3_600])),
                    Reply(404),
                    Reply(403),
                    Reply(302),
                    Reply(TIMEOUT),
                    Reply(REFUSED_CONNECTION),
                ]
            )
        return self.answer if post.at_ms >= self.begins_ms else None


@dataclass
class Flapping:
    """Fails with this chance, and may have stored what it seems to have failed at."""

    random: Random
    chance: float

    def __call__(self, post: Arrived) -> Reply | None:
        """Fail by lot."""
        if self.random.random() >= self.chance:
            return None
        stored = post.keys if self.random.random() < 0.5 else ()
        return Reply(self.random.choice([500, 502, TIMEOUT]), stored=stored)


@dataclass
class Slow:
    """Takes its time, and succeeds."""

    random: Random

    def __call__(self, _post: Arrived) -> Reply | None:
        """Answer late."""
        return Reply(202, self.random.uniform(1.5, 4.7))


@dataclass
class ByTheMinute:
    """Takes so many POSTs a minute, and answers the others with 429."""

    posts: int
    taken: deque[int] = field(default_factory=deque)

    def __call__(self, post: Arrived) -> Reply | None:
        """Refuse what is too much."""
        while self.taken and self.taken[0] <= post.at_ms - MINUTE_MS:
            self.taken.popleft()
        if len(self.taken) >= self.posts:
            return Reply(429, retry_after=-(-(self.taken[0] + MINUTE_MS - post.at_ms) // 1000))
        self.taken.append(post.at_ms)
        return None


@dataclass
class Gone:
    """Wants no more, with this chance."""

    random: Random
    chance: float = 0.002

    def __call__(self, _post: Arrived) -> Reply | None:
        """Answer 410."""
        return Reply(410) if self.random.random() < self.chance else None


@dataclass
class Limited:
    """Takes so many bytes, so many events, or so many as it can work through in time."""

    bytes: int = 10**9
    events: int = 10**9
    seconds_an_event: float = 0.0
    status: int = 413

    def __call__(self, post: Arrived) -> Reply | None:
        """Refuse what is too large."""
        if post.size > self.bytes or len(post.keys) > self.events:
            return Reply(self.status)
        return Reply(202, self.seconds_an_event * len(post.keys)) if self.seconds_an_event else None


@dataclass
class Choosy:
    """Cannot take some events: refuses the whole POST, having stored all before the first of them or nothing."""

    reply: Reply
    stores_before: bool

    def __call__(self, post: Arrived) -> Reply | None:
        """Refuse a POST with such an event, or name them."""
        if not post.poisonous:
            return None
        if post.may_name:
            bad = tuple(key for key in post.keys if key in post.poisonous)
            return Reply(200, stored=tuple(key for key in post.keys if key not in bad), named=bad)
        first = next(number for number, key in enumerate(post.keys) if key in post.poisonous)
        stored = post.keys[:first] if self.stores_before else ()
        return Reply(self.reply.status, self.reply.seconds, self.reply.retry_after, stored)


@dataclass
class Receiver:
    """One receiver; `mended` is one that takes everything from now on."""

    kind: str
    habits: list[Habit]
    well: Well
    mended: bool = False

    def reply(self, post: Arrived) -> Reply:
        """Answer a POST."""
        for habit in [] if self.mended else self.habits:
            reply = habit(post)
            if reply is not None:
                return reply
        return self.well(post)


Makes = Callable[[Random, int], list[Habit]]

KINDS: dict[str, Makes] = {
    "well": lambda _random, _now: [],
    "dead now and then": lambda random, now: [Dead(random, now + round(random.expovariate(1 / DAY_MS)))],
    "flapping": lambda random, _now: [Flapping(random, random.choice([0.02, 0.1, 0.3, 0.6]))],
    "slow": lambda random, _now: [Slow(random)],
    "slow and flapping": lambda random, _now: [Flapping(random, 0.1), Slow(random)],
    "by the minute": lambda random, _now: [ByTheMinute(random.choice([1, 5, 20]))],
    "gone now and then": lambda random, _now: [Gone(random)],
}

ONE_BAD_EVENT: dict[str, Makes] = {
    "at most so many events": lambda random, _now: [Limited(events=random.choice([1, 3, 7, 40]), status=500)],
    "at most so many bytes": lambda random, _now: [Limited(bytes=30_000, status=random.choice([413, 500]))],
    "seconds an event": lambda _random, _now: [Limited(seconds_an_event=0.12)],
    "chokes on some": lambda random, _now: [
        Choosy(
            random.choice([Reply(400), Reply(403), Reply(500), Reply(503, retry_after=60), Reply(TIMEOUT), Reply(422)]),
            stores_before=random.random() < 0.3,
        )
    ],
}
"""Of those that cannot take every event, or every number of them."""

ALL_KINDS = {**KINDS, **ONE_BAD_EVENT}
