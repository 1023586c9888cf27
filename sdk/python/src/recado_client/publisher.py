"""Publishing events on Recado's bus, many in a call: what the bus refuses for now is put again, with the same ids.

It needs the extra `recado-client[publisher]`, and the right `events:PutEvents` on the bus.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ProxyConnectionError, SSLError
from tenacity import Retrying, retry_if_result, stop_after_attempt, wait_exponential_jitter

# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html. A call takes more bytes in some
# regions; this much it takes in all of them.
MOST_ENTRIES = 10
MOST_BYTES = 256 * 1024
# Recado's own bound of one event's JSON, account and trace apart.
MOST_EVENT_BYTES = 256 * 1024 - 128
ATTEMPTS = 5
_NO_ANSWER = "NoAnswer"
_SERVER_ERROR = 500
_PASSING = frozenset(
    {"ThrottlingException", "InternalFailure", "InternalException", "ServiceUnavailable", "RequestTimeout", _NO_ANSWER}
)
_INVALID = "ValidationException"
# EventBridge keeps whole numbers up to 64 bits; from 19 digits on the detail travels as a text, which it leaves alone.
_MORE_THAN_64_BITS = re.compile(r"\d{19}", re.ASCII)


class _Refusal(NamedTuple):
    code: str
    may_pass: bool


_NOT_TRIED = _Refusal("", may_pass=True)


class EventsClient(Protocol):
    """What is used of boto3's client of EventBridge."""

    def put_events(self, *, Entries: Sequence[Any]) -> Any:  # noqa: N803, ANN401 - boto3's own names
        """Put up to ten entries."""


@dataclass(frozen=True)
class Event:
    """Something that happened in an account.

    `data` is a JSON object as the type's schema says; `event_id` is made of what happened, or drawn here once;
    `timestamp` is RFC 3339, or seconds or milliseconds since 1970, and now where none is given.
    """

    account_id: str | int
    event_name: str
    data: dict[str, Any]
    event_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    timestamp: str | int = field(default_factory=lambda: int(time.time() * 1000))
    event_info: str | None = None
    traceparent: str | None = None


class UnfitEventError(ValueError):
    """One of the events can never be published; `event` says which one, and none of them was sent."""

    def __init__(self, event: Event, reason: str) -> None:
        # As given, for a pool of processes makes the error again of them.
        super().__init__(event, reason)
        self.event = event

    def __str__(self) -> str:
        """Which event it is, and why."""
        event, reason = self.args
        return f"event {event.event_id!r} {reason}; none was published"


class NotPublishedError(Exception):
    """Some events were not taken by the bus; `refused` holds each with the code that it was refused with.

    All others were. Publishing a refused one again, with its id and timestamp, delivers it once at most.
    """

    def __init__(self, refused: list[tuple[Event, str]]) -> None:
        super().__init__(refused)
        self.refused = refused

    def __str__(self) -> str:
        """How many there are, and the codes."""
        codes = ", ".join(sorted({code for _, code in self.refused}))
        return f"{len(self.refused)} events were not published: {codes}"


class Publisher:
    """Publishes on the bus of this name, as this source: the stack's outputs `EventBusName` and `EventSource`."""

    def __init__(self, bus_name: str, source: str, client: EventsClient | None = None) -> None:
        self._bus_name = bus_name
        self._source = source
        self._client: EventsClient = client or boto3.client("events")

    def publish(self, events: Iterable[Event]) -> None:
        """Put the events; raises `UnfitEventError` before any is sent, and `NotPublishedError` for those not taken."""
        given = list(events)
        entries = [self._entry(event) for event in given]
        refusals = dict.fromkeys(range(len(entries)), _NOT_TRIED)

        def put_those_left() -> bool:
            for group in _groups(entries, [place for place, refusal in refusals.items() if refusal.may_pass]):
                for place, refusal in zip(group, self._put([entries[place] for place in group]), strict=True):
                    if refusal is None:
                        del refusals[place]
                    else:
                        refusals[place] = refusal
            return any(refusal.may_pass for refusal in refusals.values())

        Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential_jitter(multiplier=0.2, max=10, jitter=0.2),
            retry=retry_if_result(bool),
            retry_error_callback=lambda _: None,
        )(put_those_left)
        if refusals:
            raise NotPublishedError([(given[place], refusal.code) for place, refusal in refusals.items()])

    def _put(self, entries: list[dict[str, str]]) -> list[_Refusal | None]:
        try:
            answers = self._client.put_events(Entries=entries).get("Entries", [])
        except ClientError as error:
            code = error.response["Error"]["Code"]
            # Said of the call as a whole; alone, what is at fault harms no other.
            alone = [[entry] for entry in entries] if code == _INVALID and len(entries) > 1 else []
            refusal = _Refusal(code, code in _PASSING or _status(error) >= _SERVER_ERROR)
            return [refused for entry in alone for refused in self._put(entry)] or [refusal] * len(entries)
        except BotoCoreError as error:
            broken = isinstance(error, HTTPClientError) and not isinstance(error, SSLError | ProxyConnectionError)
            return [_Refusal(type(error).__name__, broken)] * len(entries)
        complete = len(answers) == len(entries)
        codes = [answer.get("ErrorCode") for answer in answers] if complete else [_NO_ANSWER] * len(entries)
        return [_Refusal(code, code in _PASSING) if code else None for code in codes]

    def _entry(self, event: Event) -> dict[str, str]:
        inside = {"eventId": event.event_id, "timestamp": event.timestamp}
        inside |= {"eventInfo": event.event_info} if event.event_info is not None else {}
        trace = {"traceparent": event.traceparent} if event.traceparent is not None else {}
        try:
            size = len(_json({**inside, "eventName": event.event_name, "data": event.data}).encode())
            detail = _json({"accountId": event.account_id, **inside, "data": event.data, **trace})
            entry = {"Source": self._source, "DetailType": str(event.event_name), "Detail": _kept_exact(detail)}
            _size(entry)
        except (TypeError, ValueError, RecursionError) as error:
            raise UnfitEventError(event, f"is not JSON ({type(error).__name__}: {error})") from None
        if size > MOST_EVENT_BYTES:
            raise UnfitEventError(event, f"has {size} bytes of JSON, of {MOST_EVENT_BYTES} at most")
        return {"EventBusName": self._bus_name, **entry}


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _kept_exact(detail: str) -> str:
    return _json({"detailText": detail}) if _MORE_THAN_64_BITS.search(detail) else detail


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _size(entry: dict[str, str]) -> int:
    """As EventBridge counts it: source, detail type and detail, in UTF-8."""
    return sum(len(entry[name].encode()) for name in ("Source", "DetailType", "Detail"))


def _groups(entries: Sequence[dict[str, str]], places: Sequence[int]) -> Iterator[list[int]]:
    """The places, in order, in groups that one call takes."""
    group: list[int] = []
    size = 0
    for place in places:
        length = _size(entries[place])
        if group and (len(group) == MOST_ENTRIES or size + length > MOST_BYTES):
            yield group
            group, size = [], 0
        group.append(place)
        size += length
    if group:
        yield group
