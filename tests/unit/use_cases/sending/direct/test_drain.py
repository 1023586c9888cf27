"""Drain: the batch queue is emptied."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from recado.use_cases.sending.direct import drain as module
from recado.use_cases.sending.direct import flow
from recado.use_cases.sending.direct.dispatch import Attempted
from recado.use_cases.sending.direct.drain import DrainReport
from recado.use_cases.sending.direct.flow import WINDOW_MESSAGES
from tests.unit.builders import NAME, NOW, OTHER_NAME, delivered, envelope_text, failed, owned, webhook
from tests.unit.use_cases.fakes.draining import Draining, bodies
from tests.unit.use_cases.fakes.journal import FAULT
from tests.unit.use_cases.fakes.sending_fakes import FakeBatchQueue


def test_all_events_of_the_queue_leave_in_one_post_and_are_deleted() -> None:
    """Received, looked up, sent and recorded together; deleted last; and then the queue is empty."""
    draining = Draining(*bodies(25))

    report = draining()

    assert draining.world.journal.calls == [
        *["receive"] * 4,
        "read webhooks",
        "look up",
        "send",
        "record",
        "delete",
    ]
    assert draining.queue.deleted == [f"q{n}" for n in range(25)]
    assert report == DrainReport(received=25, attempts=[Attempted("wh_1", 25, delivered())])


def test_an_empty_queue_is_asked_once() -> None:
    """Nothing else is done."""
    draining = Draining()

    assert draining() == DrainReport()
    assert draining.world.journal.of("receive", "read webhooks", "send") == ["receive"]


def test_each_account_is_dispatched_for_itself() -> None:
    """One POST for each account's webhook."""
    draining = Draining(*bodies(2), *bodies(3, account=2020))

    attempts = sorted(draining().attempts, key=lambda attempted: attempted.webhook_id)

    assert attempts == [Attempted("wh_1", 2, delivered()), Attempted("wh_2", 3, delivered())]


def test_an_account_spelled_in_two_ways_is_one_account() -> None:
    """Number and text reach the same webhook, in a POST each."""
    draining = Draining(envelope_text(eventId="a"), envelope_text(accountId="1010", eventId="b", timestamp=NOW + 1))

    assert [attempted.events for attempted in draining().attempts] == [1, 1]
    assert draining.world.journal.of("read webhooks") == ["read webhooks"]


def test_a_message_that_came_twice_is_sent_once_and_deleted_twice() -> None:
    """The queue delivers at least once."""
    draining = Draining(*bodies(1), *bodies(1))

    assert draining().attempts == [Attempted("wh_1", 1, delivered())]
    assert draining.queue.deleted == ["q0", "q1"]


def test_a_deep_queue_is_drained_in_windows() -> None:
    """Only so much is received at once; nothing is handed back of an account that has been sent to."""
    draining = Draining(*bodies(4 * WINDOW_MESSAGES + 5))

    report = draining()

    assert draining.world.journal.of("receive", "send")[:102] == [*["receive"] * 100, "send", "send"]
    assert report.received == len(draining.queue.deleted) == 4 * WINDOW_MESSAGES + 5
    assert (draining.queue.handed_back, len(report.attempts)) == ([], 41)


