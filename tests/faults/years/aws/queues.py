"""SQS: messages that are hidden for a while when they are received, come twice, late, or are refused."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.faults.simulation import Simulation
from tests.faults.years.aws.calls import Calls, refused
from tests.faults.years.faults import Faults

_MOST = 10


@dataclass(eq=False)
class Message:
    """A message; `visible_ms` is when it can be received (again)."""

    number: int
    body: str
    sent_ms: int
    visible_ms: int
    key: str = ""
    receives: int = 0


class Queue:
    """A queue; `arrived` is told when something will be visible, `received` the key of what is taken."""

    def __init__(self, simulation: Simulation, faults: Faults, visibility_seconds: int) -> None:
        self._simulation = simulation
        self._faults = faults
        self._visibility_ms = visibility_seconds * 1000
        self._numbers = itertools.count()
        self.messages: dict[int, Message] = {}
        self.arrived: Callable[[int], object] = lambda _at_ms: None
        self.received: Callable[[str], object] = lambda _key: None
        self.most = 0

    def put(self, body: str, delay_seconds: float = 0, *, key: str = "") -> Message:
        """Put a message, which may come late."""
        now = self._simulation.now_ms
        delay_ms = round(delay_seconds * 1000) + (90_000 if self._faults.strikes("message late") else 0)
        message = Message(next(self._numbers), body, now, now + delay_ms, key)
        self.messages[message.number] = message
        self.most = max(self.most, len(self.messages))
        self.arrived(message.visible_ms)
        return message

    def has(self, key: str) -> bool:
        """Whether a message of this key is still to be dealt with."""
        return any(message.key == key for message in self.messages.values())

    def receive(self, most: int = _MOST) -> list[Message]:
        """Take up to so many of those that are visible, the oldest first; SQS may hand one out twice."""
        now = self._simulation.now_ms
        taken = list(itertools.islice((one for one in self.messages.values() if one.visible_ms <= now), most))
        for message in taken:
            message.receives += 1
            self.received(message.key)
            if not self._faults.strikes("message twice"):
                self.hide(message, self._visibility_ms)
        return taken

    def hide(self, message: Message, milliseconds: int) -> None:
        """Let a message be visible only then."""
        message.visible_ms = self._simulation.now_ms + milliseconds
        if message.number in self.messages:
            self.arrived(message.visible_ms)

    def delete(self, number: int) -> None:
        """Forget a message."""
        self.messages.pop(number, None)

    def visible(self) -> int:
        """Count those that can be received."""
        return sum(one.visible_ms <= self._simulation.now_ms for one in self.messages.values())


class Sqs:
    """What the adapters take for the client of SQS; queues by their addresses."""

    def __init__(self, calls: Calls, faults: Faults, queues: dict[str, Queue]) -> None:
        self._calls = calls
        self._faults = faults
        self.queues = queues

    def send_message(self, **named: Any) -> Any:
        """Put a message; where the answer is lost, the SDK puts it once more."""

        def do() -> dict[str, Any]:
            if self._faults.strikes("refused message", often=3):
                self._calls.hurt("refused message")
                raise refused("SendMessage", "KmsThrottled")
            self.queues[named["QueueUrl"]].put(named["MessageBody"], named.get("DelaySeconds", 0))
            return {}

        return self._calls.make("SendMessage", do)

    def receive_message(self, **named: Any) -> Any:
        """Receive up to ten."""

        def do() -> dict[str, Any]:
            return {"Messages": [_received(one) for one in self.queues[named["QueueUrl"]].receive()]}

        return self._calls.make("ReceiveMessage", do)

    def delete_message_batch(self, **named: Any) -> Any:
        """Delete messages."""

        def do() -> dict[str, Any]:
            for entry in named["Entries"]:
                self.queues[named["QueueUrl"]].delete(int(entry["ReceiptHandle"]))
            return {}

        return self._calls.make("DeleteMessageBatch", do)

    def change_message_visibility(self, **named: Any) -> Any:
        """Let a message come back then."""
        return self._calls.make("ChangeMessageVisibility", lambda: self._hide(named["QueueUrl"], named))

    def change_message_visibility_batch(self, **named: Any) -> Any:
        """Let messages come back then."""

        def do() -> dict[str, Any]:
            for entry in named["Entries"]:
                self._hide(named["QueueUrl"], entry)
            return {}

        return self._calls.make("ChangeMessageVisibilityBatch", do)

    def get_queue_attributes(self, **named: Any) -> Any:
        """Tell how many are visible."""

        def do() -> dict[str, Any]:
            return {"Attributes": {"ApproximateNumberOfMessages": str(self.queues[named["QueueUrl"]].visible())}}

        return self._calls.make("GetQueueAttributes", do)

    def _hide(self, url: str, entry: Any) -> dict[str, Any]:
        queue = self.queues[url]
        message = queue.messages.get(int(entry["ReceiptHandle"]))
        if message is None:
            raise refused("ChangeMessageVisibility", "MessageNotInflight")
        queue.hide(message, entry["VisibilityTimeout"] * 1000)
        return {}


def _received(message: Message) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(message.receives), "SentTimestamp": str(message.sent_ms)}
    handle = str(message.number)
    return {"MessageId": handle, "ReceiptHandle": handle, "Body": message.body, "Attributes": attributes}


class Alerting:
    """What the adapters take for the clients of SNS and EventBridge: alerts are counted by kind."""

    def __init__(self, calls: Calls, told: Callable[[str, str], object]) -> None:
        self._calls = calls
        self._told = told

    def publish(self, **_named: Any) -> Any:
        """Take an alert for people."""
        return self._calls.make("Publish", dict)

    def put_events(self, **named: Any) -> Any:
        """Take an alert for programs."""

        def do() -> dict[str, Any]:
            for entry in named["Entries"]:
                self._told(entry["DetailType"], entry["Detail"])
            return {"FailedEntryCount": 0}

        return self._calls.make("PutEvents", do)
