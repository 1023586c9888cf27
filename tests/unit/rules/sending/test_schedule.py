"""When batches leave, as far as their schedule tells."""

import pytest

from recado.rules.sending.schedule import period_ms


@pytest.mark.parametrize(
    ("schedule", "minutes"),
    [
        ("rate(1 minute)", 1),
        ("rate(15 minutes)", 15),
        ("rate(1 hour)", 60),
        ("rate(12 hours)", 12 * 60),
        ("rate(1 day)", 24 * 60),
        ("rate(7 days)", 7 * 24 * 60),
    ],
)
def test_a_rate_says_how_long_it_is_to_the_next_drain(schedule: str, minutes: int) -> None:
    """In milliseconds, by each unit that EventBridge knows."""
    assert period_ms(schedule) == minutes * 60_000


@pytest.mark.parametrize("schedule", ["cron(0 12 * * ? *)", "rate(5 weeks)", "rate(minutes)", "xrate(5 minutes)", ""])
def test_another_schedule_does_not_say_it(schedule: str) -> None:
    """Its next drain is not told."""
    assert period_ms(schedule) is None
