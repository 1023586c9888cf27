"""Alerts, redelivery jobs and what a sweep asks, in memory."""

from recado.ports import Due, DueKind, JobRunningError
from recado.rules.delivery.job import Job, JobState
from recado.rules.webhook.alert import Alert
from tests.unit.use_cases.fakes.journal import Journal


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
    """The last redelivery job of each webhook."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.kept: dict[tuple[str, str], Job] = {}

    def start(self, job: Job) -> None:
        """Keep a job unless another one runs."""
        self._journal.note("start job")
        last = self.get(job.account_id, job.webhook_id)
        if last is not None and last.state is JobState.RUNNING:
            raise JobRunningError
        self.kept[job.account_id, job.webhook_id] = job

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
    """The index of what may be overdue, as stale as a test wants it; fills `OverdueReader`."""

    def __init__(self) -> None:
        self.webhooks: list[tuple[str, str]] = []
        self.jobs: list[tuple[str, str]] = []
        self.asked: list[int] = []

    def due(self, before_ms: int) -> list[Due]:
        """Propose webhooks and jobs."""
        self.asked.append(before_ms)
        webhooks = [Due(DueKind.WEBHOOK, *key) for key in self.webhooks]
        return [*webhooks, *(Due(DueKind.JOB, *key) for key in self.jobs)]
