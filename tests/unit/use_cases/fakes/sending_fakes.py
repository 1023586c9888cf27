"""The world outside, in memory: every port of the use cases, with one journal of the calls in their order."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from itertools import count

from recado.ports.sending import Deadline, Opened, QueueMessage, Sealed
from recado.rules.activity.activity import Activity
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.acts import Acts
from recado.use_cases.sending.alerting import Alerting
from recado.use_cases.sending.asking import Asking
from recado.use_cases.sending.direct.dispatch import Dispatch
from recado.use_cases.sending.jobs import Jobs
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.queued.digests import HourlyDigests, Told
from recado.use_cases.sending.queued.endings import EndingCertificates
from recado.use_cases.sending.queued.pages import Pages
from recado.use_cases.sending.queued.redelivery import Redelivery
from recado.use_cases.sending.queued.sweep import Sweep
from recado.use_cases.sending.requests import Requests
from tests.unit.builders import NOW, delivered
from tests.unit.use_cases.fakes.activity_fakes import FakeActivities
from tests.unit.use_cases.fakes.aside_fakes import FakeAside
from tests.unit.use_cases.fakes.delivery_fakes import FakeDeliveries
from tests.unit.use_cases.fakes.journal import FAULT, Journal, SameThread
from tests.unit.use_cases.fakes.redelivery_fakes import (
    FakeAlerts,
    FakeDigests,
    FakeEndings,
    FakeJobs,
    FakeOverdue,
    FakeRequests,
)
from tests.unit.use_cases.fakes.token_fakes import FakeTokens
from tests.unit.use_cases.fakes.webhook_fakes import FakeWebhooks


class FakeVault:
    """Credentials by webhook id; opening some fails, and finds others to be something else by now."""

    def __init__(self, journal: Journal, credentials: Mapping[str, Credentials] | None = None) -> None:
        self._journal = journal
        self.credentials = dict(credentials or {})
        self.broken: set[str] = set()
        self.before_opening: dict[str, Callable[[], object]] = {}
        self.by_now: dict[str, Webhook | None] = {}
        self.opened: list[str] = []

    def seal(self, account_id: str, webhook_id: str, credentials: Credentials) -> Sealed:
        """Seal nothing: no use case under test needs it."""
        raise NotImplementedError

    def open(self, webhook: Webhook) -> Opened | None:
        """Return the webhook, or what it is by now, with the credentials."""
        self.opened.append(webhook.webhook_id)
        self.before_opening.get(webhook.webhook_id, lambda: None)()
        if webhook.webhook_id in self.broken:
            raise FAULT
        current = self.by_now.get(webhook.webhook_id, webhook)
        if current is None:
            return None
        return Opened(current, self.credentials.get(webhook.webhook_id, Credentials()))


class FakeSender:
    """Receivers by URL: each answers what the test says, one answer after the other, then 202."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.answers: defaultdict[str, list[AttemptResult | Exception]] = defaultdict(list)
        self.requests: list[OutgoingRequest] = []
        self.seconds: list[float] = []
        self.kept = 0

    @contextmanager
    def keeping(self) -> Iterator["FakeSender"]:
        """Send all the same; count how often it was asked for."""
        self.kept += 1
        yield self

    def send(self, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        """Answer the next, as long as there is time."""
        self.seconds.append(deadline.remaining_seconds())
        assert self.seconds[-1] > 0
        self._journal.note("send")
        self.requests.append(request)
        waiting = self.answers[request.url]
        answer = waiting.pop(0) if waiting else delivered()
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeWakeUps:
    """The redelivery queue: what was sent and what was postponed."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.sent: list[tuple[str, int]] = []
        self.waiting = 0
        self.postponed: list[tuple[str, int]] = []

    def send(self, webhook: Webhook, delay_seconds: int) -> None:
        """Send a wake-up; what is kept is the owner's token and the delay."""
        self._journal.note("wake up")
        self.sent.append((webhook.lane.owner or "", delay_seconds))

    def visible(self) -> int:
        """Return how many wait to be received."""
        self._journal.note("count wake-ups")
        return self.waiting

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Note when it comes back."""
        self._journal.note("postpone")
        self.postponed.append((receipt_handle, seconds))


class FakeBatchQueue:
    """The batch queue: ten messages at a time, in order."""

    def __init__(self, journal: Journal, *bodies: str) -> None:
        self._journal = journal
        self.waiting = [
            QueueMessage(f"q{number}", f"r{number}", body, sent_at=NOW) for number, body in enumerate(bodies)
        ]
        self.deleted: list[str] = []
        self.handed_back: list[str] = []
        self.counted: list[int] = []

    def send(self, body: str) -> None:
        """Put a message at the end."""
        self._journal.note("send message")
        self.waiting.append(QueueMessage(f"s{len(self.waiting)}", f"r-s{len(self.waiting)}", body))

    def depth(self) -> int:
        """Return how many wait."""
        return len(self.waiting)

    def receive(self) -> list[QueueMessage]:
        """Take up to ten."""
        self._journal.note("receive")
        taken, self.waiting = self.waiting[:10], self.waiting[10:]
        return taken

    def delete(self, messages: Sequence[QueueMessage]) -> None:
        """Note what is deleted."""
        if messages:
            self._journal.note("delete")
        self.deleted += [message.message_id for message in messages]

    def hand_back(self, messages: Sequence[QueueMessage]) -> None:
        """Note what is handed back."""
        if messages:
            self._journal.note("hand back")
        self.handed_back += [message.message_id for message in messages]
        self.counted += [message.receives for message in messages]


class FakeDeadLetters:
    """The dead-letter queue."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.kept: list[tuple[str, str]] = []

    def put(self, body: str, reason: str) -> None:
        """Keep the message."""
        self._journal.note("dead letter")
        self.kept.append((body, reason))


class World:
    """All fakes over one journal and one clock."""

    def __init__(self, *webhooks: Webhook) -> None:
        self.journal = Journal()
        self.activities = FakeActivities()
        self.webhooks = FakeWebhooks(self.journal, self.activities, *webhooks)
        self.deliveries = FakeDeliveries(self.journal, self.activities)
        self.aside = FakeAside(self.journal, self.deliveries)
        self.vault = FakeVault(self.journal)
        self.token_store = FakeTokens(self.journal, self.clock)
        self.sender = FakeSender(self.journal)
        self.wake_ups = FakeWakeUps(self.journal)
        self.dead_letters = FakeDeadLetters(self.journal)
        self.jobs = FakeJobs(self.journal, self.webhooks, self.activities)
        self.alerts = FakeAlerts(self.journal)
        self.alerting = Alerting(self.alerts, self.deliveries, self.clock)
        self.told: list[Activity] = []
        self.acts = Acts(map(str, count(1)).__next__, self.tell)
        self.now = NOW
        self.slow_after_ms = 2_000
        self.alert_after_ms = 300_000
        self.chance = 0.0
        self.tokens = 0
        self.paused: list[float] = []
        self.endings = FakeEndings(self.journal)
        self.digests = FakeDigests(self.journal)

    def clock(self) -> int:
        """Return the time, which stands still unless a test sets it."""
        return self.now

    def webhook(self, webhook_id: str = "wh_1", account_id: str = "1010") -> Webhook:
        """Return a webhook as it is kept."""
        return self.webhooks.kept[account_id, webhook_id]

    def ports(self) -> SendingPorts:
        """Return what sending needs of this world."""
        return SendingPorts(
            webhooks=self.webhooks,
            deliveries=self.deliveries,
            aside=self.aside,
            withdrawals=self.deliveries,
            lanes=self.webhooks,
            vault=self.vault,
            tokens=lambda: self.token_store,
            sender=self.sender,
            wake_ups=self.wake_ups,
            alerting=self.alerting,
            acts=self.acts,
            clock=self.clock,
            slow_after_ms=self.slow_after_ms,
            alert_after_ms=self.alert_after_ms,
            token=self.token,
            chance=lambda: self.chance,
            pause=self.pause,
        )

    def token(self) -> str:
        """Return `t1`, `t2` and so on."""
        self.tokens += 1
        return f"t{self.tokens}"

    def tell(self, activity: Activity) -> None:
        """Hear of what was done."""
        self.journal.note("tell")
        self.told.append(activity)

    def pause(self, seconds: float) -> None:
        """Let that time pass."""
        self.paused.append(seconds)
        self.later(round(seconds * 1000))

    def later(self, milliseconds: int) -> None:
        """Let time pass."""
        self.now += milliseconds

    def dispatch(self, executor: Executor | None = None) -> Dispatch:
        """Build the dispatch of this world."""
        return Dispatch(self.ports(), executor or SameThread())

    def redelivery(self) -> Redelivery:
        """Build what answers wake-ups in this world."""
        ports = self.ports()
        return Redelivery(ports, Pages(ports, self.jobs, self.deliveries))

    def requests(self) -> Requests:
        """Build what answers requests about what waits, and about one delivery, in this world."""
        store = FakeRequests(self.journal, self.webhooks, self.aside)
        return Requests(self.asking(), reader=self.deliveries, store=store, withdrawals=self.deliveries)

    def many(self) -> Jobs:
        """Build what answers requests about many deliveries in this world."""
        return Jobs(self.asking(), self.jobs)

    def asking(self) -> Asking:
        """Build what both have in common."""
        return Asking(
            webhooks=self.webhooks,
            wake_ups=self.wake_ups,
            activities=self.activities,
            acts=self.acts,
            clock=self.clock,
            token=self.token,
        )

    def sweep(self) -> Sweep:
        """Build the sweep of this world."""
        ports = self.ports()
        endings = EndingCertificates(ports, self.endings)
        digests = HourlyDigests(ports, self.digests, Told(self.digests, self.digests))
        return Sweep(ports, overdue=FakeOverdue(self.webhooks), beside=(endings, digests))
