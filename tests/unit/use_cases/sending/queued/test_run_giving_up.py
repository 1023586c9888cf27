"""A run's end: nothing waits, the webhook is given up, and the backlog is looked at once more."""

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, CancelReason
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane
from recado.rules.webhook.webhook import HealthState, Status
from tests.unit.builders import NOW, event, failing, owned, pending, webhook
from tests.unit.use_cases.fakes.invocations import dispatch, owned_world, redeliver
from tests.unit.use_cases.fakes.sending_fakes import World

GIVEN_UP = Lane(next_at=NOW + LATE_LOOK_MS)
LATE = event("late")


def test_an_empty_backlog_is_given_up_at_once() -> None:
    """A wake-up for nothing costs no POST; a sweep looks ten minutes later, when all that was under way has ended."""
    world = owned_world(0)

    redeliver(world)

    assert world.journal.calls == ["take lease", "read backlog", "read aside", "give up", "read backlog"]
    assert world.webhook() == webhook(lane=GIVEN_UP)


def test_what_came_before_the_second_look_is_sent_as_well() -> None:
    """Its writer may have seen that there was an owner: the webhook is claimed back, under the same lease."""
    world = owned_world()
    world.journal.before("read backlog", 3, lambda: world.deliveries.add_pending(pending(LATE)))

    redeliver(world)

    assert world.deliveries.statuses() == {"e0": "DELIVERED", "late": "DELIVERED"}
    assert world.journal.calls[-8:] == [
        *["claim", "read backlog", "send", "finish"],
        *["read webhook", "read backlog", "give up", "read backlog"],
    ]
    assert world.webhook().lane == GIVEN_UP


def test_a_webhook_that_is_claimed_back_is_sent_by_the_same_run() -> None:
    """Whoever looks meanwhile finds its owner, and its lease."""
    world = owned_world(0)
    world.journal.before("read backlog", 2, lambda: world.deliveries.add_pending(pending(LATE)))
    lanes: list[Lane] = []
    world.journal.before("send", 1, lambda: lanes.append(world.webhook().lane))

    redeliver(world)

    [lane] = lanes
    assert (lane.owner, lane.lease_holder, lane.lease_until) == ("owner", "t1", NOW + 102_000)


def test_whoever_was_quicker_than_the_second_look_sends() -> None:
    """A writer has made its own wake-up the owner: this run ends, and does not touch what that one does."""
    world = owned_world(0)
    world.journal.before("read backlog", 2, lambda: dispatch_to(world))

    assert redeliver(world).back_in_seconds is None

    assert world.webhook().lane.owner == "t2"
    assert world.sender.requests == []
    assert world.deliveries.statuses() == {"late": "PENDING"}


def dispatch_to(world: World) -> None:
    """Dispatch an event as to an ordered webhook."""
    world.webhooks.set(ordered=True)
    dispatch(world, LATE)


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_a_webhook_that_is_off_is_not_claimed_back(status: Status) -> None:
    """What waits, waits for it to be switched on."""
    world = owned_world(0)

    def switch_off() -> None:
        world.webhooks.set(status=status)
        world.deliveries.add_pending(pending(LATE))

    world.journal.before("read backlog", 2, switch_off)

    assert redeliver(world).back_in_seconds is None
    assert world.sender.requests == []


def test_a_request_that_comes_before_the_give_up_is_not_given_up() -> None:
    """Its own wake-up is the owner now; this run lets its lease go and ends."""
    world = owned_world(0)
    world.journal.before(
        "give up", 1, lambda: world.webhooks.set(lane=owned(owner="request", lease_holder="t1", lease_until=NOW + 9))
    )

    assert redeliver(world).back_in_seconds is None

    assert world.webhook().lane == owned(owner="request")
    assert world.journal.calls[-3:] == ["give up", "read webhook", "release lease"]


@pytest.mark.parametrize(
    ("since", "status"), [(NOW - RETENTION_MS, Status.DISABLED), (NOW - RETENTION_MS + 1, Status.ACTIVE)]
)
def test_a_backlog_that_has_expired_without_a_success_for_a_week_disables(since: int, status: Status) -> None:
    """To the millisecond; that is told."""
    world = owned_world(0, health=failing(attempts=3, failing_since=since, alerted_at=NOW))

    assert redeliver(world).back_in_seconds is None

    assert world.webhook().status is status
    assert world.alerts.kinds == ([] if status is Status.ACTIVE else ["WEBHOOK_DISABLED"])
    assert world.webhook().lane == (GIVEN_UP if status is Status.ACTIVE else Lane())


def test_a_webhook_that_fails_with_nothing_waiting_fails_on_and_counts_anew() -> None:
    """It has not recovered; in the time in which nobody tries nothing is held against it."""
    world = owned_world(0, health=failing(attempts=3, alerted_at=NOW))

    redeliver(world)

    health = world.webhook().health
    assert (health.state, health.attempts, health.failing_since) == (HealthState.FAILING, 0, None)
    assert (health.alerted_at, health.last_error, world.alerts.sent) == (NOW, failing().last_error, [])


def test_what_has_waited_for_seven_days_expires() -> None:
    """It is finished without an attempt; what is younger is sent."""
    world = owned_world(0)
    old = pending(event("old"), created_at=NOW - RETENTION_MS)
    world.deliveries.add_pending(old, pending(event("young"), created_at=NOW - RETENTION_MS + 1))

    answer = redeliver(world)

    assert world.journal.calls[:4] == ["take lease", "read backlog", "expire", "send"]
    assert world.deliveries.statuses() == {"old": "EXPIRED", "young": "DELIVERED"}
    assert world.deliveries.log["wh_1", old.event.key].finished_at == old.expires_at
    assert b"old" not in world.sender.requests[0].body
    assert answer.progress.expired == 1


def test_a_long_backlog_of_expired_events_is_cleared_without_a_post() -> None:
    """A hundred at a time."""
    world = owned_world(0)
    world.deliveries.add_pending(*(pending(event(f"e{n}", timestamp=NOW + n), created_at=0) for n in range(250)))

    answer = redeliver(world)

    assert (answer.progress.expired, answer.progress.attempts) == (250, [])
    assert world.journal.of("expire") == ["expire"] * 3
    assert set(world.deliveries.statuses().values()) == {"EXPIRED"}


def test_a_copy_that_has_expired_vanishes() -> None:
    """The log keeps how the delivery ended before it was asked for again."""
    world = owned_world(0)
    copy = pending(event(), created_at=0).again(NOW - RETENTION_MS, "an admin")
    world.deliveries.log["wh_1", copy.event.key] = pending(event(), created_at=0).cancelled(NOW, CancelReason.WITHDRAWN)
    world.deliveries.add_pending(copy)

    redeliver(world)

    assert world.deliveries.statuses() == {"e1": "CANCELLED"}
    assert world.deliveries.pending == {}


def test_an_original_whose_end_is_known_does_not_expire_over_it() -> None:
    """A copy of it was delivered meanwhile, or its end was recorded by a run that died."""
    world = owned_world(0)
    ended = pending(event(), created_at=0).cancelled(NOW, CancelReason.WITHDRAWN)
    world.deliveries.log["wh_1", ended.event.key] = ended
    world.deliveries.pending["wh_1", ended.event.key] = pending(event(), created_at=0)

    redeliver(world)

    assert world.deliveries.log["wh_1", ended.event.key] == ended
    assert world.deliveries.pending == {}
