"""The rows of the table: receivers of limited size, bad events, receivers that fail at random, and dead ones."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from math import ceil
from random import Random

from recado.rules.event.event import Event
from recado.rules.webhook.webhook import Status
from tests.faults.cutting.figures import Case, Figures, Goal, fewest_posts, until_good_are_through, worst
from tests.faults.cutting.receivers import (
    TIMEOUT,
    Receiver,
    at_most_bytes,
    at_most_events,
    dead,
    flaky,
    hasty,
    poisoned,
    rationed,
    slow,
    until,
)
from tests.faults.cutting.simulation import WEEK, Backlog, numbered
from tests.faults.timed_world import SECOND
from tests.unit.builders import NOW

_HOUR, _DAY = 3600, 24 * 3600
_MANY, _SOME = 10_000, 1_000
_KIB = 1024
_USUAL_BYTES, _USUAL_EVENTS = 96 * _KIB, 98  # so many events of a thousand bytes fit
_NAMES = {TIMEOUT: "timeout"}
_SIZES = Goal(ratio=1.5, twice=5, in_order=True)


def usual(count: int) -> list[Event]:
    """Build so many events of a thousand bytes."""
    return [numbered(number) for number in range(count)]


def mixed(least: int, most: int) -> list[Event]:
    """Build ten thousand events of different sizes."""
    random = Random(7)
    return [numbered(number, random.randint(least, most)) for number in range(_MANY)]


def _by_events(sizes: Iterable[int]) -> Figures:
    return worst(
        until_good_are_through(Backlog(at_most_events(most), usual(_MANY)), optimum=ceil(_MANY / most))
        for most in sizes
    )


def _by_time(seconds: float) -> Figures:
    most = min(_USUAL_EVENTS, int(5 / seconds + 1e-9))
    return until_good_are_through(Backlog(slow(seconds), usual(_MANY)), optimum=ceil(_MANY / most))


def _by_bytes(limits: Iterable[int], status: int, least: int, most: int) -> Figures:
    events = mixed(least, most)
    return worst(
        until_good_are_through(
            Backlog(at_most_bytes(kib * _KIB, status), events),
            optimum=fewest_posts(events, min(kib * _KIB, _USUAL_BYTES)),
        )
        for kib in limits
    )


def _bad(receivers: Iterable[tuple[Receiver, Collection[int]]], seeds: Sequence[int] = (1,)) -> Figures:
    return worst(
        until_good_are_through(Backlog(receiver, usual(_SOME), seed=seed), bad)
        for receiver, bad in receivers
        for seed in seeds
    )


def _one_bad(places: Sequence[int], status: int, retry_after: int | None = None) -> Figures:
    return _bad((poisoned({place}, status, retry_after), {place}) for place in places)


def _row_of_bad(length: int, status: int, seeds: Sequence[int]) -> Figures:
    bad = range(500, 500 + length)
    return _bad([(poisoned(bad, status), bad)], seeds)


def _every_bad(step: int, status: int) -> Figures:
    bad = range(step - 1, _SOME, step)
    return _bad([(poisoned(bad, status), bad)])


def _hasty() -> Figures:
    stored: Counter[int] = Counter()
    had = _bad([(hasty({555}, stored), {555})])
    # What counts is what the receiver has done twice.
    return Figures(had.posts, had.seconds, 100 * sum(times > 1 for times in stored.values()) / _SOME)


def _flaky(seeds: Iterable[int]) -> Figures:
    """The figures in the middle; what is set aside by mistake is tried every five minutes: the others' time counts."""
    every = []
    for seed in seeds:
        backlog = Backlog(flaky(0.3, seed), usual(_MANY), seed=seed)
        backlog.run(is_over=partial(_has_no_backlog, backlog))
        every.append(Figures(backlog.seen.posts, backlog.seconds, 100 * backlog.twice() / _MANY))
    return sorted(every, key=lambda one: one.seconds)[len(every) // 2]


def _has_no_backlog(backlog: Backlog) -> bool:
    return not backlog.deliveries.pending


def _one_aside_for_a_week(status: int) -> Figures:
    """All POSTs count that held the bad event."""
    backlog = Backlog(poisoned({500}, status), usual(_SOME), seed=None).run(WEEK + _DAY)
    assert backlog.deliveries.statuses()["e000500"] == "EXPIRED"
    return Figures(backlog.seen.sent[500], backlog.seconds)


def _mended(count: int) -> Figures:
    """The seconds count from when the receiver is mended."""
    bad, mended_at = range(0, 2 * count, 2), 12 * _HOUR
    backlog = Backlog(until(mended_at, poisoned(bad, 400)), usual(2 * count + 1))
    backlog.run(mended_at - 600)  # whoever is woken next comes later
    assert len(backlog.deliveries.aside) == count
    before = backlog.seen.posts
    backlog.run()
    assert not backlog.deliveries.aside
    return Figures(backlog.seen.posts - before, backlog.seconds - mended_at)


def _dead(count: int, status: int) -> Figures:
    backlog = Backlog(dead(status), usual(count), seed=None)
    backlog.run(WEEK + _DAY, lambda: backlog.webhook().status is Status.DISABLED)
    return Figures(backlog.seen.posts, backlog.seconds)


def _back(status: int) -> Figures:
    """POSTs and seconds count from when the receiver is back, after three hours."""
    back_at = 3 * _HOUR
    backlog = Backlog(until(back_at, dead(status)), usual(_MANY))
    backlog.run(back_at, lambda: False)
    before = backlog.seen.posts
    had = until_good_are_through(backlog)
    return Figures(had.posts - before, had.seconds - back_at, in_order=had.in_order)


def _live(every_seconds: int, count: int, bad: Collection[int], status: int) -> Figures:
    """The seconds are the longest that a good event has waited."""
    backlog = Backlog(poisoned(bad, status), [])
    for number in range(count):
        backlog.at(NOW + number * every_seconds * SECOND, partial(backlog.arrive, numbered(number)))
    backlog.run(count * every_seconds + _HOUR, lambda: False)
    waited = [at - number * every_seconds for number, at in backlog.seen.taken_at.items()]
    assert len(waited) == count - len(bad)
    return Figures(backlog.seen.posts, max(waited))


_PLACES = (0, 99, 500, 555, 998)
_ALL_PLACES = range(0, _SOME - 1, 7)

CASES = [
    *(Case(f"at most {most} events", partial(_by_events, [most]), _SIZES) for most in (1, 7, 10, 30, 66, 80, 98)),
    Case("at most k events, every k from 1 to 98", partial(_by_events, range(1, 99)), _SIZES, is_long=True),
    *(Case(f"works {each} s an event", partial(_by_time, each), _SIZES, each > 1) for each in (4, 2, 0.6, 0.12, 0.06)),
    Case("at most 30 KiB, 413, events of 0.3 to 8 KB", partial(_by_bytes, (30,), 413, 300, 8_000), _SIZES),
    Case(
        "at most 8 to 90 KiB, 413, events of 0.3 to 8 KB",
        partial(_by_bytes, (8, 10, 20, 30, 50, 70, 90), 413, 300, 8_000),
        _SIZES,
        is_long=True,
    ),
    Case(
        "at most 8 to 90 KiB, 413, events of 0.3 to 1.5 KB",
        partial(_by_bytes, (8, 10, 20, 30, 50, 70, 90), 413, 300, 1_500),
        _SIZES,
        is_long=True,
    ),
    Case("at most 30 KiB, 500, events of 0.3 to 8 KB", partial(_by_bytes, (30,), 500, 300, 8_000), Goal(twice=5)),
    Case(
        "at most 8 to 90 KiB, 500, events of 0.3 to 8 KB",
        partial(_by_bytes, (8, 10, 20, 30, 50, 70, 90), 500, 300, 8_000),
        Goal(twice=5),
        is_long=True,
    ),
    *(
        Case(f"one bad of 1,000, {_NAMES.get(status, status)}{name}", partial(_one_bad, places, status), goal, is_long)
        for places, name, is_long in ((_PLACES, "", False), (_ALL_PLACES, ", at every 7th place", True))
        for status, goal in (
            (400, Goal(waited=0, in_order=True)),
            (403, Goal(waited=0, in_order=True)),
            (500, Goal(seconds=40, in_order=True)),
            (TIMEOUT, Goal(seconds=60, in_order=True)),
        )
    ),
    Case("one bad of 1,000, 503 with Retry-After: 10", partial(_one_bad, _PLACES, 503, 10), Goal(in_order=True)),
    Case("one bad of 1,000, 500, all before it stored", _hasty, Goal(seconds=40)),
    *(
        Case(
            f"{length} bad in a row, {_NAMES.get(status, status)}, of {len(seeds)} seeds",
            partial(_row_of_bad, length, status, seeds),
            Goal(seconds=300),
            is_long,
        )
        for seeds, is_long in ((range(5), False), (range(100), True))
        for status in (400, 500, TIMEOUT)
        for length in (2, 3, 10)
    ),
    *(
        Case(f"one of {step} bad, {status}", partial(_every_bad, step, status), Goal())
        for status in (400, 500)
        for step in (100, 10, 2)
    ),
    Case("fails at random, p = 0.3, median of 5 seeds", partial(_flaky, range(1, 6)), Goal(seconds=1_200)),
    Case(
        "fails at random, p = 0.3, median of 31 seeds", partial(_flaky, range(1, 32)), Goal(seconds=1_200), is_long=True
    ),
    Case(
        "429 beyond 20 POSTs a minute",
        lambda: until_good_are_through(Backlog(rationed(20), usual(_MANY))),
        Goal(posts=200, in_order=True),
    ),
    *(
        Case(
            f"one aside for seven days, {_NAMES.get(status, status)}",
            partial(_one_aside_for_a_week, status),
            Goal(posts=2_100),
            is_long=status != 500,
        )
        for status in (400, 500, TIMEOUT)
    ),
    Case("1,000 aside, then mended", partial(_mended, 1_000), Goal(seconds=600)),
    *(
        Case(
            f"dead for seven days, {count:,} waiting, {_NAMES.get(status, status)}",
            partial(_dead, count, status),
            Goal(posts=2_040),
        )
        for count in (1, _MANY)
        for status in (400, 500, TIMEOUT)
    ),
    *(
        Case(
            f"back after three hours, 10,000 waiting, {_NAMES.get(status, status)}",
            partial(_back, status),
            Goal(posts=107, in_order=True),
        )
        for status in (400, 500, TIMEOUT)
    ),
    *(
        Case(
            f"live: an event every {every} s, every 60th bad, {_NAMES.get(status, status)}",
            partial(_live, every, 360, range(30, 360, 60), status),
            goal,
        )
        for every, goal in ((2, Goal(seconds=30)), (600, Goal(seconds=330)))
        for status in (400, 500, TIMEOUT)
    ),
]
