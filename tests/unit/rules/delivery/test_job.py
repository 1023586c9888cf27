"""Redelivery jobs: which deliveries they mean."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from recado.rules.delivery.job import Job
from tests.unit.builders import NOW, event, pending


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
