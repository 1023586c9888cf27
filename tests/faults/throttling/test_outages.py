"""Two weeks in which our own tables take no writes: nothing is dead, and no event is POSTed again and again."""

from typing import Any

import pytest

from local.listener import Listener
from tests.faults.throttling.buckets import Buckets
from tests.faults.throttling.driving import BATCH_SCHEDULE_SECONDS, Driving, messages_of, pending, published
from tests.faults.throttling.filling import events
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.faults.throttling.throttling_dynamodb import ThrottlingDynamoDB
from tests.support.system import System

DAY = 24 * 60 * 60
OUTAGE_SECONDS = 13.5 * DAY
"""A queue keeps a message for fourteen days, and the last wait of what our side fails at may be six hours."""
MOST_POSTS = 70
REFUSAL_SECONDS = 30
"""Every refusal takes so long, so that a drain tries a few times only, and the test with it."""


@pytest.fixture
def outage(dynamodb: ThrottlingDynamoDB, time: SimulatedTime, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give what lets the table of deliveries, or all, take no write; and what ends that."""
    pay = Buckets.pay

    def begin(*tables: str) -> None:
        def refuse(buckets: Buckets, bill: Any) -> bool:
            if any(place.kind == "write" and (not tables or place.table in tables) for place in bill):
                time.sleep(REFUSAL_SECONDS)
                return False
            return pay(buckets, bill)

        monkeypatch.setattr(Buckets, "pay", refuse)

    begin.end = lambda: monkeypatch.setattr(Buckets, "pay", pay)  # type: ignore[attr-defined]  # here tests find it
    assert dynamodb
    return begin


def test_two_weeks_of_drains_that_can_record_nothing(
    system: System, time: SimulatedTime, receiver: Listener, outage: Any, record_property: Any
) -> None:
    """The event is POSTed ever less often, is in no dead-letter queue, and delivered once the outage is over."""
    webhook = system.add_webhook(receiver.url)
    published(system, 1, 1_000)
    outage()
    drains = 0
    while time.seconds < OUTAGE_SECONDS:
        _wait_for_a_drain_with_messages(system, time)
        assert system.invoke("batch_dispatcher", {})["handedBack"] == 1
        drains += 1
    posts = len(receiver.received)
    outage.end()
    _wait_for_a_drain_with_messages(system, time)
    system.invoke("batch_dispatcher", {})

    record_property("drains", f"{posts} POSTs of one event, {drains} drains that received it")
    assert system.dead_letters() == []
    assert posts <= MOST_POSTS
    assert system.outcomes(webhook) == {"e0000": "DELIVERED"}
    assert system.waiting_in("BatchQueue") == 0


@pytest.mark.deep
def test_two_weeks_of_runs_that_can_record_nothing(  # noqa: PLR0917 - fixtures
    system: System,
    time: SimulatedTime,
    dynamodb: ThrottlingDynamoDB,
    receiver: Listener,
    outage: Any,
    record_property: Any,
) -> None:
    """A run whose POST succeeds and whose record is refused waits longer each time."""
    webhook = system.add_webhook(receiver.url)
    waiting = pending(webhook, events(1, 1_000), int(time.clock.milliseconds()) + int(14 * DAY * 1000))
    assert not system.store.record(waiting, [], time.deadline(60))
    system.wake(webhook)
    driving = Driving(system, time)
    outage(system.stack.physical_id("DeliveriesTable"))
    driving.for_seconds(OUTAGE_SECONDS)
    posts = len(receiver.received)
    outage.end()

    minutes = driving.until_delivered([webhook], minutes=6 * 60 + 5)

    record_property("runs", f"{posts} POSTs of one event; delivered {minutes:.0f} minutes after the outage")
    assert dynamodb
    assert 1 < posts <= MOST_POSTS
    assert system.outcomes(webhook) == {"e0000": "DELIVERED"}


def _wait_for_a_drain_with_messages(system: System, time: SimulatedTime) -> None:
    """Leave out the drains that the schedule starts and that find nothing."""
    [message] = messages_of(system, "BatchQueue")
    wait = message.visible_at / 1000 - time.clock.milliseconds() / 1000
    beats = -(-(time.seconds + max(wait, 0)) // BATCH_SCHEDULE_SECONDS)
    time.clock.advance(beats * BATCH_SCHEDULE_SECONDS - time.seconds)
    messages_of(system, "BatchQueue")
