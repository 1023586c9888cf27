"""What was skipped: switched on together with the job that catches up, found among much that was delivered, counted."""

from dataclasses import replace
from typing import Any

import pytest

from recado.ports import Expect, JobRunningError, SkippedPage, VersionConflictError, Waiting
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.job import Job, JobState, catch_up
from recado.rules.event.timestamps import LATEST_MS
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.lane import owned
from recado.rules.webhook.webhook import Status, Webhook
from tests.support import capacity
from tests.support.aws_calls import AwsCalls
from tests.support.delivery_log import IN_TIME, delivery, record
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.items import changed_item
from tests.support.lost_answers import TransactionsUnderWay, lost_answers
from tests.support.system import System

OFF_SINCE = NOON_MS - 1_000


@pytest.fixture
def webhook(system: System) -> Webhook:
    """Give a webhook that is off."""
    off = system.add_webhook("https://127.0.0.1/", status=Status.RETIRED, off_since=OFF_SINCE)
    return system.webhook(off)


def on(webhook: Webhook, job_id: str = "job_1") -> tuple[Webhook, Job]:
    """Return the webhook as it is to be, switched on, and its job, whose owner is called like it."""
    job = catch_up(webhook, job_id, "an admin", NOON_MS)
    lane = replace(owned(webhook.lane, f"owner of {job_id}", NOON_MS), job=job_id)
    return replace(webhook.switched_on(), lane=lane, version=webhook.version + 1), job


def of(system: System, webhook: Webhook) -> tuple[Job | None, Webhook]:
    """Return the webhook's job, and the webhook."""
    return system.jobs.get(str(ACCOUNT), "wh_1"), system.webhook(webhook)


