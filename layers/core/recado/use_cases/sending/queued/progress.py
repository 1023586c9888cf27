"""What a run has done so far, and how it ended."""

from dataclasses import dataclass, field

from recado.rules.sending.attempt import AttemptResult
from recado.use_cases.sending.survived import Survived


@dataclass(slots=True)
class Progress(Survived):
    """What a run has done so far, for whoever has to tell of it, also where it ends in a fault."""

    attempts: list[AttemptResult] = field(default_factory=list)
    carried: list[tuple[str, ...]] = field(default_factory=list, compare=False)
    """The ids of the first events of each attempt, for the log."""
    expired: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """A run is over; its wake-up comes back after so many seconds, None where it is done."""

    back_in_seconds: int | None = None
