"""Reading events: of the types of a catalogue, in whichever form they come."""

from collections.abc import Mapping

from recado.rules.account import published_account
from recado.rules.event.catalogue import Catalogue
from recado.rules.event.envelope import opened, unwrapped
from recado.rules.event.event import Event, InvalidEventError, parse_event
from recado.rules.event.judging import Judging


class EventReader:
    """Reads events of the types of one catalogue; `judging` holds their data against their JSON Schemas."""

    def __init__(self, catalogue: Catalogue, judging: Judging | None = None) -> None:
        self.catalogue = catalogue
        self._judging = judging

    def of_entry(self, name: object, detail: object) -> Event:
        """The event that an EventBridge entry of this `DetailType` and `Detail` publishes.

        Raises `InvalidEventError`.
        """
        if not isinstance(name, str) or name not in self.catalogue:
            raise InvalidEventError("eventName", "is not in the catalogue of event types (GET /event-types)")
        event = parse_event(name, detail)
        if self._judging is None or not isinstance(detail, Mapping):
            return event
        return self._judging(event, detail["data"])

    def of_envelope(self, envelope: object) -> Event:
        """The event inside an EventBridge event (`detail-type`, `detail`); raises `InvalidEventError`."""
        return self.of_entry(*opened(envelope))

    def of_message(self, body: str) -> Event:
        """The event inside a message of the batch queue; raises `InvalidEventError`."""
        return self.of_envelope(unwrapped(body))

    def sample(self, name: str, account_id: str, event_id: str, now_ms: int) -> Event:
        """An event of this type with the catalogue's sample, as if it had just been published in the account.

        What an admin sends to see whether a receiver is set up.
        """
        detail: Mapping[str, object] = {
            "accountId": published_account(account_id),
            "eventId": event_id,
            "timestamp": now_ms,
            "eventInfo": "",
            "data": dict(self.catalogue[name].sample),
        }
        return parse_event(name, detail)
