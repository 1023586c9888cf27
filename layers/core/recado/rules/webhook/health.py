"""How attempts change a webhook's health."""

from dataclasses import replace

from recado.rules.delivery.delivery import RETENTION_MS
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.stuck import NOT_STUCK
from recado.rules.webhook.alert import REPEAT_MS
from recado.rules.webhook.webhook import Health, HealthState, Status


def after_failure(health: Health, result: AttemptResult, now_ms: int) -> Health:
    """The health after one more failed attempt.

    `alerted_at` becomes now where somebody is to be told: at the first failure, and every 24 hours.
    """
    failing = health.state is HealthState.FAILING
    told_lately = health.alerted_at is not None and now_ms - health.alerted_at < REPEAT_MS
    return Health(
        state=HealthState.FAILING,
        failing_since=health.failing_since if failing and health.failing_since is not None else now_ms,
        attempts=health.attempts + 1,
        last_error=result.failure,
        alerted_at=health.alerted_at if told_lately else now_ms,
        stuck=health.stuck,
    )


def status_after_failure(status: Status, health: Health, result: AttemptResult, now_ms: int) -> Status:
    """`DISABLED` where the receiver wants no more (410), or has failed for seven days without one success."""
    return Status.DISABLED if result.gone or has_failed_for_too_long(health, now_ms) else status


def has_failed_for_too_long(health: Health, now_ms: int) -> bool:
    """Whether there was no success for seven days."""
    return health.failing_since is not None and now_ms - health.failing_since >= RETENTION_MS


def anew(health: Health) -> Health:
    """The health of a webhook that fails, and for which nothing waits any more: what fails next begins a new series.

    It may be a month until then, in which nobody tried.
    """
    return replace(health, failing_since=None, attempts=0, stuck=NOT_STUCK)


def disabled(health: Health) -> Health:
    """The health of a webhook that is given up: it shows why, and no recovery is to be told of."""
    return replace(health, alerted_at=None)
