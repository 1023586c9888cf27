"""Jobs: begun together with the owner that carries them on, five at a time, and carried on by one run at a time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from recado.ports.requests import TooManyJobsError
from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import ActivityKind
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import MOST_FINISHED, MOST_UNFINISHED, Job, JobKind, JobState, job_id_of
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.lane import owned
from recado.rules.webhook.webhook import Status, Webhook
from tests.support.acts import act_on
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.items import changed_item
from tests.support.aws.lost_answers import TransactionsUnderWay, lost_answers
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.system import System


def numbered(number: int, **fields: Any) -> Job:
    """Build a job that was asked for so many milliseconds after noon."""
    at = NOON_MS + number
    values = {
        "job_id": job_id_of(at, f"{number:02}"),
        "kind": JobKind.REDELIVERY,
        "selection": Selection(DeliveryStatus.DELIVERED, arrived_from=7, event_names=("CI_STATS",)),
        "created_at": at,
        "updated_at": at,
        "requested_by": "an admin",
        **fields,
    }
    return Job(str(ACCOUNT), "wh_1", **values)


JOB = numbered(1, requeued=100)
PLACED = replace(JOB, position="001727438400000#e1")
SECOND = numbered(2)
OWNER = f"owner of {JOB.job_id}"
KEY = f"job#wh_1#{JOB.job_id}"
FURTHER = "001727438400000#e9"


@pytest.fixture
def webhook(system: System) -> Webhook:
    """Give a webhook that nobody owns."""
    return system.webhook(system.add_webhook("https://127.0.0.1/"))


def start(system: System, webhook: Webhook, job: Job) -> bool:
    """Start a job, whose owner is called like it."""
    after = replace(webhook, lane=owned(webhook.lane, f"owner of {job.job_id}", NOON_MS))
    return system.jobs.start(job, webhook, after, started(webhook, job))


def started(webhook: Webhook, job: Job) -> Any:
    """Build the act of starting a job."""
    return act_on(webhook, ActivityKind.REDELIVERY_STARTED, job_id=job.job_id)


def end(system: System, webhook: Webhook, job: Job) -> bool:
    """End a job, as it was read, by a new owner."""
    after = replace(webhook, lane=owned(webhook.lane, "who ends it", NOON_MS))
    act = act_on(webhook, ActivityKind.JOB_ENDED, job_id=job.job_id)
    return system.jobs.end(job, job.ending(NOON_MS + 9), webhook, after, act)


def of(system: System, webhook: Webhook) -> tuple[list[Job], str | None, set[str]]:
    """Return the webhook's unfinished jobs, its owner, and which jobs it names."""
    current = system.webhook(webhook)
    jobs = sorted(system.jobs.unfinished(current), key=lambda job: job.job_id)
    return jobs, current.lane.owner, set(current.lane.jobs)


def written(system: System) -> tuple[Any, Any, list[ActivityKind]]:
    """Return what there is of the webhook, the job and what was done."""
    return changed_item(system, "wh_1"), changed_item(system, KEY), system.kinds()


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
