"""Jobs that send again: which deliveries they mean."""

from dataclasses import replace
from typing import Any

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from recado.rules.delivery.job import Job, JobKind, catch_up, skipped_since
from recado.rules.delivery.selection import Selection
from recado.rules.event.timestamps import LATEST_MS
from tests.unit.builders import NOW, event, pending, webhook
from tests.unit.builders import job as built_job


def job(status: DeliveryStatus) -> Job:
    """Build a redelivery of what stands so, that was asked for at noon."""
    return built_job(selection=Selection(status, to_ms=NOW))


@pytest.mark.parametrize("wanted", [DeliveryStatus.DELIVERED, DeliveryStatus.EXPIRED, DeliveryStatus.SKIPPED])
@pytest.mark.parametrize("status", list(DeliveryStatus))
def test_a_job_wants_one_status(wanted: DeliveryStatus, status: DeliveryStatus) -> None:
    """And no other."""
    assert job(wanted).wants(replace(pending(event()), status=status)) is (wanted is status)


@pytest.mark.parametrize("wanted", [DeliveryStatus.DELIVERED, DeliveryStatus.EXPIRED])
def test_a_job_wants_what_it_selects_alone(wanted: DeliveryStatus) -> None:
    """Of those that stand so."""
    ended = replace(pending(event()), status=wanted)

    assert not built_job(selection=Selection(wanted, event_names=("ANOTHER",))).wants(ended)


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

    assert job.selection == Selection(DeliveryStatus.SKIPPED, from_ms=0, to_ms=LATEST_MS, skipped_from=NOW)
    assert (job.kind, job.created_at, job.requested_by) == (JobKind.CATCH_UP, NOW + 1_000, "an admin")


def test_a_webhook_of_which_nobody_knows_since_when_it_is_off_has_been_so_from_its_beginning() -> None:
    """It was switched off before that was kept."""
    assert skipped_since(webhook(created_at=NOW - 9)) == NOW - 9
