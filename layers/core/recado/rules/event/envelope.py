"""How events reach the functions: EventBridge's envelope, and the forms it takes on its way through a queue."""

from collections.abc import Mapping

from recado.rules.event import strict_json
from recado.rules.event.event import Event, InvalidEventError, parse_event

_WRAPPING_LEVELS = 2  # the EventBridge event around the detail, and the record around that


def event_from_envelope(envelope: object) -> Event:
    """The event inside an EventBridge event (`detail-type`, `detail`); raises `InvalidEventError`."""
    if not isinstance(envelope, Mapping):
        raise InvalidEventError("message", "must be an EventBridge event, a JSON object")
    return parse_event(envelope.get("detail-type"), envelope.get("detail"))


def event_from_message(body: str) -> Event:
    """The event inside a message of the batch queue; raises `InvalidEventError`.

    The message is an EventBridge event as a rule or its dead-letter target sends it, or the record of a failed
    asynchronous invocation, which holds the event as `requestPayload`
    (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
    """
    try:
        message = strict_json.loads(body, strict_json.MAX_DEPTH + _WRAPPING_LEVELS)
    except strict_json.InvalidJsonError as error:
        raise InvalidEventError("message", str(error)) from None
    if isinstance(message, Mapping) and "requestContext" in message and "requestPayload" in message:
        message = message["requestPayload"]
    return event_from_envelope(message)
