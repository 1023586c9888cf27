"""The world outside of administration, in memory."""

import dataclasses
from collections.abc import Callable
from itertools import count

from recado.ports.managing import LimitReachedError, VersionConflictError
from recado.ports.requests import TooManyJobsError
from recado.ports.sending import Opened, OurFaultError, Sealed
from recado.rules.activity.activity import Activity
from recado.rules.delivery.job import MOST_UNFINISHED, Job
from recado.rules.sending.cutting import UNCUT
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.acts import Acts
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.rewriting import Rewriting
from recado.use_cases.managing.signatures import Signatures
from tests.support.acts import ADMIN
from tests.support.catalogue import ACCEPTED
from tests.unit.builders import NOW
from tests.unit.use_cases.fakes.activity_fakes import FakeActivities
from tests.unit.use_cases.fakes.reading_fakes import FakeSkipped


class FakeRegistry:
    """Keeps webhooks, each write under the condition of its port; fills `WebhookRegistry`."""

    def __init__(self, limit: int = 5, activities: FakeActivities | None = None) -> None:
        self.kept: dict[tuple[str, str], Webhook] = {}
        self.jobs: dict[str, Job] = {}
        self.activities = activities or FakeActivities()
        self.reads = 0
        self.writes = 0
        self.meanwhile: list[Callable[[], object]] = []
        self.after_reading: list[Callable[[], object]] = []
        self._limit = limit

    def of_account(self, account_id: str) -> list[Webhook]:
        """Return the account's webhooks in no order that means anything."""
        return sorted(
            (each for each in self.kept.values() if each.account_id == account_id), key=lambda each: each.name
        )

    def get(self, account_id: str, webhook_id: str) -> Webhook | None:
        """Return one webhook."""
        self.reads += 1
        found = self.kept.get((account_id, webhook_id))
        if self.after_reading:
            self.after_reading.pop(0)()
        return found

    def add(self, webhook: Webhook, sealed: Sealed | None, activity: Activity) -> None:
        """Keep it if there is room."""
        _check_names(webhook, sealed)
        if not self.activities.together(activity, holds=len(self.of_account(webhook.account_id)) < self._limit):
            raise LimitReachedError
        self.put(webhook)

    def replace(
        self,
        current: Webhook,
        changed: Webhook,
        activity: Activity,
        *,
        sealed: Sealed | None = None,
        job: Job | None = None,
    ) -> None:
        """Keep the changed one if what is kept is of the version that was read; health and lane where they changed.

        A job begins together with that, if not too many are unfinished.
        """
        if changed.secret_version != current.secret_version:
            _check_names(changed, sealed)
        kept = self._checked(current, activity, job)
        same_secret = changed.secret_created_at == current.secret_created_at
        shown = kept.secret_downloaded_at if same_secret else None
        health = kept.health if changed.health == current.health else changed.health
        lane = _lane_after(kept.lane, current, changed, job)
        self.put(dataclasses.replace(changed, secret_downloaded_at=shown, health=health, lane=lane))
        if job is not None:
            self.jobs[job.job_id] = job

    def record_download(self, webhook: Webhook, activity: Activity) -> None:
        """Keep the time if what is kept has this secret."""
        self._meet_others()
        kept = self.kept.get((webhook.account_id, webhook.webhook_id))
        same_secret = kept is not None and kept.secret_version == webhook.secret_version
        if not self.activities.together(activity, holds=same_secret) or kept is None:
            raise VersionConflictError
        self.put(dataclasses.replace(kept, secret_downloaded_at=activity.at))

    def remove(self, webhook: Webhook, activity: Activity) -> None:
        """Forget it if what is kept is of this version."""
        self._checked(webhook, activity)
        del self.kept[webhook.account_id, webhook.webhook_id]

    def put(self, webhook: Webhook) -> None:
        """Keep a webhook, as somebody else would."""
        self.kept[webhook.account_id, webhook.webhook_id] = webhook

    def _checked(self, read: Webhook, activity: Activity, job: Job | None = None) -> Webhook:
        """Keep the act if the webhook still is what was read, and has room for a job; return what is kept."""
        self._meet_others()
        kept = self.kept.get((read.account_id, read.webhook_id))
        is_as_read = kept is not None and (kept.version, kept.status) == (read.version, read.status)
        has_room = job is None or kept is None or len(kept.lane.jobs) < MOST_UNFINISHED
        if not self.activities.together(activity, holds=is_as_read and has_room) or kept is None:
            raise VersionConflictError if has_room or not is_as_read else TooManyJobsError
        return kept

    def _meet_others(self) -> None:
        self.writes += 1
        if self.meanwhile:
            self.meanwhile.pop(0)()


