"""The body of a POST: which events travel together, in which order, and under which message id."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import takewhile

from recado.rules.event.event import Event
from recado.rules.shaping.formats import Writing
from recado.rules.webhook.delivery_settings import DeliverySettings


def in_order(events: Iterable[Event]) -> list[Event]:
    """The events by timestamp, then id, each once; those of the same time and id by arrival, if their names differ."""
    first: dict[tuple[str, str], Event] = {}
    for event in events:
        first.setdefault((event.key, event.name), event)
    return sorted(first.values(), key=lambda event: event.key)


class Filling:
    """A POST that is filled event by event, within the limits of events and bytes; a larger event travels alone.

    All events of a POST spell the account id alike, since the body names it once.
    """

    def __init__(self, limits: DeliverySettings, writing: Writing) -> None:
        self._limits = limits
        self._writing = writing
        self._account_text: str | None = None
        self._is_out_of_room = False
        self.events = 0
        self.size = 0

    def takes(self, event: Event) -> bool:
        """Whether the event is taken in; what follows one that is not belongs to the next POST."""
        length = len(self._writing.text_of(event).encode())
        if self._account_text is None:
            self._account_text = event.account_text
            self.size = len(self._writing.shape.body(event.account_text, [""])) + length
        elif self.by_events or self._account_text != event.account_text:
            return False
        elif not self._has_room_for(length):
            self._is_out_of_room = True
            return False
        else:
            self.size += 1 + length
        self.events += 1
        return True

    @property
    def is_full(self) -> bool:
        """Whether no other event can be taken in."""
        return self.by_events or self.by_bytes

    @property
    def by_events(self) -> bool:
        """Whether it holds as many events as it may."""
        return self.events >= self._limits.max_events

    @property
    def by_bytes(self) -> bool:
        """Whether it has no room for another event: for the one that was refused, or for any."""
        return self._is_out_of_room or not self._has_room_for(0)

    def _has_room_for(self, length: int) -> bool:
        return self.size + 1 + length <= self._limits.max_bytes


def first_batch(events: Iterable[Event], filling: Filling) -> list[Event]:
    """The events of the first POST, of so many in order: those that it takes in."""
    return list(takewhile(filling.takes, events))


def message_id(events: Sequence[Event]) -> str:
    """The `webhook-id` of a POST: the event's own id for one event, else the same for the same set of events."""
    if len(events) == 1:
        return events[0].event_id
    keys = "\n".join(sorted(event.key for event in events))
    return f"batch_{hashlib.sha256(keys.encode()).hexdigest()[:32]}"
