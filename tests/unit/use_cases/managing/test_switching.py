"""Switching on: what was skipped is counted, and sent where that is asked for."""

from dataclasses import replace
from typing import Any

import pytest

from recado.ports.requests import TooManyJobsError
from recado.ports.sending import OurFaultError, Waiting
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import MOST_UNFINISHED, catch_up, job_id_of
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.managing.administration import Changed
from recado.use_cases.managing.rewriting import StaleVersionError
from recado.use_cases.managing.switching import Skipped
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, failing, webhook
from tests.unit.use_cases.fakes.admin_fakes import Office

OFF_SINCE = NOW - 60_000
ON = Changes(active=True)
CATCH_UP = Changes(active=True, catch_up=True)
JOB = job_id_of(NOW, "t2")


@pytest.fixture
def office() -> Office:
    """Give an administration with a webhook that is off, and has skipped a dozen events."""
    office = Office()
    office.skipped.count = Waiting(12)
    keep(office)
    return office


def keep(office: Office, **changes: Any) -> Webhook:
    """Keep a webhook that is off, unless told otherwise, and return it."""
    values: dict[str, Any] = {"status": Status.RETIRED, "off_since": OFF_SINCE, "version": 7}
    built = webhook(**(values | changes))
    office.registry.put(built)
    return built


def change(office: Office, changes: Changes, version: int | None = None) -> Changed:
    """Change the webhook."""
    return office.administration.change("1010", "wh_1", changes, version, ADMIN)


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_the_answer_says_how_many_events_were_skipped(office: Office, status: Status) -> None:
    """Since it was switched off, by whomever; of events of a week before that, too."""
    keep(office, status=status)

    assert change(office, ON).skipped == Skipped(Waiting(12), OFF_SINCE)

    assert office.skipped.asked == [("wh_1", OFF_SINCE)]
    assert (office.registry.jobs, office.registry.kept["1010", "wh_1"].off_since) == ({}, None)


@pytest.mark.parametrize(
    ("changes", "status"),
    [(Changes(name="New"), Status.RETIRED), (Changes(active=False), Status.RETIRED), (ON, Status.ACTIVE)],
)
def test_nothing_is_counted_where_nothing_is_switched_on(office: Office, changes: Changes, status: Status) -> None:
    """Nor is it said."""
    keep(office, status=status)

    assert (change(office, changes).skipped, office.skipped.asked) == (None, [])


def test_a_webhook_of_which_nobody_knows_since_when_it_is_off_is_counted_from_its_beginning(office: Office) -> None:
    """It was switched off before that was kept."""
    before = keep(office, off_since=None)

    assert change(office, ON).skipped == Skipped(Waiting(12), before.created_at)


def test_what_was_skipped_is_counted_before_anything_of_it_can_be_sent(office: Office) -> None:
    """The webhook is off at that moment."""
    seen: list[Status] = []
    office.skipped.before_counting = lambda: seen.append(office.registry.kept["1010", "wh_1"].status)

    change(office, CATCH_UP)

    assert seen == [Status.RETIRED]


def test_counting_that_fails_changes_nothing(office: Office) -> None:
    """The request can be repeated as it is."""

    def fail() -> None:
        raise OurFaultError

    office.skipped.before_counting = fail
    before = office.registry.kept["1010", "wh_1"]

    with pytest.raises(OurFaultError):
        change(office, CATCH_UP)

    assert (office.registry.kept["1010", "wh_1"], office.wake_ups.sent) == (before, [])


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISABLED])
def test_catching_up_begins_with_the_switch(office: Office, status: Status) -> None:
    """The webhook names the job, and its new owner, who is woken, carries it on."""
    before = keep(office, status=status, health=failing())

    changed = change(office, CATCH_UP)

    job = office.registry.jobs[JOB]
    assert job == catch_up(before, JOB, ADMIN.name, NOW)
    assert job.selection == Selection(DeliveryStatus.SKIPPED, skipped_from=OFF_SINCE)
    assert changed.webhook.lane == Lane("t1", NOW, asked_at=NOW)
    assert office.registry.kept["1010", "wh_1"].lane == Lane("t1", NOW, asked_at=NOW, jobs=frozenset({JOB}))
    assert changed.skipped == Skipped(Waiting(12), OFF_SINCE)
    assert office.wake_ups.sent == [("wh_1", "t1", 0)]


