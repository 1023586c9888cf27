"""What an exploration starts from and keeps: the scenario, the states, and what was found."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.faults.interleaving.lane_item import Lane, Slot


class Budget(NamedTuple):
    """How often what may go wrong may still go wrong."""

    deaths: int = 0
    refusals: int = 0  # a POST that fails
    named: int = 0  # a POST of several events of which the receiver names one that it did not take
    gone: int = 0  # a POST that is answered with 410
    slow: int = 0  # a POST that is answered late
    marks: int = 0  # a mark of slowness by somebody else whose POST is under way
    faults: int = 0  # a call that fails on our side, with its effect or without, or part of a batch write
    unsent: int = 0  # a SendMessage that is refused
    lost: int = 0  # a write whose answer is lost, and which the SDK repeats
    twice: int = 0  # a message that comes twice
    purges: int = 0
    lapses: int = 0  # a lease that ends under its holder
    sweeps: int = 0  # a sweep while others are at work
    expiries: int = 0  # seven days that are over
    hurries: int = 0  # a run whose time is over


FAULTS = ("deaths", "faults", "lost", "twice", "lapses")
"""After which a POST may be repeated."""


class Job(NamedTuple):
    """A job: who asked, whether it catches up, whether it runs, and after and up to which event its last page went."""

    asker: int
    status: str
    catches_up: bool = False
    running: bool = True
    after: int = -1
    position: int = -1


class Shared(NamedTuple):
    """The world. Deliveries are sets of bits, those of copies above those of events; `log` has a status an event.

    Of what is set `aside` some is `resting`: it is not due yet. While somebody has asked for sending, some of what
    waits was `tried` since, some was set aside since (`late`), and some of what is aside is to be tried `sooner`.

    What nobody asks for, but the checks: what was `received`, `cancelled`, is `owed` to somebody who asked for a copy,
    `meant` by a job that has not come to it, how many `marks` of slowness there were, and quick POSTs since.
    """

    lane: Lane | None
    queue: tuple[int, ...] = ()
    backlog: int = 0
    expired: int = 0
    by_job: int = 0
    aside: int = 0
    resting: int = 0
    tried: int = 0
    sooner: int = 0
    late: int = 0
    log: tuple[str, ...] = ()
    recent: int = 0
    withdrawn: int = 0
    job: Job | None = None
    received: int = 0
    cancelled: int = 0
    owed: int = 0
    meant: int = 0
    marks: int = 0
    quick: int = 0


class State(NamedTuple):
    """One moment."""

    shared: Shared
    slots: tuple[Slot, ...]
    budget: Budget


@dataclass
class Report:
    """What the exploration found: the first problem, and the shortest way to it."""

    states: int = 0
    ends: int = 0
    wake_ups: int = 0  # at most, at once
    problem: str = ""
    trace: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scenario:
    """Who works at the webhook, how it is at first, and what may go wrong.

    `events` are those of each dispatcher, as sets of bits; `asks` are processes that nobody repeats; `settings` are of
    the webhook. There is always one more sweep to come when nothing else will happen. `left_out` names conditions of
    the stores' writes that are taken away. POSTs fail that hold one of the `poison`, or any where there is none, and
    are answered with `status` then. The copies of `older` events were asked for before any job. A job's pages hold
    `page` events.
    """

    events: tuple[int, ...] = (1, 2)
    runs: int = 2
    asks: tuple[tuple[Any, ...], ...] = ()
    budget: Budget = field(default_factory=Budget)
    lane: Lane = field(default_factory=Lane)
    backlog: int = 0
    expired: int = 0
    aside: int = 0
    older: int = 0
    log: tuple[str, ...] = ("", "", "")
    poison: int = 0
    status: int = 500
    page: int = 1
    settings: tuple[tuple[str, Any], ...] = ()
    left_out: tuple[str, ...] = ()
