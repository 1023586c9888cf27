"""Points in time: the three spellings of a moment are one moment."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from recado.rules.event.timestamps import InvalidTimestampError, to_iso, to_milliseconds
from tests.unit.rules.event.json_values import VALUES

FIRST_MILLISECONDS, LATEST = 100_000_000_000, 253_402_300_799_999
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# As far as offsets go, and no further back than 1970 in any of them.
MOMENTS = st.integers(86_400_000, LATEST - 86_400_000)
OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.integers(FIRST_MILLISECONDS, FIRST_MILLISECONDS * 1000 - 1), OFFSETS)
@example(FIRST_MILLISECONDS, UTC)
@example(1_727_414_643_999, timezone(timedelta(hours=5, minutes=45)))
def test_milliseconds_seconds_and_iso_agree(milliseconds: int, offset: timezone) -> None:
    """Whatever a publisher writes, in whatever time zone, the delivery has the same key."""
    moment = (EPOCH + timedelta(milliseconds=milliseconds)).astimezone(offset)

    assert to_milliseconds(milliseconds) == milliseconds
    assert to_milliseconds(milliseconds / 1000) == milliseconds
    assert to_milliseconds(milliseconds // 1000) == milliseconds // 1000 * 1000
    assert to_milliseconds(moment.isoformat()) == milliseconds
    assert to_milliseconds(moment.isoformat(sep=" ", timespec="microseconds")) == milliseconds
    assert to_milliseconds(moment.astimezone(UTC).isoformat().replace("+00:00", "Z")) == milliseconds
    assert to_milliseconds(moment.astimezone(UTC).replace(tzinfo=None).isoformat()) == milliseconds


@given(st.integers(0, FIRST_MILLISECONDS - 1))
def test_seconds_are_seconds_up_to_the_year_5138(seconds: int) -> None:
    """And what would be milliseconds before March 1973 is taken for seconds."""
    assert to_milliseconds(seconds) == to_milliseconds(float(seconds)) == seconds * 1000


@given(MOMENTS, st.integers(0, 999))
def test_what_is_below_a_millisecond_is_cut_in_iso(milliseconds: int, microseconds: int) -> None:
    """So that two spellings of one instant never have two keys because of it."""
    moment = EPOCH + timedelta(milliseconds=milliseconds, microseconds=microseconds)

    assert to_milliseconds(moment.isoformat()) == milliseconds


@given(MOMENTS, MOMENTS)
def test_answers_are_in_order_of_time(one: int, other: int) -> None:
    """Sorted as texts they are sorted by time."""
    assert (to_iso(one) < to_iso(other)) == (one < other)


@given(VALUES | st.binary() | st.from_regex(r"[0-9TZ:+.W -]{1,30}", fullmatch=True))
@example("2024-W39-5T12:00:00Z")
@example("2024-09-27T24:00:00Z")
@example("2024-09-27T12:00:60Z")
@example("0001-01-01T00:00:00+23:59")
@example("9999-12-31T23:59:59-23:59")
@example(1e308)
@example(10**400)
def test_whatever_comes_is_a_time_or_is_refused(value: object) -> None:
    """Within 1970 and 9999, so that it can be shown; and nothing but the one error."""
    try:
        milliseconds = to_milliseconds(value)
    except InvalidTimestampError as error:
        assert str(error).startswith("must ")
    else:
        assert 0 <= milliseconds <= LATEST
        assert to_milliseconds(to_iso(milliseconds)) == milliseconds
