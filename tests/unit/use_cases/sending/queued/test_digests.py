"""Digests: made with the sweep once an hour for each webhook that asks, whatever dies, and whoever else is at it."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from recado.ports.sending import Deadline, OurFaultError
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.counts import HOUR_MS, Counts
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.digest import Ends, first_due, next_due
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import Status
from recado.use_cases.sending.queued import digests
from tests.unit.builders import NOW, event, failed, owned, pending, webhook
from tests.unit.use_cases.fakes.journal import FAULT, FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

ON = DeliverySettings(digest=True)
ID = f"digest-{NOW}-wh_1"
KEY = f"{NOW + HOUR_MS:015d}#{ID}"
CALLS = [
    ("read webhook", 3),
    ("look up", 1),
    ("count 1010 wh_1", 1),
    ("record", 1),
    ("read webhook", 4),
    ("claim", 1),
    ("wake up", 1),
    ("move digest", 1),
]
"""What a sweep calls for a digest: the first two readings are of the sweep itself."""


class Death(BaseException):
    """The process dies: nothing answers it."""


def world_with(*names: str, **changes: Any) -> World:
    """Build a world in which the digest of the hour from noon on is due for these webhooks."""
    settings = {"delivery": ON, **changes}
    world = World(*(webhook(name, **settings) for name in names))
    for name in names:
        world.digests.due_at["1010", name] = first_due("1010", name, NOW)
    world.now = NOW + 2 * HOUR_MS - 1
    return world


def carry_on(world: World, name: str = "wh_1") -> None:
    """Sweep until nothing is due any more, and let whoever then owns the webhook send."""
    for _ in range(3):
        world.later(10_000)
        world.sweep()()
        owner = world.webhook(name).lane.owner
        if owner is not None:
            world.redelivery()(WakeUp("m", "r", "1010", name, owner), FixedDeadline(60))


def sent_ids(world: World) -> list[str]:
    """The message ids of all POSTs."""
    return [request.headers["webhook-id"] for request in world.sender.requests]


def test_a_digest_joins_the_backlog_and_its_owner_sends_it() -> None:
    """The sweep itself sends nothing."""
    world = world_with("wh_1")

    world.sweep()()
    assert world.sender.requests == []
    assert list(world.deliveries.pending) == [("wh_1", KEY)]
    carry_on(world)

    assert sent_ids(world) == [ID]
    assert world.deliveries.log["wh_1", KEY].status is DeliveryStatus.DELIVERED
    assert world.digests.due_at["1010", "wh_1"] == next_due("1010", "wh_1", world.now)


def test_it_tells_of_24_hours_and_of_the_ends_of_its_own() -> None:
    """By the counts of the hours, and what the webhook has got in the last of them."""
    world = world_with("wh_1")
    old, new = NOW - 23 * HOUR_MS, NOW
    world.digests.counts = {old - HOUR_MS: Counts(delivered=9), old: Counts(delivered=2), new: Counts(skipped=1)}
    world.digests.last = Ends(event("a").key, event("b").key)

    world.sweep()()

    data = json.loads(world.deliveries.pending["wh_1", KEY].event.text)["data"]
    assert [(hour["from"], hour["delivered"], hour["skipped"]) for hour in data["hours"]] == [
        ("2024-09-26T13:00:00.000Z", 2, 0),
        ("2024-09-27T12:00:00.000Z", 0, 1),
    ]
    assert (data["first"]["eventId"], data["last"]["eventId"]) == ("a", "b")
    assert f"ends wh_1 {NOW} {NOW + HOUR_MS}" in world.journal.calls


def test_an_hour_without_events_is_not_looked_through() -> None:
    """The counts say that there is nothing."""
    world = world_with("wh_1")

    world.sweep()()

    assert not [call for call in world.journal.calls if call.startswith("ends")]
    assert json.loads(world.deliveries.pending["wh_1", KEY].event.text)["data"]["first"] is None


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("error", [Death(), FAULT], ids=["death", "fault"])
def test_whatever_a_sweep_dies_of_there_is_one_digest(call: tuple[str, int], error: BaseException) -> None:
    """It is sent once, and neither lost nor made twice."""
    world = world_with("wh_1")

    def die() -> None:
        raise error

    world.journal.before(*call, die)
    with pytest.raises(type(error)):
        world.sweep()()
    carry_on(world)

    assert sent_ids(world) == [ID]
    assert world.digests.due_at["1010", "wh_1"] == next_due("1010", "wh_1", world.now)


@pytest.mark.parametrize("call", CALLS)
def test_two_sweeps_at_once_make_one_digest(call: tuple[str, int]) -> None:
    """Whichever step of the one the whole other comes before."""
    world = world_with("wh_1")
    world.journal.before(*call, world.sweep())

    world.sweep()()
    carry_on(world)

    assert sent_ids(world) == [ID]
    assert [key for key in world.deliveries.log if key[0] == "wh_1"] == [("wh_1", KEY)]


@pytest.mark.parametrize("call", CALLS)
def test_a_digest_that_another_sends_meanwhile_keeps_its_id(call: tuple[str, int]) -> None:
    """Where the sending lies between a sweep's looking up and its writing, the receiver gets the same one twice."""
    world = world_with("wh_1")
    world.journal.before(*call, lambda: carry_on(world))

    world.sweep()()
    carry_on(world)

    assert set(sent_ids(world)) == {ID}
    assert len(sent_ids(world)) == (2 if call in {("count 1010 wh_1", 1), ("record", 1)} else 1)
    assert list(world.deliveries.log) == [("wh_1", KEY)]


