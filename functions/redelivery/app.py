"""Sends the backlogs of webhooks, invoked with the wake-ups of the redelivery queue; sweeps on a schedule."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from recado.composition.redelivery import redelivery
from recado.deadline import InvocationDeadline
from recado.reporting import log_redelivered, log_standing
from recado.rules.sending.wake_up import read_wake_up
from recado.settings import SenderSettings

logger = Logger()
parts = redelivery(SenderSettings.from_env(os.environ))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a wake-up, or sweep where the event brings none."""
    logger.append_keys(function_request_id=context.aws_request_id)
    if "Records" not in event:
        report = parts.sweep()
        log_standing(report.standing)
        return {"woken": report.woken, "leftAlone": report.left}
    coming_back = [record for record in event["Records"] if _comes_back(record, InvocationDeadline(context))]
    # Its wait is set already.
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in coming_back]}


def _comes_back(record: dict[str, Any], deadline: InvocationDeadline) -> bool:
    wake_up = read_wake_up(record["messageId"], record["receiptHandle"], record["body"])
    if wake_up is None:
        logger.error("a message that is no wake-up was dropped")
        return False
    answer = parts.redelivery(wake_up, deadline)
    log_redelivered(logger, answer)
    return answer.back_in_seconds is not None
