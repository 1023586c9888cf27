"""Alerts, jobs, requests for sending and what a sweep asks, in memory."""

from collections.abc import Iterator
from dataclasses import replace

from recado.ports.digests import DueDigest
from recado.ports.endings import Ending
from recado.ports.overdue import Due
from recado.ports.requests import TooManyJobsError
from recado.ports.sending import Expect
from recado.rules.activity.activity import Activity
from recado.rules.delivery.counts import Counts
from recado.rules.delivery.delivery import Delivery
from recado.rules.delivery.digest import Ends
from recado.rules.delivery.job import MOST_FINISHED, MOST_UNFINISHED, Job
from recado.rules.webhook.alert import Alert
from recado.rules.webhook.webhook import Webhook
from tests.unit.use_cases.fakes.activity_fakes import FakeActivities
from tests.unit.use_cases.fakes.aside_fakes import FakeAside
from tests.unit.use_cases.fakes.delivery_fakes import place_of
from tests.unit.use_cases.fakes.journal import FAULT, Journal
from tests.unit.use_cases.fakes.webhook_fakes import FakeWebhooks


class FakeAlerts:
    """Where alerts go."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.sent: list[Alert] = []

    def send(self, alert: Alert) -> None:
        """Keep the alert."""
        self._journal.note("alert")
        self.sent.append(alert)

    @property
    def kinds(self) -> list[str]:
        """Return what was told, in order."""
        return [alert.kind.value for alert in self.sent]


class FakeJobs:
    """Jobs by their ids; which are unfinished, their webhooks say. Fills `JobStore`."""

    def __init__(self, journal: Journal, webhooks: FakeWebhooks, activities: FakeActivities) -> None:
        self._journal = journal
        self._webhooks = webhooks
        self._activities = activities
        self.kept: dict[str, Job] = {}

    def start(self, job: Job, before: Webhook, after: Webhook, activity: Activity) -> bool:
        """Keep a job and its webhook's new owner, unless five are unfinished or the webhook was switched."""
        self._journal.note("start job")
        self._activities.check(activity.account_id, activity.requester, activity.at)
        current = self._webhooks.kept.get((job.account_id, job.webhook_id))
        if current is not None and len(current.lane.jobs) >= MOST_UNFINISHED:
            raise TooManyJobsError
        expected = Expect.UNCHANGED if job.withdraws else Expect.ANYTHING
        if not self._webhooks.store(before, after, expected, activity):
            return False
        self.add(job)
        return True

    def end(self, job: Job, ending: Job, before: Webhook, after: Webhook, activity: Activity) -> bool:
        """Keep that it is ending, and its webhook's new owner, if it is as it was read."""
        self._journal.note("end job")
        if not self._is_still(job) or not self._webhooks.store(before, after, Expect.UNCHANGED, activity):
            return False
        self.add(ending)
        return True

    def get(self, account_id: str, webhook_id: str, job_id: str) -> Job | None:
        """Return one job."""
        job = self.kept.get(job_id)
        return job if job is not None and (job.account_id, job.webhook_id) == (account_id, webhook_id) else None

    def unfinished(self, webhook: Webhook) -> list[Job]:
        """Return those that the webhook names, which names no more what is gone."""
        found = [self.kept[job_id] for job_id in webhook.lane.jobs if job_id in self.kept]
        self._forget(webhook, webhook.lane.jobs - {job.job_id for job in found})
        return [job for job in found if job.is_unfinished]

    def newest(self, webhook: Webhook) -> list[Job]:
        """Return the unfinished ones and the last ten that are finished."""
        known = sorted((job for job in self.kept.values() if job.webhook_id == webhook.webhook_id), key=_id)
        finished = [job for job in known if not job.is_unfinished][-MOST_FINISHED:]
        return sorted([*finished, *self.unfinished(webhook)], key=_id, reverse=True)

    def advance(self, current: Job, progressed: Job) -> bool:
        """Keep the progress if nobody else has made any."""
        self._journal.note("advance job")
        if not self._is_still(current):
            return False
        self.kept[current.job_id] = progressed
        webhook = self._webhooks.kept.get((current.account_id, current.webhook_id))
        if webhook is not None and not progressed.is_unfinished:
            self._forget(webhook, frozenset({current.job_id}))
        return True

    def add(self, job: Job) -> None:
        """Keep a job that its webhook names."""
        self.kept[job.job_id] = job
        lane = self._webhooks.kept[job.account_id, job.webhook_id].lane
        self._webhooks.set(job.webhook_id, job.account_id, lane=replace(lane, jobs=lane.jobs | {job.job_id}))

    def _forget(self, webhook: Webhook, gone: frozenset[str]) -> None:
        current = self._webhooks.kept.get((webhook.account_id, webhook.webhook_id))
        if current is not None and gone:
            lane = replace(current.lane, jobs=current.lane.jobs - gone)
            self._webhooks.set(webhook.webhook_id, webhook.account_id, lane=lane)

    def _is_still(self, job: Job) -> bool:
        kept = self.kept.get(job.job_id)
        return kept is not None and (kept.state, kept.position) == (job.state, job.position)


