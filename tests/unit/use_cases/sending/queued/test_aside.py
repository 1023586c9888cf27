"""What is set aside: its owner tries it alone, in turns with the backlog, until one fails."""

from dataclasses import replace
from typing import Any

import pytest

from recado.rules.delivery.aside import RETRY_MS
from recado.rules.delivery.delivery import RETENTION_MS, CancelReason, Delivery
from recado.rules.event.event import Event
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.webhook.lane import ASIDE_LOOK_MS, LATE_LOOK_MS, Lane
from recado.rules.webhook.webhook import Health, HealthState, Status
from tests.unit.builders import NOW, delivered, event, failed, failing, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import DEADLINE, URL, owned_world, redeliver
from tests.unit.use_cases.fakes.sending_fakes import World

GONE = AttemptResult(NOW, 20, 410, Failure(FailureClass.CLIENT_ERROR, "It is gone.", 410))


def bad(number: int) -> Event:
    """Build an event that is older than those of the backlog."""
    return event(f"bad{number}", timestamp=NOW - 1_000 + number)


def put_aside(world: World, *numbers: int, retry_at: int = NOW, created_at: int = NOW) -> World:
    """Set events aside, as they were a while ago."""
    for number in numbers:
        waiting = pending(bad(number), created_at=created_at)
        world.deliveries.add_pending(waiting)
        assert world.aside.put(waiting.set_aside(NOW - RETRY_MS, retry_at, 2), waits=True)
    world.journal.calls.clear()
    return world


def aside_world(count: int, *numbers: int, answers: tuple[AttemptResult, ...] = (), **changes: Any) -> World:
    """Build a world in which so many events wait, and these are set aside."""
    world = put_aside(owned_world(count, **({"lane": owned(has_aside=True)} | changes)), *numbers)
    world.sender.answers[URL] = list(answers)
    return world


def posted(world: World) -> list[str]:
    """Return the webhook-id of each POST: of one event its own id."""
    return [request.headers["webhook-id"] for request in world.sender.requests]


def aside(world: World) -> dict[str, Delivery]:
    """Return what is set aside, by event id."""
    return {one.event.event_id: one for one in world.aside.kept.values()}


def test_what_is_due_is_tried_first_and_in_turns_with_the_backlog() -> None:
    """Delivered, the next follows, when the backlog has had its turn; nothing is set aside any more in the end."""
    world = aside_world(1, 1, 2)

    redeliver(world)

    assert posted(world) == ["bad1", "e0", "bad2"]
    assert world.deliveries.statuses() == {"bad1": "DELIVERED", "bad2": "DELIVERED", "e0": "DELIVERED"}
    assert world.webhook().lane == Lane(next_at=NOW + LATE_LOOK_MS, aside_after=bad(2).key)


def test_what_fails_stays_aside_and_no_other_is_tried_in_this_run() -> None:
    """The backlog is none the worse for it, and neither is the webhook's health."""
    world = aside_world(1, 1, 2, answers=(failed(503),))

    answer = redeliver(world)

    assert posted(world) == ["bad1", "e0"]
    assert world.deliveries.statuses() == {"bad1": "PENDING", "bad2": "PENDING", "e0": "DELIVERED"}
    one = aside(world)["bad1"]
    assert (one.tries, one.retry_at, one.set_aside_at) == (3, NOW + RETRY_MS, NOW - RETRY_MS)
    found = world.webhook()
    assert (found.health, found.lane.cut, answer.back_in_seconds) == (Health(), Lane().cut, None)
    assert (found.lane.next_at, found.lane.has_aside) == (NOW + ASIDE_LOOK_MS, True)
    assert world.alerts.kinds == ["WEBHOOK_SET_ASIDE"]


def test_each_has_its_turn() -> None:
    """The next run goes on behind the one that was tried last, and begins anew after the last of all."""
    world = aside_world(0, 1, 2, answers=(failed(), failed(), failed()))
    for run in range(3):
        world.webhooks.set(lane=replace(world.webhook().lane, owner="owner", next_at=NOW + run * RETRY_MS))
        world.now = NOW + run * RETRY_MS
        redeliver(world)

    assert posted(world) == ["bad1", "bad2", "bad1"]


def test_a_receiver_may_ask_for_a_later_try() -> None:
    """`Retry-After` counts for what is aside as well."""
    world = aside_world(0, 1, answers=(failed(503, retry_after=900),))

    redeliver(world)

    assert aside(world)["bad1"].retry_at == NOW + 900_000


def test_what_is_not_due_is_not_tried() -> None:
    """290 seconds are between two tries, however often the webhook has an owner."""
    world = put_aside(owned_world(1, lane=owned(has_aside=True)), 1, retry_at=NOW + 1)

    redeliver(world)

    assert posted(world) == ["e0"]
    assert "bad1" in aside(world)


