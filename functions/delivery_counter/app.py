"""Counts deliveries, invoked with the writes that the stream of their table tells of."""

import os
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from recado.adapters.dynamodb.deliveries.delivery_stream import UnreadableRecordError, change_from_record
from recado.composition.counting import counting
from recado.reporting import log_counted, log_faults
from recado.rules.delivery.counts import Change
from recado.settings import CounterSettings

logger = Logger()
count = counting(CounterSettings.from_env(os.environ))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Count a batch of writes; an exception makes Lambda repeat it, and nothing is counted twice."""
    logger.append_keys(function_request_id=context.aws_request_id)
    changes = list(_changes(event["Records"]))
    count(changes)
    log_counted(changes)


def _changes(records: list[dict[str, Any]]) -> Iterator[Change]:
    for record in records:
        try:
            change = change_from_record(record)
        except UnreadableRecordError as error:
            message = "a write that is not of a delivery was not counted"
            log_faults(logger, message, [error], reason=str(error), record_id=record["eventID"])
        else:
            if change is not None:
                yield change
