"""What a follower of the log gives, and when: a log in memory that lists as the API does."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from recado_cli.listen.following import Arrival, Follower, Page

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def _arrival(name: str, *, arrived: float, event: float | None = None) -> Arrival:
    return Arrival("wh_1", name, name, "a.b", _at(arrived if event is None else event), _at(arrived))


@dataclass
class _Log:
    """Lists what is written by now, newest event first, in pages of two; some of them may fail."""

    now: float = 0.0
    written: list[Arrival] = field(default_factory=list)
    asked: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    failing: int = 0

    def page(self, *, arrived_from: datetime, events_from: datetime | None, cursor: str | None) -> Page:
        if self.failing:
            self.failing -= 1
            if not self.failing:
                raise ConnectionError
        self.asked.append((arrived_from, events_from))
        newest = sorted(self.written, key=lambda one: one.place, reverse=True)
        wanted = [one for one in newest if events_from is None or one.event_time >= events_from]
        begin = int(cursor or 0)
        some = [one for one in wanted[begin : begin + 2] if one.arrived_at >= arrived_from]
        following = str(begin + 2) if begin + 2 < len(wanted) else None
        # As `Date`, in whole seconds.
        return Page(some, following, _at(int(self.now)))


def _names(arrivals: list[Arrival]) -> list[str]:
    return [one.delivery_id for one in arrivals]


def _follower(log: _Log, since: float | None = None) -> Follower:
    return Follower(log, _at(log.now), None if since is None else _at(since))


def test_from_now_on_gives_what_arrives_each_once_and_nothing_before() -> None:
    """What was there stays; what comes is given once, though looks overlap."""
    log = _Log(written=[_arrival("old", arrived=-5)])
    follower = _follower(log)
    assert follower.look() == []
    log.now, log.written = 2, [*log.written, _arrival("new", arrived=1)]
    assert _names(follower.look()) == ["new"]
    log.now = 4
    assert follower.look() == []


def test_order_is_kept_across_pages() -> None:
    """Pages come newest first; what is given is oldest first, by the event's time."""
    log = _Log()
    follower = _follower(log)
    log.now, log.written = 9, [_arrival(f"e{number}", arrived=9, event=number) for number in (3, 1, 5, 2, 4)]
    assert _names(follower.look()) == ["e1", "e2", "e3", "e4", "e5"]


def test_what_is_written_long_after_it_arrived_is_given() -> None:
    """A drain writes a delivery minutes after its beginning, which counts as arrival."""
    log = _Log()
    follower = _follower(log)
    for log.now in (100, 200, 300):
        follower.look()
    log.now, log.written = 302, [_arrival("slow", arrived=2)]
    assert _names(follower.look()) == ["slow"]


def test_an_event_that_is_days_old_is_found_within_a_minute_or_so() -> None:
    """Looks at the last hour do not show it; the slow look at all of the log does, a page each time."""
    log = _Log(written=[_arrival(f"e{number}", arrived=-10 * number) for number in range(1, 8)])
    follower = _follower(log)
    log.now = 1
    log.written.append(_arrival("late", arrived=1, event=-3 * 86_400))
    given = []
    for log.now in range(2, 80, 2):
        given += _names(follower.look())
    assert given == ["late"]


def test_looks_ask_for_a_bounded_part_of_the_log() -> None:
    """Most looks are at the events of the last hour before the overlap; one page of the whole log a minute."""
    log = _Log()
    follower = _follower(log, since=-86_400)
    follower.look()
    log.asked.clear()
    for log.now in range(2, 122, 2):
        follower.look()
    bounded = [(arrived, events) for arrived, events in log.asked if events is not None]
    assert len(bounded) == 60
    assert len(log.asked) - len(bounded) == 2
    assert all(events is not None and arrived - events == timedelta(hours=1) for arrived, events in bounded)
    assert bounded[-1][0] == _at(118 - 360)


