"""The EventBridge bus, as a publisher uses it."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from recado.adapters.faults import as_our_fault
from recado.rules.event import strict_json
from recado.rules.event.envelope import DETAIL_TEXT
from recado.rules.event.event import Event

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html: 10 entries, 1 MB in all.
_MOST_ENTRIES = 10
_MOST_BYTES = 900_000
# Where a region does not take that much yet, it refuses the whole call; 256 KB is what all of them have always taken.
_MOST_BYTES_BEFORE = 250_000
_INVALID = "ValidationException"
# From 19 digits on; those of a text are taken for such, too, which does no harm.
_MORE_THAN_64_BITS = re.compile(r"\d{19}", re.ASCII)


class EventBridgeBus:
    """Publishes events; fills the port `EventBus`."""

    def __init__(self, client: "EventBridgeClient", bus_name: str, source: str) -> None:
        self._client = client
        self._bus_name = bus_name
        self._source = source

    @as_our_fault("publishing events")
    def publish(self, events: Sequence[Event]) -> list[str | None]:
        """Put the events; for each one None, or the error code with which the bus refused it."""
        answers: list[str | None] = []
        for entries in _groups([self._entry(event) for event in events], _MOST_BYTES):
            answers += self._put(entries, is_first=not answers)
        return answers

    def _put(self, entries: list[Any], *, is_first: bool) -> list[str | None]:
        try:
            result = self._client.put_events(Entries=entries)
        except (BotoCoreError, ClientError) as error:
            smaller = list(_groups(entries, _MOST_BYTES_BEFORE))
            if _code(error) == _INVALID and len(smaller) > 1:
                answers: list[str | None] = []
                for group in smaller:
                    answers += self._put(group, is_first=is_first and not answers)
                return answers
            # Once some events are on the bus, it must be said which ones.
            if is_first:
                raise
            return [_code(error)] * len(entries)
        return [entry.get("ErrorCode") for entry in result["Entries"]]

    def _entry(self, event: Event) -> dict[str, Any]:
        # The event's own text inside the frame of a detail: what was checked is what travels.
        fields: Any = strict_json.loads(event.text)
        del fields["eventName"]
        detail = {"accountId": strict_json.loads(event.account_text), **fields}
        if event.traceparent is not None:
            detail["traceparent"] = event.traceparent
        return {
            "EventBusName": self._bus_name,
            "Source": self._source,
            "DetailType": event.name,
            "Detail": _kept_exact(strict_json.dumps(detail)),
        }


def _code(error: BotoCoreError | ClientError) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


def _kept_exact(detail: str) -> str:
    """The detail as it may travel: within a text where it may hold an integer that EventBridge does not keep."""
    return strict_json.dumps({DETAIL_TEXT: detail}) if _MORE_THAN_64_BITS.search(detail) else detail


def _groups(entries: Sequence[dict[str, Any]], most_bytes: int) -> Iterator[list[Any]]:
    group: list[Any] = []
    size = 0
    for entry in entries:
        length = len(entry["Detail"].encode())
        if group and (len(group) == _MOST_ENTRIES or size + length > most_bytes):
            yield group
            group, size = [], 0
        group.append(entry)
        size += length
    if group:
        yield group
