"""The scenarios in which something is set aside."""

from tests.faults.interleaving.model.lane_item import Lane
from tests.faults.interleaving.scenarios.lane import (
    AGAIN,
    CANCEL,
    FIRST,
    JOB,
    OFF_AND_ON,
    ONE_BY_ONE,
    ORDERED,
    OWNED,
    SECOND_AGAIN,
    TWO,
)
from tests.faults.interleaving.scenarios.scenario import Budget, Scenario

COPY_OF_FIRST = 8
LOOKED_AT = Lane(due="aside", aside=True)
OWNED_ASIDE = OWNED._replace(aside=True)
IS_ASIDE = ("PENDING", "", "")
TWO_ASIDE = ("PENDING", "PENDING", "")


def _poison(backlog: int = 3, poison: int = 1, status: int = 400, **others: object) -> Scenario:
    """Return a webhook whose owner meets events that its receiver does not take, one by one."""
    values = {"events": (), "runs": 1, "lane": OWNED, "settings": ONE_BY_ONE, **others}
    return Scenario(backlog=backlog, poison=poison, status=status, **values)  # type: ignore[arg-type]


def _aside(aside: int = 1, log: tuple[str, ...] = IS_ASIDE, lane: Lane = OWNED_ASIDE, **others: object) -> Scenario:
    """Return a webhook of which something is set aside already."""
    values = {"events": (), "runs": 1, "poison": 1, "status": 400, "settings": ONE_BY_ONE, **others}
    return Scenario(aside=aside, log=log, lane=lane, **values)  # type: ignore[arg-type]


def _named(events: tuple[int, ...] = (3,), **others: object) -> Scenario:
    """Return dispatchers of several events each, of which the receiver may name one."""
    values = {"runs": 1, "poison": 1, **others}
    return Scenario(events=events, **values)  # type: ignore[arg-type]


