"""Makes, changes and removes webhooks as resources of CloudFormation stacks, invoked by CloudFormation."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from recado.composition.webhook_resource import resource_handling

logger = Logger()
handle = resource_handling(dict(os.environ), logger)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Answer one request; an exception, where CloudFormation cannot be answered, makes Lambda repeat it."""
    logger.append_keys(function_request_id=context.aws_request_id)
    handle(event, context)
