"""Redrive: dead letters that can be read go back to the batch queue."""

from dataclasses import replace

import pytest

from recado.ports.sending import OurFaultError
from recado.use_cases.sending.direct.redrive import Redrive, RedriveReport
from tests.support.catalogue import READER
from tests.unit.builders import envelope_text
from tests.unit.use_cases.fakes.journal import FixedDeadline, Journal
from tests.unit.use_cases.fakes.sending_fakes import FakeBatchQueue

PLENTY = FixedDeadline(100.0)
READABLE = envelope_text(eventId="e1")
UNREADABLE = "not JSON"


class Queues:
    """Both queues, over one journal."""

    def __init__(self, *dead: str) -> None:
        self.journal = Journal()
        self.dead_letters = FakeBatchQueue(self.journal, *dead)
        self.queue = FakeBatchQueue(self.journal)

    def redrive(self, deadline: FixedDeadline = PLENTY) -> RedriveReport:
        """Redrive once."""
        return Redrive(reader=READER, dead_letters=self.dead_letters, queue=self.queue)(deadline)

    @property
    def moved(self) -> list[str]:
        """What waits in the batch queue."""
        return [message.body for message in self.queue.waiting]


def test_what_can_be_read_goes_back_and_the_rest_stays() -> None:
    """Each message is put into the batch queue before it leaves the other."""
    queues = Queues(READABLE, UNREADABLE, envelope_text(eventId="e2"))

    assert queues.redrive() == RedriveReport(moved=2, unreadable=1)

    assert queues.moved == [READABLE, envelope_text(eventId="e2")]
    assert queues.dead_letters.deleted == ["q0", "q2"]
    assert queues.journal.calls[:4] == ["receive", "send message", "send message", "delete"]


def test_many_dead_letters_go_back_in_rounds() -> None:
    """Ten at a time, until the queue is empty."""
    queues = Queues(*[READABLE] * 25)

    assert queues.redrive() == RedriveReport(moved=25, unreadable=0)
    assert len(queues.dead_letters.deleted) == 25


def test_an_empty_queue_is_left_at_once() -> None:
    """Nothing moves."""
    assert Queues().redrive() == RedriveReport()


@pytest.mark.parametrize(("times", "moved", "receives"), [(1, 1, 4), (2, 1, 5), (3, 0, 4)])
def test_a_message_that_turns_up_again_hides_no_other(times: int, moved: int, receives: int) -> None:
    """Its visibility is over while others wait; when it has come three times in a row, there is nothing else."""
    queues = Queues(UNREADABLE)
    seen = queues.dead_letters.waiting[0]
    for number in range(times):
        queues.journal.before("receive", number + 2, lambda: queues.dead_letters.waiting.append(seen))
    late = FakeBatchQueue(queues.journal, READABLE).waiting[0]
    queues.journal.before(
        "receive", times + 2, lambda: queues.dead_letters.waiting.append(replace(late, message_id="late"))
    )

    assert queues.redrive() == RedriveReport(moved=moved, unreadable=1)
    assert len(queues.journal.of("receive")) == receives


def test_time_ends_a_redrive() -> None:
    """The rest is for the next command."""
    queues = Queues(*[READABLE] * 25)

    assert queues.redrive(FixedDeadline(11.0, 10.0)) == RedriveReport(moved=10, unreadable=0)
    assert len(queues.dead_letters.waiting) == 15


def test_a_refused_message_stays_where_it_was() -> None:
    """What could not be put into the batch queue is not deleted."""
    queues = Queues(READABLE)
    queues.journal.fail("send message")

    with pytest.raises(OurFaultError):
        queues.redrive()
    assert queues.dead_letters.deleted == []
