"""The world outside, in memory: every port of the use cases, with one journal of the calls in their order."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor

from recado.ports import Deadline, DeliveryPage, DeliveryQuery, Opened, QueueMessage, Recorded, Sealed
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.job import Job
from recado.rules.event.event import Event
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.sending.alerting import Alerting
from recado.use_cases.sending.dispatch import Dispatch
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.redelivery import Redelivery
from recado.use_cases.sending.redelivery_jobs import JobRunner, RedeliveryRequests
from recado.use_cases.sending.sweep import Sweep
from tests.unit.builders import NOW, delivered
from tests.unit.use_cases.fakes.journal import FAULT, Journal, SameThread
from tests.unit.use_cases.fakes.redelivery_fakes import FakeAlerts, FakeJobs, FakeOverdue
from tests.unit.use_cases.fakes.webhook_fakes import FakeWebhooks


class FakeDeliveries:
    """Deliveries in logs and backlogs; fills `DeliveryStore`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.log: dict[tuple[str, str], Delivery] = {}
        self.pending: dict[tuple[str, str], Delivery] = {}
        self.attempts: list[Attempt] = []

    def recorded(self, wanted: Mapping[str, Collection[Event]]) -> dict[tuple[str, str], Recorded]:
        """Return what is known of them."""
        self._journal.note("look up")
        keys = [(webhook_id, event.key) for webhook_id, events in wanted.items() for event in events]
        known = self.log | self.pending
        return {key: Recorded(known[key].status, known[key].event.name) for key in keys if key in known}

    def record(self, deliveries: Iterable[Delivery], attempts: Iterable[Attempt] = ()) -> None:
        """Keep pending ones in their backlogs, the others in their logs."""
        written, tried = list(deliveries), list(attempts)
        self._journal.note("record")
        self.attempts += tried
        for delivery in written:
            place = self.pending if delivery.status is DeliveryStatus.PENDING else self.log
            place[delivery.webhook_id, delivery.event.key] = delivery

    def finish(self, deliveries: Iterable[Delivery], attempts: Iterable[Attempt] = ()) -> None:
        """Move from the backlog into the log."""
        finished, tried = list(deliveries), list(attempts)
        if not finished:
            return
        self._journal.note("finish")
        self.attempts += tried
        for delivery in finished:
            key = (delivery.webhook_id, delivery.event.key)
            self.log[key] = delivery
            self.pending.pop(key, None)

    def backlog(self, webhook_id: str, limit: int) -> list[Delivery]:
        """Return the oldest pending deliveries."""
        self._journal.note("read backlog")
        keys = sorted(key for key in self.pending if key[0] == webhook_id)
        return [self.pending[key] for key in keys[:limit]]

    def newest(self, query: DeliveryQuery) -> DeliveryPage:
        """List nothing: no use case under test needs it."""
        raise NotImplementedError

    def get(self, webhook_id: str, key: str) -> Delivery | None:
        """Return one delivery, pending or not."""
        return (self.log | self.pending).get((webhook_id, key))

    def oldest(self, webhook_id: str, from_ms: int, to_ms: int, after: str | None, limit: int) -> list[Delivery]:
        """Return deliveries of a time range, oldest first."""
        self._journal.note("read deliveries")
        known = self.log | self.pending
        keys = sorted(key for key in known if key[0] == webhook_id and (after is None or key[1] > after))
        return [known[key] for key in keys if from_ms <= known[key].event.timestamp_ms <= to_ms][:limit]

    def backlog_size(self, webhook_id: str, at_most: int) -> int:
        """Count the pending deliveries."""
        return min(at_most, sum(key[0] == webhook_id for key in self.pending))

    def attempts_at(self, event_id: str = "e1") -> list[Attempt]:
        """Return the attempts that carried an event, in their order."""
        known = self.log | self.pending
        living = [one.attempt for one in known.values() if one.attempt and one.event.event_id == event_id]
        carried = [one for one in self.attempts if any(key.endswith(f"#{event_id}") for key in one.keys)]
        return [*living, *carried]

    def add_pending(self, *deliveries: Delivery) -> None:
        """Put deliveries into backlogs from outside."""
        for delivery in deliveries:
            self.pending[delivery.webhook_id, delivery.event.key] = delivery

    def statuses(self, webhook_id: str = "wh_1") -> dict[str, str]:
        """Return the status of each delivery of a webhook by event id."""
        known = self.log | self.pending
        return {known[key].event.event_id: known[key].status.value for key in sorted(known) if key[0] == webhook_id}


