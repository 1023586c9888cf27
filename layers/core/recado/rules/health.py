"""How attempts change a webhook's health."""

from dataclasses import replace

from recado.rules import retry
from recado.rules.attempt import AttemptResult
from recado.rules.webhook import Health, HealthState


def after_failure(health: Health, result: AttemptResult, now_ms: int) -> Health:
    """The health after one more failed attempt; who owns the retries is for the caller to say."""
    failing = health.state is HealthState.FAILING
    attempts = health.attempts + 1 if failing else 1
    wait = retry.wait_seconds(attempts, result.retry_after_seconds)
    return replace(
        health,
        state=HealthState.FAILING,
        version=health.version + 1,
        failing_since=health.failing_since if failing and health.failing_since is not None else now_ms,
        attempts=attempts,
        next_attempt_at=now_ms + wait * 1000,
        last_error=result.failure,
    )


def after_success(health: Health, now_ms: int) -> Health:
    """The health after a delivered batch while more is waiting: failing still, but the count starts anew."""
    if health.state is HealthState.HEALTHY:
        return health
    return replace(health, attempts=0, failing_since=now_ms, next_attempt_at=now_ms, last_error=None)


def recovered(health: Health) -> Health:
    """The health once the backlog read empty; the version grows also where the webhook was healthy already.

    A dispatcher that read the health before this reading of the backlog must find its version gone, so that it cannot
    declare the webhook failing behind our back (the order of writes is in `use_cases.redelivery`).
    """
    return Health(version=health.version + 1)