SET_ASIDE = {
    "poison, set aside at once": _poison(budget=Budget(refusals=2, deaths=1)),
    "poison, set aside after waits": _poison(status=500, budget=Budget(refusals=4)),
    "poison, in a batch": _poison(backlog=7, poison=2, settings=(), budget=Budget(refusals=4)),
    "poison, the last of all": _poison(backlog=7, poison=4, budget=Budget(refusals=3)),
    "poison, and a neighbour": _poison(backlog=7, poison=3, budget=Budget(refusals=4)),
    "poison, and a neighbour, with waits": _poison(backlog=7, poison=3, status=500, budget=Budget(refusals=5)),
    "poison, and a lease that ends": _poison(runs=2, budget=Budget(refusals=2, lapses=1)),
    "poison, lost answers": _poison(budget=Budget(refusals=2, lost=2)),
    "poison, and faults": _poison(budget=Budget(refusals=2, faults=2)),
    "poison, a run whose time is over": _poison(status=500, budget=Budget(refusals=3, hurries=2)),
    "poison, a purge, and a sweep": _poison(budget=Budget(refusals=2, purges=1, sweeps=1)),
    "poison, and new events": _poison(backlog=1, events=(2,), budget=Budget(refusals=2, deaths=1)),
    "poison, and ordered": _poison(settings=ORDERED, budget=Budget(refusals=4, deaths=1)),
    "poison, and cancelled": _poison(asks=(CANCEL,), budget=Budget(refusals=2, deaths=1)),
    "poison, cancelled, and a lease that ends": _poison(runs=2, asks=(CANCEL,), budget=Budget(refusals=1, lapses=1)),
    "poison, and again": _poison(asks=(AGAIN,), budget=Budget(refusals=2, deaths=1)),
    "poison, and expires": _poison(budget=Budget(refusals=2, expiries=1, deaths=1)),
    "poison, and off": _poison(asks=(("admin", "off"),), budget=Budget(refusals=2, deaths=1)),
    "poison, off and on": _poison(asks=(OFF_AND_ON,), budget=Budget(refusals=2)),
    "poison, delivered before": _poison(log=FIRST, budget=Budget(refusals=3, deaths=1)),
    "poison, a copy": _poison(backlog=2 | COPY_OF_FIRST, log=FIRST, budget=Budget(refusals=2, deaths=1)),
    "poison, a copy, asked for again": _poison(
        backlog=2 | COPY_OF_FIRST, log=FIRST, asks=(AGAIN,), budget=Budget(refusals=2)
    ),
    "poison, a copy, cancelled": _poison(
        backlog=2 | COPY_OF_FIRST, log=FIRST, asks=(CANCEL,), budget=Budget(refusals=1)
    ),
    "poison, a job": _poison(backlog=0, log=TWO, lane=Lane(), asks=(JOB,), page=2, budget=Budget(refusals=2, deaths=1)),
    "poison, a job, new events": _poison(
        backlog=0, log=TWO, lane=Lane(), asks=(JOB,), page=2, events=(4,), budget=Budget(refusals=2)
    ),
}
NAMED = {
    "named by a dispatcher, and two deaths": _named(budget=Budget(named=1, deaths=2)),
    "named, tried and refused": _named(budget=Budget(named=1, refusals=1, deaths=1)),
    "named, and a sweep": _named(lane=Lane(due="late"), budget=Budget(named=1, sweeps=1, deaths=1)),
    "named, while another owner comes and goes": _named(lane=OWNED, budget=Budget(named=1, refusals=1)),
    "named, and faults": _named(budget=Budget(named=1, faults=2)),
    "named, a lost answer, a refused message": _named(budget=Budget(named=1, lost=1, unsent=1)),
    "named, a purge, and a death": _named(budget=Budget(named=1, purges=1, deaths=1)),
    "named by a run": _named(events=(), backlog=3, lane=OWNED, budget=Budget(named=2, deaths=1)),
    "named by a run, and a lease that ends": _named(
        events=(), runs=2, backlog=3, lane=OWNED, budget=Budget(named=1, lapses=1)
    ),
    "named, and off": _named(asks=(("admin", "off"),), budget=Budget(named=1, deaths=1)),
    "named, off and on": _named(asks=(OFF_AND_ON,), budget=Budget(named=1)),
    "named, and deleted": _named(asks=(("admin", "delete"),), budget=Budget(named=1, deaths=1)),
    "named, and cancelled": _named(asks=(CANCEL,), budget=Budget(named=1, refusals=1)),
    "named by one of two": _named(events=(3, 3), budget=Budget(named=1)),
    "named by one of two, refused by the other": _named(events=(3, 3), budget=Budget(named=1, refusals=1)),
    "named by one of two, and a death": _named(events=(3, 3), budget=Budget(named=1, deaths=1)),
}
ASIDE = {
    "aside, tried again": _aside(lane=LOOKED_AT, budget=Budget(refusals=2, deaths=1)),
    "aside, two": _aside(lane=LOOKED_AT, aside=3, poison=3, log=TWO_ASIDE, budget=Budget(refusals=2, deaths=1)),
    "aside, and a sweep": _aside(lane=LOOKED_AT, budget=Budget(refusals=1, sweeps=2, deaths=1)),
    "aside, and others wait": _aside(backlog=6, budget=Budget(refusals=2, deaths=1)),
    "aside, and others come": _aside(lane=LOOKED_AT, events=(2,), budget=Budget(refusals=2, deaths=1)),
    "aside, expires": _aside(aside=3, log=TWO_ASIDE, budget=Budget(refusals=1, expiries=2, deaths=1)),
    "aside, off and on": _aside(asks=(OFF_AND_ON,), budget=Budget(refusals=1, deaths=1)),
    "aside, and off": _aside(asks=(("admin", "off"),), budget=Budget(refusals=1, sweeps=1)),
    "aside, and deleted": _aside(asks=(("admin", "delete"),), budget=Budget(refusals=1, deaths=1)),
    "aside, 410, and on again": _aside(asks=(("admin", "on"),), budget=Budget(gone=1, refusals=1)),
    "aside, again": _aside(asks=(AGAIN,), budget=Budget(refusals=2, deaths=1)),
    "aside, another one again": _aside(aside=3, log=TWO_ASIDE, asks=(SECOND_AGAIN,), budget=Budget(refusals=2)),
    "aside, again, and it expires": _aside(asks=(AGAIN,), budget=Budget(expiries=1, deaths=1)),
    "aside, cancelled": _aside(asks=(CANCEL,), budget=Budget(refusals=1, deaths=1)),
    "aside, cancelled, and a lease that ends": _aside(asks=(CANCEL,), runs=2, budget=Budget(refusals=1, lapses=1)),
    "aside, a copy, again": _aside(aside=COPY_OF_FIRST, log=FIRST, asks=(AGAIN,), budget=Budget(refusals=2, deaths=1)),
    "aside, a copy, cancelled": _aside(
        aside=COPY_OF_FIRST, log=FIRST, asks=(CANCEL,), budget=Budget(refusals=1, deaths=1)
    ),
    "aside, a copy, again, and cancelled": _aside(
        aside=COPY_OF_FIRST, log=FIRST, asks=(AGAIN, CANCEL), budget=Budget(refusals=1)
    ),
    "aside, a copy, expires": _aside(
        aside=COPY_OF_FIRST, log=FIRST, asks=(AGAIN,), budget=Budget(expiries=1, deaths=1)
    ),
    "aside, again, and a lease that ends": _aside(asks=(AGAIN,), runs=2, budget=Budget(refusals=1, lapses=1)),
    "aside, moved back, set aside again, and a sweep": _aside(
        lane=LOOKED_AT, asks=(AGAIN,), events=(2,), budget=Budget(refusals=1, sweeps=1)
    ),
    "aside, a copy, and a job": _aside(aside=COPY_OF_FIRST, log=FIRST, asks=(JOB,), budget=Budget(refusals=1)),
    "aside, a job": _aside(log=("PENDING", "DELIVERED", ""), asks=(JOB,), budget=Budget(refusals=1, deaths=1)),
    "aside, a job of what has expired": _aside(
        aside=3, expired=3, log=TWO_ASIDE, asks=(("job", "EXPIRED"),), budget=Budget(deaths=1)
    ),
    "aside, and in the backlog": _aside(backlog=3, budget=Budget(refusals=2)),
    "aside, in the backlog, and cancelled": _aside(backlog=3, asks=(CANCEL,), budget=Budget(refusals=2)),
    "aside, and in the backlog, expires": _aside(backlog=3, budget=Budget(expiries=2)),
}
WITH_ASIDE = SET_ASIDE | NAMED | ASIDE
LONG_WITH_ASIDE = {
    "aside, again, and cancelled": _aside(asks=(AGAIN, CANCEL), budget=Budget(refusals=1)),
    "aside, again, everything refused": _aside(asks=(AGAIN,), budget=Budget(deaths=1, faults=1, lost=1, unsent=1)),
    "named, cancelled, and a death": _named(asks=(CANCEL,), budget=Budget(named=1, refusals=1, deaths=1)),
    "aside, cancelled, while a request is overtaken": _aside(
        log=("PENDING", "DELIVERED", ""),
        asks=(SECOND_AGAIN, CANCEL),
        budget=Budget(refusals=1, sweeps=2),
    ),
    "aside, again twice": _aside(asks=(AGAIN, AGAIN), runs=2, budget=Budget(refusals=1)),
}
