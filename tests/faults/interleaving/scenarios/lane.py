"""The scenarios of `make test`, and the wider ones of `FAULTS=long`."""

from typing import Any

from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.faults.interleaving.model.lane_item import Lane
from tests.faults.interleaving.scenarios.scenario import Budget, Scenario

ORDERED: tuple[tuple[str, Any], ...] = (("ordered", True),)
ONE_BY_ONE = (("delivery", DeliverySettings(max_events=1)),)
PACED = (("delivery", DeliverySettings(max_events=1, max_posts_per_minute=10)),)
OWNED = Lane(owner=1, due="now", over=True)
SLOW = OWNED._replace(slow=1)
FAILING = Lane(failing=True, alerted=True)
FIRST = ("DELIVERED", "", "")
SECOND = ("", "DELIVERED", "")
THIRD = ("", "", "DELIVERED")
TWO = ("DELIVERED", "DELIVERED", "")
TWO_SKIPPED = ("SKIPPED", "SKIPPED", "")
RETIRED = Lane(status="RETIRED")
ON_CAUGHT_UP = ("admin", "caught up")
OFF_AND_ON = ("admin", "off", "on")
AGAIN, SECOND_AGAIN, CANCEL = ("redeliver", 0), ("redeliver", 1), ("cancel", 0)
JOB = ("job", "DELIVERED")

