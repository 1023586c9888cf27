"""Sends the backlogs of failing webhooks, invoked with the wake-ups of the redelivery queue; sweeps on a schedule."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from recado.composition import senders
from recado.deadline import InvocationDeadline
from recado.reporting import log_redelivered
from recado.rules.sending.wake_up import read_wake_up
from recado.settings import SenderSettings

logger = Logger()
parts = senders.redelivery(SenderSettings.from_env(os.environ))


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer up to ten wake-ups, or sweep where the event brings none."""
    if "Records" not in event:
        report = parts.sweep()
        return {"webhooksWoken": report.webhooks, "jobsResumed": report.jobs}
    return _answer(event["Records"], InvocationDeadline(context))


def _answer(records: list[dict[str, Any]], deadline: InvocationDeadline) -> dict[str, Any]:
    """Wake-ups that are to come back are reported as failed; their wait is set already."""
    wake_ups = [read_wake_up(record["messageId"], record["receiptHandle"], record["body"]) for record in records]
    if None in wake_ups:
        logger.error("a message that is no wake-up was dropped")
    answers = parts.redelivery([wake_up for wake_up in wake_ups if wake_up is not None], deadline)
    log_redelivered(logger, answers)
    coming_back = [answer.wake_up.message_id for answer in answers if answer.back_in_seconds is not None]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in coming_back]}
