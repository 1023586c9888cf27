"""The webhook's item as the world keeps it: tokens are numbers, times are what matters of them.

Each process sees it with its own eyes: a token is its own or another's, a time is over or ahead. So what processes have
been answered does not depend on how many tokens there have been, and states that differ in that alone are one.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from recado.rules.webhook.lane import ASIDE_LOOK_MS, LATE_LOOK_MS
from tests.faults.interleaving.model.sizes import number_of
from tests.unit.builders import NAME, NOW, OTHER_NAME, event

NOBODY, DEAD = -1, -2
"""Who holds the lease of a run that has died, until its time is over."""
LEASE_UNTIL = NOW + 102_000
_MARKS_FROM = NOW - 100
OFF_SINCE = NOW - 4_000
OVERDUE = NOW - 60_000
WAIT_MS = 6_000
"""How long each wait is: after a failure, a fault, a turn."""
OWN, OTHER = "own", "other"
"""A token, as a process sees it."""
QUICK_POSTS = 2
MOST_EVENTS = 3
MOST_JOBS = 2
EVENTS = [
    event(f"e{number}", timestamp=NOW + number, name=OTHER_NAME if number == MOST_EVENTS - 1 else NAME)
    for number in range(MOST_EVENTS)
]
NUMBERS = {one.key: number for number, one in enumerate(EVENTS)}


class Slot(NamedTuple):
    """Who a process is: how far it has come, its token (0: none yet), and what it does not know of.

    `moved` says whether the owner (1) and the time that it is due at (2) were written since it read them; it is -1
    where it has not, or will not write on that condition. `gone` is a run whose message was purged, `allowed` what it
    may still POST though it was cancelled, as it was out by then, and `excused` what it may until it looks at its
    webhook again, as a job has taken that back.
    """

    process: int
    token: int = 0
    moved: int = -1
    gone: bool = False
    allowed: int = 0
    excused: int = 0


class Lane(NamedTuple):
    """The item. `due` is None, or `now`, `wait`, `lease`, `late`, `aside`, and whether that time is `over`.

    While it `rests` nothing is sent. `jobs` are the numbers of the unfinished ones, as a set of bits. `alive` are those
    whose end a late look waits for. `told` is whether somebody was told that it is slow. `cut` and
    `stuck` are numbers (`sizes`), `after` that of the event that was tried last of what is set aside.
    """

    status: str = "ACTIVE"
    version: int = 1
    owner: int = 0
    due: str | None = None
    over: bool = False
    alive: int = 0
    lease: int = NOBODY
    lapsed: bool = False
    slow: int = 0
    quick: int = 0
    turn: bool = False
    faults: bool = False
    jobs: int = 0
    rests: bool = False
    failing: bool = False
    since: bool = False
    attempts: bool = False
    alerted: bool = False
    told: bool = False
    cut: int = 0
    stuck: int = 0
    asked: bool = False
    aside: bool = False
    after: int = NOBODY


_DUE = {
    None: None,
    "now": NOW,
    "wait": NOW + WAIT_MS,
    "lease": LEASE_UNTIL,
    "aside": NOW + ASIDE_LOOK_MS,
    "late": NOW + LATE_LOOK_MS,
}


_TAKE_BACK = ("cancel all", "end")
"""Who leaves to its owner what the webhook was waiting for."""


def seen(lane: Lane, who: int, slot: Slot, kind: str, due_at: int | None) -> dict[str, Any]:
    """Return the attributes that matter to a process of this kind, but the jobs."""
    is_own = lane.owner == slot.token and kind != "admin"
    owner = None if not lane.owner else OWN if is_own else OTHER
    found = {"status": lane.status, "health": "FAILING" if lane.failing else "HEALTHY", "owner": owner, "version": 1}
    if kind == "run" and owner == OTHER:
        return found
    if (
        kind in ("run", "sweep", "admin", *_TAKE_BACK)
        or owner == OWN
        or (kind == "dispatch" and owner is None and lane.failing)
    ):
        found["due_at"] = due_at
    if kind == "admin":
        found["version"] = lane.version
        found["off_since"] = None if lane.status == "ACTIVE" else OFF_SINCE
    if kind in ("run", "dispatch", "admin"):
        found["failing_since"] = NOW if lane.since else None
        found["attempts"] = int(lane.attempts) or None
        found["alerted_at"] = NOW if lane.alerted else None
    if kind in ("run", "dispatch"):
        found |= _told(lane)
        found["cut"] = lane.cut
    if kind in ("run", "sweep", *_TAKE_BACK):
        found |= _of_owners(lane)
    if kind in ("run", "sweep", "admin"):
        found["has_aside"] = lane.aside or None
    if kind in _TAKE_BACK:
        found |= _leased(lane, who)
    if kind == "run":
        found |= _of_runs(lane, who)
    return found


def _told(lane: Lane) -> dict[str, Any]:
    slow_at = _MARKS_FROM + lane.slow if lane.slow else None
    return {"slow_at": slow_at, "slow_told_at": NOW if lane.told else None}


def _of_owners(lane: Lane) -> dict[str, Any]:
    return {"asked_at": NOW if lane.asked else None, "rest_until": NOW + WAIT_MS if lane.rests else None}


def due_at_of(lane: Lane, *, resolved: bool) -> int | None:
    """Return when it is due; `resolved` is now, where that time is over."""
    return NOW if resolved and lane.over and lane.due else _DUE[lane.due]


def _leased(lane: Lane, who: int) -> dict[str, Any]:
    free = lane.lease == NOBODY
    return {
        "lease_holder": None if free else OWN if lane.lease == who else OTHER,
        "lease_until": None if free else NOW - 1 if lane.lapsed else LEASE_UNTIL,
    }


def _of_runs(lane: Lane, who: int) -> dict[str, Any]:
    return _leased(lane, who) | {
        "quick": lane.quick or None,
        "turn_at": NOW + WAIT_MS if lane.turn else None,
        "faults": int(lane.faults) or None,
        "stuck": lane.stuck,
        "aside_after": None if lane.after == NOBODY else EVENTS[lane.after].key,
    }


def watched(view: dict[str, Any]) -> bool:
    """Whether a process that has read this may write on the condition that it is unchanged."""
    return "due_at" in view


def holds(condition: Any, lane: Lane | None, who: int, slot: Slot, left_out: frozenset[str] = frozenset()) -> bool:
    """Whether a condition of a process holds; leaves on attributes that are `left_out` are taken away."""
    return _holds(condition, lane, who, slot, left_out) is not False


def _holds(condition: Any, lane: Lane | None, who: int, slot: Slot, left_out: frozenset[str]) -> bool | None:
    operator, *operands = condition
    if operator in ("AND", "OR"):
        answers = [_holds(each, lane, who, slot, left_out) for each in operands]
        known = [answer for answer in answers if answer is not None]
        if not known:
            return None
        return all(known) if operator == "AND" else any(known)
    name = operands[0]
    if name in left_out:
        return None
    value = None if lane is None else _value(lane, who, slot, name)
    if operator in ("attribute_exists", "attribute_not_exists"):
        return bool((value is None) == (operator == "attribute_not_exists"))
    return value is not None and _compares(operator, name, value, operands[1], slot.moved)


def _compares(operator: str, name: str, value: Any, wanted: Any, moved: int) -> bool:
    if operator == "=":
        if wanted == OTHER:
            return bool(value == OTHER and not moved & 1)
        return not moved & 2 if name == "due_at" else bool(value == wanted)
    assert operator in ("<", "<=", ">"), operator
    return bool(value > wanted if operator == ">" else value < wanted or (operator == "<=" and value == wanted))


def _value(lane: Lane, who: int, slot: Slot, name: str) -> Any:
    if name == "owner":
        return None if not lane.owner else OWN if lane.owner == slot.token else OTHER
    if name == "due_at":
        return due_at_of(lane, resolved=True)
    if name in ("status", "version"):
        return getattr(lane, name)
    if name in ("jobs", "size(jobs)"):
        return lane.jobs.bit_count() or None
    if name in ("slow_at", "slow_told_at"):
        return _told(lane)[name]
    return _of_runs(lane, who)[name]


class Written(NamedTuple):
    """What a write has made of the item, with the token of its owner, and what is wrong with it."""

    lane: Lane
    token: int
    marks: int
    problem: str = ""


def written(
    lane: Lane, changes: tuple[tuple[str, Any], ...], who: int, slot: Slot, new: tuple[int, int, int, int]
) -> Written:
    """Return the item after an update.

    `new` is a fresh token, how many marks there were, who lives (-1: the time is written as it is), and how many quick
    POSTs there were since the last mark.
    """
    fresh, marks, alive, quick = new
    token, problem, fields = slot.token, "", dict[str, Any]()
    for name, value in changes:
        if name == "owner":
            if value != OTHER:  # else it is written as it was read
                token = token or fresh if value else token
                fields["owner"] = token if value else 0
        elif name == "due_at":
            fields |= _due(lane, value, alive)
        elif name == "lease_holder":
            fields |= {"lease": who if value else NOBODY, "lapsed": False}
        elif name == "slow_at":
            if value is None and lane.slow and quick < QUICK_POSTS:
                problem = "a mark of slowness is lost"
            # The owner has its number already, since its POST; a dispatcher's mark is a new one.
            marks = marks + 1 if value == NOW else marks
            fields["slow"] = 0 if value is None else marks if value == NOW else value - _MARKS_FROM
        elif name == "slow_told_at":
            problem = "told twice that it is slow" if lane.told else problem
            fields["told"] = True
        elif name in ("add jobs", "delete jobs"):
            fields["jobs"] = lane.jobs | 1 << value if name == "add jobs" else lane.jobs & ~(1 << value)
        else:
            fields |= _counted(name, value)
    return Written(lane._replace(**fields), token, marks, problem)


def mark_of(number: int) -> int:
    """Return the time of a mark of slowness."""
    return _MARKS_FROM + number


_PLAIN = {
    "failing_since": "since",
    "alerted_at": "alerted",
    "attempts": "attempts",
    "faults": "faults",
    "asked_at": "asked",
    "rest_until": "rests",
    "has_aside": "aside",
}


def _counted(name: str, value: Any) -> dict[str, Any]:
    if name in _PLAIN:
        return {_PLAIN[name]: bool(value)}
    others: dict[str, Callable[[], dict[str, Any]]] = {
        "status": lambda: {"status": value},
        "version": lambda: {"version": value},
        "health": lambda: {"failing": value == "FAILING"},
        "aside_after": lambda: {"after": NOBODY if value is None else NUMBERS[value]},
        "cut": lambda: {"cut": number_of("cut", value)},
        "stuck": lambda: {"stuck": number_of("stuck", value)},
        "turn_at": lambda: {"turn": value is not None and value > NOW},
        "quick": lambda: {"quick": min(value or 0, QUICK_POSTS)},
    }
    return others[name]() if name in others else {}


def _due(lane: Lane, value: int | None, alive: int) -> dict[str, Any]:
    if value is None:
        return {"due": None, "over": False, "alive": 0}
    kinds = {time: kind for kind, time in _DUE.items()}
    kind = "now" if value <= NOW else kinds.get(value, "lease" if value == LEASE_UNTIL else "wait")
    if kind == lane.due and alive < 0:
        return {}
    if kind == "late":
        return {"due": kind, "over": False, "alive": max(alive, 0)}
    return {"due": kind, "over": kind == "now", "alive": 0}
