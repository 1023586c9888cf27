"""Publishing: events that come over HTTP go onto the bus, as any publisher's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recado.ports.managing import EventBus
from recado.rules.event.catalogue import Catalogue
from recado.rules.event.event import Event, InvalidEventError
from recado.rules.event.problem import MOST_PROBLEMS, Problem
from recado.rules.event.reading import EventReader


@dataclass(frozen=True, slots=True)
class Published:
    """What came of one event; `error_code` is the bus's reason for a refusal."""

    event_id: str
    error_code: str | None


class Publishing:
    """Publishes events of one account."""

    def __init__(self, bus: EventBus, reader: EventReader) -> None:
        self._bus = bus
        self._reader = reader

    @property
    def catalogue(self) -> Catalogue:
        """The event types that may be published."""
        return self._reader.catalogue

    def __call__(self, account_id: int | str, details: Sequence[Mapping[str, object]]) -> list[Published]:
        """Publish all events, or none where one is invalid: raises `InvalidEventError`.

        That names every event that is invalid, and all that is wrong with it, up to `MOST_PROBLEMS`: `events[i].…`.
        """
        events: list[Event] = []
        problems: list[Problem] = []
        for position, detail in enumerate(details):
            try:
                events.append(self._reader.of_entry(detail.get("eventName"), {**detail, "accountId": account_id}))
            except InvalidEventError as error:
                problems.extend(Problem(f"events[{position}].{each.path}", each.message) for each in error.problems)
            if len(problems) >= MOST_PROBLEMS:
                break
        if problems:
            first, *further = problems[:MOST_PROBLEMS]
            raise InvalidEventError(first.path, first.message, further)
        answers = self._bus.publish(events)
        return [Published(event.event_id, answer) for event, answer in zip(events, answers, strict=True)]
