"""The scenarios of what admins ask for: many withdrawn, jobs ended, sending now, and requests that come twice."""

from tests.faults.interleaving.model.lane_item import Lane
from tests.faults.interleaving.scenarios.aside import COPY_OF_FIRST, IS_ASIDE, OWNED_ASIDE
from tests.faults.interleaving.scenarios.lane import (
    AGAIN,
    CANCEL,
    FIRST,
    JOB,
    OFF_AND_ON,
    ON_CAUGHT_UP,
    ONE_BY_ONE,
    ORDERED,
    OWNED,
    RETIRED,
    SECOND,
    SECOND_AGAIN,
    TWO,
    TWO_SKIPPED,
)
from tests.faults.interleaving.scenarios.scenario import Budget, Scenario

ALL, END, SEND = ("cancel all",), ("end",), ("send",)
AGAIN_ONCE, CANCEL_ONCE, JOB_ONCE = (*AGAIN, "key"), (*CANCEL, "key"), (*JOB, "key")
ALL_ONCE, SEND_ONCE = ("cancel all", "ALL", "key"), ("send", "key")
OFF, ON, DELETE = ("admin", "off"), ("admin", "on"), ("admin", "delete")
URL = ("admin", "url")
WAITS = Lane(owner=1, due="wait", failing=True, since=True, attempts=True)


def _asked(*asks: tuple[object, ...], **others: object) -> Scenario:
    """Return a webhook that is asked for something, with an owner that has an event to send."""
    values = {"events": (), "runs": 1, "backlog": 1, "lane": OWNED, "settings": ONE_BY_ONE, **others}
    return Scenario(asks=asks, **values)  # type: ignore[arg-type]  # each is what its field is


def _sent_again(*asks: tuple[object, ...], **others: object) -> Scenario:
    """Return a webhook of which two events have been delivered, and that is asked to send them again."""
    values = {"backlog": 0, "log": TWO, "lane": Lane(), **others}
    return _asked(*asks, **values)


