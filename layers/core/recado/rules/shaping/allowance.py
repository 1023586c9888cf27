"""How much work expressions may be: steps of one, and of all that are worked out for a webhook at a time."""

MOST_CHARACTERS = 1024
"""How long an expression is at most."""

STEPS_OF_ONE = 50_000
"""Of one expression over one event: about a tenth of a second of a small processor at the very most."""

STEPS_TOGETHER = 500_000
"""Of all events that are dispatched or sent to a webhook at a time: so that many events hold nobody up, either."""


class SpentError(Exception):
    """There are no more steps; the message says which limit is reached."""


class Allowance:
    """Steps that are `left` for one webhook. Not shared between threads."""

    def __init__(self, steps: int = STEPS_TOGETHER) -> None:
        self.left = steps
        self._until = 0

    def begin(self) -> None:
        """Begin with another expression."""
        self._until = self.left - STEPS_OF_ONE

    @property
    def left_of_one(self) -> int:
        """How many steps the expression under way may still take."""
        return self.left - max(0, self._until)

    def exhaust(self) -> None:
        """Take all steps that the expression under way has left: it asks for more than there are."""
        self.left = max(0, self._until)

    def spend(self, steps: int = 1) -> None:
        """Take so many steps; where there are not so many, take what there is, and raise `SpentError`."""
        if steps > self.left:
            self.exhaust()
            raise SpentError("the expressions of this webhook take too many steps for so many events at a time")
        if self.left - steps < self._until:
            self.exhaust()
            raise SpentError(f"it takes more than {STEPS_OF_ONE} steps")
        self.left -= steps
