"""Limits of requests: windows and what is left of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.limit import LimitKind, Limits, Window

MINUTE_MS = 60_000
TIMES = st.integers(min_value=0, max_value=4_102_444_800_000)


def test_each_kind_has_a_limit_of_its_own() -> None:
    """None is forgotten."""
    limits = Limits(mutations=60, test_sends=10, publishes=600, read_units=6000)

    assert {kind: limits.of(kind) for kind in LimitKind} == {
        LimitKind.MUTATION: 60,
        LimitKind.TEST_SEND: 10,
        LimitKind.PUBLISH: 600,
        LimitKind.READ: 6000,
        LimitKind.RECEIVER: 60,
        LimitKind.RECEIVER_READ: 6000,
    }


def test_a_window_of_a_webhook_is_its_own() -> None:
    """So that the receiver of one uses up what no other may, nor its account."""
    windows = [Window.at(LimitKind.RECEIVER, 0, webhook) for webhook in (None, "wh_1", "wh_2")]

    assert [window.key for window in windows] == ["limit#receiver#0", "limit#receiver#wh_1#0", "limit#receiver#wh_2#0"]


@pytest.mark.parametrize(
    ("milliseconds", "minute", "seconds"), [(0, 0, 60), (1, 0, 60), (59_000, 0, 1), (59_999, 0, 1), (60_000, 1, 60)]
)
def test_a_window_is_a_minute_of_the_clock(milliseconds: int, minute: int, seconds: int) -> None:
    """Whoever waits for the seconds that are told is in the next one."""
    window = Window.at(LimitKind.MUTATION, milliseconds)

    assert (window.minute, window.seconds_left(milliseconds)) == (minute, seconds)


@given(TIMES)
def test_waiting_as_told_leads_into_the_next_window(now_ms: int) -> None:
    """Never into the same one, and never past the next."""
    window = Window.at(LimitKind.PUBLISH, now_ms)
    later = Window.at(LimitKind.PUBLISH, now_ms + window.seconds_left(now_ms) * 1000)

    assert later.minute == window.minute + 1
    assert 1 <= window.seconds_left(now_ms) <= 60


def test_a_clock_that_is_behind_still_gets_a_second() -> None:
    """A window that is over for one clock is not for another; nobody is told to wait for no time."""
    assert Window(LimitKind.MUTATION, 1).seconds_left(5 * MINUTE_MS) == 1


def test_keys_are_apart_from_each_other_and_from_webhooks() -> None:
    """A count is found under its kind and minute alone, and no query for webhooks finds it."""
    keys = {Window(kind, minute).key for kind in LimitKind for minute in (28_000_000, 28_000_001)}

    assert len(keys) == 2 * len(LimitKind)
    assert all(key.startswith("limit#") for key in keys)


@given(TIMES)
def test_a_count_outlives_its_window_by_ten_minutes(now_ms: int) -> None:
    """In seconds, as DynamoDB wants it: a function whose clock is behind still finds it."""
    assert Window.at(LimitKind.TEST_SEND, now_ms).removable_at == (now_ms // MINUTE_MS + 1) * 60 + 600
