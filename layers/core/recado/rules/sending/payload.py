"""The body of a POST: which events travel together, in which order, and under which message id."""

import hashlib
from collections.abc import Iterable, Sequence

from recado.rules.event.event import Event
from recado.rules.webhook.delivery_settings import DeliverySettings


def body(events: Sequence[Event]) -> bytes:
    """`{"accountId":…,"events":[…]}` as compact UTF-8 JSON: the bytes that are signed and sent."""
    return _frame(events[0].account_text, ",".join(event.text for event in events)).encode()


def _frame(account_text: str, events_text: str) -> str:
    return f'{{"accountId":{account_text},"events":[{events_text}]}}'


def in_order(events: Iterable[Event]) -> list[Event]:
    """The events by timestamp, then id, each once; those of the same time and id by arrival, if their names differ."""
    first: dict[tuple[str, str], Event] = {}
    for event in events:
        first.setdefault((event.key, event.name), event)
    return sorted(first.values(), key=lambda event: event.key)


def batches(events: Iterable[Event], limits: DeliverySettings) -> list[list[Event]]:
    """The events cut into POSTs, in order, each within the limits of events and bytes; a larger event travels alone.

    All events of a POST spell the account id alike, since the body names it once.
    """
    result: list[list[Event]] = []
    size = 0
    for event in events:
        length = len(event.text.encode())
        fits = (
            result
            and len(result[-1]) < limits.max_events
            and size + 1 + length <= limits.max_bytes
            and result[-1][0].account_text == event.account_text
        )
        if fits:
            result[-1].append(event)
            size += 1 + length
        else:
            result.append([event])
            size = len(_frame(event.account_text, "")) + length
    return result


def message_id(events: Sequence[Event]) -> str:
    """The `webhook-id` of a POST: the event's own id for one event, else the same for the same set of events."""
    if len(events) == 1:
        return events[0].event_id
    keys = "\n".join(sorted(event.key for event in events))
    return f"batch_{hashlib.sha256(keys.encode()).hexdigest()[:32]}"