WITHDRAWN = {
    "all withdrawn, and a death": _asked(ALL, backlog=3, budget=Budget(refusals=1, deaths=1)),
    "all withdrawn, and two deaths": _asked(ALL, budget=Budget(deaths=2)),
    "all withdrawn, lost answers": _asked(ALL, budget=Budget(refusals=1, lost=1, unsent=1)),
    "all withdrawn, and faults": _asked(ALL, budget=Budget(faults=2)),
    "all withdrawn, and a lease that ends": _asked(ALL, backlog=3, runs=2, budget=Budget(lapses=1)),
    "all withdrawn, and a dispatcher": _asked(ALL, events=(4,)),
    "all withdrawn, and off": _asked(ALL, OFF, budget=Budget(deaths=1)),
    "all withdrawn, and off, and a sweep": _asked(ALL, OFF, lane=Lane(), budget=Budget(sweeps=1)),
    "all withdrawn, and deleted": _asked(ALL, DELETE, budget=Budget(deaths=1)),
    "all withdrawn while off, and deaths": _asked(ALL, backlog=3, lane=RETIRED, budget=Budget(deaths=2, unsent=1)),
    "all withdrawn while off, and on": _asked(ALL, ON, lane=RETIRED, budget=Budget(deaths=1)),
    "all withdrawn, and 410": _asked(ALL, budget=Budget(gone=1, deaths=1)),
    "all withdrawn, and one again": _asked(ALL, AGAIN, log=FIRST, backlog=COPY_OF_FIRST),
    "all withdrawn, and one cancelled": _asked(ALL, CANCEL),
    "all withdrawn, twice": _asked(ALL, ALL),
    "all withdrawn, and aside": _asked(
        ALL, backlog=2, aside=1, log=IS_ASIDE, lane=OWNED_ASIDE, poison=1, budget=Budget(refusals=1, deaths=1)
    ),
    "what is aside withdrawn": _asked(
        ("cancel all", "ASIDE"), backlog=2, aside=1, log=IS_ASIDE, lane=OWNED_ASIDE, budget=Budget(deaths=1)
    ),
    "all withdrawn, a copy aside": _asked(
        ALL, backlog=2, aside=COPY_OF_FIRST, log=FIRST, lane=OWNED_ASIDE, budget=Budget(deaths=1)
    ),
    "all withdrawn, and expires": _asked(ALL, expired=1, budget=Budget(deaths=1)),
    "all withdrawn, ordered": _asked(ALL, settings=ORDERED, events=(4,)),
    "all withdrawn, ended": _asked(ALL, END, budget=Budget(deaths=1)),
    "all withdrawn during a wait": _asked(ALL, lane=WAITS, budget=Budget(deaths=1, refusals=1)),
    "all withdrawn during a wait, and new events": _asked(ALL, lane=WAITS, events=(4,)),
}
ENDED = {
    "a job ended, and a death": _sent_again(JOB, END, budget=Budget(deaths=1)),
    "a job ended, lost answers": _sent_again(JOB, END, budget=Budget(lost=1, unsent=1)),
    "a job ended, and a failed POST": _sent_again(JOB, END, budget=Budget(refusals=1)),
    "a job ended, and faults": _sent_again(JOB, END, log=FIRST, budget=Budget(faults=1)),
    "a job ended, in a page of two": _sent_again(JOB, END, page=2, budget=Budget(deaths=1)),
    "a job ended, and new events": _sent_again(JOB, END, events=(4,), log=FIRST),
    "a job ended, of what waited": _asked(JOB, END, log=FIRST),
    "a catch-up ended": _sent_again(ON_CAUGHT_UP, END, log=TWO_SKIPPED, lane=RETIRED, budget=Budget(deaths=1)),
    "a job ended, and another's copy": _asked(("job", "EXPIRED"), END, backlog=COPY_OF_FIRST, log=FIRST),
    "many jobs": _asked(ALL, ALL, ALL, lane=RETIRED, backlog=0),
    "a job, all withdrawn": _sent_again(JOB, ALL, budget=Budget(deaths=1)),
    "a job, and two more": _sent_again(JOB, ALL, ALL, log=FIRST, lane=RETIRED),
}
SENT = {
    "sent now during a wait": _asked(SEND, lane=WAITS, budget=Budget(deaths=1, refusals=1, unsent=1)),
    "sent now, twice": _asked(SEND, SEND, budget=Budget(deaths=1)),
    "sent now, and a sweep": _asked(SEND, lane=WAITS, budget=Budget(sweeps=1, deaths=1)),
    "sent now, and off": _asked(SEND, OFF, budget=Budget(deaths=1, refusals=1)),
    "sent now, and aside": _asked(
        SEND, backlog=2, aside=1, log=IS_ASIDE, lane=OWNED_ASIDE, poison=1, status=400, budget=Budget(refusals=2)
    ),
    "sent elsewhere during a wait": _asked(URL, lane=WAITS, budget=Budget(deaths=1, refusals=1, unsent=1)),
    "sent elsewhere, and off": _asked(URL, OFF, budget=Budget(refusals=1)),
    "again, of what is pending": _asked(AGAIN, AGAIN, lane=WAITS),
    "again, of a copy that waits": _asked(AGAIN, AGAIN, backlog=COPY_OF_FIRST, log=FIRST, lane=WAITS),
    "what is aside, moved back": _asked(
        ("job", "ASIDE"), backlog=2, aside=1, log=IS_ASIDE, lane=OWNED_ASIDE, poison=1, budget=Budget(deaths=1)
    ),
}
ONCE = {
    "again, once": _sent_again(AGAIN_ONCE, AGAIN_ONCE, log=FIRST, budget=Budget(deaths=1)),
    "cancelled, once": _asked(CANCEL_ONCE, CANCEL_ONCE, lane=RETIRED, budget=Budget(deaths=1)),
    "a job, once": _sent_again(JOB_ONCE, JOB_ONCE, log=FIRST, budget=Budget(deaths=1, faults=1)),
    "all withdrawn, once": _asked(ALL_ONCE, ALL_ONCE, lane=RETIRED, budget=Budget(deaths=1)),
    "sent now, once": _asked(SEND_ONCE, SEND_ONCE, backlog=1, budget=Budget(deaths=1)),
}
UNWANTED = {
    "unwanted, in the backlog": _asked(backlog=6, unwanted=4, budget=Budget(deaths=1, refusals=1)),
    "unwanted, and a lease that ends": _asked(backlog=6, unwanted=4, runs=2, budget=Budget(lapses=1)),
    "unwanted, aside": _asked(
        backlog=2, aside=4, log=("", "", "PENDING"), lane=OWNED_ASIDE, unwanted=4, budget=Budget(deaths=1)
    ),
    "unwanted, a copy": _asked(
        backlog=2 | COPY_OF_FIRST << 2, log=("", "", "DELIVERED"), unwanted=4, budget=Budget(deaths=1)
    ),
    "unwanted, a job": _sent_again(JOB, log=("DELIVERED", "", "DELIVERED"), unwanted=4, budget=Budget(deaths=1)),
    "unwanted, again, and cancelled": _asked(
        ("redeliver", 2), ("cancel", 2), backlog=5, unwanted=4, budget=Budget(refusals=1)
    ),
}
ASKING = WITHDRAWN | ENDED | SENT | ONCE | UNWANTED
LONG_ASKING = {
    "cancelled, once, again, once more": _asked(
        CANCEL_ONCE, CANCEL_ONCE, AGAIN, backlog=COPY_OF_FIRST, log=FIRST, lane=Lane()
    ),
    "a job ended, and off": _sent_again(JOB, END, OFF, log=FIRST),
    "all withdrawn, off and on": _asked(ALL, OFF_AND_ON),
    "all withdrawn, a dispatcher, and a death": _asked(ALL, events=(4,), budget=Budget(refusals=1, deaths=1)),
    "all withdrawn, and off, a failed POST, and a death": _asked(ALL, OFF, budget=Budget(refusals=1, deaths=1)),
    "a job ended, and off, and a death": _sent_again(JOB, END, OFF, log=FIRST, budget=Budget(deaths=1)),
    "a job ended, and one again": _sent_again(JOB, END, SECOND_AGAIN, log=SECOND),
    "a job, all withdrawn, and ended": _sent_again(JOB, ALL, END, log=FIRST),
    "three jobs": _sent_again(JOB, JOB, ALL, log=FIRST),
    "again of what is aside, once": _asked(
        AGAIN_ONCE, AGAIN_ONCE, backlog=0, aside=1, log=IS_ASIDE, lane=OWNED_ASIDE, budget=Budget(deaths=1)
    ),
}
