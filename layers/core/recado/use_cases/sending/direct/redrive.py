"""Redrive: readable messages of the dead-letter queue go back to the batch queue, on an operator's command.

What can be read ended there because our own side failed a thousand times; what cannot be read stays.
"""

from dataclasses import dataclass

from recado.ports.sending import BatchQueue, Deadline, QueueMessage
from recado.rules.event.event import InvalidEventError
from recado.rules.event.reading import EventReader

REDRIVE = {"redriveDeadLetters": True}
"""The invocation event that asks for it."""

_SECONDS_FOR_A_ROUND = 10
# A receive may bring nothing but what was seen before while others wait.
_ROUNDS_WITHOUT_NEWS = 3


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
        """Move until the queue gives nothing, or three times in a row nothing new, or time is nearly up.

        A message is put into the batch queue before it leaves the other: a death between the two doubles it, and the
        drain finds the second one recorded.
        """
        report = RedriveReport()
        seen: set[str] = set()
        without_news = 0
        while without_news < _ROUNDS_WITHOUT_NEWS and deadline.remaining_seconds() > _SECONDS_FOR_A_ROUND:
            received = self._dead_letters.receive()
            if not received:
                break
            messages = [message for message in received if message.message_id not in seen]
            without_news = 0 if messages else without_news + 1
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