def test_a_webhook_is_switched_on_together_with_its_job(system: System, webhook: Webhook, aws: AwsCalls) -> None:
    """In one transaction; it is due from then on, also where no wake-up is ever sent."""
    after, job = on(webhook)
    aws.clear()

    system.registry.replace(webhook, after, job=job)

    assert [call.operation for call in aws.seen] == ["TransactWriteItems"]
    assert of(system, webhook) == (job, after)
    assert [due.webhook_id for due in system.overdue.due(NOON_MS)] == ["wh_1"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_switch_that_was_not_answered_is_made_once(system: System, webhook: Webhook, times: int) -> None:
    """The SDK repeats it, with the token of the transaction."""
    after, job = on(webhook)

    with lost_answers(times):
        system.registry.replace(webhook, after, job=job)

    assert of(system, webhook) == (job, after)


def test_a_switch_that_is_made_once_more_has_been_made(system: System, webhook: Webhook) -> None:
    """Whoever repeats the very same finds it there, and that is no conflict."""
    after, job = on(webhook)

    for _ in range(2):
        system.registry.replace(webhook, after, job=job)

    assert of(system, webhook) == (job, after)


def test_a_switch_that_meets_a_transaction_is_made_after_it(
    system: System, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else may write the webhook at this moment."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    after, job = on(webhook)

    with TransactionsUnderWay() as under_way:
        under_way.coming = 2
        system.registry.replace(webhook, after, job=job)

    assert of(system, webhook) == (job, after)


@pytest.mark.parametrize("meanwhile", [{"version": 2}, {"status": "ACTIVE"}, {"status": "DISABLED"}])
@pytest.mark.parametrize("running", [True, False])
def test_a_webhook_that_was_changed_meanwhile_gets_no_job(
    system: System, webhook: Webhook, meanwhile: dict[str, Any], running: bool
) -> None:
    """Nothing is written, whatever its last job does."""
    after, job = on(webhook)
    last = replace(job, job_id="job_0", state=JobState.RUNNING if running else JobState.DONE)
    _keep(system, webhook, last)
    theirs = changed_item(system, "wh_1", **meanwhile)

    with pytest.raises(VersionConflictError):
        system.registry.replace(webhook, after, job=job)

    assert (system.jobs.get(str(ACCOUNT), "wh_1"), changed_item(system, "wh_1")) == (last, theirs)


def test_a_webhook_whose_job_is_unfinished_stays_off(system: System, webhook: Webhook) -> None:
    """Nothing is written: neither the switch, nor the job."""
    after, job = on(webhook)
    last = replace(job, job_id="job_0")
    _keep(system, webhook, last)

    with pytest.raises(JobRunningError):
        system.registry.replace(webhook, after, job=job)

    assert of(system, webhook) == (last, webhook)


def test_a_job_that_is_done_makes_room(system: System, webhook: Webhook) -> None:
    """The catch-up takes its place."""
    after, job = on(webhook)
    _keep(system, webhook, replace(job, job_id="job_0", state=JobState.DONE))

    system.registry.replace(webhook, after, job=job)

    assert of(system, webhook) == (job, after)


def test_a_secret_can_change_in_the_same_transaction(system: System, webhook: Webhook) -> None:
    """All three, or none."""
    after, job = on(webhook)
    sealed = system._vault.seal(str(ACCOUNT), "wh_1", Credentials(password="hunter2"))
    after = replace(after, secret_version=sealed.version)

    system.registry.replace(webhook, after, sealed, job)

    assert of(system, webhook) == (job, after)
    assert system.credentials(webhook).password == "hunter2"


def test_since_when_a_webhook_is_off_is_kept_until_it_is_on(system: System, webhook: Webhook) -> None:
    """A sender that disables it says so, too."""
    after, _ = on(webhook)
    system.registry.replace(webhook, after)
    assert system.webhook(webhook).off_since is None

    assert system.lanes.change(after, after.switched_off(Status.DISABLED, NOON_MS + 7), Expect.ANYTHING)

    disabled = system.webhook(webhook)
    assert (disabled.status, disabled.off_since) == (Status.DISABLED, NOON_MS + 7)


def skipped(event_id: str, at: int = 0, **fields: Any) -> Delivery:
    """Build a delivery that was skipped, of an event so many milliseconds after noon."""
    values = {"status": DeliveryStatus.SKIPPED, "finished_at": NOON_MS, "timestamp": NOON_MS + at, **fields}
    return delivery("wh_1", event_id, **values)


def look(system: System, after: str | None = None) -> tuple[list[str], str | None]:
    """Look for what was skipped, and return the event ids and how far was looked."""
    page: SkippedPage = system._reader.skipped("wh_1", 0, LATEST_MS, after, NOON_MS)
    return [one.event.event_id for one in page.deliveries], page.looked_to


def test_what_was_skipped_is_found_in_few_calls(system: System, aws: AwsCalls) -> None:
    """Behind a thousand that were delivered, which are neither handed over nor taken apart."""
    record(system, *(delivery("wh_1", f"e{number:04}", timestamp=NOON_MS + number) for number in range(1_000)))
    record(system, skipped("wanted", 2_000))
    aws.clear()

    assert look(system) == (["wanted"], None)

    assert [call.operation for call in aws.seen] == ["Query"] * 3 + ["BatchGetItem"] * 2
    assert [call.parameters["Limit"] for call in aws.seen[:3]] == [100, 400, 1_600]


def test_a_look_ends_after_a_hundred(system: System) -> None:
    """And the next goes on behind them, to the end."""
    ids = [f"e{number:03}" for number in range(250)]
    record(system, *(skipped(one, number) for number, one in enumerate(ids)))

    first, looked_to = look(system)
    second, further = look(system, looked_to)
    third, end = look(system, further)

    assert (len(first), len(second), [*first, *second, *third], end) == (100, 100, ids, None)


def test_a_look_that_finds_nothing_ends_after_a_megabyte(system: System) -> None:
    """With one call above that. It says how far it has come: the next one does not begin anew."""
    large: dict[str, Any] = {"message_id": "m" * 30_000}  # which does not compress
    record(system, *(delivery("wh_1", f"e{n:03}", timestamp=NOON_MS + n, **large) for n in range(100)))
    record(system, skipped("wanted", 2_000))

    with capacity.reported():
        found, looked_to = look(system)

    assert found == []
    assert looked_to is not None
    assert look(system, looked_to) == (["wanted"], None)


def test_a_skipped_delivery_is_seen_as_it_stands(system: System) -> None:
    """With the copy of it that waits, and as it ended where it has ended since."""
    again = skipped("again").again(NOON_MS + 5, "an admin")
    record(system, skipped("again"), again, skipped("ended", 1), skipped("plain", 2))
    page = system._reader.skipped("wh_1", 0, LATEST_MS, None, NOON_MS)
    record(system, skipped("ended", 1, status=DeliveryStatus.DELIVERED))

    one, ended, plain = page.deliveries

    assert (one.requested_at, one.waits_again, one.status) == (NOON_MS + 5, True, DeliveryStatus.SKIPPED)
    assert ended.status is DeliveryStatus.DELIVERED
    assert (plain.requested_at, plain.event.text) == (None, skipped("plain", 2).event.text)


def test_what_was_skipped_is_counted_in_one_query(system: System, aws: AwsCalls) -> None:
    """By when it was skipped, whatever the time of the event; nothing of it is handed over."""
    record(
        system,
        *(skipped(f"e{number}", number) for number in range(3)),
        skipped("old", -500),
        skipped("before", 10, finished_at=OFF_SINCE - 1),
        skipped("published-late", -2_000),
        delivery("wh_1", "delivered", timestamp=NOON_MS + 50, finished_at=NOON_MS),
    )
    aws.clear()

    assert system._reader.count_skipped("wh_1", OFF_SINCE) == Waiting(5)

    [call] = aws.seen
    assert (call.operation, call.parameters["Select"], call.parameters["ScanIndexForward"]) == ("Query", "COUNT", False)


def test_much_that_was_skipped_is_counted_in_part(system: System) -> None:
    """The newest first, as far as one read goes; and it is said that there may be more."""
    record(system, *(skipped(f"e{number:02}", number, message_id="m" * 30_000) for number in range(40)))

    assert system._reader.count_skipped("wh_1", OFF_SINCE) == Waiting(33, more=True)


@pytest.mark.parametrize("suffix", [-1, 0, 1])
def test_a_backlog_is_read_up_to_a_key(system: System, suffix: int) -> None:
    """And with it, and with its copy; nothing behind it."""
    ids = ["e0", "e1", "e2"]
    waits = [skipped(one, at, status=DeliveryStatus.PENDING, finished_at=None) for at, one in enumerate(ids)]
    copies = [skipped(one, at).again(NOON_MS, "an admin") for at, one in enumerate(ids)]
    assert not system.store.record([*waits, *copies], [], IN_TIME)

    read = [
        (one.event.event_id, one.is_copy) for one in system.store.backlog("wh_1", 10, up_to=waits[1 + suffix].event.key)
    ]

    assert read == [(one, is_copy) for one in ids[: 2 + suffix] for is_copy in (False, True)]


def _keep(system: System, webhook: Webhook, job: Job) -> None:
    """Keep a job as the webhook's last, and the webhook as it is."""
    changed_item(system, "wh_1", status="ACTIVE")
    assert system.jobs.start(job, replace(webhook, status=Status.ACTIVE), replace(webhook, status=Status.ACTIVE))
    changed_item(system, "wh_1", status=webhook.status.value, off_since=webhook.off_since)