def test_a_window_is_bounded_in_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large messages fill it sooner."""
    monkeypatch.setattr(module, "WINDOW_BYTES", len("".join(bodies(10))))
    draining = Draining(*bodies(20))

    draining()

    assert draining.world.journal.of("receive", "send") == ["receive", "send", "receive", "send", "receive"]


def test_no_window_is_started_when_time_is_nearly_up() -> None:
    """The rest is for the next drain."""
    draining = Draining(*bodies(10))

    assert draining(60.0) == DrainReport()
    assert draining.world.journal.calls == []


def test_a_window_ends_when_time_is_nearly_up() -> None:
    """A queue that fills as fast as it is emptied must not keep a drain receiving until Lambda ends it."""
    draining = Draining(*bodies(100))

    report = draining(290.0, 290.0, 200.0, 100.0, 60.0)

    assert report.received == len(draining.queue.deleted) == 30
    assert len(draining.queue.waiting) == 70


def test_a_message_that_cannot_be_read_leaves_its_neighbours_alone() -> None:
    """It is moved to the dead-letter queue as it is, with the reason."""
    draining = Draining(*bodies(1), "poison", *bodies(2)[1:])

    report = draining()

    [(body, reason)] = draining.world.dead_letters.kept
    assert body == "poison"
    assert report.dead_letters == [reason]
    assert reason.startswith("message: not JSON")
    assert draining.queue.deleted == ["q1", "q0", "q2"]
    assert report.attempts == [Attempted("wh_1", 2, delivered())]


def test_a_message_that_the_dead_letter_queue_refuses_goes_back() -> None:
    """It is not lost, and its neighbours are sent all the same."""
    draining = Draining("poison", *bodies(1))
    draining.world.journal.fail("dead letter")

    report = draining()

    assert (report.faults, report.dead_letters, report.handed_back) == ([FAULT], [], 1)
    assert draining.queue.handed_back == ["q0"]
    assert draining.queue.deleted == ["q1"]


def test_two_events_of_one_id_and_time_are_not_both_swallowed() -> None:
    """The second one, of another name, is kept with the reason; also where one of them was drained before."""
    draining = Draining(envelope_text(), envelope_text(name=OTHER_NAME), envelope_text())

    report = draining()

    assert draining.world.dead_letters.kept == [
        (envelope_text(name=OTHER_NAME), f"eventId: an event of this id and time is known as {NAME} at wh_1")
    ]
    assert report.attempts == [Attempted("wh_1", 1, delivered())]
    assert sorted(draining.queue.deleted) == ["q0", "q1", "q2"]

    draining.queue.send(envelope_text(name=OTHER_NAME))
    assert len(draining().dead_letters) == 1


def test_a_clash_that_the_dead_letter_queue_refuses_goes_back() -> None:
    """It is not lost."""
    draining = Draining(envelope_text(), envelope_text(name=OTHER_NAME))
    draining.world.journal.fail("dead letter")

    report = draining()

    assert (report.faults, draining.queue.handed_back, draining.queue.deleted) == ([FAULT], ["q1"], ["q0"])


@pytest.mark.parametrize("error", [FAULT, RuntimeError("a bug")])
def test_one_accounts_fault_leaves_the_others_alone(error: Exception) -> None:
    """Its messages go back to the queue, which hands them out again later."""
    draining = Draining(*bodies(2), *bodies(3, account=2020))
    draining.world.journal.fail("record", 1, error)

    report = draining()

    assert draining.queue.handed_back == ["q0", "q1"]
    assert draining.queue.deleted == ["q2", "q3", "q4"]
    assert (report.handed_back, report.faults) == (2, [error])


def test_what_was_handed_back_is_sent_by_the_next_drain() -> None:
    """Only what the first one did not record."""
    draining = Draining(*bodies(2))
    draining.world.vault.broken = {"wh_1"}
    assert draining().handed_back == 2
    draining.world.vault.broken = set()
    draining.queue.waiting = FakeBatchQueue(draining.world.journal, *bodies(2)).waiting

    assert draining().attempts == [Attempted("wh_1", 2, delivered())]


def test_a_failed_attempt_is_done_for_the_queue() -> None:
    """The events are in the backlog, and a wake-up is on its way."""
    draining = Draining(*bodies(2))
    draining.world.sender.answers[webhook().target_url] = [failed()]

    report = draining()

    assert draining.queue.deleted == ["q0", "q1"]
    assert (report.faults, report.handed_back) == ([], 0)
    assert draining.world.wake_ups.sent == [("t2", 5)]


def test_a_queued_webhook_costs_a_drain_no_post() -> None:
    """Its events join the backlog."""
    draining = Draining(*bodies(3))
    draining.world.webhooks.set(lane=owned())

    assert draining().attempts == []
    assert draining.world.deliveries.statuses() == {"e0": "PENDING", "e1": "PENDING", "e2": "PENDING"}
    assert len(draining.queue.deleted) == 3


def test_a_queue_that_cannot_be_asked_ends_the_drain() -> None:
    """What was received before is dispatched and deleted all the same."""
    draining = Draining(*bodies(25))
    draining.world.journal.fail("receive", 2)

    report = draining()

    assert report == DrainReport(received=10, attempts=[Attempted("wh_1", 10, delivered())], faults=[FAULT])
    assert len(draining.queue.deleted) == 10


def test_messages_that_cannot_be_deleted_are_not_sent_again() -> None:
    """They come back when their visibility timeout is over, and are found delivered."""
    draining = Draining(*bodies(WINDOW_MESSAGES + 5))
    draining.world.journal.fail("delete", 1)

    report = draining()

    assert report.faults == [FAULT]
    assert draining.queue.deleted == [f"q{n}" for n in range(WINDOW_MESSAGES, WINDOW_MESSAGES + 5)]
    draining.queue.waiting = FakeBatchQueue(draining.world.journal, *bodies(WINDOW_MESSAGES)).waiting
    assert draining().attempts == []


def test_messages_that_cannot_be_handed_back_are_told() -> None:
    """They come back by themselves."""
    draining = Draining(*bodies(1))
    draining.world.vault.broken = {"wh_1"}
    draining.world.journal.fail("hand back")

    report = draining()

    assert report.faults == [FAULT, FAULT]
    assert report.handed_back == 0


def test_what_finds_no_room_comes_back_within_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it has come: nothing of ours has failed, and nobody else waits for a slow account."""
    for bounded in (module, flow):
        monkeypatch.setattr(bounded, "WINDOW_MESSAGES", 10)
    slow, others = bodies(27), bodies(3, account=2020)
    mixed = [body for window in range(3) for body in (others[window], *slow[window * 9 : window * 9 + 9])]
    with ThreadPoolExecutor(2) as executor:
        draining = Draining(*mixed, executor=executor)
        draining.queue.waiting = [replace(message, receives=20) for message in draining.queue.waiting]
        handed_back = threading.Event()
        draining.world.vault.before_opening = {"wh_1": lambda: handed_back.wait(10)}
        draining.world.journal.before("hand back", 1, handed_back.set)

        draining()

    assert draining.queue.handed_back == [f"q{number}" for number in range(22, 30)]
    assert set(draining.queue.counted) == {6}
