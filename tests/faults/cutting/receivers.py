"""Receivers that take less than they are sent: by size, by content, by chance, by the minute, or nothing at all."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import Random

TIMEOUT = 0
"""Stands for a status where there is no answer in time."""

_SECONDS = 0.15
_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Post:
    """What a receiver sees: the numbers of the events, the bytes of the body, and the seconds since the beginning."""

    events: list[int]
    size: int
    at: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, `TIMEOUT` for none, after so many seconds."""

    status: int = 202
    seconds: float = _SECONDS
    retry_after: int | None = None


Receiver = Callable[[Post], Answer]

TAKEN = Answer()


def refusal(status: int, retry_after: int | None = None) -> Answer:
    """Refuse with this status; one that is not in time takes five seconds."""
    return Answer(status, _TIMEOUT_SECONDS if status == TIMEOUT else _SECONDS, retry_after)


def at_most_events(most: int, status: int = 500) -> Receiver:
    """Take so many events at most."""
    return lambda post: TAKEN if len(post.events) <= most else refusal(status)


def at_most_bytes(most: int, status: int = 413) -> Receiver:
    """Take a body of so many bytes at most."""
    return lambda post: TAKEN if post.size <= most else refusal(status)


def slow(seconds: float) -> Receiver:
    """Work so long on each event, and answer then."""

    def receiver(post: Post) -> Answer:
        needed = seconds * len(post.events)
        return Answer(seconds=needed) if needed <= _TIMEOUT_SECONDS else refusal(TIMEOUT)

    return receiver


def poisoned(bad: Collection[int], status: int = 500, retry_after: int | None = None) -> Receiver:
    """Refuse what holds one of these events, whole."""
    bad = frozenset(bad)
    refused = refusal(status, retry_after)
    return lambda post: TAKEN if bad.isdisjoint(post.events) else refused


def hasty(bad: Collection[int], stored: Counter[int]) -> Receiver:
    """Store all events before the first bad one, and refuse the whole; `stored` counts how often each was stored."""
    bad = frozenset(bad)

    def receiver(post: Post) -> Answer:
        for number in post.events:
            if number in bad:
                return refusal(500)
            stored[number] += 1
        return TAKEN

    return receiver


def flaky(chance: float, seed: int, status: int = 500) -> Receiver:
    """Refuse at random."""
    random = Random(seed)
    return lambda _post: refusal(status) if random.random() < chance else TAKEN


def rationed(posts_a_minute: int) -> Receiver:
    """Answer 429 to what comes beyond so many POSTs within a minute of the clock."""
    seen: dict[int, int] = {}

    def receiver(post: Post) -> Answer:
        minute = int(post.at // 60)
        seen[minute] = seen.get(minute, 0) + 1
        return TAKEN if seen[minute] <= posts_a_minute else refusal(429)

    return receiver


def until(seconds: float, before: Receiver, after: Receiver = lambda _post: TAKEN) -> Receiver:
    """Behave in one way until then, and in another afterwards."""
    return lambda post: before(post) if post.at < seconds else after(post)


def dead(status: int = 500) -> Receiver:
    """Take nothing."""
    return lambda _post: refusal(status)