def test_a_failing_look_loses_nothing_and_repeats_nothing() -> None:
    """Whichever page fails, the next look gives all that is new, once."""
    for failing in (1, 2, 3, 4):
        log = _Log()
        follower = _follower(log)
        log.now, log.failing = 90, failing
        log.written = [_arrival(f"e{number}", arrived=number) for number in range(1, 6)]
        given, failures = [], 0
        for log.now in (90, 92, 94, 96, 98):
            try:
                given += _names(follower.look())
            except ConnectionError:
                failures += 1
        assert (given, failures) == (["e1", "e2", "e3", "e4", "e5"], 1)


def test_a_page_that_fails_is_asked_for_again_and_not_those_before_it() -> None:
    """A long log is caught up with through any number of refusals for its rate."""
    log = _Log(written=[_arrival(f"e{number}", arrived=-number) for number in range(1, 21)])
    follower = _follower(log, since=-100)
    given: list[str] = []
    looks = 0
    while not given:
        log.failing, looks = 3, looks + 1
        try:
            given = _names(follower.look())
        except ConnectionError:
            continue
    assert len(given) == 20
    assert (looks, len(log.asked)) == (5, 10)


def test_after_a_sleep_it_goes_on_from_where_it_was() -> None:
    """Hours later everything that has come meanwhile is given, in order."""
    log = _Log()
    follower = _follower(log)
    follower.look()
    log.now = 8 * 3600
    log.written = [_arrival(f"e{hour}", arrived=hour * 3600) for hour in range(1, 8)]
    assert _names(follower.look()) == [f"e{hour}" for hour in range(1, 8)]
    log.now += 2
    assert follower.look() == []


def test_since_a_time_begins_with_all_that_has_arrived_from_then_on() -> None:
    """Also of older events; and goes on with what comes."""
    log = _Log(
        written=[_arrival("before", arrived=-101), _arrival("a", arrived=-99), _arrival("b", arrived=-50, event=-9e5)]
    )
    follower = _follower(log, since=-100)
    assert _names(follower.look()) == ["b", "a"]
    log.now, log.written = 2, [*log.written, _arrival("c", arrived=1)]
    assert _names(follower.look()) == ["c"]


def test_one_event_at_two_webhooks_is_two_deliveries() -> None:
    """Each is given."""
    log = _Log()
    follower = _follower(log)
    log.now = 1
    first = _arrival("e", arrived=0.5)
    log.written = [first, Arrival("wh_2", "e", "e", "a.b", first.event_time, first.arrived_at)]
    assert [one.webhook_id for one in follower.look()] == ["wh_1", "wh_2"]


def test_a_pending_delivery_is_given_once_and_not_again_when_it_has_ended() -> None:
    """The status changes nothing: the developer wants it when it is there."""
    log = _Log(written=[])
    follower = _follower(log)
    log.now, log.written = 1, [Arrival("wh_1", "e", "e", "a.b", _at(1), _at(1), "PENDING")]
    assert _names(follower.look()) == ["e"]
    log.now, log.written = 3, [Arrival("wh_1", "e", "e", "a.b", _at(1), _at(1), "DELIVERED")]
    assert follower.look() == []


def test_what_it_remembers_is_bounded() -> None:
    """A listener that runs for days keeps what its overlap needs, not all it has seen."""
    log = _Log()
    follower = _follower(log)
    for second in range(0, 7200, 20):
        log.now = second
        log.written = [one for one in log.written if one.arrived_at > _at(second - 600)]
        log.written.append(_arrival(f"e{second}", arrived=second))
        assert _names(follower.look()) == [f"e{second}"]
    assert len(follower._seen) < 40


def test_too_much_to_catch_up_with_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener does not read days of a busy log in silence."""
    from recado_cli.listen import following  # noqa: PLC0415 - its bound is changed here

    monkeypatch.setattr(following, "MOST", 3)
    log = _Log(written=[_arrival(f"e{number}", arrived=-number) for number in range(1, 9)])
    with pytest.raises(following.TooManyError):
        _follower(log, since=-100).look()