def test_catching_up_goes_together_with_other_changes(office: Office) -> None:
    """Also with one of the secret."""
    authentication = AuthenticationDraft(AuthenticationType.BASIC, "user", "hunter2")

    changed = change(office, replace(CATCH_UP, name="New", authentication=authentication)).webhook

    assert (changed.name, changed.version, changed.lane.owner) == ("New", 8, "t1")
    assert office.credentials("wh_1").password == "hunter2"
    assert list(office.registry.jobs) == [JOB]


@pytest.mark.parametrize("changes", [Changes(catch_up=True), Changes(active=False, catch_up=True)])
def test_catching_up_without_switching_on_changes_nothing(office: Office, changes: Changes) -> None:
    """It is refused."""
    before = office.registry.kept["1010", "wh_1"]

    with pytest.raises(InvalidRegistrationError):
        change(office, changes)

    assert (office.registry.kept["1010", "wh_1"], office.registry.jobs) == (before, {})


def test_a_sixth_unfinished_job_does_not_begin(office: Office) -> None:
    """The webhook stays off; without catching up it can be switched on, which carries the others on."""
    five = frozenset(f"job_{number}" for number in range(MOST_UNFINISHED))
    before = keep(office, lane=Lane(jobs=five))

    with pytest.raises(TooManyJobsError):
        change(office, CATCH_UP)

    assert office.registry.kept["1010", "wh_1"] == before
    assert (office.registry.jobs, office.activities.kept, office.wake_ups.sent) == ({}, [], [])
    assert change(office, ON).webhook.lane == Lane("t3", NOW, jobs=five, asked_at=NOW)


def test_a_fifth_unfinished_job_begins(office: Office) -> None:
    """Beside the four that are there."""
    four = frozenset(f"job_{number}" for number in range(MOST_UNFINISHED - 1))
    keep(office, lane=Lane(jobs=four))

    change(office, CATCH_UP)

    assert office.registry.kept["1010", "wh_1"].lane.jobs == {*four, JOB}


def test_catching_up_on_condition_needs_the_version(office: Office) -> None:
    """Also where somebody has changed it meanwhile: no job begins."""
    before = office.registry.kept["1010", "wh_1"]
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, version=8))]

    with pytest.raises(StaleVersionError):
        change(office, CATCH_UP, 7)

    assert (office.registry.jobs, office.wake_ups.sent) == ({}, [])


def test_catching_up_without_condition_counts_anew_what_others_left(office: Office) -> None:
    """It was off, on and off again meanwhile: what was skipped since the last time is meant."""
    before = office.registry.kept["1010", "wh_1"]
    office.registry.meanwhile = [lambda: office.registry.put(replace(before, version=9, off_since=NOW - 1))]

    changed = change(office, CATCH_UP)

    assert changed.skipped == Skipped(Waiting(12), NOW - 1)
    (job,) = office.registry.jobs.values()
    assert (changed.webhook.version, job.selection.skipped_from) == (10, NOW - 1)


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.DISABLED])
def test_switching_off_wakes_who_carries_on_the_jobs(office: Office, status: Status) -> None:
    """Those that cancel are carried on while it is off: a new wake-up owns the webhook, and is sent."""
    jobs = frozenset({"job_1"})
    keep(office, status=status, off_since=None, lane=Lane("before", NOW + 300_000, jobs=jobs))

    changed = change(office, Changes(active=False)).webhook

    assert changed.status is Status.RETIRED
    assert office.registry.kept["1010", "wh_1"].lane == Lane("t1", NOW, asked_at=NOW, jobs=jobs)
    assert office.wake_ups.sent == [("wh_1", "t1", 0)]
