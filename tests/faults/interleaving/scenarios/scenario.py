"""What an exploration starts from and keeps: the scenario, the states, and what was found."""

from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from tests.faults.interleaving.model.lane_item import MOST_EVENTS, Lane, Slot
from tests.faults.interleaving.model.moments import ENDED_BEFORE


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
    """A job: who asked for what, how far it is, and after and up to which event its last page went.

    `meant` are the events that it is to send, and that it has not come to.
    """

    asker: int
    kind: str
    status: str | None = None
    set_aside: bool = False
    state: str = "RUNNING"
    after: int = -1
    position: int = -1
    meant: int = 0

    @property
    def is_unfinished(self) -> bool:
        """Whether it is to be carried on."""
        return self.state in ("RUNNING", "ENDING")

    @property
    def withdraws(self) -> bool:
        """Whether it takes back."""
        return self.kind == "CANCELLATION" or self.state == "ENDING"


class Shared(NamedTuple):
    """The world. Deliveries are sets of bits, those of copies above those of events; `log` has a status an event.

    When an event has `ended`, its copy was `asked` for, and last `withdrawn`, are moments (`moments`). The jobs are in
    the order of their beginnings. What a request with a key has made is kept `once`.

    Of what is set `aside` some is `resting`: it is not due yet. While somebody has asked for sending, some of what
    waits was `tried` since, some was set aside since (`late`), and some of what is aside is to be tried `sooner`.

    What nobody asks for, but the checks: what was `received`, `cancelled`, is `owed` to somebody who asked for a copy,
    how many `marks` of slowness there were, and quick POSTs since; whether a failure `waits` to be over, and whether a
    request with a key has had its `effect`.
    """

    lane: Lane | None
    queue: tuple[int, ...] = ()
    backlog: int = 0
    expired: int = 0
    aside: int = 0
    resting: int = 0
    tried: int = 0
    sooner: int = 0
    late: int = 0
    log: tuple[str, ...] = ()
    ended: tuple[int, ...] = (ENDED_BEFORE,) * MOST_EVENTS
    asked: tuple[int, ...] = (0,) * MOST_EVENTS
    withdrawn: tuple[int, ...] = (0,) * MOST_EVENTS
    jobs: tuple[Job, ...] = ()
    once: tuple[int, ...] | None = None
    received: int = 0
    cancelled: int = 0
    owed: int = 0
    marks: int = 0
    quick: int = 0
    waits: bool = False
    effect: bool = False

    @property
    def meant(self) -> int:
        """What some job is to send."""
        return reduce(or_, (job.meant for job in self.jobs), 0)

    def not_meant(self, events: int) -> "Shared":
        """The same without these events among what jobs are to send."""
        if not events & self.meant:
            return self
        return self._replace(jobs=tuple(job._replace(meant=job.meant & ~events) for job in self.jobs))


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
    are answered with `status` then. Of the `unwanted` ones the webhook wants no more. A job's pages hold `page` items.
    """

    events: tuple[int, ...] = (1, 2)
    runs: int = 2
    asks: tuple[tuple[Any, ...], ...] = ()
    budget: Budget = field(default_factory=Budget)
    lane: Lane = field(default_factory=Lane)
    backlog: int = 0
    expired: int = 0
    aside: int = 0
    log: tuple[str, ...] = ("", "", "")
    poison: int = 0
    unwanted: int = 0
    status: int = 500
    page: int = 1
    settings: tuple[tuple[str, Any], ...] = ()
    left_out: tuple[str, ...] = ()
