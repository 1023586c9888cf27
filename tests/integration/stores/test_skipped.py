"""What was skipped: switched on together with the job that catches up, found among much that was delivered, counted."""

from dataclasses import replace
from typing import Any

import pytest

from recado.ports.managing import VersionConflictError
from recado.ports.requests import TooManyJobsError
from recado.ports.sending import Expect, Sealed, Waiting
from recado.rules.activity.activity import ActivityKind
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.job import MOST_UNFINISHED, Job, catch_up, job_id_of
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.lane import owned
from recado.rules.webhook.webhook import Status, Webhook
from tests.support.acts import act_on
from tests.support.aws import capacity
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.items import changed_item
from tests.support.aws.lost_answers import TransactionsUnderWay, lost_answers
from tests.support.delivery_log import IN_TIME, delivery, record
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.system import System

OFF_SINCE = NOON_MS - 1_000
SKIPPED = Selection(DeliveryStatus.SKIPPED)


@pytest.fixture
def webhook(system: System) -> Webhook:
    """Give a webhook that is off."""
    off = system.add_webhook("https://127.0.0.1/", status=Status.RETIRED, off_since=OFF_SINCE)
    return system.webhook(off)


def on(webhook: Webhook, number: int = 1) -> tuple[Webhook, Job]:
    """Return the webhook as it is to be, switched on, and its job, whose owner is called like it."""
    job = catch_up(webhook, job_id_of(NOON_MS, str(number)), "an admin", NOON_MS)
    lane = owned(webhook.lane, f"owner of {number}", NOON_MS)
    return replace(webhook.switched_on(), lane=lane, version=webhook.version + 1), job


def switch(system: System, before: Webhook, after: Webhook, job: Job, sealed: Sealed | None = None) -> None:
    """Switch the webhook on, and begin the job."""
    act = act_on(before, ActivityKind.SWITCHED_ON, job_id=job.job_id)
    system.registry.replace(before, after, act, sealed=sealed, job=job)


def of(system: System, webhook: Webhook) -> tuple[list[Job], Webhook]:
    """Return the webhook's unfinished jobs, and the webhook without their names."""
    current = system.webhook(webhook)
    jobs = sorted(system.jobs.unfinished(current), key=lambda job: job.job_id)
    assert current.lane.jobs == {job.job_id for job in jobs}
    return jobs, replace(current, lane=replace(current.lane, jobs=frozenset()))


def test_a_webhook_is_switched_on_together_with_its_job(system: System, webhook: Webhook, aws: AwsCalls) -> None:
    """In one transaction; it is due from then on, also where no wake-up is ever sent."""
    after, job = on(webhook)
    aws.clear()

    switch(system, webhook, after, job)

    assert [call.operation for call in aws.seen] == ["TransactWriteItems"]
    assert of(system, webhook) == ([job], after)
    assert [due.webhook_id for due in system.overdue.all() if due.due_at <= NOON_MS] == ["wh_1"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_switch_that_was_not_answered_is_made_once(system: System, webhook: Webhook, times: int) -> None:
    """The SDK repeats it, with the token of the transaction."""
    after, job = on(webhook)

    with lost_answers(times):
        switch(system, webhook, after, job)

    assert of(system, webhook) == ([job], after)


def test_a_switch_that_is_made_once_more_has_been_made(system: System, webhook: Webhook) -> None:
    """Whoever repeats the very same finds it there, and that is no conflict."""
    after, job = on(webhook)

    for _ in range(2):
        switch(system, webhook, after, job)

    assert of(system, webhook) == ([job], after)


def test_a_switch_that_meets_a_transaction_is_made_after_it(
    system: System, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else may write the webhook at this moment."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    after, job = on(webhook)

    with TransactionsUnderWay() as under_way:
        under_way.coming = 2
        switch(system, webhook, after, job)

    assert of(system, webhook) == ([job], after)


@pytest.mark.parametrize("meanwhile", [{"version": 2}, {"status": "ACTIVE"}, {"status": "DISABLED"}])
@pytest.mark.parametrize("unfinished", [0, MOST_UNFINISHED])
def test_a_webhook_that_was_changed_meanwhile_gets_no_job(
    system: System, webhook: Webhook, meanwhile: dict[str, Any], unfinished: int
) -> None:
    """Nothing is written, however many jobs are unfinished, and that is what is said; nor is there an act."""
    after, job = on(webhook)
    _keep(system, webhook, unfinished)
    theirs, kinds = changed_item(system, "wh_1", **meanwhile), system.kinds()

    with pytest.raises(VersionConflictError):
        switch(system, webhook, after, job)

    assert (changed_item(system, "wh_1"), system.kinds()) == (theirs, kinds)
    assert system.jobs.get(str(ACCOUNT), "wh_1", job.job_id) is None


def test_a_webhook_with_five_unfinished_jobs_stays_off(system: System, webhook: Webhook) -> None:
    """Nothing is written: neither the switch, nor the job, nor the act."""
    after, job = on(webhook)
    _keep(system, webhook, MOST_UNFINISHED)
    before, kinds = changed_item(system, "wh_1"), system.kinds()

    with pytest.raises(TooManyJobsError):
        switch(system, webhook, after, job)

    assert (changed_item(system, "wh_1"), system.kinds()) == (before, kinds)


def test_a_catch_up_begins_beside_other_jobs(system: System, webhook: Webhook) -> None:
    """As the fifth at most."""
    after, job = on(webhook)
    _keep(system, webhook, MOST_UNFINISHED - 1)

    switch(system, webhook, after, job)

    assert len(system.webhook(webhook).lane.jobs) == MOST_UNFINISHED


def test_a_secret_can_change_in_the_same_transaction(system: System, webhook: Webhook) -> None:
    """All three, or none."""
    after, job = on(webhook)
    sealed = system._vault.seal(str(ACCOUNT), "wh_1", Credentials(password="hunter2"))
    after = replace(after, secret_version=sealed.version)

    switch(system, webhook, after, job, sealed)

    assert of(system, webhook) == ([job], after)
    assert system.credentials(webhook).password == "hunter2"


def test_since_when_a_webhook_is_off_is_kept_until_it_is_on(system: System, webhook: Webhook) -> None:
    """A sender that disables it says so, too."""
    after, _ = on(webhook)
    system.registry.replace(webhook, after, act_on(webhook))
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
    page = system._reader.ended("wh_1", SKIPPED, after, NOON_MS)
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
    page = system._reader.ended("wh_1", SKIPPED, None, NOON_MS)
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


def _keep(system: System, webhook: Webhook, jobs: int) -> None:
    """Let so many jobs of the webhook be unfinished, and the webhook be as it is."""
    for number in range(jobs):
        _, job = on(webhook, 100 + number)
        assert system.jobs.start(job, webhook, webhook, act_on(webhook))