DISPATCHES = {
    "two dispatchers, two runs, two failed POSTs": Scenario(budget=Budget(refusals=2)),
    "a death": Scenario(budget=Budget(refusals=1, deaths=1)),
    "two deaths": Scenario(events=(1,), runs=1, budget=Budget(refusals=1, deaths=2)),
    "faults of ours": Scenario(events=(1,), budget=Budget(refusals=1, faults=2)),
    "lost answers": Scenario(runs=1, budget=Budget(refusals=1, lost=1)),
    "lost answers, one dispatcher": Scenario(events=(1,), budget=Budget(refusals=1, lost=2)),
    "messages that come twice": Scenario(events=(1,), budget=Budget(refusals=1, twice=2)),
    "a lease that ends under its holder": Scenario(budget=Budget(refusals=1, lapses=1)),
    "such a lease, and a death": Scenario(events=(1,), budget=Budget(refusals=1, lapses=1, deaths=1)),
    "a purge, and a death": Scenario(runs=1, budget=Budget(refusals=1, purges=1, deaths=1)),
    "a purge, and a sweep": Scenario(runs=1, budget=Budget(refusals=1, purges=1, sweeps=1)),
    "a sweep, and a death": Scenario(events=(1,), runs=1, budget=Budget(refusals=1, sweeps=1, deaths=1)),
    "a sweep among two dispatchers": Scenario(runs=1, budget=Budget(refusals=1, sweeps=1)),
    "refused messages": Scenario(runs=1, budget=Budget(refusals=1, unsent=2)),
    "several events at once": Scenario(events=(3, 4), runs=1, settings=ONE_BY_ONE, budget=Budget(refusals=1)),
    "part of a batch write": Scenario(events=(3,), runs=1, budget=Budget(refusals=1, faults=1, deaths=1)),
    "recovered, while another owner comes and goes": Scenario(
        events=(1,), runs=1, asks=(("redeliver", 2),), log=THIRD, lane=FAILING
    ),
    "expires": Scenario(events=(1, 2), runs=1, budget=Budget(refusals=1, expiries=1)),
    "expires, and a death": Scenario(
        events=(), runs=1, backlog=3, lane=OWNED, budget=Budget(refusals=1, expiries=2, deaths=1)
    ),
}
WAITING = {
    "ordered, and a death": Scenario(settings=ORDERED, budget=Budget(deaths=1)),
    "ordered, a lost answer, a refused message": Scenario(runs=1, settings=ORDERED, budget=Budget(lost=1, unsent=1)),
    "ordered, and a lease that ends": Scenario(settings=ORDERED, budget=Budget(lapses=1)),
    "ordered, a run whose time is over": Scenario(
        events=(1,), runs=1, settings=ORDERED, budget=Budget(hurries=2, deaths=1)
    ),
    "paced": Scenario(runs=1, settings=PACED),
    "paced, and a death": Scenario(events=(1,), runs=1, backlog=2, lane=OWNED, settings=PACED, budget=Budget(deaths=1)),
    "slow, found by a dispatcher": Scenario(runs=1, settings=ONE_BY_ONE, budget=Budget(slow=1, deaths=1)),
    "slow, found by two dispatchers": Scenario(runs=1, budget=Budget(slow=2, refusals=1)),
    "slow, found by its owner": Scenario(events=(1,), runs=1, settings=ORDERED, budget=Budget(slow=1, lost=1)),
    "slow, quick again, marked meanwhile": Scenario(
        events=(),
        runs=1,
        settings=ONE_BY_ONE,
        lane=SLOW,
        backlog=7,
        budget=Budget(marks=1, slow=1, refusals=1, hurries=1),
    ),
    "slow, marked meanwhile, and a death": Scenario(
        events=(), runs=1, settings=ONE_BY_ONE, lane=SLOW, backlog=7, budget=Budget(marks=2, deaths=1)
    ),
    "slow, and a dispatcher": Scenario(
        events=(4,), runs=1, settings=ONE_BY_ONE, lane=SLOW, backlog=3, budget=Budget(marks=1, refusals=1)
    ),
}
SWITCHED = {
    "off": Scenario(events=(1,), runs=1, asks=(("admin", "off"),), budget=Budget(refusals=1, sweeps=1, deaths=1)),
    "off and on, and a death": Scenario(events=(1,), runs=1, asks=(OFF_AND_ON,), budget=Budget(refusals=1, deaths=1)),
    "off and on, and a sweep": Scenario(events=(1,), runs=1, asks=(OFF_AND_ON,), budget=Budget(refusals=1, sweeps=1)),
    "off and on, and a lost answer": Scenario(
        events=(1,), runs=1, asks=(OFF_AND_ON,), budget=Budget(refusals=1, lost=1)
    ),
    "off and on, ordered, two runs": Scenario(
        events=(1,), asks=(OFF_AND_ON,), settings=ORDERED, budget=Budget(unsent=1)
    ),
    "410, and on again": Scenario(
        events=(1,), runs=1, asks=(("admin", "on"),), budget=Budget(gone=1, refusals=1, deaths=1)
    ),
    "410, and another address": Scenario(
        events=(1,), runs=1, asks=(("admin", "url"),), budget=Budget(gone=1, refusals=1, deaths=1)
    ),
    "deleted": Scenario(events=(1,), runs=1, asks=(("admin", "delete"),), budget=Budget(refusals=1, deaths=1, marks=1)),
}
SWITCHED["deleted, and slow"] = Scenario(events=(1,), runs=1, asks=(("admin", "delete"),), budget=Budget(slow=1))
ASKED = {
    "again": Scenario(events=(1,), runs=1, asks=(SECOND_AGAIN,), budget=Budget(deaths=1, refusals=1), log=SECOND),
    "again, with everything refused": Scenario(
        events=(), runs=1, asks=(SECOND_AGAIN,), budget=Budget(deaths=1, unsent=1, faults=1, lost=1), log=SECOND
    ),
    "again, off and on": Scenario(
        events=(), runs=1, asks=(SECOND_AGAIN, OFF_AND_ON), budget=Budget(deaths=1, unsent=1), log=SECOND
    ),
    "again, while it expires": Scenario(
        events=(), runs=1, asks=(AGAIN,), backlog=1, lane=OWNED, budget=Budget(expiries=1, deaths=1)
    ),
    "again, and the copy expires": Scenario(
        events=(), runs=1, asks=(AGAIN,), log=FIRST, budget=Budget(expiries=1, deaths=1)
    ),
    "again, twice": Scenario(events=(), asks=(AGAIN, AGAIN), log=FIRST, budget=Budget(deaths=1)),
    "again, a purge, and a sweep": Scenario(
        events=(), runs=1, asks=(SECOND_AGAIN, AGAIN), budget=Budget(sweeps=1, purges=1, deaths=1), log=SECOND
    ),
    "two again": Scenario(events=(), asks=(AGAIN, SECOND_AGAIN), log=TWO, budget=Budget(refusals=1, deaths=1)),
    "cancelled": Scenario(events=(1,), runs=1, asks=(CANCEL,), budget=Budget(refusals=1, deaths=1)),
    "cancelled, and lost answers": Scenario(events=(1,), runs=1, asks=(CANCEL,), budget=Budget(refusals=2, lost=1)),
    "cancelled, and a fault": Scenario(events=(1,), runs=1, asks=(CANCEL,), budget=Budget(refusals=1, faults=1)),
    "cancelled, while a lease ends": Scenario(
        events=(), asks=(CANCEL,), backlog=3, lane=OWNED, budget=Budget(refusals=1, lapses=1)
    ),
    "cancelled, while it expires": Scenario(
        events=(), runs=1, asks=(CANCEL,), backlog=1, lane=OWNED, budget=Budget(expiries=1, deaths=1)
    ),
    "again, and cancelled": Scenario(
        events=(), runs=1, asks=(AGAIN, CANCEL), log=FIRST, budget=Budget(deaths=1, refusals=1)
    ),
    "delivered, again and cancelled": Scenario(events=(), runs=1, asks=(AGAIN, CANCEL), backlog=1, lane=OWNED),
}
JOBS = {
    "a job, and deaths": Scenario(events=(), runs=1, asks=(JOB,), log=TWO, budget=Budget(deaths=2, refusals=1)),
    "a job, and a lease that ends": Scenario(events=(), asks=(JOB,), log=TWO, budget=Budget(lapses=1)),
    "a job, lost answers": Scenario(events=(), runs=1, asks=(JOB,), log=TWO, budget=Budget(lost=2, unsent=1)),
    "a job, and faults": Scenario(events=(), runs=1, asks=(JOB,), log=TWO, budget=Budget(faults=2)),
    "a job, and a cancel": Scenario(events=(), runs=1, asks=(JOB, CANCEL), log=TWO, budget=Budget(deaths=1)),
    "a job, and new events": Scenario(events=(4,), runs=1, asks=(JOB,), log=TWO, budget=Budget(deaths=1)),
    "a job, off and on": Scenario(events=(), runs=1, asks=(JOB, OFF_AND_ON), log=TWO, budget=Budget(deaths=1)),
    "a job, and off": Scenario(events=(), runs=1, asks=(JOB, ("admin", "off")), log=TWO, budget=Budget(deaths=1)),
    "a job, and one again": Scenario(events=(), runs=1, asks=(JOB, AGAIN), log=TWO),
    "two jobs": Scenario(events=(), runs=1, asks=(JOB, JOB), log=FIRST, budget=Budget(deaths=1)),
    "two jobs of two kinds": Scenario(
        events=(), runs=1, asks=(JOB, ("job", "SKIPPED")), log=("DELIVERED", "SKIPPED", "")
    ),
    "a job of what has expired": Scenario(
        events=(), runs=1, asks=(("job", "EXPIRED"),), backlog=3, expired=3, lane=OWNED, budget=Budget(deaths=1)
    ),
    "a job, a purge, and a sweep": Scenario(
        events=(), runs=1, asks=(JOB,), log=TWO, budget=Budget(purges=1, sweeps=1, deaths=1)
    ),
    "a job, and deleted": Scenario(
        events=(), runs=1, asks=(JOB, ("admin", "delete")), log=TWO, budget=Budget(deaths=1)
    ),
    "a job, ordered": Scenario(events=(4,), runs=1, asks=(JOB,), log=TWO, settings=ORDERED, budget=Budget(refusals=1)),
    "a job, time after time": Scenario(events=(), runs=1, asks=(JOB,), log=TWO, budget=Budget(hurries=2, deaths=1)),
}
CAUGHT_UP = {
    "caught up, and deaths": Scenario(
        events=(), runs=1, asks=(ON_CAUGHT_UP,), log=TWO_SKIPPED, lane=RETIRED, budget=Budget(deaths=2, refusals=1)
    ),
    "caught up, lost answers, a refused message": Scenario(
        events=(), runs=1, asks=(ON_CAUGHT_UP,), log=TWO_SKIPPED, lane=RETIRED, budget=Budget(lost=2, unsent=1)
    ),
    "caught up, and faults": Scenario(
        events=(), runs=1, asks=(ON_CAUGHT_UP,), log=TWO_SKIPPED, lane=RETIRED, budget=Budget(faults=2)
    ),
    "caught up, and a lease that ends": Scenario(
        events=(), asks=(ON_CAUGHT_UP,), log=TWO_SKIPPED, lane=RETIRED, budget=Budget(lapses=1)
    ),
    "caught up, and new events": Scenario(
        events=(4,), runs=1, asks=(ON_CAUGHT_UP,), log=TWO_SKIPPED, lane=RETIRED, budget=Budget(deaths=1, refusals=1)
    ),
    "caught up, and what waits": Scenario(
        events=(1,),
        runs=1,
        asks=(ON_CAUGHT_UP,),
        log=("", "SKIPPED", ""),
        backlog=4,
        lane=RETIRED,
        budget=Budget(deaths=1, refusals=1),
    ),
    "off, and caught up": Scenario(
        events=(1,), runs=1, asks=(("admin", "off", "caught up"),), budget=Budget(refusals=1, deaths=1)
    ),
    "caught up, off, and caught up": Scenario(
        events=(), runs=1, asks=(ON_CAUGHT_UP, ("admin", "off", "caught up")), log=TWO_SKIPPED, lane=RETIRED
    ),
    "caught up, and a cancel": Scenario(
        events=(), runs=1, asks=(ON_CAUGHT_UP, CANCEL), log=TWO_SKIPPED, lane=RETIRED, budget=Budget(deaths=1)
    ),
    "caught up by two": Scenario(
        events=(), runs=1, asks=(ON_CAUGHT_UP, ON_CAUGHT_UP), log=TWO_SKIPPED, lane=RETIRED, budget=Budget(deaths=1)
    ),
    "410, and caught up": Scenario(
        events=(1,), runs=1, asks=(ON_CAUGHT_UP,), budget=Budget(gone=1, refusals=1, deaths=1)
    ),
}
SCENARIOS = DISPATCHES | WAITING | SWITCHED | ASKED | JOBS | CAUGHT_UP
LONG = {
    "recovered, while another owner comes and goes, two dispatchers": Scenario(
        events=(1, 2), runs=1, asks=(("redeliver", 2),), budget=Budget(deaths=1), log=THIRD, lane=FAILING
    ),
    "three dispatchers": Scenario(events=(1, 2, 4), budget=Budget(refusals=1)),
    "two dispatchers, two deaths": Scenario(budget=Budget(refusals=1, deaths=2)),
    "a death, a lost answer, a lease that ends": Scenario(
        events=(1,), budget=Budget(refusals=1, deaths=1, lost=1, twice=1, lapses=1)
    ),
    "a death, a purge, a sweep, a refused message": Scenario(
        events=(1,), runs=1, budget=Budget(refusals=1, deaths=1, purges=1, sweeps=1, unsent=1)
    ),
    "ordered, three runs": Scenario(runs=3, settings=ORDERED, budget=Budget(deaths=1, lapses=1, twice=1)),
    "paced, two dispatchers, and a death": Scenario(runs=1, settings=PACED, budget=Budget(deaths=1)),
    "slow, three dispatchers": Scenario(events=(1, 2, 4), runs=1, settings=ONE_BY_ONE, budget=Budget(slow=1, marks=1)),
    "off and on, two dispatchers": Scenario(runs=1, asks=(OFF_AND_ON,), budget=Budget(refusals=1, deaths=1, sweeps=1)),
    "off and on, and one again": Scenario(
        events=(1,), runs=1, asks=(SECOND_AGAIN, OFF_AND_ON), log=SECOND, budget=Budget(refusals=1, deaths=1, unsent=1)
    ),
    "again and cancelled, and a dispatcher": Scenario(
        events=(2,), runs=1, asks=(AGAIN, CANCEL), log=FIRST, budget=Budget(deaths=1, refusals=1)
    ),
    "pending, again and cancelled": Scenario(
        events=(), runs=1, asks=(AGAIN, CANCEL), backlog=1, lane=OWNED, budget=Budget(deaths=1, refusals=1)
    ),
    "again, a purge, a sweep, and a dispatcher": Scenario(
        events=(1,), runs=1, asks=(SECOND_AGAIN,), budget=Budget(sweeps=1, purges=1, deaths=1), log=SECOND
    ),
    "a job, two runs, and everything": Scenario(
        events=(), asks=(JOB,), log=TWO, budget=Budget(deaths=1, lapses=1, lost=1, unsent=1, purges=1)
    ),
    "a job, new events, off and on": Scenario(
        events=(4,), runs=1, asks=(JOB, OFF_AND_ON), log=FIRST, budget=Budget(deaths=1, refusals=1)
    ),
    "a job, a cancel, and one again": Scenario(
        events=(), runs=1, asks=(JOB, AGAIN, CANCEL), log=FIRST, budget=Budget(deaths=1)
    ),
}
