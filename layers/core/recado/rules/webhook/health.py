"""How attempts change a webhook's health. The versions are the store's business: it counts every change."""

from dataclasses import replace

from recado.rules.delivery.delivery import RETENTION_MS
from recado.rules.sending import retry
from recado.rules.sending.attempt import AttemptResult
from recado.rules.webhook.alert import REPEAT_MS
from recado.rules.webhook.webhook import Health, HealthState, Status


def after_failure(health: Health, result: AttemptResult, now_ms: int) -> Health:
    """The health after one more failed attempt; who owns the retries is for the caller to say.

    `alerted_at` becomes now where somebody is to be told: at the first failure, and every 24 hours.
    """
    failing = health.state is HealthState.FAILING
    attempts = health.attempts + 1 if failing else 1
    wait = retry.wait_seconds(attempts, result.retry_after_seconds)
    told_lately = health.alerted_at is not None and now_ms - health.alerted_at < REPEAT_MS
    return replace(
        health,
        state=HealthState.FAILING,
        failing_since=health.failing_since if failing and health.failing_since is not None else now_ms,
        attempts=attempts,
        next_attempt_at=now_ms + wait * 1000,
        last_error=result.failure,
        alerted_at=health.alerted_at if told_lately else now_ms,
    )


def status_after_failure(status: Status, health: Health, result: AttemptResult, now_ms: int) -> Status:
    """`DISABLED` where the receiver wants no more (410), or has failed for seven days without one success."""
    failing_for = 0 if health.failing_since is None else now_ms - health.failing_since
    return Status.DISABLED if result.gone or failing_for >= RETENTION_MS else status


def disabled(health: Health) -> Health:
    """The health of a webhook that is given up: it shows why, and nobody owns retries."""
    return replace(health, next_attempt_at=None, owner=None, alerted_at=None)


def after_success(health: Health, now_ms: int) -> Health:
    """The health after a delivered batch while more is waiting: failing still, but the count starts anew."""
    if health.state is HealthState.HEALTHY:
        return health
    return replace(health, attempts=0, failing_since=now_ms, next_attempt_at=now_ms, last_error=None)


def recovered(health: Health) -> Health:
    """The health once the backlog read empty; that the recovery is still to be told stays on record."""
    return Health(version=health.version, alerted_at=health.alerted_at)


def resuming(health: Health, now_ms: int, *, waiting: bool) -> Health:
    """The health of a webhook that is switched on again; the next wake-up owns the retries.

    While events wait it counts as failing: until its backlog has been sent nobody else attempts it, and new events
    queue up behind. Where none was seen to wait it is healthy, but due: one may have come since, and with it on record
    that a look at the backlog is owed, the sweep makes good a wake-up that is never sent.
    """
    if not waiting:
        return Health(version=health.version, next_attempt_at=now_ms)
    return Health(state=HealthState.FAILING, version=health.version, failing_since=now_ms, next_attempt_at=now_ms)
