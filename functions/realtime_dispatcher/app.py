"""Sends a real-time event, invoked by its EventBridge rule, to every webhook that wants it."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from recado.composition.realtime import realtime
from recado.deadline import InvocationDeadline
from recado.reporting import log_attempts, log_filtered, log_misfits
from recado.settings import RealtimeSettings

logger = Logger()
dispatch = realtime(RealtimeSettings.from_env(os.environ))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Dispatch one event; an exception makes Lambda repeat it, and then hand it to the batch queue."""
    logger.append_keys(function_request_id=context.aws_request_id)
    report = dispatch(event, InvocationDeadline(context))
    if report.dead_letter is not None:
        logger.error("event moved to the dead-letter queue", reason=report.dead_letter)
    log_misfits(logger, report.misfits)
    log_attempts(logger, report.attempts)
    log_filtered(logger, report.filtered)
