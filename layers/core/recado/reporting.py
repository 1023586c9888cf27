"""What the functions log: constant messages with keys, no payload, header or secret. Our own faults are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from recado import metrics

if TYPE_CHECKING:  # the delivery counter sends nothing
    from recado.rules.delivery.counts import Change
    from recado.rules.sending.attempt import AttemptResult
    from recado.use_cases.mailing.alert_mailing import MailOutcome
    from recado.use_cases.sending.direct.dispatch import Attempted, LeftOut
    from recado.use_cases.sending.direct.misfits import Misfits
    from recado.use_cases.sending.queued.redelivery import Redelivered
    from recado.use_cases.sending.queued.sweep import Standing

OUR_FAULTS, AGAINST_SCHEMA, FILTERED_EVENTS = "OurFaults", "EventsAgainstSchema", "FilteredEvents"
FAILED_ATTEMPTS = "FailedAttempts_"
"""What the metric of failed attempts begins with; their class follows."""
_MOST_TOLD = 20


def log_attempts(logger: Logger, attempts: Iterable[Attempted]) -> None:
    """One line for each POST, and one that counts those that failed, by class."""
    told = list(attempts)
    for attempted in told:
        _log_attempt(
            logger,
            attempted.webhook_id,
            attempted.result,
            account_id=attempted.account_id,
            events=attempted.events,
            event_ids=attempted.event_ids,
        )
    _count_failures(attempted.result for attempted in told)


def log_redelivered(logger: Logger, answer: Redelivered) -> None:
    """One line for each POST of a redelivery, one that counts those that failed, and one for each fault of ours."""
    webhook_id, progress = answer.wake_up.webhook_id, answer.progress
    account_id = answer.wake_up.account_id
    for result, event_ids in zip(progress.attempts, progress.carried, strict=True):
        _log_attempt(
            logger,
            webhook_id,
            result,
            account_id=account_id,
            event_ids=event_ids,
            back_in_seconds=answer.back_in_seconds,
        )
    _count_failures(progress.attempts)
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


def log_mailed(logger: Logger, account_id: str, outcome: MailOutcome) -> None:
    """One line for a mail, without the address. What fails on our side is raised, and so counted by Lambda."""
    keys: dict[str, Any] = {"account_id": account_id, "address_id": outcome.address_id}
    if outcome.fault is not None:
        logger.error("mail not sent", exc_info=outcome.fault, **keys)
    elif outcome.problem is not None:
        logger.warning("mail not sent", problem=outcome.problem.value, code=outcome.code, **keys)
    else:
        logger.info("mail sent", **keys)


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
    metrics.count({FILTERED_EVENTS: number})


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
    metrics.count({AGAINST_SCHEMA: misfits.count})


def count_faults(number: int) -> None:
    """Print so many faults of ours as a metric of this function, which an alarm watches; nothing if there are none."""
    metrics.count({OUR_FAULTS: number})


def log_counted(changes: Iterable[Change]) -> None:
    """Print what has come to its end in writes that were counted, and how long it took, as metrics in one line.

    A batch that is counted again is told again: the counts are exact, their metrics are not.
    """
    ended = [change for change in changes if change.ends]
    delivered = [after for change in ended if (after := change.after) and after.latency_ms is not None]
    statuses = Counter(change.after.status for change in ended if change.after)
    metrics.emit(
        {f"{status.value.capitalize()}Events": (metrics.COUNT, (number,)) for status, number in statuses.items()}
        | {
            "AttemptTime": (metrics.MILLISECONDS, [one.latency_ms for one in delivered if one.latency_ms is not None]),
            "EndToEndTime": (metrics.MILLISECONDS, [took for one in ended if (took := one.end_to_end_ms) is not None]),
        }
    )


def log_standing(standing: Standing) -> None:
    """Print how webhooks stand as metrics in one line; nothing where none waits."""
    metrics.count(
        {
            "WaitingWebhooks": standing.owned,
            "FailingWebhooks": standing.failing,
            "SlowWebhooks": standing.slow,
            "WebhooksWithAside": standing.with_aside,
        }
    )


def _count_failures(results: Iterable[AttemptResult]) -> None:
    failures = (result.failure for result in results)
    metrics.count(Counter(f"{FAILED_ATTEMPTS}{one.failure_class.value}" for one in failures if one is not None))


def _log_attempt(logger: Logger, webhook_id: str, result: AttemptResult, **keys: Any) -> None:  # noqa: ANN401 - what the log line holds
    keys |= {"webhook_id": webhook_id, "status_code": result.status_code, "latency_ms": result.latency_ms}
    if result.failure is None:
        logger.info("attempt succeeded", **keys)
    else:
        failure = result.failure
        logger.warning("attempt failed", failure=failure.failure_class.value, detail=failure.detail, **keys)
