"""What the functions log: constant messages with keys, never a payload, a header or a secret."""

from collections.abc import Iterable
from typing import Any

from aws_lambda_powertools import Logger

from recado.rules.sending.attempt import AttemptResult
from recado.use_cases.sending.dispatch import Attempted
from recado.use_cases.sending.redelivery import Redelivered


def log_attempts(logger: Logger, attempts: Iterable[Attempted]) -> None:
    """One line for each POST."""
    for attempted in attempts:
        _log_attempt(logger, attempted.webhook_id, attempted.result, events=attempted.events)


def log_redelivered(logger: Logger, answer: Redelivered) -> None:
    """One line for each POST of a redelivery, and one for each fault of ours."""
    webhook_id, progress = answer.wake_up.webhook_id, answer.progress
    for result in progress.attempts:
        _log_attempt(logger, webhook_id, result, back_in_seconds=answer.back_in_seconds)
    if progress.expired:
        logger.warning("deliveries expired", webhook_id=webhook_id, deliveries=progress.expired)
    for fault in progress.faults:
        logger.error("redelivery failed on our side", webhook_id=webhook_id, exc_info=fault)


def _log_attempt(logger: Logger, webhook_id: str, result: AttemptResult, **keys: Any) -> None:  # noqa: ANN401 - what the log line holds
    keys |= {"webhook_id": webhook_id, "status_code": result.status_code, "latency_ms": result.latency_ms}
    if result.failure is None:
        logger.info("attempt succeeded", **keys)
    else:
        failure = result.failure
        logger.warning("attempt failed", failure=failure.failure_class.value, detail=failure.detail, **keys)
