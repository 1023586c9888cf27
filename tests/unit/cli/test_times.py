"""Times as people type them."""

from datetime import UTC, datetime

import pytest

from recado_cli.exits import Stop
from recado_cli.times import moment

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2h", "2026-01-31T10:00:00.000Z"),
        ("90s", "2026-01-31T11:58:30.000Z"),
        ("7d", "2026-01-24T12:00:00.000Z"),
        ("2026-01-31T09:00:00+01:00", "2026-01-31T08:00:00.000Z"),
        ("2026-01-31T08:00:00Z", "2026-01-31T08:00:00.000Z"),
        ("1769846400", "1769846400"),
        ("1769846400000", "1769846400000"),
        (None, None),
    ],
)
def test_a_time_may_be_said_in_several_ways(typed: str | None, meant: str | None) -> None:
    """So long ago, with a zone, or as epoch seconds or milliseconds, which the API takes as they are."""
    assert moment("--from", typed, NOW) == meant


@pytest.mark.parametrize("typed", ["", "yesterday", "2x", "-2h", "12", "999999d", "9999-12-31T23:59:59-12:00"])
def test_what_is_no_time_is_refused_with_what_is_accepted(typed: str) -> None:
    """By the name of the option."""
    with pytest.raises(Stop, match="--from is 2026-11-24T08:00:00Z, epoch seconds"):
        moment("--from", typed, NOW)
