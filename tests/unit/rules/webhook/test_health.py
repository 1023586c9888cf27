"""How attempts change a webhook's health."""

import pytest

from recado.rules.webhook.health import after_failure, anew, disabled, has_failed_for_too_long, status_after_failure
from recado.rules.webhook.webhook import Health, HealthState, Status
from tests.unit.builders import NOW, failed, failing, failure

DAY = 24 * 60 * 60 * 1000
WAIT = 300_000


def test_a_first_failure_starts_failing() -> None:
    """Nobody is told yet: it may be over in a moment."""
    assert after_failure(Health(), failed(500), NOW, WAIT) == Health(
        state=HealthState.FAILING, failing_since=NOW, attempts=1, last_error=failure(500)
    )


def test_a_further_failure_counts() -> None:
    """The start of the failing and the alert stay, the last error is the latest."""
    health = failing(attempts=6, failing_since=NOW - 60_000, alerted_at=NOW - 60_000)

    assert after_failure(health, failed(503), NOW, WAIT) == Health(
        state=HealthState.FAILING,
        failing_since=NOW - 60_000,
        attempts=7,
        last_error=failure(503),
        alerted_at=NOW - 60_000,
    )


def test_a_failing_time_that_was_never_noted_starts_now() -> None:
    """Health without a start of the failing gets one."""
    assert after_failure(failing(failing_since=None), failed(), NOW, WAIT).failing_since == NOW


@pytest.mark.parametrize(("told_before", "told"), [(None, NOW), (NOW - DAY + 1, NOW - DAY + 1), (NOW - DAY, NOW)])
def test_somebody_is_told_at_first_and_every_day(told_before: int | None, told: int) -> None:
    """Where it has failed for long enough, and again when the last time is 24 hours ago."""
    health = failing(failing_since=NOW - 3 * DAY, alerted_at=told_before)

    assert after_failure(health, failed(), NOW, WAIT).alerted_at == told


@pytest.mark.parametrize(
    ("failing_since", "alert_after_ms", "told"),
    [(NOW - WAIT + 1, WAIT, None), (NOW - WAIT, WAIT, NOW), (NOW, 0, NOW), (NOW - 1, 0, NOW), (NOW + 5, WAIT, None)],
)
def test_nobody_is_told_of_what_is_over_soon(failing_since: int, alert_after_ms: int, told: int | None) -> None:
    """To the millisecond; where nothing is to be waited for the first failure is told, and a clock may be behind."""
    assert after_failure(failing(failing_since=failing_since), failed(), NOW, alert_after_ms).alerted_at == told


def test_a_first_failure_is_told_where_it_is_not_to_be_waited_for() -> None:
    """`AlertAfter` of no seconds."""
    assert after_failure(Health(), failed(), NOW, 0).alerted_at == NOW


@pytest.mark.parametrize(
    ("told_before", "at_first", "later"), [(None, None, NOW + WAIT), (NOW - DAY,) * 2 + (NOW + WAIT,)]
)
def test_a_series_that_begins_anew_is_waited_for_anew(
    told_before: int | None, at_first: int | None, later: int
) -> None:
    """Nothing has waited for a month, and what comes then fails: that is the first of it."""
    health = anew(failing(failing_since=NOW - 7 * DAY, attempts=9, alerted_at=told_before))

    first = after_failure(health, failed(), NOW, WAIT)
    second = after_failure(first, failed(), NOW + WAIT, WAIT)

    assert (first.alerted_at, second.alerted_at, second.attempts) == (at_first, later, 2)


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
    assert after_failure(health, failed(), NOW, WAIT).attempts == 1
