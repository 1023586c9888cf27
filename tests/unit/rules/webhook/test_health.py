"""How attempts change a webhook's health."""

from dataclasses import replace

import pytest

from recado.rules.webhook.health import (
    after_failure,
    after_success,
    disabled,
    recovered,
    resuming,
    status_after_failure,
)
from recado.rules.webhook.webhook import Health, HealthState, Status
from tests.unit.builders import NOW, failed, failing, failure

DAY = 24 * 60 * 60 * 1000


def test_a_first_failure_starts_failing() -> None:
    """The first wait is five seconds, somebody is to be told, and nobody owns the retries yet."""
    assert after_failure(Health(version=4), failed(500), NOW) == Health(
        state=HealthState.FAILING,
        version=4,
        failing_since=NOW,
        attempts=1,
        next_attempt_at=NOW + 5_000,
        last_error=failure(500),
        alerted_at=NOW,
    )


@pytest.mark.parametrize(
    ("attempts", "wait"), [(0, 5), (1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 300), (7, 300), (2_020, 300)]
)
def test_a_further_failure_waits_longer(attempts: int, wait: int) -> None:
    """The start of the failing, the owner and the alert stay, the last error is the latest."""
    health = failing("m1", version=9, attempts=attempts, failing_since=NOW - 60_000, alerted_at=NOW - 60_000)

    assert after_failure(health, failed(503), NOW) == Health(
        state=HealthState.FAILING,
        version=9,
        failing_since=NOW - 60_000,
        attempts=attempts + 1,
        next_attempt_at=NOW + wait * 1000,
        last_error=failure(503),
        owner="m1",
        alerted_at=NOW - 60_000,
    )


def test_retry_after_counts_where_it_is_longer() -> None:
    """A receiver may ask for more than the schedule has, not for less."""
    assert after_failure(Health(), failed(503, retry_after=120), NOW).next_attempt_at == NOW + 120_000
    assert after_failure(Health(), failed(503, retry_after=1), NOW).next_attempt_at == NOW + 5_000


def test_a_healthy_webhook_forgets_what_failed_before() -> None:
    """Leftovers of an earlier failing do not count when a new one starts."""
    leftovers = replace(failing(attempts=6, failing_since=NOW - 60_000), state=HealthState.HEALTHY)

    health = after_failure(leftovers, failed(), NOW)

    assert (health.attempts, health.failing_since, health.next_attempt_at) == (1, NOW, NOW + 5_000)


def test_a_failing_time_that_was_never_noted_starts_now() -> None:
    """Health without a start of the failing gets one."""
    assert after_failure(failing(failing_since=None), failed(), NOW).failing_since == NOW


def test_a_success_among_many_waiting_starts_the_count_anew() -> None:
    """The webhook stays failing and owned until its backlog is empty, but the seven days start again."""
    assert after_success(failing("m1", version=9, attempts=7, failing_since=NOW - 60_000), NOW) == Health(
        state=HealthState.FAILING, version=9, failing_since=NOW, attempts=0, next_attempt_at=NOW, owner="m1"
    )


def test_a_success_leaves_a_healthy_webhook_as_it_is() -> None:
    """There is nothing to make good."""
    assert after_success(Health(version=3), NOW) == Health(version=3)


@pytest.mark.parametrize(("told_before", "told"), [(None, NOW), (NOW - DAY + 1, NOW - DAY + 1), (NOW - DAY, NOW)])
def test_somebody_is_told_at_first_and_every_day(told_before: int | None, told: int) -> None:
    """At the first failure, and again when the last time is 24 hours ago."""
    assert after_failure(failing("m1", alerted_at=told_before), failed(), NOW).alerted_at == told


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


def test_a_disabled_webhook_shows_why_and_wakes_nobody() -> None:
    """What failed stays to be seen; nobody owns retries, and the next failing is told anew."""
    health = disabled(failing("m1", attempts=3, alerted_at=NOW))

    assert (health.attempts, health.owner, health.next_attempt_at, health.alerted_at) == (3, None, None, None)


@pytest.mark.parametrize("health", [Health(version=9), failing("m1", version=9)])
def test_recovery_forgets_the_failing(health: Health) -> None:
    """Nothing is left but the version, which the store counts up."""
    assert recovered(health) == Health(HealthState.HEALTHY, version=9)


def test_a_recovery_that_nobody_was_told_of_stays_on_record() -> None:
    """Whoever ends the alert tells of it."""
    assert recovered(failing("m1", alerted_at=NOW)).alerted_at == NOW


def test_a_webhook_that_resumes_waits_for_any_wake_up() -> None:
    """It counts as failing, due now and owned by nobody, so that new events queue up behind what waits."""
    assert resuming(Health(version=3), NOW, waiting=True) == Health(
        state=HealthState.FAILING, version=3, failing_since=NOW, next_attempt_at=NOW
    )


def test_a_webhook_that_resumes_without_a_backlog_is_due_for_a_look_at_it() -> None:
    """It is healthy, and on record as due until a wake-up has found nothing waiting."""
    health = resuming(failing("m1", version=3), NOW, waiting=False)

    assert health == Health(version=3, next_attempt_at=NOW)
    assert recovered(health) == Health(version=3)