def _id(job: Job) -> str:
    return job.job_id


class FakeRequests:
    """Stores requests for sending, each in one step; fills `RequestStore`."""

    def __init__(self, journal: Journal, webhooks: FakeWebhooks, aside: FakeAside) -> None:
        self._journal = journal
        self._webhooks = webhooks
        self._aside = aside

    def ask(
        self,
        before: Webhook,
        after: Webhook,
        activity: Activity,
        *,
        back: Delivery | None = None,
        copy: Delivery | None = None,
    ) -> bool:
        """Store the new owner with what is moved back or copied, if it still is as it was read."""
        self._journal.note("ask")
        is_there = back is None or place_of(back) in self._aside.kept
        if not self._webhooks.store(before, after, Expect.ANYTHING, activity, holds=is_there):
            return False
        if back is not None:
            self._aside.back(back)
        if copy is not None:
            self._aside.renew(copy)
        return True


class FakeOverdue:
    """The index of what is due, with what it had once and has no more; fills `OverdueReader`."""

    def __init__(self, webhooks: FakeWebhooks) -> None:
        self._webhooks = webhooks

    def all(self) -> Iterator[Due]:
        """Yield every webhook, as if due: the index may be stale."""
        for account_id, webhook_id in [*self._webhooks.kept, ("1010", "wh_gone")]:
            yield Due(account_id, webhook_id, 0)


class FakeEndings:
    """When it is told of certificates, by webhook; fills `Endings`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.told_at: dict[tuple[str, str], int | None] = {}
        self.stale: list[Ending] = []
        self.faults = 0

    def due(self, before_ms: int) -> Iterator[Ending]:
        """Yield what is due, and what the index has kept by mistake."""
        due = [Ending(*place, at) for place, at in self.told_at.items() if at is not None and at <= before_ms]
        yield from [*self.stale, *due]

    def move(self, ending: Ending, told_at: int | None) -> bool:
        """Note when it is told next, if it still is due as it was read."""
        self._journal.note("move ending")
        place = (ending.account_id, ending.webhook_id)
        if self.faults:
            self.faults -= 1
            raise FAULT
        if self.told_at.get(place) != ending.told_at:
            return False
        self.told_at[place] = told_at
        return True


class FakeDigests:
    """When each webhook's digest is due, and what digests tell of; fills `Digests`, `HourCounts` and `EndsReader`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.due_at: dict[tuple[str, str], int | None] = {}
        self.stale: list[DueDigest] = []
        self.counts: dict[int, Counts] = {}
        self.last = Ends()

    def due(self, before_ms: int, most: int) -> Iterator[DueDigest]:
        """Yield what is due, the longest first, and what the index has kept by mistake."""
        due = [DueDigest(*place, at) for place, at in self.due_at.items() if at is not None and at <= before_ms]
        yield from [*self.stale, *sorted(due, key=lambda one: one.due_at)][:most]

    def move(self, digest: DueDigest, due_at: int | None) -> bool:
        """Note when it is due next, if it still is due as it was read."""
        self._journal.note("move digest")
        place = (digest.account_id, digest.webhook_id)
        if self.due_at.get(place) != digest.due_at:
            return False
        self.due_at[place] = due_at
        return True

    def by_hour(self, account_id: str, webhook_id: str, first_hour_ms: int, last_hour_ms: int) -> dict[int, Counts]:
        """Return the counts of these hours."""
        self._journal.note(f"count {account_id} {webhook_id}")
        return {hour: counts for hour, counts in self.counts.items() if first_hour_ms <= hour <= last_hour_ms}

    def ends(self, webhook_id: str, from_ms: int, to_ms: int) -> Ends:
        """Return the first and the last event, of whatever time."""
        self._journal.note(f"ends {webhook_id} {from_ms} {to_ms}")
        return self.last
