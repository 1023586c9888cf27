"""An event: one thing that happened in one account, as published and as it will be sent."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from recado.rules import account
from recado.rules.event import strict_json, timestamps
from recado.rules.event.catalogue import NAME_ACCEPTED, is_name
from recado.rules.event.problem import Problem
from recado.rules.event.trace_context import traceparent_of

# One event must fit alone into a body of payload.MAX_BODY_BYTES; the difference holds the frame and the account id.
MAX_EVENT_BYTES = 256 * 1024 - 128

# An event id becomes the `webhook-id` header, which must not hold a '.' (Standard Webhooks 1.0.0, "Signature scheme"),
# and a part of the delivery's key and address.
EVENT_ID = "[A-Za-z0-9_:-]{1,128}"
EVENT_ID_ACCEPTED = "1 to 128 letters, digits, '_', '-' or ':' (a UUID is best)"
_EVENT_ID = re.compile(EVENT_ID)


class InvalidEventError(ValueError):
    """Not an event that can be delivered: `field` names the culprit, `reason` says what is accepted.

    There may be further ones; `problems` are all that are told of.
    """

    def __init__(self, field: str, reason: str, further: Iterable[Problem] = ()) -> None:
        self.field = field
        self.reason = reason
        self.problems = (Problem(field, reason), *further)
        super().__init__("; ".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `text` is the JSON object that receivers get, `account_text` the account id as JSON, as it came.

    `traceparent` is the trace that its publisher says it belongs to, `misfits` what does not fit the JSON Schema of its
    type, where it is delivered all the same.
    """

    account_id: str
    account_text: str
    event_id: str
    name: str
    timestamp_ms: int
    text: str
    traceparent: str | None = None
    misfits: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def key(self) -> str:
        """Sort key of its deliveries: time first, so that keys in order are events in order."""
        return key_of(self.timestamp_ms, self.event_id)


def key_of(timestamp_ms: int, event_id: str) -> str:
    """The sort key of the deliveries of an event."""
    return f"{timestamp_ms:015d}#{event_id}"


def timestamp_of(key: str) -> int:
    """The time of the event of a sort key."""
    return int(key.partition("#")[0])


def id_of_event(key: str) -> str:
    """The id of the event of a sort key."""
    return key.partition("#")[2]


def is_event_id(text: str) -> bool:
    """Whether this can be the id of an event."""
    return _EVENT_ID.fullmatch(text) is not None


def parse_event(name: str, detail: object) -> Event:
    """The event that an EventBridge entry with this `DetailType` and `Detail` publishes; raises `InvalidEventError`.

    Whether there is such an event type is for `EventReader` to say.
    """
    if not is_name(name):
        raise InvalidEventError("eventName", f"must be {NAME_ACCEPTED}")
    if not isinstance(detail, Mapping):
        raise InvalidEventError("detail", "must be a JSON object")
    try:
        strict_json.check(detail)
    except strict_json.InvalidJsonError as error:
        raise InvalidEventError("detail", str(error)) from None
    account_id = account.account_key(detail.get("accountId"))
    if account_id is None:
        raise InvalidEventError("accountId", f"must be {account.ACCEPTED}")
    event_id = _event_id(detail.get("eventId"))
    timestamp_ms = _timestamp(detail)
    fields: dict[str, object] = {"eventId": event_id, "eventName": name, "timestamp": detail["timestamp"]}
    if "eventInfo" in detail:
        fields["eventInfo"] = _event_info(detail["eventInfo"])
    fields["data"] = _data(detail)
    text = strict_json.dumps(fields)
    if len(text.encode()) > MAX_EVENT_BYTES:
        raise InvalidEventError("data", f"makes the event larger than {MAX_EVENT_BYTES} bytes (256 KB) of JSON")
    account_text, traceparent = strict_json.dumps(detail["accountId"]), traceparent_of(detail.get("traceparent"))
    return Event(account_id, account_text, event_id, name, timestamp_ms, text, traceparent)


def _event_id(value: object) -> str:
    if not isinstance(value, str) or not is_event_id(value):
        raise InvalidEventError("eventId", f"must be {EVENT_ID_ACCEPTED}")
    return value


def _timestamp(detail: Mapping[str, object]) -> int:
    try:
        return timestamps.to_milliseconds(detail.get("timestamp"))
    except timestamps.InvalidTimestampError as error:
        raise InvalidEventError("timestamp", str(error)) from None


def _event_info(value: object) -> object:
    if value is not None and not isinstance(value, str):
        raise InvalidEventError("eventInfo", "must be a text")
    return value


def _data(detail: Mapping[str, object]) -> object:
    data = detail.get("data")
    if not isinstance(data, Mapping):
        raise InvalidEventError("data", "must be a JSON object")
    return data
