"""Drain: the batch queue is emptied, and its events leave in one POST per webhook."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from recado.ports.sending import BatchQueue, Clock, DeadLetters, Deadline, QueueMessage
from recado.rules.event.event import InvalidEventError
from recado.rules.event.reading import EventReader
from recado.rules.sending.draining import Received, more_drains
from recado.use_cases.sending.direct.dispatch import Attempted, Dispatch, LeftOut
from recado.use_cases.sending.direct.flow import WINDOW_BYTES, WINDOW_MESSAGES, Answer, Flow, Pairs
from recado.use_cases.sending.direct.misfits import Misfits
from recado.use_cases.sending.direct.sending import Clash
from recado.use_cases.sending.survived import Survived

_SECONDS_FOR_A_WINDOW = 60
_RECEIVES_OF_A_QUARTER_OF_AN_HOUR = 6

EXTRA_DRAIN = {"extraDrain": True}
"""The invocation event of a drain that another drain has started."""


@dataclass(slots=True)
class DrainReport(Survived):
    """What a drain did, for the log; `dead_letters` are the reasons of what was moved to that queue.

    `misfits` are the events that were dispatched although they do not fit their schemas.
    """

    received: int = 0
    started: int = 0
    dead_letters: list[str] = field(default_factory=list)
    handed_back: int = 0
    attempts: list[Attempted] = field(default_factory=list)
    filtered: list[LeftOut] = field(default_factory=list)
    misfits: Misfits = field(default_factory=Misfits)


class Drain:
    """Empties the batch queue."""

    def __init__(
        self,
        *,
        reader: EventReader,
        queue: BatchQueue,
        dispatch: Dispatch,
        dead_letters: DeadLetters,
        start_drains: Callable[[int], None],
        max_drains: int,
        executor: Executor,
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._queue = queue
        self._dispatch = dispatch
        self._dead_letters = dead_letters
        self._start_drains = start_drains
        self._max_drains = max_drains
        self._executor = executor
        self._clock = clock

    def __call__(self, deadline: Deadline, *, starts_others: bool = True) -> DrainReport:
        """Receive and dispatch until the queue is empty or time is nearly up; a deep queue gets more drains first.

        A message is deleted once its event is delivered, recorded as pending, or moved to the dead-letter queue.
        Messages of an account whose dispatch failed on our side go back to the queue.
        """
        report = DrainReport()

        def dispatch(pairs: Pairs) -> Answer:
            try:
                return self._dispatch([event for _, event in pairs], deadline)
            except Exception as error:  # noqa: BLE001 - one account's trouble must not keep the others waiting
                return error

        flow = Flow(dispatch, lambda pairs, answer: self._conclude(pairs, answer, report), self._executor)
        emptied = False
        while not emptied and deadline.remaining_seconds() > _SECONDS_FOR_A_WINDOW:
            window, emptied = self._receive_window(deadline, report)
            if starts_others and not report.received and not emptied:
                with report.noting_faults():
                    report.started = self._start_others(window)
            report.received += len(window)
            no_room = flow.add(self._by_account(window, report))
            self._end([], [_without_fault(message) for message in no_room], report)
            flow.make_room()
        flow.finish()
        return report

    def _receive_window(self, deadline: Deadline, report: DrainReport) -> tuple[list[QueueMessage], bool]:
        """The next messages, and whether they are the last: the queue is empty, or cannot be asked."""
        window: list[QueueMessage] = []
        size = 0
        # A queue that is filled while it is emptied could otherwise keep us receiving until the invocation ends.
        while (
            len(window) < WINDOW_MESSAGES
            and size < WINDOW_BYTES
            and deadline.remaining_seconds() > _SECONDS_FOR_A_WINDOW
        ):
            messages: list[QueueMessage] = []
            with report.noting_faults():
                messages = self._queue.receive()
            if not messages:
                return window, True
            window.extend(messages)
            size += sum(len(message.body) for message in messages)
        return window, False

    def _start_others(self, window: Sequence[QueueMessage]) -> int:
        """Start as many more drains as the queue calls for, by what this one has received of it first."""
        now = self._clock()
        oldest_ms = now - min((message.sent_at for message in window), default=now)
        received = Received(len(window), sum(len(message.body) for message in window), oldest_ms)
        wanted = min(more_drains(self._queue.depth(), received), self._max_drains - 1)
        if wanted > 0:
            self._start_drains(wanted)
        return max(wanted, 0)

    def _by_account(self, window: Sequence[QueueMessage], report: DrainReport) -> dict[str, Pairs]:
        """The readable messages of each account; the others are moved to the dead-letter queue."""
        accounts: dict[str, Pairs] = defaultdict(list)
        for message in window:
            try:
                event = self._reader.of_message(message.body)
            except InvalidEventError as error:
                moved = self._move_to_dead_letters(message, str(error), report)
                self._end([message] if moved else [], [] if moved else [message], report)
            else:
                accounts[event.account_id].append((message, event))
        return accounts

    def _conclude(self, pairs: Pairs, answer: Answer, report: DrainReport) -> None:
        if isinstance(answer, Exception):
            report.faults.append(answer)
            self._end([], [message for message, _ in pairs], report)
            return
        report.attempts.extend(answer.attempts)
        report.filtered.extend(answer.filtered)
        reasons = _reasons(answer.clashes)
        done: list[QueueMessage] = []
        undone: list[QueueMessage] = []
        for message, event in pairs:
            reason = reasons.get((event.key, event.name))
            if reason is None:
                report.misfits.note(event)
            kept = reason is None or self._move_to_dead_letters(message, reason, report)
            (done if kept else undone).append(message)
        self._end(done, undone, report)

    def _end(self, done: Sequence[QueueMessage], undone: Sequence[QueueMessage], report: DrainReport) -> None:
        """Let the queue forget what is done, and hand out the rest again later.

        What is not deleted comes back when its visibility timeout is over, and is found recorded.
        """
        with report.noting_faults():
            self._queue.delete(done)
        with report.noting_faults():
            self._queue.hand_back(undone)
            report.handed_back += len(undone)

    def _move_to_dead_letters(self, message: QueueMessage, reason: str, report: DrainReport) -> bool:
        with report.noting_faults():
            self._dead_letters.put(message.body, reason)
            report.dead_letters.append(reason)
            return True
        return False


def _without_fault(message: QueueMessage) -> QueueMessage:
    """A message that comes back for want of room: it waits for a quarter of an hour at most, however often it came."""
    return replace(message, receives=min(message.receives, _RECEIVES_OF_A_QUARTER_OF_AN_HOUR))


def _reasons(clashes: Sequence[Clash]) -> dict[tuple[str, str], str]:
    """Why events cannot be dispatched, by key and name."""
    return {(clash.event.key, clash.event.name): clash.reason for clash in clashes}
