"""Redrive: readable messages of the dead-letter queue go back to the batch queue, on an operator's command.

What can be read ended there because our own side failed a hundred times; what cannot be read stays.
"""

from dataclasses import dataclass

from recado.ports.sending import BatchQueue, Deadline, QueueMessage
from recado.rules.event.event import InvalidEventError
from recado.rules.event.reading import EventReader

REDRIVE = {"redriveDeadLetters": True}
"""The invocation event that asks for it."""

_SECONDS_FOR_A_ROUND = 10


@dataclass(slots=True)
class RedriveReport:
    """How many messages went back, and how many stayed."""

    moved: int = 0
    unreadable: int = 0


class Redrive:
    """Moves messages back."""

    def __init__(self, *, reader: EventReader, dead_letters: BatchQueue, queue: BatchQueue) -> None:
        self._reader = reader
        self._dead_letters = dead_letters
        self._queue = queue

    def __call__(self, deadline: Deadline) -> RedriveReport:
        """Move until every message has been seen once, or time is nearly up.

        A message is put into the batch queue before it leaves the other: a death between the two doubles it, and the
        drain finds the second one recorded.
        """
        report = RedriveReport()
        seen: set[str] = set()
        while deadline.remaining_seconds() > _SECONDS_FOR_A_ROUND:
            messages = [message for message in self._dead_letters.receive() if message.message_id not in seen]
            if not messages:
                break
            seen.update(message.message_id for message in messages)
            readable = [message for message in messages if self._is_readable(message)]
            for message in readable:
                self._queue.send(message.body)
            self._dead_letters.delete(readable)
            report.moved += len(readable)
            report.unreadable += len(messages) - len(readable)
        return report

    def _is_readable(self, message: QueueMessage) -> bool:
        try:
            self._reader.of_message(message.body)
        except InvalidEventError:
            return False
        return True
