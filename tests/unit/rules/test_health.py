"""How attempts change a webhook's health."""

from dataclasses import replace

import pytest

from recado.rules.health import after_failure, after_success, recovered
from recado.rules.webhook import Health, HealthState
from tests.unit.builders import NOW, failed, failing, failure


def test_a_first_failure_starts_failing() -> None:
    """The first wait is five seconds, the version grows, and nobody owns the retries yet."""
    assert after_failure(Health(version=4), failed(500), NOW) == Health(
        state=HealthState.FAILING,
        version=5,
        failing_since=NOW,
        attempts=1,
        next_attempt_at=NOW + 5_000,
        last_error=failure(500),
    )


@pytest.mark.parametrize(
    ("attempts", "wait"), [(0, 5), (1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 300), (7, 300), (2_020, 300)]
)
def test_a_further_failure_waits_longer(attempts: int, wait: int) -> None:
    """The start of the failing and the owner stay, the last error is the latest."""
    health = failing("m1", version=9, attempts=attempts, failing_since=NOW - 60_000)

    assert after_failure(health, failed(503), NOW) == Health(
        state=HealthState.FAILING,
        version=10,
        failing_since=NOW - 60_000,
        attempts=attempts + 1,
        next_attempt_at=NOW + wait * 1000,
        last_error=failure(503),
        owner="m1",
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


@pytest.mark.parametrize("health", [Health(version=9), failing("m1", version=9)])
def test_recovery_raises_the_version_always(health: Health) -> None:
    """Also of a webhook that was healthy: whoever read it before must not declare it failing any more."""
    assert recovered(health) == Health(HealthState.HEALTHY, version=10)
