"""What an invocation of `events/` meets, and what each function is to make of it."""

from typing import Any

from local.listener import Listener
from tests.support.system import System

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WEBHOOK_ID = "wh_0f5d1c9a7b3e4d2f8a6c5b4e3d2c1b0a"
UNREADABLE = {
    "unreadable_data_missing": "data: must be a JSON object",
    "unreadable_unknown_name": "eventName: is not in the catalogue of event types (GET /event-types)",
    "unreadable_event_id_missing": "eventId: must be 1 to 128 letters, digits, '_', '-' or ':' (a UUID is best)",
}


class World:
    """An account with one signed webhook that wants everything, and its receiver."""

    def __init__(self, system: System, receiver: Listener) -> None:
        self.system = system
        self.receiver = receiver
        self.webhook = system.add_signed_webhook(f"{receiver.url}/hook", SECRET, name=WEBHOOK_ID)
        receiver.secrets["/hook"] = SECRET

    def assert_delivered(self, *events: dict[str, Any]) -> None:
        """Assert that the receiver got exactly these events, in one verified POST, and that the log says so."""
        [request] = self.receiver.received
        assert request.verified
        assert [event["detail"]["eventId"] for event in events] == request.event_ids
        assert [event["detail"]["data"] for event in events] == [got["data"] for got in request.payload["events"]]
        assert set(self.system.outcomes(self.webhook).values()) == {"DELIVERED"}

    def assert_unreadable(self, scenario: str) -> None:
        """Assert that nothing was sent, and that the dead-letter queue tells why."""
        [(_, reason)] = self.system.dead_letters()
        assert reason == UNREADABLE[scenario]
        assert self.receiver.received == []
