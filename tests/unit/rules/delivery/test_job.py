"""Redelivery jobs: which deliveries they mean."""

from dataclasses import replace
from typing import Any

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from recado.rules.delivery.job import Job, JobState, catch_up, skipped_since
from recado.rules.event.timestamps import LATEST_MS
from tests.unit.builders import NOW, event, pending, webhook


def job(status: DeliveryStatus) -> Job:
    """Build a job that was asked for at noon."""
    return Job(
        "1010", "wh_1", "job_1", status, from_ms=0, to_ms=NOW, created_at=NOW, updated_at=NOW, requested_by="an admin"
    )


@pytest.mark.parametrize("wanted", [DeliveryStatus.DELIVERED, DeliveryStatus.EXPIRED, DeliveryStatus.SKIPPED])
@pytest.mark.parametrize("status", list(DeliveryStatus))
def test_a_job_wants_one_status(wanted: DeliveryStatus, status: DeliveryStatus) -> None:
    """And no other."""
    assert job(wanted).wants(replace(pending(event()), status=status)) is (wanted is status)


@pytest.mark.parametrize(("age", "expired"), [(RETENTION_MS - 1, False), (RETENTION_MS, True)])
def test_a_pending_delivery_past_its_time_has_expired(age: int, expired: bool) -> None:
    """At the moment at which the job was asked for."""
    assert job(DeliveryStatus.EXPIRED).wants(pending(event(), created_at=NOW - age)) is expired


@pytest.mark.parametrize(("created_at", "wanted"), [(NOW, True), (NOW + 1, False)])
def test_what_arrived_later_is_not_meant(created_at: int, wanted: bool) -> None:
    """Nor is, therefore, what the job itself has put into the backlog and somebody has delivered since."""
    delivered = replace(pending(event(), created_at=created_at), status=DeliveryStatus.DELIVERED)

    assert job(DeliveryStatus.DELIVERED).wants(delivered) is wanted


@pytest.mark.parametrize(
    "since",
    [{"requested_at": NOW + 1}, {"finished_at": NOW + 1}, {"withdrawn_at": NOW + 1}],
    ids=["asked for again", "ended", "its copy withdrawn"],
)
@pytest.mark.parametrize("later", [True, False], ids=["since", "before"])
def test_what_became_something_else_since_is_left_out(since: dict[str, int], later: bool) -> None:
    """A page that is repeated does not bring back what was delivered, cancelled or asked for meanwhile."""
    moments: dict[str, Any] = {name: at if later else at - 1 for name, at in since.items()}
    ended = replace(pending(event(), created_at=NOW - 1), status=DeliveryStatus.DELIVERED, **moments)

    assert job(DeliveryStatus.DELIVERED).wants(ended) is not later


def test_a_job_knows_how_far_it_is() -> None:
    """After a page, and after an empty one, which is the last."""
    first = job(DeliveryStatus.DELIVERED)

    one = first.advanced("e2", 1, NOW + 1, done=False)
    done = one.advanced(one.position, 0, NOW + 2, done=True)

    assert (one.page_after, one.position, one.requeued, one.updated_at) == (None, "e2", 1, NOW + 1)
    assert (done.state, done.page_after, done.position) == (JobState.DONE, one.position, one.position)
    assert (done.requeued, done.updated_at) == (1, NOW + 2)


@pytest.mark.parametrize(("skipped_at", "wanted"), [(-1, False), (0, True), (1_000, True), (1_001, False)])
@pytest.mark.parametrize("arrived_at", [-5_000, 0])
def test_a_catch_up_wants_what_was_skipped_while_the_webhook_was_off(
    arrived_at: int, skipped_at: int, wanted: bool
) -> None:
    """From when it was switched off to when it was asked for; the event itself may have arrived before."""
    job = catch_up(webhook(off_since=NOW), "job_1", "an admin", NOW + 1_000)
    skipped = replace(pending(event(), created_at=NOW + arrived_at), status=DeliveryStatus.SKIPPED)

    assert job.wants(replace(skipped, finished_at=NOW + skipped_at)) is wanted


def test_a_catch_up_looks_at_events_of_any_time_that_may_have_come_meanwhile() -> None:
    """A publisher's clock may be ahead, and events may have been on their way for a week."""
    job = catch_up(webhook(off_since=NOW), "job_1", "an admin", NOW + 1_000)

    assert (job.status, job.from_ms, job.to_ms) == (DeliveryStatus.SKIPPED, 0, LATEST_MS)
    assert (job.off_since, job.created_at, job.requested_by) == (NOW, NOW + 1_000, "an admin")


def test_a_webhook_of_which_nobody_knows_since_when_it_is_off_has_been_so_from_its_beginning() -> None:
    """It was switched off before that was kept."""
    assert skipped_since(webhook(created_at=NOW - 9)) == NOW - 9
