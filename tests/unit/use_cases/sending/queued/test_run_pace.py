"""A run's pace: receivers that are found slow or quick, and POSTs that are spaced."""

from typing import Any

import pytest

from recado.rules.webhook.alert import Slowness
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane
from tests.unit.builders import NOW, delivered, event, failed, owned
from tests.unit.use_cases.fakes.invocations import (
    URL,
    dispatch,
    owned_world,
    redeliver,
    redeliver_as_owner,
    sizes,
)
from tests.unit.use_cases.fakes.journal import FAULT
from tests.unit.use_cases.fakes.sending_fakes import World

ONE_BY_ONE = DeliverySettings(max_events=1)
EACH_SECOND = DeliverySettings(max_events=1, max_posts_per_minute=60)
EACH_MINUTE = DeliverySettings(max_events=1, max_posts_per_minute=1)
BEFORE = NOW - 60_000
DAY = 24 * 60 * 60 * 1000


def slow_world(count: int, quick: int = 0) -> World:
    """Build a world with a receiver that was found slow, and so many events, each for a POST of its own."""
    return owned_world(count, delivery=ONE_BY_ONE, lane=owned(slow_at=BEFORE, quick=quick))


def marks(world: World) -> tuple[int | None, int]:
    """Return when the receiver was found slow, and how many quick POSTs are counted since."""
    return world.webhook().lane.slow_at, world.webhook().lane.quick


@pytest.mark.parametrize(
    ("counted", "posts", "left"), [(0, 2, (BEFORE, 2)), (0, 3, (None, 0)), (2, 1, (None, 0)), (1, 1, (BEFORE, 2))]
)
def test_three_quick_posts_in_a_row_end_it(counted: int, posts: int, left: tuple[int | None, int]) -> None:
    """In one run or in several: the count is stored when the webhook is given up."""
    world = slow_world(posts, counted)

    redeliver(world)

    assert marks(world) == left
    assert len(world.sender.requests) == posts


def test_a_failure_stores_the_count() -> None:
    """A receiver that refuses at once is quick as well."""
    world = slow_world(2)
    world.sender.answers[URL] = [delivered(), failed()]

    redeliver(world)

    assert marks(world) == (BEFORE, 2)


@pytest.mark.parametrize(("latency_ms", "left"), [(2_000, (None, 0)), (2_001, (NOW, 0))])
@pytest.mark.parametrize("result", ["delivered", "failed"])
def test_a_slow_post_marks_the_receiver(latency_ms: int, left: tuple[int | None, int], result: str) -> None:
    """Delivered or failed, in the write that is made anyway."""
    world = owned_world()
    status = 202 if result == "delivered" else 500
    answer = delivered(latency_ms=latency_ms) if status == 202 else failed(latency_ms=latency_ms)
    world.sender.answers[URL] = [answer]

    redeliver(world)

    assert marks(world) == left
    assert world.journal.of("mark slow") == []


def test_a_webhook_that_its_owner_finds_slow_is_told() -> None:
    """Once that is stored, with how long the receiver took; a failure is none yet."""
    world = owned_world(2, delivery=ONE_BY_ONE)
    world.sender.answers[URL] = [delivered(), failed(latency_ms=4_500)]

    redeliver(world)

    assert world.journal.of("send", "leave", "alert") == ["send", "send", "leave", "alert"]
    [alert] = world.alerts.sent
    assert (alert.kind, alert.slowness, alert.backlog) == ("WEBHOOK_SLOW", Slowness(4_500, 2_000), 1)
    assert world.webhook().lane.slow_told_at == NOW


@pytest.mark.parametrize(
    "before",
    [{"slow_told_at": NOW - DAY + 1}, {"slow_at": NOW - 2 * DAY, "slow_told_at": NOW - 2 * DAY}],
    ids=["told lately", "slow already"],
)
def test_a_webhook_that_its_owner_finds_slow_again_is_not_told(before: dict[str, Any]) -> None:
    """Once in 24 hours, and when it becomes so."""
    world = owned_world(lane=owned(**before))
    world.sender.answers[URL] = [delivered(latency_ms=4_500)]

    redeliver(world)

    assert (world.alerts.sent, world.webhook().lane.slow_told_at) == ([], before["slow_told_at"])
    assert world.webhook().lane.slow_at == NOW


def test_a_webhook_that_was_slow_for_a_moment_is_not_told() -> None:
    """When the run ends, three quick answers have ended it."""
    world = owned_world(4, delivery=ONE_BY_ONE)
    world.sender.answers[URL] = [delivered(latency_ms=4_500)]

    redeliver(world)

    assert (world.alerts.sent, marks(world), world.webhook().lane.slow_told_at) == ([], (None, 0), None)


