"""The lane: who sends a webhook's backlog, and until when nobody else may.

A webhook with an owner is sent by one invocation at a time: the owner is a wake-up, known by a token, and while one of
its runs sends it holds a lease. Each function here is one step of that; the store makes it one conditional write
(docs/adr/0021-the-lane.md). Times are milliseconds since 1970.
"""

from dataclasses import dataclass, replace

from recado.rules.sending.cutting import UNCUT, Cut

LATE_LOOK_MS = 10 * 60 * 1000
"""When a webhook that was given up is looked at once more: later than any request or drain lives."""

ASIDE_LOOK_MS = 4 * 60 * 1000
"""When one is looked at of which something is set aside: by the next beat of the sweep, which comes every five."""

QUICK_POSTS = 3
"""So many POSTs in a row that the receiver answered soon end that it counts as slow."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Who lets others go first at the next POST: what is set aside after one of its own, copies of a job likewise."""

    aside_gives_way: bool = False
    copies_give_way: bool = False

    def after_post(self, *, of_aside: bool, of_copies: bool) -> "Turns":
        """The turns after a POST of what is set aside, of copies, or of what else waits."""
        return Turns(of_aside, self.copies_give_way if of_aside else of_copies)


@dataclass(frozen=True, slots=True)
class Lane:
    """How the events of a webhook leave.

    `owner` is the token of the wake-up that sends the backlog, None where nobody does. `next_at` is when the owner, or
    without owner a sweep, is to look; the webhook is in the sweep's index while it is set. `lease_holder` is the run
    that sends now, until `lease_until` at most.

    `slow_at` is when the receiver was last found slow, None where it is not; `quick` counts the owner's POSTs in a row
    that were answered soon since. `turn_at` is when the next POST of a paced webhook may leave, `turns` whose that is:
    its runs make a POST each, and would not know. `faults` counts the runs in a row that ended by a fault of ours.
    `jobs` are the unfinished jobs that the owner carries on: their store alone changes them. `slow_told_at` and
    `aside_told_at` are when somebody was last told that the webhook is slow, and that it has events set aside.

    `cut` is how large its POSTs are. `asked_at` is when somebody asked for the present owner. `has_aside` marks that
    something was set aside when it was last looked, `aside_after` is the key of what was tried last of that. Before
    `rest_until` nothing is sent, though the owner is due: it was woken to take something back.
    """

    owner: str | None = None
    next_at: int | None = None
    lease_holder: str | None = None
    lease_until: int | None = None
    slow_at: int | None = None
    quick: int = 0
    turn_at: int | None = None
    turns: Turns = Turns()
    faults: int = 0
    jobs: frozenset[str] = frozenset()
    cut: Cut = UNCUT
    asked_at: int | None = None
    rest_until: int | None = None
    has_aside: bool = False
    aside_after: str | None = None
    slow_told_at: int | None = None
    aside_told_at: int | None = None

    def is_leased_at(self, now_ms: int) -> bool:
        """Whether a run holds the lease, and its time is not over."""
        return self.lease_holder is not None and self.lease_until is not None and self.lease_until >= now_ms


def owned(lane: Lane, token: str, at_ms: int) -> Lane:
    """A new owner, due at that time; a lease that another owner's run still holds goes on until that run ends it."""
    return replace(lane, owner=token, next_at=at_ms)


def asked_for(lane: Lane, token: str, now_ms: int) -> Lane:
    """A new owner, whoever it was, because somebody asked for sending: what is set aside is due, too."""
    return replace(owned(lane, token, now_ms), asked_at=now_ms, rest_until=None)


def asked_to_withdraw(lane: Lane, token: str, now_ms: int) -> Lane:
    """A new owner, whoever it was, because somebody asked to take something back: what waits goes on waiting.

    But not for our own faults: once a run has taken it back, they are over.
    """
    waits = lane.owner is not None and not lane.is_leased_at(now_ms) and not lane.faults
    waits_until = lane.next_at if waits else None
    rest_until = waits_until if waits_until is not None and waits_until > now_ms else lane.rest_until
    return replace(owned(lane, token, now_ms), rest_until=rest_until)


def leased(lane: Lane, holder: str, until_ms: int) -> Lane:
    """The owner sends: whoever looks by mistake finds it due when the lease is over."""
    return replace(lane, lease_holder=holder, lease_until=until_ms, next_at=until_ms)


def waiting(lane: Lane, until_ms: int) -> Lane:
    """The run ends, and its owner comes back then; a rest that is longer than that goes on."""
    rest_until = lane.rest_until if (lane.rest_until or 0) > until_ms else None
    return replace(lane, next_at=until_ms, lease_holder=None, lease_until=None, rest_until=rest_until)


def given_up(lane: Lane, now_ms: int, *, has_aside: bool) -> Lane:
    """Nobody owns it any more; a sweep looks once more, after everything that was under way has ended.

    Where something is set aside it looks sooner: that is tried again.
    """
    looked_at = now_ms + (ASIDE_LOOK_MS if has_aside else LATE_LOOK_MS)
    return replace(waiting(lane, looked_at), owner=None, asked_at=None, rest_until=None, has_aside=has_aside)


def emptied(lane: Lane, now_ms: int) -> Lane:
    """Nothing is set aside any more of a webhook that nobody owns: one late look is left."""
    return replace(lane, next_at=now_ms + LATE_LOOK_MS, has_aside=False)


def left(lane: Lane) -> Lane:
    """Nobody owns it, and nobody has to look."""
    return replace(lane, owner=None, next_at=None, asked_at=None, rest_until=None)


def switched_off(lane: Lane, token: str, now_ms: int) -> Lane:
    """The lane of a webhook that is switched off: where jobs are unfinished, an owner carries on those that cancel."""
    return asked_for(lane, token, now_ms) if lane.jobs else left(lane)


def after_quick_posts(lane: Lane, quick: int) -> Lane:
    """How slow the receiver is after so many quick POSTs in a row, if it was slow before."""
    if lane.slow_at is None:
        return lane
    return replace(lane, slow_at=None, quick=0) if quick >= QUICK_POSTS else replace(lane, quick=quick)
