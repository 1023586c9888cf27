"""What leads the POSTs of a webhook and fails: how long it is waited for, and when an event behind it is tried.

An event that fails alone, while another is delivered, is to blame itself. The one behind it is tried first, afterwards
one drawn from the hundred behind, so that bad neighbours do not shield each other, and so on from the first for
whatever comes next, until something that leads is delivered; after the first, second, fourth,
eighth … wait, so that a receiver that takes nothing is not asked twice as often.
"""

from dataclasses import dataclass, replace

from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.cutting import answers_at_once, may_be_to_blame

DRAWN_FROM = 100
"""So many events behind one that is stuck may be drawn, to be tried in its place."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """Failures in a row, with nothing delivered between them.

    `key` is what led the last POST, `tries` how many in a row have failed with it in the lead. `alone` counts the waits
    since an event failed alone, `neighbours` the events behind one that were tried after such a wait; the next is
    tried after so many waits as `neighbour_at` says.

    It is `suspected` from when it has failed alone until something behind it was tried, or it was waited for.

    `amid` other bad ones: the last that was set aside had one behind it. What follows is bad, too, as likely as not: it
    goes alone, and if it fails, one is drawn at once.
    """

    key: str | None = None
    tries: int = 0
    alone: int = 0
    neighbours: int = 0
    neighbour_at: int = 1
    amid: bool = False
    suspected: bool = False

    @property
    def goes_alone(self) -> bool:
        """Whether the next POST carries nothing but what leads it: that has failed alone, or as likely as not will."""
        return self.suspected or self.alone > 0 or self.amid

    def tries_of(self, key: str) -> int:
        """How many POSTs in a row have failed that this key led."""
        return self.tries if key == self.key else 0

    def waited(self) -> "Stuck":
        """One more wait for an event that fails alone."""
        return replace(self, alone=self.alone + 1, suspected=False)

    def after_neighbour(self) -> "Stuck":
        """An event behind the stuck one has failed, too, and both wait."""
        if self.alone == 0:
            return self.waited()
        after = replace(self, neighbours=self.neighbours + 1, neighbour_at=self.alone + 2**self.neighbours)
        return after.waited()


NOT_STUCK = Stuck()
AMID_BAD_ONES = Stuck(amid=True)
"""Nothing is stuck any more, but what was had others behind it that are."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows a failed POST.

    `wait` is which wait of the schedule comes next, 0 for none. Where `cuts`, it is sent again in smaller ones; where
    `suspects`, an event behind it is tried before anybody waits, the next one or, where `draws`, one that is drawn.
    """

    stuck: Stuck
    wait: int
    cuts: bool = False
    suspects: bool = False
    draws: bool = False


def judged(stuck: Stuck, result: AttemptResult, key: str, events: int, failures: int) -> Verdict:
    """What follows a failed POST of so many events, led by `key`, after so many failed POSTs in a row with it."""
    after = replace(stuck, key=key, tries=stuck.tries_of(key) + 1)
    if not may_be_to_blame(result, after.tries):
        if after.alone == 0:
            return Verdict(after, wait=failures)
        return Verdict(after.waited(), wait=after.alone + 1)
    if events > 1:
        return Verdict(Stuck(key, after.tries), wait=0 if answers_at_once(result) else 1, cuts=True)
    if answers_at_once(result) if after.alone == 0 else after.alone >= after.neighbour_at:
        draws = after.amid or after.neighbours > 0 or (after.alone > 0 and answers_at_once(result))
        suspected = replace(after, suspected=True)
        return Verdict(suspected, wait=after.alone + 1, cuts=True, suspects=True, draws=draws)
    return Verdict(after.waited(), wait=after.alone + 1, cuts=True)
