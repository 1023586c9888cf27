"""What each write of the stores goes by: where another has changed that since it was read, the write is refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer

from recado.adapters.dynamodb.counts_store import DynamoCounts
from recado.ports import (
    JobRunningError,
    LeaseState,
    LimitReachedError,
    OurFaultError,
    Sealed,
    VersionConflictError,
)
from recado.rules.delivery.counts import Counts, CountsKey, Place
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job, JobState
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.webhook import Health, HealthState, Status, Webhook
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.system import System

MINE = "mine"
FAILING = Health(HealthState.FAILING, failing_since=NOON_MS, attempts=1, next_attempt_at=NOON_MS, alerted_at=NOON_MS)
JOB = Job(
    str(ACCOUNT), "wh_1", "job_1", DeliveryStatus.DELIVERED, 0, NOON_MS, NOON_MS, NOON_MS, "an admin", requeued=100
)
PLACED = replace(JOB, position="001727438400000#e1")
DONE = replace(JOB, state=JobState.DONE)
COUNTS = CountsKey(str(ACCOUNT), "wh_1", Place.LOG, None)
COUNTED = Counts(delivered=1, counted_to=7)

Write = Callable[[System, Webhook], object]

WRITES_ON_WEBHOOKS: dict[str, tuple[Write, tuple[dict[str, Any], ...]]] = {
    "declare it failing": (
        lambda system, read: system.registry.mark_failing(read, FAILING, Status.ACTIVE),
        ({"health_version": 9}, {"status": "RETIRED"}),
    ),
    "take its retries from their owner": (
        lambda system, read: system.registry.disown(read),
        ({"health_version": 9},),
    ),
    "store its health under the lease": (
        lambda system, read: system.registry.save_under_lease(read, MINE, FAILING, status=Status.ACTIVE, release=True),
        ({"lease_holder": "another's"}, {"lease_holder": None}, {"status": "RETIRED"}),
    ),
    "end its alert": (
        lambda system, read: system.registry.end_alert_under_lease(read, MINE),
        ({"lease_holder": "another's"}, {"alerted_at": None}),
    ),
    "let the lease go": (
        lambda system, read: system.registry.release_lease(read, MINE),
        ({"lease_holder": "another's"},),
    ),
    "rename it": (
        lambda system, read: system.registry.replace(read, replace(read, name="New", version=2)),
        ({"version": 9}, {"status": "DISABLED"}),
    ),
    "retire it": (
        lambda system, read: system.registry.replace(read, replace(read, status=Status.RETIRED, version=2)),
        ({"version": 9}, {"status": "DISABLED"}, {"health_version": 9}),
    ),
    "forget its failing": (
        lambda system, read: system.registry.replace(read, replace(read, health=Health(), version=2)),
        ({"health_version": 9},),
    ),
    "note a download": (
        lambda system, read: system.registry.record_download(read, NOON_MS),
        ({"secret_version": "another"},),
    ),
    "rotate its secret": (
        lambda system, read: system.registry.replace(
            read, replace(read, secret_version="new", version=2), Sealed("new", b"x")
        ),
        ({"version": 9}, {"status": "DISABLED"}),
    ),
    "take its secret away": (
        lambda system, read: system.registry.replace(read, replace(read, secret_version=None, version=2)),
        ({"version": 9}, {"status": "DISABLED"}),
    ),
    "remove it": (
        lambda system, read: system.registry.remove(read),
        ({"version": 9},),
    ),
    "add one of the same id": (
        lambda system, read: system.registry.add(read),
        ({"name": "Theirs"},),
    ),
}


def change(system: System, key: str, values: dict[str, Any]) -> Any:
    """Change attributes as another writer would, None takes one out; return the item as it then is."""
    table = boto3.client("dynamodb")
    name = system.stack.physical_id("WebhooksTable")
    of = {"account_id": {"S": str(ACCOUNT)}, "webhook_id": {"S": key}}
    write = TypeSerializer().serialize
    updates: Any = {
        attribute: {"Action": "DELETE"} if value is None else {"Action": "PUT", "Value": write(value)}
        for attribute, value in values.items()
    }
    if updates:
        table.update_item(TableName=name, Key=of, AttributeUpdates=updates)
    return table.get_item(TableName=name, Key=of, ConsistentRead=True).get("Item")


def outcome(write: Callable[[], object]) -> object:
    """Do a write; False where it is refused, however it says that."""
    try:
        return write()
    except (VersionConflictError, LimitReachedError, JobRunningError, OurFaultError):
        return False


@pytest.fixture
def read(system: System) -> Webhook:
    """Give a failing webhook as it was read, whose lease is held."""
    system.add_webhook("https://127.0.0.1/", credentials=Credentials(secret="whsec_AAAA"))
    change(system, "wh_1", {"lease_holder": MINE, "lease_until": NOON_MS, "alerted_at": NOON_MS})
    webhook = system.registry.get(str(ACCOUNT), "wh_1")
    assert webhook
    return webhook


@pytest.mark.parametrize(
    ("name", "meanwhile"), [(name, each) for name, (_, changes) in WRITES_ON_WEBHOOKS.items() for each in changes]
)
def test_a_write_on_a_webhook_overwrites_nobody(
    system: System, read: Webhook, name: str, meanwhile: dict[str, Any]
) -> None:
    """It is refused, and the webhook and its secret are as the other has left them."""
    write, _ = WRITES_ON_WEBHOOKS[name]
    theirs = change(system, "wh_1", meanwhile), change(system, "secret#wh_1", {})

    assert not outcome(lambda: write(system, read))

    assert (change(system, "wh_1", {}), change(system, "secret#wh_1", {})) == theirs


@pytest.mark.parametrize(
    ("job", "meanwhile"),
    [
        (JOB, {"job_id": "job_2"}),
        (JOB, {"requeued": 200}),
        (JOB, {"position": "001727438400000#e2"}),
        (PLACED, {"job_id": "job_2"}),
        (PLACED, {"requeued": 200}),
        (PLACED, {"position": "001727438400000#e2"}),
        (PLACED, {"position": None}),
    ],
)
def test_progress_of_a_job_overwrites_nobody(system: System, job: Job, meanwhile: dict[str, Any]) -> None:
    """Not another job's, not that of another invocation at the same job."""
    system.jobs.start(job)
    theirs = change(system, "job#wh_1", meanwhile)

    assert not system.jobs.advance(job, replace(job, position="001727438400000#e9", requeued=101))

    assert change(system, "job#wh_1", {}) == theirs


