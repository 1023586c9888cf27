"""Ordered webhooks: every event goes through the backlog, one sender at a time."""

from dataclasses import replace

from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.webhook import Status, Webhook
from tests.unit.builders import delivered, event, failed, failing, pending, webhook
from tests.unit.use_cases.fakes.invocations import dispatch
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

PLENTY = FixedDeadline(100.0)
ORDERED: Webhook = webhook(ordered=True)
FIRST = event("first")
SECOND = event("second", timestamp=FIRST.timestamp_ms + 1)


def test_events_wait_and_wake_without_an_attempt() -> None:
    """The dispatcher never sends: it writes, then sees that nobody is coming, then wakes."""
    world = World(ORDERED)

    assert dispatch(world, SECOND, FIRST) == []

    assert world.journal.calls == ["read webhooks", "look up", "record", "read webhook", "wake up"]
    assert [one.event for one in world.deliveries.backlog("wh_1", 10)] == [FIRST, SECOND]


def test_events_of_several_invocations_leave_in_the_order_of_their_time() -> None:
    """Also where the later one came first."""
    world = World(ORDERED)
    world.dispatch()([SECOND], PLENTY)
    world.dispatch()([FIRST], PLENTY)

    world.redeliverer()([WakeUp("sent-1", "r1", "1010", "wh_1"), WakeUp("sent-2", "r2", "1010", "wh_1")], PLENTY)

    [request] = world.sender.requests
    assert request.body.index(b"first") < request.body.index(b"second")
    assert world.deliveries.statuses() == {"first": "DELIVERED", "second": "DELIVERED"}


def test_a_second_sender_waits_for_the_first() -> None:
    """An event that comes during a POST is sent after it, by whoever holds the lease."""
    world = World(ORDERED)
    world.dispatch()([FIRST], PLENTY)
    answers: list[object] = []

    def meanwhile() -> None:
        world.dispatch()([SECOND], PLENTY)
        answers.extend(world.redeliverer()([WakeUp("sent-2", "r2", "1010", "wh_1")], PLENTY))

    world.journal.before("send", 1, meanwhile)

    world.redeliverer()([WakeUp("sent-1", "r1", "1010", "wh_1")], PLENTY)

    assert world.wake_ups.postponed == [("r2", 2)]
    assert [request.headers["webhook-id"] for request in world.sender.requests] == ["first", "second"]


def test_a_failure_holds_everything_back() -> None:
    """The head is tried again before anything else is sent."""
    world = World(ORDERED)
    world.sender.answers[ORDERED.target_url] = [failed(), delivered()]
    world.dispatch()([FIRST], PLENTY)
    owner = WakeUp("sent-1", "r1", "1010", "wh_1")
    world.redeliverer()([owner], PLENTY)
    world.dispatch()([SECOND], PLENTY)
    assert len(world.wake_ups.sent) == 1
    world.now += 5_000

    world.redeliverer()([owner], PLENTY)

    bodies = [request.body for request in world.sender.requests]
    assert (b"second" in bodies[0], bodies[1].count(b"eventId")) == (False, 2)


def test_a_known_event_is_not_sent_again() -> None:
    """Nor does it wake anybody, once it has been delivered."""
    world = World(ORDERED)
    world.deliveries.record([replace(pending(FIRST), status=DeliveryStatus.DELIVERED)])

    assert dispatch(world, FIRST) == []
    assert world.deliveries.backlog_size("wh_1", 10) == 0
    assert world.wake_ups.sent == []


def test_a_disabled_ordered_webhook_skips_its_events() -> None:
    """As any other."""
    world = World(webhook(ordered=True, status=Status.DISABLED, health=failing()))

    world.dispatch()([FIRST], PLENTY)

    assert world.deliveries.statuses() == {"first": "SKIPPED"}
