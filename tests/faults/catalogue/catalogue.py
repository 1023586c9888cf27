"""A catalogue of faults whose outcomes are shown by scenarios: one function a fault, under its number and name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from local.listener import Listener
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS, detail, envelope
from tests.support.system import System

SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DAY = 24 * 60 * 60

_WRITES = ("BatchWriteItem", "UpdateItem", "SendMessage", "DeleteMessageBatch", "ChangeMessageVisibility")
_ALARM_CLOCK = 1801
"""Seconds after which every message that was received and not deleted is visible again."""


class KilledError(BaseException):
    """The process is gone: no `except Exception` of the product sees it."""


@dataclass
class Recado:
    """The deployed system of a scenario, its AWS calls, and a receiver."""

    system: System
    aws: AwsCalls
    receiver: Listener

    def publish(self, event_id: str = "e0", **changes: Any) -> None:
        """Bring a real-time event."""
        self.system.invoke("realtime_dispatcher", envelope(content=detail(event_id, **changes)))

    def drain(self) -> Any:
        """Let the schedule start a drain."""
        return self.system.invoke("batch_dispatcher", SCHEDULED)

    def let_messages_come_back(self) -> None:
        """Wait until no message is in flight any more."""
        self.system.clock.advance(_ALARM_CLOCK)

    @property
    def ids(self) -> list[str]:
        """The message ids of the requests that the receiver got, in their order."""
        return [request.headers["webhook-id"] for request in self.receiver.received]

    @property
    def sent(self) -> list[list[str]]:
        """The event ids of the requests that the receiver got, in their order."""
        return [request.event_ids for request in self.receiver.received]

    @contextmanager
    def killed_before(self, operation: str) -> Iterator[None]:
        """Kill what runs inside at its next call of this operation, so that nothing is written after it."""

        def die() -> None:
            for write in _WRITES:
                self.aws.refuse(write)
            raise KilledError

        self.aws.before(operation, die)
        with suppress(KilledError):
            yield
        for write in _WRITES:
            self.aws.allow(write)

    @contextmanager
    def refused(self, operation: str, code: str) -> Iterator[None]:
        """Let this operation fail inside."""
        self.aws.refuse(operation, code)
        yield
        self.aws.allow(operation)


Scenario = Callable[[Recado], None]


class Catalogue(dict[str, Scenario]):
    """Scenarios by number and name."""

    def fault(self, name: str) -> Callable[[Scenario], Scenario]:
        """Enter a scenario."""

        def enter(scenario: Scenario) -> Scenario:
            self[name] = scenario
            return scenario

        return enter


def at(milliseconds: int) -> dict[str, Any]:
    """Return the field that dates an event so long after noon."""
    return {"timestamp": NOON_MS + milliseconds}
