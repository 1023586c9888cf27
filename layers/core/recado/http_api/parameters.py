"""Parameters that several routes take."""

import re
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header, Path

from recado.http_api.problems import InvalidRequestError

AccountId = Annotated[str, Path(alias="accountId", description="The account.")]
WebhookId = Annotated[str, Path(alias="webhookId", description="The webhook.")]
DeliveryId = Annotated[str, Path(alias="deliveryId", description="The delivery.")]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description='The ETag of the version that is meant, such as `"3"`; `*` for any.'),
]

# RFC 9110 section 13.1.1; also without quotes, as it is often sent.
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,10})"|([0-9]{1,10})')


def version_of(if_match: str | None) -> int | None:
    """The version that `If-Match` asks for; None for any."""
    if if_match is None or if_match.strip() == "*":
        return None
    match = _ETAG.fullmatch(if_match.strip())
    if match is None:
        raise InvalidRequestError("If-Match", 'must be one ETag such as "3", or *', HTTPStatus.BAD_REQUEST)
    return int(match[1] or match[2])
