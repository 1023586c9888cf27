"""A receiver that answers one request in ten with a failure, over thousands of events."""

import os
import sys

import pytest

from recado.rules.event.timestamps import to_milliseconds
from tests.faults.days.flapping import WEBHOOK, flapping

REAL_TIME, BATCH = 2_000, 3_000
SHARE = 0.1
_STEP_MS = 2_000
_SEEDS = 20 if os.environ.get("FAULTS") == "long" else 1


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(_SEEDS))
def test_a_flapping_receiver_gets_every_event(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    """At least once, in order within a POST, and more than once only where its own answer was lost."""
    with flapping(seed, SHARE) as (simulation, receiver):
        for number in range(BATCH + REAL_TIME):
            if number % 5 < BATCH * 5 // (BATCH + REAL_TIME):
                simulation.batch(f"batch-{number}")
            else:
                simulation.real_time(f"event-{number}")
                simulation.advance(_STEP_MS)
        simulation.settle()

    assert simulation.healthy
    statuses = simulation.world.deliveries.statuses(WEBHOOK)
    assert (len(statuses), set(statuses.values())) == (BATCH + REAL_TIME, {"DELIVERED"})
    assert receiver.taken.keys() == statuses.keys()
    repeated = {event_id for event_id, times in receiver.taken.items() if times > 1}
    assert repeated <= receiver.answer_lost
    for post in receiver.posts:
        keys = [(to_milliseconds(one["timestamp"]), one["eventId"]) for one in post]
        assert keys == sorted(keys)
        assert len(keys) <= 100
    assert 0.07 < receiver.failed / len(receiver.posts) < 0.13
    with capsys.disabled():
        sys.stdout.write(_report(len(statuses), receiver.posts, receiver.failed, sum(receiver.taken.values())))


def _report(events: int, posts: list[list[dict[str, object]]], failed: int, taken: int) -> str:
    """The figures in one line."""
    sent = sum(len(post) for post in posts)
    return (
        f"\nflapping: {events} events, {len(posts)} requests ({failed} failed), {len(posts) / events:.3f} requests and "
        f"{sent / events:.3f} sendings an event, {taken - events} duplicates ({(taken - events) / events:.2%})\n"
    )
