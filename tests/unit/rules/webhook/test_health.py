"""How attempts change a webhook's health."""

import pytest

from recado.rules.webhook.health import after_failure, anew, disabled, has_failed_for_too_long, status_after_failure
from recado.rules.webhook.webhook import Health, HealthState, Status
from tests.unit.builders import NOW, failed, failing, failure

DAY = 24 * 60 * 60 * 1000


def test_a_first_failure_starts_failing() -> None:
    """Somebody is to be told."""
    assert after_failure(Health(), failed(500), NOW) == Health(
        state=HealthState.FAILING, failing_since=NOW, attempts=1, last_error=failure(500), alerted_at=NOW
    )


def test_a_further_failure_counts() -> None:
    """The start of the failing and the alert stay, the last error is the latest."""
    health = failing(attempts=6, failing_since=NOW - 60_000, alerted_at=NOW - 60_000)

    assert after_failure(health, failed(503), NOW) == Health(
        state=HealthState.FAILING,
        failing_since=NOW - 60_000,
        attempts=7,
        last_error=failure(503),
        alerted_at=NOW - 60_000,
    )


def test_a_failing_time_that_was_never_noted_starts_now() -> None:
    """Health without a start of the failing gets one."""
    assert after_failure(failing(failing_since=None), failed(), NOW).failing_since == NOW


@pytest.mark.parametrize(("told_before", "told"), [(None, NOW), (NOW - DAY + 1, NOW - DAY + 1), (NOW - DAY, NOW)])
def test_somebody_is_told_at_first_and_every_day(told_before: int | None, told: int) -> None:
    """At the first failure, and again when the last time is 24 hours ago."""
    assert after_failure(failing(alerted_at=told_before), failed(), NOW).alerted_at == told


@pytest.mark.parametrize(
    ("failing_since", "status_code", "status"),
    [
        (NOW, 500, Status.ACTIVE),
        (NOW - 7 * DAY + 1, 500, Status.ACTIVE),
        (NOW - 7 * DAY, 500, Status.DISABLED),
        (NOW, 410, Status.DISABLED),
    ],
)
def test_a_webhook_is_given_up_after_seven_days_or_when_it_is_gone(
    failing_since: int, status_code: int, status: Status
) -> None:
    """Seven days to the millisecond without a success, or a receiver that wants no more."""
    health = failing(failing_since=failing_since)

    assert status_after_failure(Status.ACTIVE, health, failed(status_code), NOW) is status


def test_a_disabled_webhook_shows_why() -> None:
    """What failed stays to be seen, and the next failing is told anew."""
    health = disabled(failing(attempts=3, alerted_at=NOW))

    assert (health.state, health.attempts, health.alerted_at) == (HealthState.FAILING, 3, None)


def test_what_fails_next_begins_a_new_series_where_nothing_waits() -> None:
    """The webhook goes on to show that it fails, and is not disabled for the time in which nobody tried."""
    health = anew(failing(attempts=3, failing_since=NOW - 7 * DAY, alerted_at=NOW))

    assert (health.state, health.last_error, health.alerted_at) == (HealthState.FAILING, failure(), NOW)
    assert not has_failed_for_too_long(health, NOW)
    assert after_failure(health, failed(), NOW).attempts == 1
