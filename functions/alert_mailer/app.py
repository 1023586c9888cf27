"""Mails alerts to the own admins of an account, invoked with what the event bus tells of webhooks and addresses."""

import os
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from recado.adapters.messaging.address_news import ADDRESS_ADDED
from recado.composition.mailing import alert_mailing
from recado.reporting import log_mailed
from recado.rules.alerting.letters import ReportedAlert
from recado.settings import MailerSettings

logger = Logger()
mailing = alert_mailing(MailerSettings.from_env(os.environ), partial(log_mailed, logger))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Mail what one event tells; an exception makes Lambda repeat it, and nobody is mailed twice."""
    logger.append_keys(function_request_id=context.aws_request_id)
    for fault in _faults(event):
        raise fault


def _faults(event: dict[str, Any]) -> list[Exception]:
    if event["detail-type"] == ADDRESS_ADDED:
        return mailing.ask(event["id"], str(event["detail"]["accountId"]), event["detail"]["addressId"])
    return mailing.tell(event["id"], ReportedAlert.read(event["detail-type"], event["detail"]))