class FakeVault:
    """Credentials by webhook id; opening some fails, and finds others to be something else by now."""

    def __init__(self, journal: Journal, credentials: Mapping[str, Credentials] | None = None) -> None:
        self._journal = journal
        self.credentials = dict(credentials or {})
        self.broken: set[str] = set()
        self.by_now: dict[str, Webhook | None] = {}
        self.opened: list[str] = []

    def seal(self, account_id: str, webhook_id: str, credentials: Credentials) -> Sealed:
        """Seal nothing: no use case under test needs it."""
        raise NotImplementedError

    def open(self, webhook: Webhook) -> Opened | None:
        """Return the webhook, or what it is by now, with the credentials."""
        self.opened.append(webhook.webhook_id)
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

    def send(self, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        """Answer the next, as long as there is time."""
        assert deadline.remaining_seconds() > 0
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
        self.sent: list[tuple[str, str, int]] = []
        self.jobs_sent: list[str] = []
        self.postponed: list[tuple[str, int]] = []

    def send(self, account_id: str, webhook_id: str, delay_seconds: int) -> str:
        """Send a wake-up; the first one is `sent-1`."""
        self._journal.note("wake up")
        self.sent.append((account_id, webhook_id, delay_seconds))
        return f"sent-{len(self.sent)}"

    def send_job(self, job: Job) -> None:
        """Send a job on."""
        self._journal.note("send job")
        self.jobs_sent.append(job.job_id)

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Note when it comes back."""
        self._journal.note("postpone")
        self.postponed.append((receipt_handle, seconds))


class FakeBatchQueue:
    """The batch queue: ten messages at a time, in order."""

    def __init__(self, journal: Journal, *bodies: str) -> None:
        self._journal = journal
        self.waiting = [QueueMessage(f"q{number}", f"r{number}", body) for number, body in enumerate(bodies)]
        self.deleted: list[str] = []
        self.handed_back: list[str] = []

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
        self._journal.note("delete")
        self.deleted += [message.message_id for message in messages]

    def hand_back(self, messages: Sequence[QueueMessage]) -> None:
        """Note what is handed back."""
        if messages:
            self._journal.note("hand back")
        self.handed_back += [message.message_id for message in messages]


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
        self.webhooks = FakeWebhooks(self.journal, *webhooks)
        self.deliveries = FakeDeliveries(self.journal)
        self.vault = FakeVault(self.journal)
        self.sender = FakeSender(self.journal)
        self.wake_ups = FakeWakeUps(self.journal)
        self.dead_letters = FakeDeadLetters(self.journal)
        self.jobs = FakeJobs(self.journal)
        self.overdue = FakeOverdue()
        self.alerts = FakeAlerts(self.journal)
        self.alerting = Alerting(self.alerts, self.deliveries, self.clock)
        self.now = NOW

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
            health=self.webhooks,
            vault=self.vault,
            sender=self.sender,
            wake_ups=self.wake_ups,
            alerting=self.alerting,
            clock=self.clock,
        )

    def dispatch(self, executor: Executor | None = None) -> Dispatch:
        """Build the dispatch of this world."""
        return Dispatch(self.ports(), executor or SameThread())

    def redeliverer(self, executor: Executor | None = None) -> Redelivery:
        """Build the redelivery of this world."""
        return Redelivery(self.ports(), self.job_runner(), executor or SameThread())

    def job_runner(self) -> JobRunner:
        """Build what carries redelivery jobs on in this world."""
        return JobRunner(self.ports(), reader=self.deliveries, jobs=self.jobs)

    def redelivery_requests(self) -> RedeliveryRequests:
        """Build what starts redeliveries in this world."""
        return RedeliveryRequests(
            deliveries=self.deliveries,
            jobs=self.jobs,
            webhooks=self.webhooks,
            wake_ups=self.wake_ups,
            clock=self.clock,
        )

    def sweep(self) -> Sweep:
        """Build the sweep of this world."""
        return Sweep(self.ports(), overdue=self.overdue, jobs=self.jobs)
