"""Drain: a deep queue gets more drains."""

import pytest

from recado.rules.sending.draining import AGE_PER_DRAIN_MS, MESSAGES_PER_DRAIN
from recado.use_cases.sending.direct import drain as module
from tests.unit.use_cases.fakes.draining import Draining, bodies
from tests.unit.use_cases.fakes.journal import FAULT, FixedDeadline


@pytest.fixture(autouse=True)
def _small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WINDOW_MESSAGES", 10)


def deep(depth: int, *, max_drains: int = 5, received: int = 20) -> Draining:
    """Build a queue that says that it is so deep, and has so many messages in fact."""
    draining = Draining(*bodies(received), max_drains=max_drains)
    draining.queue.depth = lambda: depth  # type: ignore[method-assign]  # a queue too deep to build
    return draining


@pytest.mark.parametrize(
    ("depth", "max_drains", "started"),
    [
        (0, 5, []),
        (MESSAGES_PER_DRAIN - 1, 5, []),
        (MESSAGES_PER_DRAIN, 5, [1]),
        (4 * MESSAGES_PER_DRAIN, 5, [4]),
        (100 * MESSAGES_PER_DRAIN, 5, [4]),
        (100 * MESSAGES_PER_DRAIN, 1, []),
        (100 * MESSAGES_PER_DRAIN, 50, [49]),
    ],
)
def test_a_deep_queue_starts_more_drains(depth: int, max_drains: int, started: list[int]) -> None:
    """Up to the parameter, this one included; once, before anything is sent."""
    draining = deep(depth, max_drains=max_drains)

    report = draining()

    assert (draining.started, report.started) == (started, sum(started))
    assert draining.world.journal.of("start drains", "send") == [*["start drains" for _ in started], "send", "send"]


def test_large_messages_start_more_drains() -> None:
    """By the mean size of what this one has received first: 64 MB each."""
    draining = deep(1_000)
    draining.queue.waiting = [
        type(message)(message.message_id, message.receipt_handle, message.body + " " * 200_000, sent_at=message.sent_at)
        for message in draining.queue.waiting
    ]

    assert draining().started == 2


def test_old_messages_start_more_drains() -> None:
    """By the oldest that this one has received first, as long as anything waits."""
    for depth, started in ((1, 3), (0, 0)):
        draining = deep(depth)
        draining.world.later(3 * AGE_PER_DRAIN_MS)
        assert draining().started == started


def test_a_queue_that_is_emptied_at_once_needs_no_others() -> None:
    """However old what it held was."""
    draining = deep(1_000 * MESSAGES_PER_DRAIN, received=9)

    assert draining().started == 0
    assert draining.started == []


def test_a_drain_that_another_has_started_starts_none() -> None:
    """Each would start as many again."""
    draining = deep(1_000 * MESSAGES_PER_DRAIN)

    report = draining.run(FixedDeadline(290.0), starts_others=False)

    assert (draining.started, report.received) == ([], 20)


def test_drains_that_cannot_be_started_are_told() -> None:
    """This one does its own work all the same."""
    draining = deep(MESSAGES_PER_DRAIN)
    draining.world.journal.fail("start drains")

    report = draining()

    assert (report.faults, report.started) == ([FAULT], 0)
    assert len(draining.queue.deleted) == 20
