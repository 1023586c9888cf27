"""Redelivery jobs: begun together with the owner that carries them on, and carried on by one run at a time."""

from dataclasses import replace
from typing import Any

import pytest

from recado.ports import JobRunningError, OurFaultError
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job, JobState
from recado.rules.webhook.lane import owned
from recado.rules.webhook.webhook import Webhook
from tests.support.aws_calls import AwsCalls
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.items import changed_item
from tests.support.lost_answers import TransactionsUnderWay, lost_answers
from tests.support.system import System

JOB = Job(
    str(ACCOUNT), "wh_1", "job_1", DeliveryStatus.DELIVERED, 0, NOON_MS, NOON_MS, NOON_MS, "an admin", requeued=100
)
PLACED = replace(JOB, position="001727438400000#e1")
SECOND = replace(JOB, job_id="job_2", requeued=0)


@pytest.fixture
def webhook(system: System) -> Webhook:
    """Give a webhook that nobody owns."""
    return system.webhook(system.add_webhook("https://127.0.0.1/"))


def start(system: System, webhook: Webhook, job: Job) -> bool:
    """Start a job, whose owner is called like it."""
    lane = replace(owned(webhook.lane, f"owner of {job.job_id}", NOON_MS), job=job.job_id)
    return system.jobs.start(job, webhook, replace(webhook, lane=lane))


def of(system: System, webhook: Webhook) -> tuple[Job | None, str | None, str | None]:
    """Return the webhook's job, owner, and which job that is to carry on."""
    lane = system.webhook(webhook).lane
    return system.jobs.get(str(ACCOUNT), "wh_1"), lane.owner, lane.job


def test_a_job_and_its_owner_begin_together(system: System, webhook: Webhook, aws: AwsCalls) -> None:
    """In one transaction; the webhook is due from then on, also where no wake-up is ever sent."""
    aws.clear()
    assert start(system, webhook, JOB)

    assert [call.operation for call in aws.seen] == ["TransactWriteItems"]
    assert of(system, webhook) == (JOB, "owner of job_1", "job_1")
    assert [due.webhook_id for due in system.overdue.due(NOON_MS)] == ["wh_1"]


def test_a_webhook_has_one_running_job(system: System, webhook: Webhook) -> None:
    """Whoever asks for another changes nothing, and no owner."""
    start(system, webhook, JOB)

    with pytest.raises(JobRunningError):
        start(system, webhook, SECOND)

    assert of(system, webhook) == (JOB, "owner of job_1", "job_1")


def test_a_job_that_is_done_makes_room(system: System, webhook: Webhook) -> None:
    """The next one takes its place, and is carried on by a new owner."""
    start(system, webhook, replace(JOB, state=JobState.DONE))

    assert start(system, webhook, SECOND)

    assert of(system, webhook) == (SECOND, "owner of job_2", "job_2")


@pytest.mark.parametrize("status", ["RETIRED", "DISABLED"])
def test_a_webhook_that_is_off_gets_no_job(system: System, webhook: Webhook, status: str) -> None:
    """Also where it was switched off since it was read."""
    theirs = changed_item(system, "wh_1", status=status)

    assert start(system, webhook, JOB) is False

    assert (system.jobs.get(str(ACCOUNT), "wh_1"), changed_item(system, "wh_1")) == (None, theirs)


def test_a_webhook_that_is_off_is_told_from_one_whose_job_runs(system: System, webhook: Webhook) -> None:
    """Its last job is done: that is not why it gets no other."""
    start(system, webhook, replace(JOB, state=JobState.DONE))
    changed_item(system, "wh_1", status="RETIRED")

    assert start(system, webhook, SECOND) is False

    assert system.jobs.get(str(ACCOUNT), "wh_1") == replace(JOB, state=JobState.DONE)


def test_a_webhook_that_is_gone_gets_no_job(system: System, webhook: Webhook) -> None:
    """Nor is anything of it brought back."""
    system.registry.remove(webhook)

    assert start(system, webhook, JOB) is False

    assert (system.jobs.get(str(ACCOUNT), "wh_1"), changed_item(system, "wh_1")) == (None, None)


def test_a_job_whose_beginning_was_not_answered_has_begun_once(system: System, webhook: Webhook) -> None:
    """The SDK repeats it, and is refused what it has done."""
    with lost_answers(1):
        assert start(system, webhook, JOB)

    assert of(system, webhook) == (JOB, "owner of job_1", "job_1")


def test_a_job_that_meets_a_transaction_begins_after_it(
    system: System, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An owner's run may write the webhook at this moment."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    with TransactionsUnderWay() as under_way:
        under_way.coming = 2
        assert start(system, webhook, JOB)

    assert of(system, webhook) == (JOB, "owner of job_1", "job_1")


@pytest.mark.parametrize(
    ("job", "meanwhile"),
    [
        (JOB, {"job_id": "job_2"}),
        (JOB, {"state": "DONE"}),
        (JOB, {"position": "001727438400000#e2"}),
        (PLACED, {"job_id": "job_2"}),
        (PLACED, {"state": "DONE"}),
        (PLACED, {"position": "001727438400000#e2"}),
        (PLACED, {"position": None}),
    ],
)
def test_progress_of_a_job_overwrites_nobody(
    system: System, webhook: Webhook, job: Job, meanwhile: dict[str, Any]
) -> None:
    """Not another job's, not that of another run at the same job."""
    start(system, webhook, job)
    theirs = changed_item(system, "job#wh_1", **meanwhile)

    assert not system.jobs.advance(job, replace(job, position="001727438400000#e9", requeued=101))

    assert changed_item(system, "job#wh_1") == theirs


@pytest.mark.parametrize("job", [JOB, PLACED])
def test_progress_that_was_not_answered_is_made_once(system: System, webhook: Webhook, job: Job) -> None:
    """The repetition finds the job where it was to be."""
    start(system, webhook, job)
    progressed = replace(job, page_after=job.position, position="001727438400000#e9", requeued=101)

    with lost_answers(1):
        assert system.jobs.advance(job, progressed)

    assert system.jobs.get(str(ACCOUNT), "wh_1") == progressed


def test_a_job_goes_with_its_webhook(system: System, webhook: Webhook) -> None:
    """A webhook of the same id could not have it."""
    start(system, webhook, JOB)
    system.registry.remove(system.webhook(webhook))

    assert system.jobs.get(str(ACCOUNT), "wh_1") is None


def test_a_job_that_is_never_answered_is_our_fault(system: System, webhook: Webhook) -> None:
    """Whoever asked for it asks again."""
    with lost_answers(100), pytest.raises(OurFaultError):
        start(system, webhook, JOB)
