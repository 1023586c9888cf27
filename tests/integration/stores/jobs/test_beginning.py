"""Jobs: begun together with the owner that carries them on, five at a time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from recado.ports.requests import TooManyJobsError
from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import ActivityKind
from recado.rules.delivery.job import MOST_UNFINISHED, JobKind, JobState
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.webhook import Status, Webhook
from tests.integration.stores.jobs.kept import FURTHER, JOB, OWNER, SECOND, end, numbered, of, start, written
from tests.support.acts import act_on
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.items import changed_item
from tests.support.aws.lost_answers import TransactionsUnderWay, lost_answers
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.system import System


def test_a_job_and_its_owner_begin_together(system: System, webhook: Webhook, aws: AwsCalls) -> None:
    """In one transaction, with who asked; the webhook is due from then on, also where no wake-up is ever sent."""
    aws.clear()
    assert start(system, webhook, JOB)

    assert [call.operation for call in aws.seen] == ["TransactWriteItems"]
    assert of(system, webhook) == ([JOB], OWNER, {JOB.job_id})
    assert (ActivityKind.REDELIVERY_STARTED, JOB.job_id) in [(act.kind, act.job_id) for act in system.acts()]
    assert [due.webhook_id for due in system.overdue.all() if due.due_at <= NOON_MS] == ["wh_1"]


def test_what_takes_back_is_refused_where_somebody_asked_for_sending_meanwhile(
    system: System, webhook: Webhook
) -> None:
    """How long what waits goes on waiting was read before that: it would wait although it was to leave now."""
    assert start(system, webhook, JOB)
    read = system.webhook(webhook)
    assert start(system, read, SECOND)
    kinds = system.kinds()

    assert not start(system, read, numbered(3, kind=JobKind.CANCELLATION, selection=Selection()))
    assert not end(system, read, JOB)

    assert of(system, webhook) == ([JOB, SECOND], f"owner of {SECOND.job_id}", {JOB.job_id, SECOND.job_id})
    assert system.kinds() == kinds
    assert end(system, system.webhook(webhook), JOB)


def test_a_sixth_job_is_refused(system: System, webhook: Webhook) -> None:
    """Whoever asks for it changes nothing, makes no owner, and leaves no act."""
    jobs = [numbered(number) for number in range(MOST_UNFINISHED)]
    for job in jobs:
        assert start(system, webhook, job)
    before, kinds = of(system, webhook), system.kinds()

    with pytest.raises(TooManyJobsError):
        start(system, webhook, numbered(9))

    assert of(system, webhook) == before == (jobs, f"owner of {jobs[-1].job_id}", {job.job_id for job in jobs})
    assert system.kinds() == kinds
    assert system.jobs.get(str(ACCOUNT), "wh_1", numbered(9).job_id) is None


def test_of_twenty_that_start_at_once_five_begin(system: System, webhook: Webhook) -> None:
    """The others are told that there are five. Calls take turns here: what holds is the condition."""

    def outcome(number: int) -> str:
        try:
            return str(start(system, webhook, numbered(number)))
        except TooManyJobsError:
            return "too many"

    with ThreadPoolExecutor(20) as threads:
        outcomes = Counter(threads.map(outcome, range(20)))

    assert outcomes == {"True": MOST_UNFINISHED, "too many": 20 - MOST_UNFINISHED}
    jobs, owner, named = of(system, webhook)
    assert {job.job_id for job in jobs} == named
    assert len(named) == MOST_UNFINISHED
    assert owner in {f"owner of {job_id}" for job_id in named}
    assert Counter(system.kinds())[ActivityKind.REDELIVERY_STARTED] == MOST_UNFINISHED


def test_a_job_that_is_finished_makes_room(system: System, webhook: Webhook, aws: AwsCalls) -> None:
    """Its webhook names it no more in the very transaction that finishes it."""
    jobs = [numbered(number) for number in range(MOST_UNFINISHED)]
    for job in jobs:
        start(system, webhook, job)
    aws.clear()

    assert system.jobs.advance(jobs[0], jobs[0].advanced(FURTHER, NOON_MS + 9, done=True))

    assert [call.operation for call in aws.seen] == ["TransactWriteItems"]
    assert of(system, webhook)[0] == jobs[1:]
    finished = system.jobs.get(str(ACCOUNT), "wh_1", jobs[0].job_id)
    assert finished is not None
    assert finished.state is JobState.DONE
    assert start(system, webhook, numbered(9))


@pytest.mark.parametrize("status", ["RETIRED", "DISABLED"])
def test_a_webhook_that_was_switched_since_it_was_read_gets_no_job(
    system: System, webhook: Webhook, status: str
) -> None:
    """Nor is anything said to have been done."""
    changed_item(system, "wh_1", status=status)
    before = written(system)

    assert start(system, webhook, JOB) is False

    assert written(system) == before


def test_a_webhook_that_is_off_gets_one_that_was_read_so(system: System, webhook: Webhook) -> None:
    """It may withdraw something; whoever asks for sending looks at the status himself."""
    changed_item(system, "wh_1", status="RETIRED")
    off = replace(webhook, status=Status.RETIRED)

    assert start(system, off, numbered(1, kind=JobKind.CANCELLATION))


def test_a_webhook_that_is_gone_gets_no_job(system: System, webhook: Webhook) -> None:
    """Nor is anything of it brought back."""
    system.registry.remove(webhook, act_on(webhook, ActivityKind.REMOVED))
    before = written(system)

    assert start(system, webhook, JOB) is False

    assert written(system) == before
    assert before[:2] == (None, None)


def test_a_job_whose_beginning_was_not_answered_has_begun_once(system: System, webhook: Webhook) -> None:
    """The SDK repeats it, and is refused what it has done."""
    with lost_answers(1):
        assert start(system, webhook, JOB)

    assert of(system, webhook) == ([JOB], OWNER, {JOB.job_id})


def test_the_fifth_whose_beginning_was_not_answered_has_begun(system: System, webhook: Webhook) -> None:
    """It is not refused because of itself."""
    for number in range(2, MOST_UNFINISHED + 1):
        start(system, webhook, numbered(number))

    with lost_answers(1):
        assert start(system, webhook, JOB)

    assert len(of(system, webhook)[0]) == MOST_UNFINISHED


def test_a_job_that_meets_a_transaction_begins_after_it(
    system: System, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An owner's run may write the webhook at this moment."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    with TransactionsUnderWay() as under_way:
        under_way.coming = 2
        assert start(system, webhook, JOB)

    assert of(system, webhook) == ([JOB], OWNER, {JOB.job_id})


def test_a_job_that_is_never_answered_is_our_fault(system: System, webhook: Webhook) -> None:
    """Whoever asked for it asks again."""
    with lost_answers(100), pytest.raises(OurFaultError):
        start(system, webhook, JOB)
