"""What the functions log: constant messages with keys, no payload, header or secret. Our own faults are counted."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

if TYPE_CHECKING:  # the delivery counter sends nothing
    from recado.rules.sending.attempt import AttemptResult
    from recado.use_cases.sending.direct.dispatch import Attempted, LeftOut
    from recado.use_cases.sending.direct.misfits import Misfits
    from recado.use_cases.sending.queued.redelivery import Redelivered

NAMESPACE = "Recado"
OUR_FAULTS, AGAINST_SCHEMA, FILTERED_EVENTS = "OurFaults", "EventsAgainstSchema", "FilteredEvents"
_MOST_TOLD = 20


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
    log_faults(logger, "redelivery failed on our side", progress.faults, webhook_id=webhook_id)


def log_faults(logger: Logger, message: str, faults: Iterable[Exception], **keys: Any) -> None:  # noqa: ANN401 - what the log line holds
    """One error line for each fault of ours that was survived, and all of them counted.

    What a handler raises is not for here: Lambda's own metric of errors counts that.
    """
    survived = list(faults)
    for fault in survived:
        logger.error(message, exc_info=fault, **keys)
    count_faults(len(survived))


def log_filtered(logger: Logger, filtered: Iterable[LeftOut]) -> None:
    """One line for each webhook whose filter has left out events, with the first of them; and all of them counted.

    The value is null, false or something empty: there is nothing of the event in it.
    """
    number = 0
    for one in filtered:
        number += len(one.events)
        told = [{"event_id": event.event_id, "value": event.value} for event in one.events[:_MOST_TOLD]]
        logger.info(
            "filtered", webhook_id=one.webhook_id, expression=one.expression, events=len(one.events), first=told
        )
    _count(FILTERED_EVENTS, number)


def log_misfits(logger: Logger, misfits: Misfits) -> None:
    """One warning for each of the first events that do not fit their schemas, and all of them counted."""
    for misfit in misfits.first:
        logger.warning(
            "event does not fit its schema",
            account_id=misfit.account_id,
            event_id=misfit.event_id,
            event_name=misfit.event_name,
            problems=[str(problem) for problem in misfit.problems],
        )
    _count(AGAINST_SCHEMA, misfits.count)


def count_faults(number: int) -> None:
    """Print so many faults of ours as a metric of this function, which an alarm watches; nothing if there are none."""
    _count(OUR_FAULTS, number)


def _count(name: str, number: int) -> None:
    """Print a metric of this function; nothing if there is nothing to count."""
    if not number:
        return
    from aws_lambda_powertools.metrics import MetricUnit, single_metric  # noqa: PLC0415 - seldom needed

    with single_metric(name=name, unit=MetricUnit.Count, value=number, namespace=NAMESPACE) as metric:
        metric.add_dimension(name="FunctionName", value=os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local"))


def _log_attempt(logger: Logger, webhook_id: str, result: AttemptResult, **keys: Any) -> None:  # noqa: ANN401 - what the log line holds
    keys |= {"webhook_id": webhook_id, "status_code": result.status_code, "latency_ms": result.latency_ms}
    if result.failure is None:
        logger.info("attempt succeeded", **keys)
    else:
        failure = result.failure
        logger.warning("attempt failed", failure=failure.failure_class.value, detail=failure.detail, **keys)
