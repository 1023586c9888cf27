"""How `listen --catch-up` walks through what has arrived: page by page, and from one walk to the next."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from recado_cli.listen.following import Arrival
from recado_cli.listen.walking import ArrivedPage, Walker

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class _Log:
    """A server that shows two events a page, and lets the next walk begin six minutes before this one."""

    now: datetime = NOON
    written: list[Arrival] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    asked: list[tuple[datetime, str | None]] = field(default_factory=list)
    began: datetime = NOON

    def page(self, *, arrived_from: datetime, cursor: str | None) -> ArrivedPage:
        self.asked.append((arrived_from, cursor))
        if self.fails:
            raise self.fails.pop(0)
        self.began = self.began if cursor else self.now
        since = [one for one in self.written if one.arrived_at >= arrived_from and one.event_id > (cursor or "")]
        page, more = sorted(since, key=lambda one: one.event_id)[:2], len(since) > 2
        resume_from = max(arrived_from, self.began - 6 * MINUTE)
        return ArrivedPage(page, page[-1].event_id if more else None, resume_from, self.now)

    def arrives(self, *names: str) -> None:
        self.written += [Arrival("wh_1", one, one, "a.b", self.now, self.now) for one in names]


@dataclass
class _World:
    log: _Log
    kept: list[datetime]
    walker: Walker

    def look(self) -> list[str]:
        return [one.event_id for one in self.walker.look()]


@pytest.fixture
def world() -> _World:
    """A walker that has begun at noon."""
    log, kept = _Log(), list[datetime]()
    return _World(log, kept, Walker(log, NOON, kept.append))


def test_a_look_is_a_page(world: _World) -> None:
    """However much there is, no more than that is in memory; a walk that ends is followed by the next."""
    world.log.arrives("a", "b", "c", "d", "e")

    assert [world.look() for _ in range(4)] == [["a", "b"], ["c", "d"], ["e"], []]
    assert [cursor for _, cursor in world.log.asked] == [None, "b", "d", None]


def test_the_next_walk_brings_what_is_new(world: _World) -> None:
    """Also where it arrived in the minutes that both look at, with a time before what was read."""
    world.log.arrives("m", "n")
    world.look()
    world.log.now += MINUTE
    world.log.arrives("a")

    assert [world.look(), world.look()] == [["a"], []]


def test_what_both_walks_have_is_remembered_no_longer(world: _World) -> None:
    """A session may last for months."""
    brought = []
    for number in range(50):
        world.log.arrives(f"e-{number:03d}")
        brought += [name for _ in range(4) for name in world.look()]
        world.log.now += MINUTE

    assert brought == [f"e-{number:03d}" for number in range(50)]
    assert len(world.walker._seen) <= 10


def test_a_page_that_fails_is_asked_for_again(world: _World) -> None:
    """Not those before it."""
    world.log.arrives("a", "b", "c")
    world.look()
    world.log.fails = [httpx.ConnectError("refused")]
    with pytest.raises(httpx.ConnectError):
        world.look()

    assert world.look() == ["c"]
    assert [cursor for _, cursor in world.log.asked] == [None, "b", "b"]


def test_it_goes_on_from_the_walk_that_is_not_over(world: _World) -> None:
    """Whatever of it was sent: the rest may be of events that a later beginning would not look for."""
    world.log.now += 60 * MINUTE
    world.log.arrives("a", "b", "c")
    world.look()
    assert world.walker.goes_on_from([]) == NOON
    unsent = world.walker.look()

    assert world.walker.goes_on_from(unsent) == NOON
    assert world.walker.goes_on_from([]) == NOON + 54 * MINUTE


def test_its_place_is_kept_from_time_to_time(world: _World) -> None:
    """At the beginning, and then once a minute at most: whoever is killed does not begin with what was long sent."""
    for _ in range(120):
        world.log.now += timedelta(seconds=20)
        world.look()

    assert world.kept[0] == NOON
    assert world.kept == sorted(set(world.kept))
    assert NOON + 32 * MINUTE <= world.kept[-1] <= world.log.now - 6 * MINUTE
    assert len(world.kept) <= 41
