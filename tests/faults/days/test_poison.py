"""Events that a receiver cannot take: the functions and stores as they are, on throttling tables and a simulated clock.

What this costs at any size, and what a timeout leads to, is simulated in `tests/faults/cutting`.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from local.listener import HEALTHY, Answer
from recado.rules.event.event import Event, parse_event
from recado.rules.webhook.webhook import HealthState, Webhook
from tests.faults.throttling.driving import Driving, pending, sent
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.faults.throttling.throttling_dynamodb import ThrottlingDynamoDB
from tests.support.deep import deep_unless
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.receivers.picky import PickyListener, refusing
from tests.support.system import System

NAME = "COURSE_ENROLLMENT"
MARK = b"poison"
REFUSALS = {
    "4xx": Answer(400),
    "firewall": Answer(403),
    "5xx": Answer(500),
    "Retry-After": Answer(503, headers={"Retry-After": "10"}),
}
PLACES = {
    "one of 1,000": (1_000, [555]),
    "ten scattered": (200, list(range(7, 200, 20))),
    "ten in a row": (200, list(range(100, 110))),
    "every second": (40, list(range(0, 40, 2))),
}
SHORT = {
    "one of 150, 4xx": (150, [55], REFUSALS["4xx"]),
    "four in a row, 5xx": (60, list(range(20, 24)), REFUSALS["5xx"]),
    "every second, firewall": (12, list(range(0, 12, 2)), REFUSALS["firewall"]),
    "one of 30, Retry-After": (30, [15], REFUSALS["Retry-After"]),
}
_IS_LONG = os.environ.get("FAULTS") == "long"
CASES = (
    {f"{place}, {name}": (*PLACES[place], REFUSALS[name]) for place in PLACES for name in REFUSALS}
    if _IS_LONG
    else SHORT
)
_HOURS = 8 * 24 if _IS_LONG else 2


@pytest.fixture
def driving(system: System, time: SimulatedTime, dynamodb: ThrottlingDynamoDB) -> Driving:
    """Give what hands wake-ups over, and sweeps."""
    assert dynamodb
    return Driving(system, time)


@pytest.fixture
def picky() -> Iterator[PickyListener]:
    """Give a receiver that takes everything until it is told otherwise."""
    with PickyListener(lambda _body: HEALTHY) as listener:
        yield listener


def events(count: int, bad: list[int]) -> list[Event]:
    """Build so many events, some of which the receiver cannot take."""
    return [
        parse_event(
            NAME,
            {
                "accountId": ACCOUNT,
                "eventId": f"e{number:04}",
                "timestamp": NOON_MS + number,
                "data": {"text": MARK.decode() if number in bad else "sound"},
            },
        )
        for number in range(count)
    ]


def backlog_of(driving: Driving, url: str, count: int, bad: list[int], **fields: Any) -> Webhook:
    """Let so many events wait for a webhook that is woken now."""
    webhook = driving.system.add_webhook(url, **fields)
    waiting = pending(webhook, events(count, bad), int(driving.time.clock.milliseconds()))
    assert not driving.system.store.record(waiting, [], driving.time.deadline(240))
    driving.system.wake(webhook)
    return webhook


def statuses(driving: Driving, webhook: Webhook) -> dict[str, list[int]]:
    """Return the numbers of the events by what became of them."""
    found: dict[str, list[int]] = {}
    for event_id, status in sorted(driving.system.outcomes(webhook).items()):
        found.setdefault(status, []).append(int(event_id[1:]))
    return found


_QUICK = ("every second, firewall", "one of 30, Retry-After")
each_case = pytest.mark.parametrize(
    "case", [pytest.param(case, marks=deep_unless(name in _QUICK)) for name, case in CASES.items()], ids=CASES
)


@each_case
def test_bad_events_are_set_aside_and_delivered_when_the_receiver_is_mended(
    driving: Driving, picky: PickyListener, case: tuple[int, list[int], Answer], record_property: Any
) -> None:
    """Every good one is through within minutes, and was sent a few times at most; the webhook is well meanwhile."""
    count, bad, answer = case
    picky.judge = refusing(MARK, answer)
    webhook = backlog_of(driving, picky.url, count, bad)

    minutes = driving.until_delivered([webhook], minutes=60)

    good = [number for number in range(count) if number not in bad]
    assert statuses(driving, webhook) == {"DELIVERED": good, "PENDING": bad}
    assert driving.system.webhook(webhook).health.state is HealthState.HEALTHY
    assert max(times for (_, event_id), times in sent(picky).items() if int(event_id[1:]) in good) <= 2 * len(bad) + 8
    taken = [one for request in picky.accepted for one in request.event_ids]
    assert len(taken) == len(set(taken))

    picky.judge = lambda _body: HEALTHY
    mended = driving.until(lambda: "PENDING" not in statuses(driving, webhook), minutes=15)

    assert statuses(driving, webhook) == {"DELIVERED": list(range(count))}
    record_property("poison", f"{minutes * 60:.0f} s, {len(picky.received)} POSTs, mended {mended:.0f} min")


@pytest.mark.deep
def test_what_is_set_aside_is_tried_every_five_minutes_until_it_expires(
    driving: Driving, picky: PickyListener, record_property: Any
) -> None:
    """At most 2,100 POSTs in seven days; nothing else is sent, and nobody is woken for it afterwards."""
    picky.judge = refusing(MARK, Answer(500))
    webhook = backlog_of(driving, picky.url, 10, [4])
    driving.until_delivered([webhook], minutes=5)
    before = len(picky.received)

    began = driving.time.seconds
    driving.until(lambda: driving.time.seconds - began >= _HOURS * 3600, minutes=_HOURS * 60 + 10)

    tries = len(picky.received) - before
    record_property("aside", f"{tries} POSTs in {_HOURS} hours")
    tried = min(_HOURS, 7 * 24)
    assert 12 * tried - 2 <= tries <= 12.5 * tried
    assert statuses(driving, webhook)["EXPIRED" if _IS_LONG else "PENDING"] == [4]
    assert driving.system.webhook(webhook).lane.has_aside is not _IS_LONG


def test_an_ordered_webhook_is_cut_but_waits_for_its_head(driving: Driving, picky: PickyListener) -> None:
    """What is before the bad event is delivered, what is behind it waits until somebody cancels it."""
    picky.judge = refusing(MARK, Answer(400))
    webhook = backlog_of(driving, picky.url, 50, [15], ordered=True)

    driving.for_seconds(600)

    assert statuses(driving, webhook) == {"DELIVERED": list(range(15)), "PENDING": list(range(15, 50))}
    assert driving.system.backlog(webhook)[0] == "e0015"
