"""Receivers: after how long they answer, and what with."""

from dataclasses import dataclass
from random import Random

from benchmarks.simulation.aws import Spread
from recado.rules.sending.attempt import Failure, FailureClass

ANSWER_SECONDS = 5.0
"""How long a receiver has, by the usual settings of a webhook."""

NOT_REACHED = Failure(FailureClass.CONNECT, "No connection was made in time.")
NO_ANSWER = Failure(FailureClass.TIMEOUT, "The receiver did not answer in time.", timeout_seconds=int(ANSWER_SECONDS))


@dataclass(frozen=True)
class Receiver:
    """Well, but for the time from `down_from` to `down_until`, in seconds, when each POST ends with `failure`."""

    answers: Spread
    down_from: float = 0.0
    down_until: float = 0.0
    failure: Failure = NOT_REACHED

    def answer(self, now: float, random: Random) -> tuple[float, Failure | None]:
        """Seconds that a POST takes, and why it failed."""
        if self.down_from <= now < self.down_until:
            return ANSWER_SECONDS, self.failure
        return min(self.answers.draw(random), ANSWER_SECONDS), None
