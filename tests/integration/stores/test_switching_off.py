"""Switching a webhook off beside a job that begins at that moment."""

from dataclasses import replace

import pytest

from recado.ports.managing import VersionConflictError
from recado.rules.activity.activity import ActivityKind
from recado.rules.delivery.job import Job, JobKind
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.lane import asked_to_withdraw, switched_off
from recado.rules.webhook.webhook import Status
from tests.support.acts import act_on
from tests.support.events import NOON_MS
from tests.support.system import System


def test_a_webhook_is_not_switched_off_over_a_job_that_began_since_it_was_read(system: System) -> None:
    """The change is refused, so that whoever makes it reads again, and leaves an owner that withdraws."""
    read = system.add_webhook("https://127.0.0.1/")
    job = Job(
        read.account_id, "wh_1", "job_1", JobKind.CANCELLATION, Selection(), NOON_MS, NOON_MS, requested_by="an admin"
    )
    woken = replace(read, lane=asked_to_withdraw(read.lane, "the job's", NOON_MS))
    assert system.jobs.start(job, read, woken, act_on(read, ActivityKind.CANCELLATION_STARTED))

    off = replace(read, status=Status.RETIRED, version=2, lane=switched_off(read.lane, "the admin's", NOON_MS))
    with pytest.raises(VersionConflictError):
        system.registry.replace(read, off, act_on(read, ActivityKind.RETIRED))

    now = system.webhook(read)
    assert (now.status, now.lane.owner) == (Status.ACTIVE, "the job's")
    retired = replace(now, status=Status.RETIRED, version=2, lane=switched_off(now.lane, "the admin's", NOON_MS))
    system.registry.replace(now, retired, act_on(read, ActivityKind.RETIRED))
    assert system.webhook(read).lane.owner == "the admin's"
