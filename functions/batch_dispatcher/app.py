"""Drains the batch queue, invoked by its schedule: non-real-time events leave in one POST per webhook."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from recado.composition.batch import batch
from recado.deadline import InvocationDeadline
from recado.reporting import log_attempts, log_faults, log_filtered, log_misfits
from recado.settings import BatchSettings
from recado.use_cases.sending.direct.drain import EXTRA_DRAIN
from recado.use_cases.sending.direct.redrive import REDRIVE

logger = Logger()
parts = batch(BatchSettings.from_env(os.environ))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Drain until the queue is empty or time is nearly up; or redrive, where the event asks for it."""
    logger.append_keys(function_request_id=context.aws_request_id)
    deadline = InvocationDeadline(context)
    if event == REDRIVE:
        redriven = parts.redrive(deadline)
        return {"moved": redriven.moved, "unreadable": redriven.unreadable}
    report = parts.drain(deadline, starts_others=event != EXTRA_DRAIN)
    log_attempts(logger, report.attempts)
    log_filtered(logger, report.filtered)
    for reason in report.dead_letters:
        logger.error("message moved to the dead-letter queue", reason=reason)
    log_misfits(logger, report.misfits)
    log_faults(logger, "events handed back to the queue", report.faults)
    return {
        "received": report.received,
        "deadLetters": len(report.dead_letters),
        "handedBack": report.handed_back,
        "drainsStarted": report.started,
    }