def _lane_after(kept: Lane, current: Webhook, changed: Webhook, job: Job | None) -> Lane:
    """The lane as senders have left it, but for what the change is about."""
    lane, wanted = kept, changed.lane
    if changed.status is not current.status or wanted.owner != current.lane.owner:
        lane = dataclasses.replace(
            lane, owner=wanted.owner, next_at=wanted.next_at, asked_at=wanted.asked_at, rest_until=wanted.rest_until
        )
    if wanted.cut != current.lane.cut:
        lane = dataclasses.replace(lane, cut=UNCUT)
    return lane if job is None else dataclasses.replace(lane, jobs=lane.jobs | {job.job_id})


def _check_names(webhook: Webhook, sealed: Sealed | None) -> None:
    assert webhook.secret_version == (sealed and sealed.version)


class FakeVault:
    """Keeps credentials by their version, with whose they are; fills `Vault` over what the registry keeps."""

    def __init__(self, registry: FakeRegistry) -> None:
        self.opened = 0
        self._registry = registry
        self._sealed: dict[str, tuple[str, str, Credentials]] = {}

    def seal(self, account_id: str, webhook_id: str, credentials: Credentials) -> Sealed:
        """Keep them, with account and webhook, under a version that was never there."""
        version = f"version-{len(self._sealed)}"
        self._sealed[version] = (account_id, webhook_id, credentials)
        return Sealed(version, b"sealed")

    def open(self, webhook: Webhook) -> Opened | None:
        """Return the webhook with them, read again where another version is kept by now."""
        self.opened += 1
        if webhook.secret_version is None:
            return Opened(webhook, Credentials())
        kept = self._registry.kept.get((webhook.account_id, webhook.webhook_id))
        if kept is None or kept.secret_version is None:
            return None if kept is None else Opened(kept, Credentials())
        account_id, webhook_id, credentials = self._sealed[kept.secret_version]
        assert (account_id, webhook_id) == (webhook.account_id, webhook.webhook_id)
        return Opened(webhook if kept.secret_version == webhook.secret_version else kept, credentials)


class FakeWakeUps:
    """Remembers whom it was to wake; fills `WakeUps`."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str | None, int]] = []
        self.refuses = False

    def send(self, webhook: Webhook, delay_seconds: int) -> None:
        """Remember the webhook, its owner and the delay, unless it refuses."""
        if self.refuses:
            raise OurFaultError
        self.sent.append((webhook.webhook_id, webhook.lane.owner, delay_seconds))

    def visible(self) -> int:
        """Never be asked by an admin."""
        raise AssertionError

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Never be asked by an admin."""
        raise AssertionError(receipt_handle, seconds)


class Office:
    """Administration and signatures with all that is around them, and a clock."""

    def __init__(self, limit: int = 5) -> None:
        self.activities = FakeActivities()
        self.told: list[Activity] = []
        self.registry = FakeRegistry(limit, self.activities)
        self.vault = FakeVault(self.registry)
        self.wake_ups = FakeWakeUps()
        self.skipped = FakeSkipped()
        self.now = NOW
        self.tokens = 0
        rewriting = Rewriting(
            registry=self.registry,
            vault=self.vault,
            activities=self.activities,
            acts=Acts(map(str, count(1)).__next__, self.told.append),
            clock=lambda: self.now,
        )
        self.administration = Administration(
            rewriting, wake_ups=self.wake_ups, reader=self.skipped, accepted=ACCEPTED, token=self.token
        )
        self.signatures = Signatures(rewriting)

    def token(self) -> str:
        """Return `t1`, `t2` and so on."""
        self.tokens += 1
        return f"t{self.tokens}"

    def credentials(self, webhook_id: str, account_id: str = "1010") -> Credentials:
        """Return what the senders find."""
        opened = self.vault.open(self.registry.kept[account_id, webhook_id])
        assert opened
        return opened.credentials


def switch(office: Office, draft: AuthenticationDraft) -> Credentials:
    """Change how the webhook authenticates, and return what the senders find."""
    changed = office.administration.change("1010", "wh_1", Changes(authentication=draft), None, ADMIN).webhook
    assert changed.authentication is draft.type
    assert changed.username == draft.username
    return office.credentials("wh_1")
