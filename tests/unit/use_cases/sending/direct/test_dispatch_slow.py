"""Dispatch to receivers that are slow: they are found out, and nobody else waits for them."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from recado.ports.sending import OurFaultError
from recado.rules.sending.attempt import AttemptResult
from recado.rules.webhook.alert import Slowness
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Webhook
from tests.unit.builders import NOW, delivered, event, failed, webhook
from tests.unit.use_cases.fakes.invocations import URL, dispatch, urls
from tests.unit.use_cases.fakes.sending_fakes import World

DAY = 24 * 60 * 60 * 1000


@pytest.mark.parametrize(("latency_ms", "slow_at"), [(2_000, None), (2_001, NOW)])
def test_a_receiver_that_was_slow_to_answer_is_marked(latency_ms: int, slow_at: int | None) -> None:
    """To the millisecond: its next events go through its backlog."""
    world = World(webhook())
    world.sender.answers[URL] = [delivered(latency_ms=latency_ms)]

    dispatch(world, event())

    assert world.webhook().lane == Lane(slow_at=slow_at, slow_told_at=slow_at)
    assert world.webhook().queued is (slow_at is not None)
    assert world.deliveries.statuses() == {"e1": "DELIVERED"}


def test_a_webhook_that_is_found_slow_is_told() -> None:
    """Once it is marked, with how long the receiver took."""
    world = World(webhook())
    world.sender.answers[URL] = [delivered(latency_ms=4_500)]

    dispatch(world, event())

    assert world.journal.of("mark slow", "alert") == ["mark slow", "alert"]
    [alert] = world.alerts.sent
    assert (alert.kind, alert.slowness) == ("WEBHOOK_SLOW", Slowness(4_500, 2_000))


def test_of_all_who_find_a_webhook_slow_one_tells() -> None:
    """A hundred invocations have read that it is not, and wait for it at the same time."""
    world = World(webhook())
    world.sender.answers[URL] = [delivered(latency_ms=4_500)] * 2
    world.journal.before("mark slow", 1, lambda: dispatch(world, event("e2")))

    dispatch(world, event("e1"))

    assert (world.journal.of("mark slow"), world.alerts.kinds) == (["mark slow"] * 2, ["WEBHOOK_SLOW"])


@pytest.mark.parametrize(("told_at", "told"), [(NOW - DAY + 1, []), (NOW - DAY, ["WEBHOOK_SLOW"])])
def test_a_webhook_that_is_slow_now_and_then_is_told_once_a_day(told_at: int, told: list[str]) -> None:
    """To the millisecond; it is marked each time."""
    world = World(webhook(lane=Lane(slow_told_at=told_at)))
    world.sender.answers[URL] = [delivered(latency_ms=4_500)]

    dispatch(world, event())

    assert (world.alerts.kinds, world.webhook().lane.slow_at) == (told, NOW)


def test_a_slowness_that_cannot_be_told_keeps_nothing_from_being_recorded() -> None:
    """It is our own fault, raised at the end; the repeated invocation sends nothing twice."""
    world = World(webhook())
    world.sender.answers[URL] = [delivered(latency_ms=5_000)]
    world.journal.fail("alert")

    with pytest.raises(OurFaultError):
        dispatch(world, event())

    assert world.deliveries.statuses() == {"e1": "DELIVERED"}
    assert dispatch(world, event()) == []


def test_a_new_mark_forgets_the_quick_posts_before() -> None:
    """A receiver that another invocation is just sent to, in the lane or not."""
    world = World(webhook())
    world.sender.answers[URL] = [delivered(latency_ms=5_000)]
    world.journal.before(
        "send", 1, lambda: world.webhooks.set(lane=Lane(slow_at=NOW - 1, quick=2, slow_told_at=NOW - 1))
    )

    dispatch(world, event())

    assert world.webhook().lane == Lane(slow_at=NOW, slow_told_at=NOW - 1)


def test_a_mark_that_cannot_be_written_keeps_nothing_from_being_recorded() -> None:
    """It is our own fault, raised at the end; the repeated invocation sends nothing twice."""
    world = World(webhook())
    world.sender.answers[URL] = [delivered(latency_ms=5_000)]
    world.journal.fail("mark slow")

    with pytest.raises(OurFaultError):
        dispatch(world, event())

    assert world.deliveries.statuses() == {"e1": "DELIVERED"}
    assert dispatch(world, event()) == []


class Hanging:
    """A receiver that does not answer, beside one that answers at once.

    One thread sends, to the quick one first; the other one is let go when something has been recorded.
    """

    def __init__(self, answer: AttemptResult, after_ms: int = 50) -> None:
        self._after_ms = after_ms
        hooks = urls("wh_1", "wh_2")
        self.world = World(*hooks.values())
        self.world.slow_after_ms = 50
        self.world.sender.answers[hooks["wh_2"].target_url] = [answer]
        self.world.journal.before("send", 2, self._hang)
        self._let_go = threading.Event()
        self._record = self.world.deliveries.record
        self.world.deliveries.record = self._recording  # type: ignore[method-assign,assignment]  # watched
        self.meanwhile: tuple[Webhook, dict[str, str]] | None = None

    def _hang(self) -> None:
        self.world.later(self._after_ms)
        assert self._let_go.wait(timeout=30)
        self.meanwhile = (self.world.webhook("wh_2"), self.world.deliveries.statuses("wh_1"))

    def _recording(self, *given: Any) -> Mapping[str, OurFaultError]:
        answer = self._record(*given)
        self._let_go.set()
        return answer

    def dispatch(self) -> World:
        """Send an event to both; answers the world as it is then."""
        with ThreadPoolExecutor(1) as executor:
            dispatch(self.world, event(), executor=executor)
        return self.world


def test_a_receiver_that_does_not_answer_is_marked_while_it_is_waited_for() -> None:
    """From then on nobody else waits for it; what the others got is recorded before, and it is marked once."""
    hanging = Hanging(delivered(latency_ms=5_000))

    world = hanging.dispatch()

    marked = Lane(slow_at=NOW + 50, slow_told_at=NOW + 50)
    assert hanging.meanwhile == (replace(urls("wh_2")["wh_2"], lane=marked), {"e1": "DELIVERED"})
    assert [(alert.webhook_id, alert.slowness) for alert in world.alerts.sent] == [("wh_2", Slowness(50, 50))]
    assert world.journal.of("mark slow", "record") == ["mark slow", "record", "record"]
    assert world.deliveries.statuses("wh_2") == {"e1": "DELIVERED"}
    assert world.webhook("wh_1").lane == Lane()


def test_a_receiver_that_fails_in_the_end_fails_as_any_other() -> None:
    """Its event waits, with an owner, and it counts as slow."""
    world = Hanging(failed()).dispatch()

    assert world.webhook("wh_2").lane == Lane(owner="t3", next_at=NOW + 5_050, slow_at=NOW + 50, slow_told_at=NOW + 50)
    assert world.deliveries.statuses("wh_2") == {"e1": "PENDING"}
    assert world.deliveries.statuses("wh_1") == {"e1": "DELIVERED"}


def test_a_receiver_that_may_still_answer_in_time_is_not_marked() -> None:
    """To the millisecond: the others were just quicker."""
    world = Hanging(delivered(latency_ms=50), after_ms=49).dispatch()

    assert world.webhook("wh_2").lane == Lane()
    assert world.deliveries.statuses("wh_2") == {"e1": "DELIVERED"}
