"""How attempts change a webhook's health."""

from dataclasses import replace

from recado.rules.delivery.delivery import RETENTION_MS
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.stuck import NOT_STUCK
from recado.rules.webhook.alert import told_lately
from recado.rules.webhook.webhook import Health, HealthState, Status


def after_failure(health: Health, result: AttemptResult, now_ms: int, alert_after_ms: int) -> Health:
    """The health after one more failed attempt.

    `alerted_at` becomes now where somebody is to be told: once it has failed for `alert_after_ms`, and every 24 hours
    from then on. What is over sooner, as a receiver's restart is, alarms nobody.
    """
    failing = health.state is HealthState.FAILING
    since = health.failing_since if failing and health.failing_since is not None else now_ms
    is_to_be_told = now_ms - since >= alert_after_ms and not told_lately(health.alerted_at, now_ms)
    return Health(
        state=HealthState.FAILING,
        failing_since=since,
        attempts=health.attempts + 1,
        last_error=result.failure,
        alerted_at=now_ms if is_to_be_told else health.alerted_at,
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