@pytest.mark.parametrize(("first", "is_there"), [(JOB, True), (DONE, False)])
def test_a_job_replaces_only_one_that_is_done(system: System, first: Job, is_there: bool) -> None:
    """A webhook has one running job."""
    system.jobs.start(first)
    second = replace(JOB, job_id="job_2")

    outcome(lambda: system.jobs.start(second))

    assert system.jobs.get(str(ACCOUNT), "wh_1") == (first if is_there else second)


@pytest.mark.parametrize(("before", "meanwhile"), [(Counts(), Counts(counted_to=5)), (Counts(counted_to=5), COUNTED)])
def test_counts_are_written_over_those_that_were_read(system: System, before: Counts, meanwhile: Counts) -> None:
    """Else what another has counted meanwhile would be lost."""
    counts = DynamoCounts(system.registry._table)
    if before.counted_to:
        counts.write(COUNTS, Counts(), before)
    counts.write(COUNTS, before, meanwhile)

    assert outcome(lambda: counts.write(COUNTS, before, replace(COUNTED, counted_to=9))) is False

    assert counts.read([COUNTS]) == {COUNTS: meanwhile}


@pytest.mark.parametrize(("after_ms", "state"), [(-1, "HELD_BY_ANOTHER"), (0, "HELD_BY_ANOTHER"), (1, "TAKEN")])
def test_a_lease_holds_to_its_last_millisecond(system: System, after_ms: int, state: str) -> None:
    """Its holder may still send at that moment."""
    system.add_webhook("https://127.0.0.1/")
    take = system.registry.take_lease
    assert take(str(ACCOUNT), "wh_1", MINE, NOON_MS - 1000, NOON_MS).state is LeaseState.TAKEN

    assert take(str(ACCOUNT), "wh_1", "another's", NOON_MS + after_ms, NOON_MS + 2000).state is LeaseState[state]


def test_a_lease_of_a_webhook_that_is_gone_brings_nothing_back(system: System) -> None:
    """An item that holds a lease alone would be no webhook, and in everybody's way."""
    lease = system.registry.take_lease(str(ACCOUNT), "wh_1", MINE, NOON_MS, NOON_MS + 1)

    assert (lease.state, lease.webhook) == (LeaseState.NO_SUCH_WEBHOOK, None)
    assert change(system, "wh_1", {}) is None
