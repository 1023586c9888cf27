"""Parameters that several routes take."""

import re
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from pydantic import WithJsonSchema

from recado.http_api.shared.problems import InvalidRequestError
from recado.rules.account import ACCEPTED, ACCOUNT_ID
from recado.rules.event import timestamps
from recado.rules.event.event import EVENT_ID, EVENT_ID_ACCEPTED, is_event_id

TIME = f"Of the event: {timestamps.ACCEPTED}; write a `+` as `%2B`."
"""How a time is written in a query."""

AccountId = Annotated[
    Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{ACCOUNT_ID}$"})],
    Path(alias="accountId", description=f"The account: {ACCEPTED}. What cannot be one answers 400."),
]
WebhookId = Annotated[str, Path(alias="webhookId", description="The webhook.")]
DeliveryId = Annotated[str, Path(alias="deliveryId", description="The delivery.")]
EventId = Annotated[
    Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{EVENT_ID}$"})],
    Path(alias="eventId", description=f"The event's id: {EVENT_ID_ACCEPTED}."),
]
IfMatch = Annotated[
    Annotated[str, WithJsonSchema({"type": "string", "pattern": r'^((W/)?"[0-9]{1,10}"|[0-9]{1,10}|\*)$'})] | None,
    Header(alias="If-Match", description='The ETag of the version that is meant, such as `"3"`; `*` for any.'),
]

FromFilter = Annotated[str | None, Query(alias="from", description=f"Not before this time. {TIME}")]
ToFilter = Annotated[str | None, Query(alias="to", description=f"Not after this time. {TIME}")]
Cursor = Annotated[
    Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]+$"})] | None,
    Query(description="The `nextCursor` of the page before, of the same list."),
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many a page.")]

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


def check_names(parameters: Mapping[str, str], known: Collection[str]) -> None:
    """Refuse a query parameter that would be ignored: a misspelt filter would show more than was asked for."""
    unknown = sorted(parameters.keys() - set(known))
    if unknown:
        all_known = ", ".join(known)
        raise InvalidRequestError(unknown[0][:100], f"is not a parameter of this request: there are {all_known}")


def milliseconds(field: str, value: object) -> int:
    """Milliseconds since 1970 of a time that was entered; raises `InvalidRequestError` that names the field."""
    try:
        return timestamps.to_milliseconds(value)
    except timestamps.InvalidTimestampError as error:
        raise InvalidRequestError(field, str(error)) from None


def time_of(field: str, text: str | None) -> int | None:
    """Milliseconds since 1970 of a time in the query; None where it is left out."""
    return None if text is None else milliseconds(field, text)


def time_range(
    from_time: str | None, to_time: str | None, names: tuple[str, str] = ("from", "to")
) -> tuple[int | None, int | None]:
    """Milliseconds since 1970 of two filters, `from` and `to` unless named otherwise; raises `InvalidRequestError`."""
    first, last = names
    from_ms, to_ms = time_of(first, from_time), time_of(last, to_time)
    if from_ms is not None and to_ms is not None and from_ms > to_ms:
        raise InvalidRequestError(last, f"must not be before {first}")
    return from_ms, to_ms


def event_id(text: str) -> str:
    """An event id of path or query; raises `InvalidRequestError` where it cannot be one."""
    if not is_event_id(text):
        raise InvalidRequestError("eventId", f"must be {EVENT_ID_ACCEPTED}")
    return text