def test_a_slowness_that_cannot_be_told_changes_nothing_else() -> None:
    """What was wrong is in our own log; nothing is sent twice."""
    world = owned_world()
    world.sender.answers[URL] = [delivered(latency_ms=4_500)]
    world.journal.fail("alert")

    answer = redeliver(world)

    assert (answer.back_in_seconds, answer.progress.faults) == (None, [FAULT])
    assert world.deliveries.statuses() == {"e0": "DELIVERED"}


def test_a_slow_post_begins_the_count_anew() -> None:
    """Two quick ones before it do not count, two after it do."""
    world = slow_world(5)
    world.sender.answers[URL] = [delivered(), delivered(), delivered(latency_ms=9_000), delivered(), delivered()]

    redeliver(world)

    assert marks(world) == (NOW, 2)


def test_a_mark_that_is_made_meanwhile_is_kept_and_begins_the_count_anew() -> None:
    """An invocation that still waited for the receiver has found it slow."""
    world = slow_world(3)
    world.journal.before("send", 2, lambda: world.webhooks.mark_slow(world.webhook(), NOW))

    redeliver(world)

    assert marks(world) == (NOW, 1)


@pytest.mark.parametrize("quick", [0, 1, 2])
@pytest.mark.parametrize("code", [500, 410])
def test_a_mark_that_is_made_during_the_last_post_is_kept_too(quick: int, code: int) -> None:
    """The write that ends the run is made again by what the webhook is by then."""
    world = slow_world(1, quick)
    world.sender.answers[URL] = [failed(code)]
    world.journal.before("send", 1, lambda: world.webhooks.mark_slow(world.webhook(), NOW))

    redeliver(world)

    assert marks(world) == (NOW, 0)
    assert world.webhook().lane.lease_holder is None
    assert len(world.alerts.sent) == (code == 410)


def test_posts_are_spaced_and_each_takes_its_turn_before_it_leaves() -> None:
    """The webhook says when the next may leave; short waits are waited for, and then the webhook is read again."""
    world = owned_world(3, delivery=EACH_SECOND)

    redeliver(world)

    assert world.journal.of("save", "send", "read webhook") == [
        *["save", "send", "read webhook"],
        *["save", "read webhook", "send", "read webhook"] * 2,
    ]
    assert world.paused == [1.0, 1.0]
    assert world.webhook().lane == Lane(next_at=NOW + 2_000 + LATE_LOOK_MS, turn_at=NOW + 3_000)


@pytest.mark.parametrize(("wait_ms", "back", "posts"), [(5_000, None, 1), (5_001, 6, 0), (60_000, 60, 0)])
def test_a_long_wait_comes_back(wait_ms: int, back: int | None, posts: int) -> None:
    """An invocation that only waits costs as much as one that sends."""
    world = owned_world(delivery=EACH_SECOND, lane=owned(turn_at=NOW + wait_ms))

    assert redeliver(world).back_in_seconds == back
    assert len(world.sender.requests) == posts
    assert back is None or world.webhook().lane == owned(NOW + wait_ms, turn_at=NOW + wait_ms)


def test_posts_are_spaced_whoever_the_owner_is() -> None:
    """What comes after the webhook was given up waits for its turn."""
    world = owned_world(1, delivery=EACH_MINUTE)
    redeliver(world)
    dispatch(world, event("next"))

    assert redeliver_as_owner(world).back_in_seconds == 60
    world.later(60_000)
    redeliver_as_owner(world)

    assert sizes(world) == [1, 1]
    assert world.webhook().lane.turn_at == NOW + 120_000


def test_a_turn_that_was_taken_is_gone_where_the_post_does_not_leave() -> None:
    """Rather one POST too few than one too many."""
    world = owned_world(delivery=EACH_MINUTE)
    world.sender.answers[URL] = [RuntimeError("a bug")]

    redeliver(world)

    assert world.webhook().lane.turn_at == NOW + 60_000


def test_whoever_is_displaced_while_he_waits_takes_no_turn() -> None:
    """Nothing is sent."""
    world = owned_world(delivery=EACH_SECOND, lane=owned(turn_at=NOW + 1_000))
    world.journal.before("save", 1, lambda: world.webhooks.set(lane=owned(owner="new", turn_at=NOW + 1_000)))

    assert redeliver(world).back_in_seconds is None
    assert (world.sender.requests, world.webhook().lane.turn_at) == ([], NOW + 1_000)


def test_what_an_admin_changes_during_a_wait_counts() -> None:
    """The POST goes to the new address."""
    world = owned_world(delivery=EACH_SECOND, lane=owned(turn_at=NOW + 1_000))
    world.journal.before("save", 1, lambda: world.webhooks.set(target_url="https://new.example/"))

    redeliver(world)

    assert [request.url for request in world.sender.requests] == ["https://new.example/"]