def test_a_move_whose_answer_is_lost_moves_once() -> None:
    """What was written is not due any more; the repetition is refused."""
    world = world_with("wh_1")
    [seen] = world.digests.due(world.now, 10)

    world.sweep()()
    moved = world.digests.due_at["1010", "wh_1"]
    world.digests.stale = [seen]
    carry_on(world)

    assert world.digests.due_at["1010", "wh_1"] == moved
    assert sent_ids(world) == [ID]


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_webhook_that_is_off_gets_none_and_the_next_when_it_is_on(status: Status) -> None:
    """Its entry moves on; the next digest covers the hours."""
    world = world_with("wh_1", status=status)
    world.sweep()()
    assert not world.deliveries.pending
    assert world.digests.due_at["1010", "wh_1"] == next_due("1010", "wh_1", world.now)

    world.webhooks.set(status=Status.ACTIVE)
    world.later(HOUR_MS)
    carry_on(world)

    assert sent_ids(world) == [f"digest-{NOW + HOUR_MS}-wh_1"]


@pytest.mark.parametrize("wants", [False, None])
def test_an_entry_of_nobody_leaves_the_index(*, wants: bool | None) -> None:
    """Of a webhook that is gone, or wants no digests."""
    world = world_with("wh_1")
    if wants is None:
        del world.webhooks.kept["1010", "wh_1"]
    else:
        world.webhooks.set(delivery=DeliverySettings())

    world.sweep()()

    assert world.digests.due_at["1010", "wh_1"] is None
    assert not world.deliveries.pending


def test_after_an_outage_there_is_one_digest_of_the_last_hour() -> None:
    """What it tells of covers those that were not made."""
    world = world_with("wh_1")
    world.later(5 * HOUR_MS)

    world.sweep()()
    carry_on(world)

    assert sent_ids(world) == [f"digest-{NOW + 5 * HOUR_MS}-wh_1"]


def test_one_webhooks_fault_keeps_no_other_from_its_digest() -> None:
    """It is raised when all others have theirs, and the next sweep makes up for it."""
    world = world_with("wh_1", "wh_2", "wh_3")
    world.deliveries.unwritable = {"wh_2"}

    with pytest.raises(OurFaultError):
        world.sweep()()
    assert {webhook_id for webhook_id, _ in world.deliveries.pending} == {"wh_1", "wh_3"}
    world.deliveries.unwritable = set()
    world.sweep()()

    assert {webhook_id for webhook_id, _ in world.deliveries.pending} == {"wh_1", "wh_2", "wh_3"}


def test_a_busy_partition_keeps_the_others_waiting_for_two_seconds_at_most() -> None:
    """It is written into as long as there is time: not as long as all digests of a sweep have."""
    world = world_with("wh_1")
    seconds: list[float] = []
    record = world.deliveries.record

    def recording(deliveries: Iterable[Delivery], attempts: Iterable[Attempt], deadline: Deadline) -> Any:
        seconds.append(deadline.remaining_seconds())
        return record(deliveries, attempts, deadline)

    world.deliveries.record = recording  # type: ignore[method-assign]
    world.sweep()()

    assert seconds == [2.0]


def test_a_sweep_makes_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is the next one's, the longest due first."""
    names = [f"wh_{number}" for number in range(5)]
    world = world_with(*names)
    monkeypatch.setattr(digests, "MOST_AT_ONCE", 2)
    seen = []
    for _ in range(3):
        world.sweep()()
        seen.append({webhook_id for webhook_id, _ in world.deliveries.pending})

    by_time = sorted(names, key=lambda name: first_due("1010", name, NOW))
    assert seen == [set(by_time[:2]), set(by_time[:4]), set(names)]


def test_a_sweep_makes_digests_for_a_bounded_time() -> None:
    """What takes a minute ends it."""
    world = world_with("wh_1", "wh_2")
    world.journal.before("record", 1, lambda: world.later(60_000))

    world.sweep()()

    assert len(world.deliveries.pending) == 1


def test_a_digest_waits_behind_what_its_webhook_fails_with() -> None:
    """The owner goes on, and nobody else is woken."""
    world = world_with("wh_1", lane=owned(NOW + 3 * HOUR_MS))
    world.deliveries.pending["wh_1", event().key] = pending(event())

    world.sweep()()

    assert world.wake_ups.sent == []
    assert len(world.deliveries.pending) == 2


def test_a_receiver_that_fails_gets_its_digest_later() -> None:
    """As every event is tried again."""
    world = world_with("wh_1")
    world.sender.answers["https://receiver.example/hooks"] = [failed()]

    carry_on(world)

    assert sent_ids(world) == [ID, ID]
    assert [one.headers["recado-attempt"] for one in world.sender.requests] == ["1", "2"]


def test_a_digest_that_waits_is_cancelled_where_none_is_wanted_any_more() -> None:
    """As an event that the webhook is not registered for any more."""
    world = world_with("wh_1")
    world.sweep()()
    world.webhooks.set(delivery=replace(ON, digest=False))

    carry_on(world)

    assert sent_ids(world) == []
    assert world.deliveries.log["wh_1", KEY].status is DeliveryStatus.CANCELLED
