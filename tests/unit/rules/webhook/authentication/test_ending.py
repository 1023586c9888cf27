"""When it is told that a client certificate ends: 30, 7 and 1 days before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.webhook.authentication.ending import days_left, next_told_at
from tests.unit.builders import NOW, certificate

DAY = 24 * 60 * 60 * 1000


@pytest.mark.parametrize(
    ("ends_in_days", "told_in_days"),
    [(365, 335), (30.5, 0.5), (30, 23), (29, 22), (7, 6), (6, 5), (1.5, 0.5), (1, None), (0.5, None), (-1, None)],
)
def test_the_next_moment_lies_behind_the_one_that_is_asked_about(ends_in_days: float, told_in_days: float) -> None:
    """A moment that is over is not told of any more, and none where the certificate has ended or ends within a day."""
    expected = None if told_in_days is None else NOW + told_in_days * DAY

    assert next_told_at(certificate(ends_in_days), NOW) == expected


def test_without_a_certificate_there_is_nothing_to_tell() -> None:
    """As with most webhooks."""
    assert next_told_at(None, NOW) is None


@given(st.integers(-10 * DAY, 400 * DAY))
def test_whoever_goes_from_moment_to_moment_tells_three_times_at_most(milliseconds: int) -> None:
    """However long the certificate is valid."""
    moments, at = [], next_told_at(certificate(milliseconds / DAY), NOW)
    while at is not None:
        moments.append(at)
        at = next_told_at(certificate(milliseconds / DAY), at)

    assert len(moments) == sum(milliseconds > days * DAY for days in (30, 7, 1))
    assert moments == sorted(set(moments))


@pytest.mark.parametrize(
    ("ends_in_days", "days"), [(30, 30), (29.999, 30), (1.001, 2), (1, 1), (0.001, 1), (0, 0), (-0.5, 0), (-3, -3)]
)
def test_days_that_have_begun_count(ends_in_days: float, days: int) -> None:
    """What is told five minutes late is told of as many days."""
    assert days_left(certificate(ends_in_days), NOW) == days
