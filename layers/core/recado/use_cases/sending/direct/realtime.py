"""Real time: one event from the bus, dispatched at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from recado.ports.sending import DeadLetters, Deadline
from recado.rules.event import strict_json
from recado.rules.event.event import InvalidEventError
from recado.rules.event.reading import EventReader
from recado.use_cases.sending.direct.dispatch import Attempted, Dispatch, LeftOut
from recado.use_cases.sending.direct.misfits import Misfits


@dataclass(frozen=True, slots=True)
class RealtimeReport:
    """What came of an event: its attempts, why it was moved to the dead-letter queue, and whose filter left it out.

    `misfits` tells of it where it was dispatched although it does not fit its schema.
    """

    attempts: Sequence[Attempted] = ()
    dead_letter: str | None = None
    filtered: Sequence[LeftOut] = ()
    misfits: Misfits = field(default_factory=Misfits)


class Realtime:
    """Dispatches the event of an EventBridge invocation."""

    def __init__(self, *, reader: EventReader, dispatch: Dispatch, dead_letters: DeadLetters) -> None:
        self._reader = reader
        self._dispatch = dispatch
        self._dead_letters = dead_letters

    def __call__(self, envelope: object, deadline: Deadline) -> RealtimeReport:
        """Dispatch the event; one that no retry can help is moved to the dead-letter queue.

        That is one which cannot be read, or clashes with another. Raises whatever our own side failed at: Lambda
        repeats that.
        """
        try:
            event = self._reader.of_envelope(envelope)
        except InvalidEventError as error:
            self._dead_letters.put(_kept(envelope), str(error))
            return RealtimeReport(dead_letter=str(error))
        dispatched = self._dispatch([event], deadline)
        reason = "; ".join(clash.reason for clash in dispatched.clashes) or None
        misfits = Misfits()
        if reason is None:
            misfits.note(event)
        else:
            self._dead_letters.put(_kept(envelope), reason)
        return RealtimeReport(dispatched.attempts, reason, dispatched.filtered, misfits)


def _kept(envelope: object) -> str:
    """The text that is kept of an envelope: all of it, or its upper levels if it has more than can be written."""
    # ASCII escapes carry what UTF-8 cannot: an unreadable event may hold a lone surrogate.
    try:
        return json.dumps(envelope)
    except RecursionError:
        return json.dumps(strict_json.upper_levels(envelope))
