"""How events reach the functions: EventBridge's envelope, and the forms it takes on its way through a queue."""

from collections.abc import Mapping

from recado.rules.event import strict_json
from recado.rules.event.event import InvalidEventError

DETAIL_TEXT = "detailText"
"""The field of a detail that is a text: what that holds as JSON is the detail.

EventBridge keeps integers to 64 bits alone (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html),
and every number within a text.
"""

_WRAPPING_LEVELS = 2  # the EventBridge event around the detail, and the record around that


def opened(envelope: object) -> tuple[object, object]:
    """`detail-type` and `detail` of an EventBridge event; raises `InvalidEventError` where it is none."""
    if not isinstance(envelope, Mapping):
        raise InvalidEventError("message", "must be an EventBridge event, a JSON object")
    detail = envelope.get("detail")
    if isinstance(detail, Mapping) and "data" not in detail and isinstance(detail.get(DETAIL_TEXT), str):
        detail = _loaded(detail[DETAIL_TEXT])
    return envelope.get("detail-type"), detail


def unwrapped(body: str) -> object:
    """What should be an EventBridge event, of a message of the batch queue; raises `InvalidEventError`.

    The message is that event, as a rule or its dead-letter target sends it, or the record of a failed asynchronous
    invocation, which holds it as `requestPayload`
    (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
    """
    message = _loaded(body, strict_json.MAX_DEPTH + _WRAPPING_LEVELS)
    if isinstance(message, Mapping) and "requestContext" in message and "requestPayload" in message:
        return message["requestPayload"]
    return message


def _loaded(text: str, most_levels: int = strict_json.MAX_DEPTH) -> object:
    try:
        return strict_json.loads(text, most_levels)
    except strict_json.InvalidJsonError as error:
        raise InvalidEventError("message", str(error)) from None
