"""Jobs about what waits, how far a job is, and which one is carried on."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from recado.rules.delivery.job import Job, JobKind, JobState, job_id_of, next_of
from recado.rules.delivery.selection import Selection
from tests.unit.builders import NAME, NOW, OTHER_NAME, event, job, pending

WAITS = pending(event(), created_at=NOW - 9)
ASIDE = WAITS.set_aside(NOW - 5, NOW, 1)
ENDED = replace(WAITS, status=DeliveryStatus.DELIVERED, finished_at=NOW - 8)
COPIED = ENDED.requested_like(ENDED.again(NOW - 7, "an admin"))
COPY_ASIDE = COPIED.set_aside(NOW - 5, NOW, 1)
STATES = {
    "waits": WAITS,
    "is set aside": ASIDE,
    "ended": ENDED,
    "a copy waits": COPIED,
    "a copy is set aside": COPY_ASIDE,
    "a copy alone": ENDED.again(NOW - 7, "an admin"),
    "has expired": replace(WAITS, created_at=NOW - RETENTION_MS),
    "was cancelled": replace(WAITS, status=DeliveryStatus.CANCELLED, finished_at=NOW - 1),
}


@pytest.mark.parametrize("kind", [JobKind.CANCELLATION, JobKind.REDELIVERY])
@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        (Selection(), {"waits", "is set aside", "a copy waits", "a copy is set aside", "a copy alone"}),
        (Selection(set_aside=True), {"is set aside", "a copy is set aside"}),
    ],
    ids=["all that waits", "what is set aside"],
)
def test_a_job_about_what_waits_wants_originals_and_copies(
    kind: JobKind, selection: Selection, wanted: set[str]
) -> None:
    """And nothing that has ended, or has expired by now."""
    one = job(kind, selection=selection)

    assert {name for name, delivery in STATES.items() if one.wants(delivery)} == wanted


@pytest.mark.parametrize(("age", "wanted"), [(RETENTION_MS - 1, True), (RETENTION_MS, False)])
def test_what_had_expired_when_the_job_was_asked_for_waits_no_more(age: int, wanted: bool) -> None:
    """To the millisecond."""
    assert job(JobKind.CANCELLATION).wants(replace(WAITS, created_at=NOW - age)) is wanted


@pytest.mark.parametrize("since", [0, 1])
def test_what_was_asked_for_after_a_cancellation_is_not_meant(since: int) -> None:
    """Neither what arrived later, nor what somebody wants again since."""
    cancellation = job(JobKind.CANCELLATION)

    for delivery in (replace(WAITS, created_at=NOW + since), replace(COPIED, requested_at=NOW + since)):
        assert cancellation.wants(delivery) is (since == 0)


def test_a_cancellation_wants_what_it_selects_alone() -> None:
    """Of what waits."""
    assert job(JobKind.CANCELLATION, selection=Selection(event_names=(NAME,))).wants(WAITS)
    assert not job(JobKind.CANCELLATION, selection=Selection(event_names=(OTHER_NAME,))).wants(WAITS)
    assert not job(JobKind.CANCELLATION, selection=Selection(to_ms=NOW - 1)).wants(COPIED)


@pytest.mark.parametrize("kind", list(JobKind))
@pytest.mark.parametrize(
    ("delivery", "wanted"),
    [
        (replace(COPIED, requested_at=NOW), True),
        (replace(COPY_ASIDE, requested_at=NOW), True),
        (replace(COPIED, requested_at=NOW, event=event(name=OTHER_NAME)), True),
        (ENDED.again(NOW, "an admin"), True),
        (COPIED, False),
        (replace(COPIED, requested_at=NOW + 1), False),
        (replace(ENDED, requested_at=NOW, finished_at=NOW + 1), False),
        (replace(WAITS, created_at=NOW), False),
    ],
    ids=[
        "its copy",
        "its copy aside",
        "of any name",
        "its copy alone",
        "another's",
        "a later one",
        "its copy has ended",
        "an original",
    ],
)
def test_a_job_that_is_ending_wants_what_it_has_put_itself(kind: JobKind, delivery: Delivery, wanted: bool) -> None:
    """Whatever it was about."""
    selection = Selection(DeliveryStatus.DELIVERED, event_names=(NAME,))

    assert job(kind, selection=selection, state=JobState.ENDING).wants(delivery) is wanted


@pytest.mark.parametrize(
    ("kind", "state", "withdraws"),
    [
        (JobKind.REDELIVERY, JobState.RUNNING, False),
        (JobKind.CATCH_UP, JobState.RUNNING, False),
        (JobKind.CANCELLATION, JobState.RUNNING, True),
        (JobKind.REDELIVERY, JobState.ENDING, True),
        (JobKind.CATCH_UP, JobState.ENDING, True),
        (JobKind.CANCELLATION, JobState.ENDING, True),
    ],
)
def test_what_cancels_and_what_is_ending_withdraws(kind: JobKind, state: JobState, withdraws: bool) -> None:
    """All else sends."""
    assert job(kind, state=state).withdraws is withdraws


@pytest.mark.parametrize(("state", "unfinished"), list(zip(JobState, (True, True, False, False), strict=True)))
def test_a_job_is_unfinished_until_it_is_done_or_ended(state: JobState, unfinished: bool) -> None:
    """Also while it is ending."""
    assert job(state=state).is_unfinished is unfinished


def test_a_job_knows_how_far_it_is() -> None:
    """After a page, and after an empty one, which is the last."""
    one = job().advanced("e2", NOW + 1, done=False, requeued=1)
    two = one.advanced("e4", NOW + 2, done=False, requeued=2, cancelled=3)
    done = two.advanced(two.position, NOW + 3, done=True)

    assert (one.page_after, one.position, one.requeued, one.cancelled, one.updated_at) == (None, "e2", 1, 0, NOW + 1)
    assert (two.state, two.page_after, two.position) == (JobState.RUNNING, "e2", "e4")
    assert (done.state, done.page_after, done.position) == (JobState.DONE, "e4", "e4")
    assert (done.requeued, done.cancelled, done.updated_at) == (3, 3, NOW + 3)


def test_a_job_that_somebody_ends_looks_through_all_its_pages_once_more() -> None:
    """Of pages before the last one something may be set aside; in the end it was not done, but ended."""
    ending = job(page_after="e2", position="e4", requeued=4).ending(NOW + 5)

    assert (ending.state, ending.page_after, ending.position) == (JobState.ENDING, None, None)
    assert (ending.updated_at, ending.requeued) == (NOW + 5, 4)
    assert ending.advanced("e3", NOW + 6, done=False, cancelled=1).state is JobState.ENDING
    ended = ending.advanced("e4", NOW + 7, done=True, cancelled=2)
    assert (ended.state, ended.cancelled, ended.requeued) == (JobState.ENDED, 2, 4)


def in_order(*jobs: Job, active: bool = True) -> list[str]:
    """Return the ids in the order in which the jobs are carried on."""
    left, order = list(jobs), []
    while (one := next_of(left, active=active)) is not None:
        order.append(one.job_id)
        left.remove(one)
    return order


JOBS = [
    job(JobKind.REDELIVERY, job_id="old", created_at=NOW - 4),
    job(JobKind.REDELIVERY, job_id="new", created_at=NOW - 1),
    job(JobKind.CATCH_UP, job_id="catches up", created_at=NOW),
    job(JobKind.CANCELLATION, job_id="cancels", created_at=NOW - 2),
    job(JobKind.REDELIVERY, job_id="is ending", created_at=NOW - 3, state=JobState.ENDING),
    job(JobKind.CANCELLATION, job_id="is done", created_at=NOW - 9, state=JobState.DONE),
    job(JobKind.CATCH_UP, job_id="is ended", created_at=NOW - 9, state=JobState.ENDED),
]


def test_what_takes_back_is_carried_on_first() -> None:
    """Then what catches up, then the oldest; what is finished never."""
    expected = ["is ending", "cancels", "catches up", "old", "new"]

    assert in_order(*JOBS) == in_order(*reversed(JOBS)) == expected


def test_a_webhook_that_is_off_sends_nothing_of_its_jobs() -> None:
    """Only what takes back is carried on."""
    assert in_order(*JOBS, active=False) == ["is ending", "cancels"]


def test_of_two_jobs_of_one_moment_always_the_same_comes_first() -> None:
    """Whoever reads them, in whatever order; without any there is none."""
    two = [job(job_id="job_b"), job(job_id="job_a")]

    assert in_order(*two) == in_order(*reversed(two)) == ["job_a", "job_b"]
    assert next_of([], active=True) is None


def test_ids_of_jobs_are_in_the_order_of_their_beginnings() -> None:
    """Also where a later time has more digits, or a token comes sooner in the alphabet."""
    ids = [job_id_of(at, token) for at, token in ((999, "c"), (1_000, "b"), (NOW, "a"), (NOW + 1, "0"))]

    assert ids == sorted(ids)
