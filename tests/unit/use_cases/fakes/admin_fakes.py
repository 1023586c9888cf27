"""The world outside of administration, publishing and the delivery log, in memory."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from recado.ports import (
    AttemptPage,
    AttemptQuery,
    DeliveryPage,
    DeliveryQuery,
    JobRunningError,
    LimitReachedError,
    Opened,
    OurFaultError,
    Sealed,
    SkippedPage,
    VersionConflictError,
    Waiting,
)
from recado.rules.delivery.delivery import Delivery
from recado.rules.delivery.job import Job, JobState
from recado.rules.event.event import Event
from recado.rules.target.target_policy import TargetPolicy
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.registration import AuthenticationDraft, Changes
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.administration import Administration
from tests.unit.builders import NOW, event, pending


class FakeRegistry:
    """Keeps webhooks, each write under the condition of its port; fills `WebhookRegistry`."""

    def __init__(self, limit: int = 5) -> None:
        self.kept: dict[tuple[str, str], Webhook] = {}
        self.jobs: dict[tuple[str, str], Job] = {}
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

    def add(self, webhook: Webhook, sealed: Sealed | None = None) -> None:
        """Keep it if there is room."""
        _check_names(webhook, sealed)
        if len(self.of_account(webhook.account_id)) >= self._limit:
            raise LimitReachedError
        self.put(webhook)

    def replace(self, current: Webhook, changed: Webhook, sealed: Sealed | None = None, job: Job | None = None) -> None:
        """Keep the changed one if what is kept is of the version that was read; health and lane where they changed.

        A job begins together with that, if no other is unfinished.
        """
        if changed.secret_version != current.secret_version:
            _check_names(changed, sealed)
        self._check(current)
        if job is not None:
            self._begin(job)
        kept = self.kept[current.account_id, current.webhook_id]
        same_secret = changed.secret_created_at == current.secret_created_at
        shown = kept.secret_downloaded_at if same_secret else None
        health = kept.health if changed.health == current.health else changed.health
        switched = changed.status is not current.status
        lane = changed.lane if switched or changed.lane != current.lane else kept.lane
        self.put(dataclasses.replace(changed, secret_downloaded_at=shown, health=health, lane=lane))

    def record_download(self, webhook: Webhook, at_ms: int) -> None:
        """Keep the time if what is kept has this secret."""
        self._meet_others()
        kept = self.kept.get((webhook.account_id, webhook.webhook_id))
        if kept is None or kept.secret_version != webhook.secret_version:
            raise VersionConflictError
        self.put(dataclasses.replace(kept, secret_downloaded_at=at_ms))

    def remove(self, webhook: Webhook) -> None:
        """Forget it if what is kept is of this version."""
        self._check(webhook)
        del self.kept[webhook.account_id, webhook.webhook_id]

    def put(self, webhook: Webhook) -> None:
        """Keep a webhook, as somebody else would."""
        self.kept[webhook.account_id, webhook.webhook_id] = webhook

    def _begin(self, job: Job) -> None:
        last = self.jobs.get((job.account_id, job.webhook_id))
        if last is not None and last.state is JobState.RUNNING:
            raise JobRunningError
        self.jobs[job.account_id, job.webhook_id] = job

    def _check(self, read: Webhook) -> None:
        self._meet_others()
        current = self.kept.get((read.account_id, read.webhook_id))
        if current is None or (current.version, current.status) != (read.version, read.status):
            raise VersionConflictError

    def _meet_others(self) -> None:
        self.writes += 1
        if self.meanwhile:
            self.meanwhile.pop(0)()


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


class FakeDeliveryReader:
    """Holds one page and one delivery; fills `DeliveryReader`."""

    def __init__(self, delivery: Delivery) -> None:
        self.asked: list[object] = []
        self._delivery = delivery

    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """Return the page."""
        self.asked.append(query)
        return DeliveryPage([self._delivery], None)

    def get(self, webhook_id: str, key: str, now_ms: int) -> Delivery | None:
        """Return the delivery if it is meant."""
        assert now_ms == NOW
        self.asked.append((webhook_id, key))
        wanted = (self._delivery.webhook_id, self._delivery.event.key)
        return self._delivery if (webhook_id, key) == wanted else None

    def oldest(self, webhook_id: str, from_ms: int, to_ms: int, after: str | None, now_ms: int) -> Iterator[Delivery]:
        """Never be asked for a log."""
        raise AssertionError(webhook_id, from_ms, to_ms, after, now_ms)

    def skipped(self, webhook_id: str, from_ms: int, to_ms: int, after: str | None, now_ms: int) -> SkippedPage:
        """Never be asked for what was skipped."""
        raise AssertionError(webhook_id, from_ms, to_ms, after, now_ms)

    def count_skipped(self, webhook_id: str, since_ms: int) -> Waiting:
        """Never be asked how much was skipped."""
        raise AssertionError(webhook_id, since_ms)


class FakeSkipped(FakeDeliveryReader):
    """Knows how many deliveries were skipped; fills `DeliveryReader` for an administration."""

    def __init__(self) -> None:
        super().__init__(pending(event()))
        self.count = Waiting(0)
        self.before_counting: Callable[[], object] = lambda: None

    def count_skipped(self, webhook_id: str, since_ms: int) -> Waiting:
        """Return how many there are."""
        self.asked.append((webhook_id, since_ms))
        self.before_counting()
        return self.count


class Office:
    """Administration with all that is around it, and a clock."""

    def __init__(self, limit: int = 5) -> None:
        self.registry = FakeRegistry(limit)
        self.vault = FakeVault(self.registry)
        self.wake_ups = FakeWakeUps()
        self.skipped = FakeSkipped()
        self.now = NOW
        self.tokens = 0
        self.administration = Administration(
            registry=self.registry,
            vault=self.vault,
            wake_ups=self.wake_ups,
            reader=self.skipped,
            policy=TargetPolicy(),
            clock=lambda: self.now,
            token=self.token,
        )

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
    changed = office.administration.change("1010", "wh_1", Changes(authentication=draft), None).webhook
    assert changed.authentication is draft.type
    assert changed.username == draft.username
    return office.credentials("wh_1")


class FakeBus:
    """Takes events, and answers as it was told; fills `EventBus`."""

    def __init__(self, *answers: str | None) -> None:
        self.events: list[Event] = []
        self._answers = answers

    def publish(self, events: Sequence[Event]) -> list[str | None]:
        """Take them."""
        self.events += events
        return list(self._answers) or [None] * len(events)


class FakeAttemptReader:
    """Has no attempts; fills `AttemptReader`."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def of_webhook(self, query: AttemptQuery) -> AttemptPage:
        """Return an empty page."""
        self.asked.append(query)
        return AttemptPage([], None)

    def of_delivery(self, delivery: Delivery, before: str | None, limit: int) -> AttemptPage:
        """Return an empty page."""
        self.asked.append((delivery, before, limit))
        return AttemptPage([], None)
