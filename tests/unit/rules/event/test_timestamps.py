"""Points in time, as publishers spell them."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.event.timestamps import InvalidTimestampError, to_iso, to_milliseconds

LATEST = 253_402_300_799_999


@pytest.mark.parametrize(
    ("value", "milliseconds"),
    [
        (0, 0),
        (1, 1_000),
        (1727414643, 1_727_414_643_000),
        (1727414643000, 1_727_414_643_000),
        (1727414643.123, 1_727_414_643_123),
        (1727414643.9996, 1_727_414_644_000),
        (1727414643123.4, 1_727_414_643_123),
        (0.001, 1),
        (99_999_999_999, 99_999_999_999_000),
        (99_999_999_999.999, 99_999_999_999_999),
        (100_000_000_000, 100_000_000_000),
        (100_000_000_000.0, 100_000_000_000),
        (LATEST, LATEST),
        ("1970-01-01T00:00:00Z", 0),
        ("2024-09-27T05:24:03Z", 1_727_414_643_000),
        ("2024-09-27T05:24:03", 1_727_414_643_000),
        ("2024-09-27 05:24:03", 1_727_414_643_000),
        ("2024-09-27T05:24Z", 1_727_414_640_000),
        ("2024-09-27T05:24:03.1Z", 1_727_414_643_100),
        ("2024-09-27T05:24:03.123Z", 1_727_414_643_123),
        ("2024-09-27T05:24:03.123456Z", 1_727_414_643_123),
        ("2024-09-27T05:24:03.999999Z", 1_727_414_643_999),
        ("2024-09-27T05:24:03.123456789Z", 1_727_414_643_123),
        ("2024-09-27T07:24:03+02:00", 1_727_414_643_000),
        ("2024-09-26T19:24:03-10:00", 1_727_414_643_000),
        ("2024-09-27T10:54:03+0530", 1_727_414_643_000),
        ("20240927T052403Z", 1_727_414_643_000),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ("9999-12-31T23:59:59.999Z", LATEST),
        ("2024-09-27t05:24:03z", 1_727_414_643_000),
        ("2024-09-27T05:24:03-00:00", 1_727_414_643_000),
        ("2024-09-27T05:24:03." + "1" * 1000 + "Z", 1_727_414_643_111),
        ("2024-09-27T05:24:03,5Z", 1_727_414_643_500),
        ("0", 0),
        ("1727414643", 1_727_414_643_000),
        ("1727414643.9996", 1_727_414_644_000),
        ("1727414643000", 1_727_414_643_000),
        ("1727414643123.4", 1_727_414_643_123),
        ("0." + "1" * 1000, 111),
        ("2016-12-31T23:59:60Z", 1_483_228_799_999),
        ("2016-12-31t23:59:60.5z", 1_483_228_799_999),
        ("2016-12-31 23:59:60", 1_483_228_799_999),
        ("20161231T235960Z", 1_483_228_799_999),
        ("2017-01-01T05:29:60+05:30", 1_483_228_799_999),
        ("1990-12-31T15:59:60-08:00", 662_687_999_999),
        ("9999-12-31T23:59:60Z", LATEST),
    ],
)
def test_epoch_and_iso_are_read(value: object, milliseconds: int) -> None:
    """Seconds, milliseconds and RFC 3339, in UTC where no offset is given; below a millisecond is cut or rounded.

    A leap second is the last millisecond of its day in UTC.
    """
    assert to_milliseconds(value) == milliseconds


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        [],
        {},
        b"2024-09-27T05:24:03Z",
        float("nan"),
        float("inf"),
        float("-inf"),
        -1,
        -0.001,
        -1727414643000,
        LATEST + 1,
        1727414643000000,
        10**400,
        -(10**400),
        1e308,
        "",
        " ",
        "now",
        "-1",
        "+1727414643",
        "1e9",
        "1727414643.",
        "1727414643000000",
        "20240927",
        "9" * 5000,
        "\u0661\u0667",
        "2016-12-31T12:59:60Z",
        "2016-12-31T23:59:60+01:00",
        "2016-12-31T23:59:61Z",
        "2024-09-27T24:00:00Z",
        "2024-09-27x05:24:03Z",
        "2024-09-27T05:24:03 02:00",
        " 2024-09-27T05:24:03Z",
        "2024-09-27T05:24:03Z\n",
        "2024-09-27T05:24:03+24:00",
        "2024-13-01T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2024-09-27T25:00:00Z",
        "2024-09-27T05:24:03+99:00",
        "27/09/2024",
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00+00:01",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59.999-00:01",
        "10000-01-01T00:00:00Z",
        "2024-09-27T05:24:03Z\ud800",
        "\u0662\u0660\u0662\u0664-09-27T05:24:03Z",
    ],
)
def test_what_is_no_point_in_time_is_refused(value: object) -> None:
    """Never with another exception, and never taken for another moment."""
    with pytest.raises(InvalidTimestampError, match=r"^must "):
        to_milliseconds(value)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_727_414_643_007, "2024-09-27T05:24:03.007Z"),
        (LATEST, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_answers_are_in_utc_with_milliseconds(milliseconds: int, text: str) -> None:
    """Always in the same form."""
    assert to_iso(milliseconds) == text


@given(st.integers(0, LATEST))
def test_a_time_in_an_answer_reads_the_same(milliseconds: int) -> None:
    """No millisecond is lost between writing and reading."""
    assert to_milliseconds(to_iso(milliseconds)) == milliseconds


MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30))
OFFSETS = st.integers(-1439, 1439)


@given(MOMENTS, OFFSETS, st.sampled_from("Tt "), st.text("0123456789", max_size=30))
def test_every_spelling_of_rfc_3339_is_read(moment: datetime, offset: int, separator: str, fraction: str) -> None:
    """With any offset, separator and number of digits, it is the same moment."""
    second = moment.replace(microsecond=0, tzinfo=UTC)
    local = second.astimezone(timezone(timedelta(minutes=offset)))
    spelt = f"{local:%Y-%m-%d}".rjust(10, "0") + separator + f"{local:%H:%M:%S}" + ("." + fraction if fraction else "")
    shift = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"

    expected = int(second.timestamp()) * 1000 + int(fraction.ljust(3, "0")[:3])
    assert to_milliseconds(spelt + shift) == expected
    if offset == 0:
        assert to_milliseconds(spelt + "z") == to_milliseconds(spelt + "Z") == expected


@given(MOMENTS, OFFSETS, st.text("0123456789", max_size=30))
def test_a_leap_second_stays_in_its_day_and_in_order(moment: datetime, offset: int, fraction: str) -> None:
    """In any offset and with any fraction it lies behind what came before it, and before the next day."""
    last = moment.replace(hour=23, minute=59, second=59, microsecond=0, tzinfo=UTC)
    local = last.astimezone(timezone(timedelta(minutes=offset)))
    shift = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"

    leap = to_milliseconds(f"{local:%Y-%m-%dT%H:%M}:60" + ("." + fraction if fraction else "") + shift)

    assert leap == int(last.timestamp()) * 1000 + 999


@given(st.integers(0, LATEST))
def test_a_number_as_text_is_the_number(value: int) -> None:
    """Unless it may be a date."""
    if len(str(value)) != len("20241127"):
        assert to_milliseconds(str(value)) == to_milliseconds(value)


@given(st.integers() | st.floats() | st.text(max_size=40))
def test_whatever_comes_is_a_time_or_is_refused(value: object) -> None:
    """Between 1970 and 9999, or not at all."""
    with contextlib.suppress(InvalidTimestampError):
        assert 0 <= to_milliseconds(value) <= LATEST