def test_what_was_asked_for_is_due() -> None:
    """A request, send now or switching on, comes after the last try: nobody waits for the rest of five minutes."""
    world = put_aside(owned_world(0, lane=owned(has_aside=True, asked_at=NOW)), 1, 2, retry_at=NOW + RETRY_MS)

    redeliver(world)

    assert posted(world) == ["bad1", "bad2"]
    assert world.webhook().lane.asked_at is None


def test_what_was_tried_since_it_was_asked_for_is_not_due() -> None:
    """A request tries each of them once."""
    world = aside_world(0, 1, answers=(failed(),), lane=owned(has_aside=True, asked_at=NOW - 1))
    redeliver(world)
    world.webhooks.set(lane=replace(world.webhook().lane, owner="owner", next_at=NOW, asked_at=NOW))

    redeliver(world)

    assert posted(world) == ["bad1"]


def test_while_the_receiver_fails_the_backlog_comes_first() -> None:
    """What is aside may be what it cannot take; it has its turn when the receiver has taken something."""
    world = aside_world(1, 1, health=failing())

    redeliver(world)

    assert posted(world) == ["e0", "bad1"]


def test_with_an_empty_backlog_it_is_tried_also_while_the_receiver_fails() -> None:
    """Delivered, it shows that the receiver is back."""
    world = aside_world(0, 1, health=failing(alerted_at=NOW - 1))

    redeliver(world)

    assert world.deliveries.statuses() == {"bad1": "DELIVERED"}
    assert world.webhook().health.state is HealthState.HEALTHY
    assert world.alerts.kinds == ["WEBHOOK_RECOVERED"]


def test_what_is_over_seven_days_old_ends_without_a_post() -> None:
    """It expires, and the next is tried."""
    world = owned_world(0, lane=owned(has_aside=True))
    put_aside(world, 1, created_at=NOW - RETENTION_MS)
    put_aside(world, 2)

    answer = redeliver(world)

    assert posted(world) == ["bad2"]
    assert world.deliveries.statuses() == {"bad1": "EXPIRED", "bad2": "DELIVERED"}
    assert answer.progress.expired == 1


def test_a_receiver_that_wants_no_more_is_switched_off() -> None:
    """A 410 counts, whatever it was answered to; what is aside keeps waiting."""
    world = aside_world(1, 1, answers=(GONE,))

    redeliver(world)

    assert posted(world) == ["bad1"]
    assert world.webhook().status is Status.DISABLED
    assert world.deliveries.statuses() == {"bad1": "PENDING", "e0": "PENDING"}
    assert world.alerts.kinds[-1] == "WEBHOOK_DISABLED"


@pytest.mark.parametrize("moved", ["end aside", "keep aside"])
def test_what_was_withdrawn_while_its_post_was_out(moved: str) -> None:
    """It is delivered if the POST succeeds, and stays withdrawn if it fails."""
    world = aside_world(0, 1, answers=(delivered() if moved == "end aside" else failed(),))
    place = ("wh_1", bad(1).key)
    world.journal.before(
        moved, 1, lambda: world.deliveries.withdraw(world.aside.kept[place], NOW, CancelReason.WITHDRAWN)
    )

    redeliver(world)

    assert world.deliveries.statuses() == {"bad1": "DELIVERED" if moved == "end aside" else "CANCELLED"}
    assert aside(world) == {}


def test_its_pace_says_nothing_about_the_others() -> None:
    """What is aside may take its time: it is tried alone, and nobody waits behind it."""
    world = aside_world(0, 1, answers=(failed(latency_ms=5_000),))

    redeliver(world)

    assert world.webhook().lane.slow_at is None


def test_the_sweep_wakes_a_webhook_with_something_aside() -> None:
    """Four minutes after it was given up it is due, so that the next beat finds it."""
    world = put_aside(World(webhook(lane=Lane(next_at=NOW, has_aside=True))), 1)

    assert world.sweep()().woken == 1
    assert world.webhook().lane.owner == "t1"


def test_where_nothing_is_left_aside_one_late_look_follows() -> None:
    """It was due sooner than others: whoever set something aside just now may not have ended."""
    world = World(webhook(lane=Lane(next_at=NOW, has_aside=True)))

    report = world.sweep()()

    assert (report.woken, report.left) == (0, 0)
    assert world.webhook().lane == Lane(next_at=NOW + LATE_LOOK_MS)


def test_an_event_that_is_aside_is_not_dispatched_again() -> None:
    """Published once more, it is known: its webhook gets an owner, and the event its turn."""
    world = put_aside(World(webhook()), 1, retry_at=NOW + RETRY_MS)

    world.dispatch()([bad(1)], DEADLINE)

    assert posted(world) == []
    assert world.deliveries.statuses() == {"bad1": "PENDING"}
    assert world.webhook().lane.owner is not None
