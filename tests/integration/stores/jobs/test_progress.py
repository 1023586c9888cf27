"""Jobs: carried on by one run at a time, ended, listed, and forgotten with the log."""

from dataclasses import replace
from typing import Any

import pytest

from recado.rules.activity.activity import ActivityKind
from recado.rules.delivery.job import MOST_FINISHED, Job, JobState
from recado.rules.webhook.webhook import Webhook
from tests.integration.stores.jobs.kept import FURTHER, JOB, KEY, SECOND, end, numbered, of, start, written
from tests.support.acts import act_on
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.items import changed_item
from tests.support.aws.lost_answers import lost_answers
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.system import System

PLACED = replace(JOB, position="001727438400000#e1")


def test_a_job_is_ended_together_with_a_new_owner(system: System, webhook: Webhook, aws: AwsCalls) -> None:
    """In one transaction with the act: it looks again from the beginning."""
    paged = replace(PLACED, page_after="001727438400000#e0")
    start(system, webhook, paged)
    started_one = system.webhook(webhook)
    aws.clear()

    assert end(system, started_one, paged)

    assert [call.operation for call in aws.seen] == ["TransactWriteItems"]
    [ending], owner, named = of(system, webhook)
    assert (ending.state, ending.position, ending.page_after) == (JobState.ENDING, None, None)
    assert (owner, named) == ("who ends it", {paged.job_id})
    assert ActivityKind.JOB_ENDED in system.kinds()


@pytest.mark.parametrize(
    "meanwhile",
    [
        (KEY, {"position": FURTHER}),
        (KEY, {"state": "DONE"}),
        (KEY, {"state": "ENDING"}),
        ("wh_1", {"status": "RETIRED"}),
    ],
)
def test_a_job_that_has_gone_on_is_not_ended_as_it_was_read(
    system: System, webhook: Webhook, meanwhile: tuple[str, dict[str, Any]]
) -> None:
    """What its last page has put into the backlog would be missed: whoever ends it reads it again. There is no act."""
    start(system, webhook, JOB)
    changed_item(system, meanwhile[0], **meanwhile[1])
    before = written(system)

    assert end(system, webhook, JOB) is False

    assert written(system) == before


@pytest.mark.parametrize(
    ("job", "meanwhile"),
    [
        (JOB, {"state": "DONE"}),
        (JOB, {"state": "ENDING"}),
        (JOB, {"position": "001727438400000#e2"}),
        (PLACED, {"state": "DONE"}),
        (PLACED, {"position": "001727438400000#e2"}),
        (PLACED, {"position": None}),
    ],
)
@pytest.mark.parametrize("done", [False, True])
def test_progress_of_a_job_overwrites_nobody(
    system: System, webhook: Webhook, job: Job, meanwhile: dict[str, Any], done: bool
) -> None:
    """Not that of another run at the same job, nor who ends it; the webhook still names it."""
    start(system, webhook, job)
    theirs = changed_item(system, KEY, **meanwhile)

    assert not system.jobs.advance(job, job.advanced(FURTHER, NOON_MS + 9, done=done, requeued=1))

    assert changed_item(system, KEY) == theirs
    assert system.webhook(webhook).lane.jobs == {job.job_id}


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("job", [JOB, PLACED])
def test_progress_that_was_not_answered_is_made_once(system: System, webhook: Webhook, job: Job, done: bool) -> None:
    """The repetition finds the job where it was to be."""
    start(system, webhook, job)
    progressed = job.advanced(FURTHER, NOON_MS + 9, done=done, requeued=1)

    with lost_answers(1):
        assert system.jobs.advance(job, progressed)

    assert system.jobs.get(str(ACCOUNT), "wh_1", job.job_id) == progressed
    assert system.webhook(webhook).lane.jobs == (frozenset() if done else {job.job_id})


def test_a_job_whose_webhook_is_gone_is_not_finished(system: System, webhook: Webhook) -> None:
    """Naming it no more would bring back an item of it."""
    start(system, webhook, JOB)
    system.registry.remove(system.webhook(webhook), act_on(webhook))

    assert not system.jobs.advance(JOB, JOB.advanced(FURTHER, NOON_MS + 9, done=True))

    assert changed_item(system, "wh_1") is None


def test_jobs_are_listed_newest_first(system: System, webhook: Webhook) -> None:
    """The unfinished ones, however old, and the last ten finished ones; no other webhook's."""
    oldest = numbered(0)
    start(system, webhook, oldest)
    finished = []
    for number in range(1, MOST_FINISHED + 5):
        job = numbered(number)
        start(system, webhook, job)
        finished.append(job.advanced(FURTHER, NOON_MS + 99, done=True))
        assert system.jobs.advance(job, finished[-1])
    newest = numbered(99)
    start(system, webhook, newest)
    other = system.webhook(system.add_webhook("https://127.0.0.1/", name="wh_10"))
    start(system, other, replace(numbered(50), webhook_id="wh_10"))

    listed = system.jobs.newest(system.webhook(webhook))

    assert listed == [newest, *reversed(finished[-MOST_FINISHED:]), oldest]


def test_a_job_whose_item_the_table_has_removed_is_forgotten(system: System, webhook: Webhook) -> None:
    """It ran for as long as the log is kept: all that it was about is gone, and it takes no place any more."""
    start(system, webhook, JOB)
    start(system, webhook, SECOND)
    system.registry._table(str(ACCOUNT), KEY).delete()

    assert system.jobs.unfinished(system.webhook(webhook)) == [SECOND]

    assert system.webhook(webhook).lane.jobs == {SECOND.job_id}
    assert system.jobs.newest(system.webhook(webhook)) == [SECOND]


def test_a_webhook_without_jobs_costs_no_reading(system: System, webhook: Webhook, aws: AwsCalls) -> None:
    """Every run asks."""
    aws.clear()

    assert system.jobs.unfinished(webhook) == []

    assert aws.seen == []


def test_a_job_is_kept_as_long_as_the_log(system: System, webhook: Webhook) -> None:
    """Thirty days here, from its beginning."""
    start(system, webhook, JOB)

    assert int(changed_item(system, KEY)["expires_at"]["N"]) == JOB.created_at // 1000 + 30 * 24 * 60 * 60
