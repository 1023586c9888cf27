"""Alerts, redelivery jobs and what a sweep asks, in memory."""

from collections.abc import Iterator

from recado.ports import Due, Expect, JobRunningError
from recado.rules.delivery.job import Job, JobState
from recado.rules.webhook.alert import Alert
from recado.rules.webhook.webhook import Webhook
from tests.unit.use_cases.fakes.journal import Journal
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
    """The last redelivery job of each webhook; fills `JobStore`."""

    def __init__(self, journal: Journal, webhooks: FakeWebhooks) -> None:
        self._journal = journal
        self._webhooks = webhooks
        self.kept: dict[tuple[str, str], Job] = {}

    def start(self, job: Job, before: Webhook, after: Webhook) -> bool:
        """Keep a job and its webhook's new owner, unless another job runs or the webhook is off."""
        self._journal.note("start job")
        last = self.get(job.account_id, job.webhook_id)
        if last is not None and last.state is JobState.RUNNING:
            raise JobRunningError
        if not self._webhooks.change(before, after, Expect.ANYTHING):
            return False
        self.kept[job.account_id, job.webhook_id] = job
        return True

    def get(self, account_id: str, webhook_id: str) -> Job | None:
        """Return the last job."""
        return self.kept.get((account_id, webhook_id))

    def advance(self, current: Job, progressed: Job) -> bool:
        """Keep the progress if nobody else has made any."""
        self._journal.note("advance job")
        if self.get(current.account_id, current.webhook_id) != current:
            return False
        self.kept[current.account_id, current.webhook_id] = progressed
        return True


class FakeOverdue:
    """The index of what is due, with what it had once and has no more; fills `OverdueReader`."""

    def __init__(self, webhooks: FakeWebhooks) -> None:
        self._webhooks = webhooks

    def due(self, before_ms: int) -> Iterator[Due]:
        """Yield every webhook, due or not: the index may be stale."""
        assert before_ms > 0
        for account_id, webhook_id in [*self._webhooks.kept, ("1010", "wh_gone")]:
            yield Due(account_id, webhook_id)
