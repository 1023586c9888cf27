"""When a failing webhook is tried again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.sending.retry import fault_wait_seconds, retry_after_seconds, wait_ms
from tests.unit.builders import NOW


def test_the_schedule_doubles_up_to_five_minutes() -> None:
    """5, 10, 20, 40, 80, 160 seconds, then five minutes for ever."""
    waits = [wait_ms(attempts, None, 0) for attempts in range(1, 11)]

    assert waits == [5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000, 300_000]
    assert wait_ms(10_000, None, 0) == 300_000


@pytest.mark.parametrize(("chance", "wait"), [(0, 40_000), (0.49, 41_000), (0.5, 42_000), (1, 44_000)])
def test_a_wait_is_never_less_and_at_most_a_tenth_more(chance: float, wait: int) -> None:
    """What failed together does not come back together; a queue waits for whole seconds."""
    assert wait_ms(4, None, chance) == wait


def test_seven_days_are_2021_attempts() -> None:
    """The schedule is never shortened, so this many attempts cover the seven days."""
    seven_days = 7 * 24 * 60 * 60 * 1000
    waited = [0]
    while waited[-1] < seven_days:
        waited.append(waited[-1] + wait_ms(len(waited), None, 0))

    assert len(waited) - 1 == 2021


@pytest.mark.parametrize(
    ("attempts", "asked", "wait"),
    [
        (1, None, 5),
        (1, 0, 5),
        (1, 4, 5),
        (1, 5, 5),
        (1, 6, 6),
        (1, 3600, 3600),
        (1, 3601, 3600),
        (1, 10**12, 3600),
        (1, -5, 5),
        (7, 299, 300),
        (7, 301, 301),
    ],
)
def test_a_receiver_may_ask_for_longer_up_to_an_hour(attempts: int, asked: int | None, wait: int) -> None:
    """Never for less than the schedule."""
    assert wait_ms(attempts, asked, 0) == wait * 1000


def test_what_failed_on_our_side_waits_as_long_as_all_before_together() -> None:
    """Half a minute, doubled up to six hours: what was sent and not recorded is not sent again and again."""
    waits = [fault_wait_seconds(faults) for faults in range(1, 13)]

    assert waits == [30, 60, 120, 240, 480, 960, 1_920, 3_840, 7_680, 15_360, 21_600, 21_600]
    assert (fault_wait_seconds(0), fault_wait_seconds(10_000)) == (30, 21_600)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("00120", 120),
        ("3600", 3600),
        ("3601", 3600),
        ("9" * 5000, 3600),
        ("0" * 9 + "120", 120),
        ("-1", None),
        ("+5", None),
        ("\t120\t", 120),
        ("7.5", 8),
        ("7.0", 7),
        ("0.2", 1),
        ("0.0", 0),
        ("3600.5", 3600),
        ("9" * 5000 + "." + "9" * 5000, 3600),
        ("1.", None),
        (".5", None),
        ("1,5", 5),
        ("1.5.2", None),
        ("-7.5", None),
        ("1e3", None),
        ("1 0", None),
        ("120 seconds", None),
        ("5, 10", 10),
        ("10,5", 10),
        ("soon, 10", 10),
        ("10, soon", 10),
        ("soon, later", None),
        (",", None),
        ("10,", 10),
        ("0, Fri, 27 Sep 2024 12:02:00 GMT", 120),
        ("Fri, 27 Sep 2024 12:02:00 GMT,300", 300),
        ("Friday, 27-Sep-24 12:02:00 GMT, Fri, 27 Sep 2024 12:03:00 GMT, Fri Sep 27 12:01:00 2024", 180),
        ("1" + ", 1" * 100_000, None),
        ("\u0663", None),
        ("", None),
        ("   ", None),
        ("soon", None),
        ("\x00", None),
        ("Fri, 27 Sep 2024 12:02:00 GMT", 120),
        ("Fri, 27 Sep 2024 12:02:00", 120),
        ("Fri, 27 Sep 2024 14:02:00 +0200", 120),
        ("Friday, 27-Sep-24 12:02:00 GMT", 120),
        ("Fri Sep 27 12:02:00 2024", 120),
        ("  Fri, 27 Sep 2024 12:02:00 GMT  ", 120),
        ("fri, 27 sep 2024 12:02:00 gmt", 120),
        ("Fri, 27 Sep 2024 12:01:60 GMT", 119),
        ("Fri, 27 Sep 2024 12:00:00 GMT", 0),
        ("Fri, 27 Sep 2024 11:59:59 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Fri, 27 Sep 2024 14:00:00 GMT", 3600),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        ("Fri, 99 Sep 2024 12:00:00 GMT", None),
        ("Fri, 27 Sep 99999999999999999999 12:00:00 GMT", None),
        ("Fri, 27 Sep 2024 12:00:00 +99999999999999", None),
        ("Fri, 27 Sep 2024 99999999999999999999:00:00 GMT", None),
        ("2024-09-27T12:02:00Z", None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(header: str | None, seconds: int | None) -> None:
    """Seconds and dates count up to an hour; a date that is over is now; what cannot be read does not count.

    A part of a second is one more; of several headers the longest wait counts.
    """
    assert retry_after_seconds(header, None, NOW) == seconds


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Fri, 27 Sep 2024 11:30:00 GMT", 1920),
        ("Friday, 27-Sep-24 12:01:00 GMT", 60),
        ("Fri Sep 27 12:05:00 2024", 0),
        ("yesterday", 120),
        (None, 120),
    ],
)
def test_a_moment_is_meant_by_the_receivers_own_clock(date: str | None, seconds: int) -> None:
    """A clock that is wrong makes no wait longer or shorter; where the answer has no date, ours counts."""
    assert retry_after_seconds("Fri, 27 Sep 2024 12:02:00 GMT", date, NOW) == seconds


@given(st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)), st.integers(0, 3600))
def test_every_form_of_a_date_is_the_same_wait(date: datetime, seconds: int) -> None:
    """Whatever the receiver's clock says."""
    date = date.replace(microsecond=0, tzinfo=UTC)
    moment = date + timedelta(seconds=seconds)
    forms = [
        format_datetime(moment, usegmt=True),
        f"{moment:%A, %d-%b-%y %H:%M:%S} GMT",
        f"{moment:%a %b %e %H:%M:%S %Y}",
    ]

    assert [retry_after_seconds(form, format_datetime(date, usegmt=True), NOW) for form in forms] == [seconds] * 3


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ [\d:.]+ [-+A-Z\d]*"))
def test_no_header_of_a_receiver_breaks_anything(header: str) -> None:
    """Whatever a receiver writes there, the answer is none, or between nothing and an hour."""
    seconds = retry_after_seconds(header, header, NOW)

    assert seconds is None or 0 <= seconds <= 3600
