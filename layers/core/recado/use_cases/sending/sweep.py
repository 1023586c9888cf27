"""Sweep: on a schedule, failing webhooks whose wake-up is missing are woken, and jobs whose message is missing go on.

A wake-up goes missing when somebody purges the queue, or when a webhook is switched on again and the process dies
before it has sent one. The index that is asked may be stale: it proposes, a consistent reading decides.
"""

from collections import Counter
from dataclasses import dataclass

from recado.ports import DueKind, JobStore, OurFaultError, OverdueReader
from recado.rules.delivery.job import JobState
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.ports import SendingPorts

# Longer than the redelivery queue's visibility timeout: until then the owner's message may still come back by itself.
OVERDUE_MS = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class SweepReport:
    """How many were woken."""

    webhooks: int
    jobs: int


class Sweep:
    """Wakes what nobody else will wake."""

    def __init__(self, ports: SendingPorts, *, overdue: OverdueReader, jobs: JobStore) -> None:
        self._ports = ports
        self._overdue = overdue
        self._jobs = jobs

    def __call__(self) -> SweepReport:
        """Wake overdue webhooks and jobs; a repeated or concurrent sweep does no harm.

        What our own side failed at is raised at the end: one webhook's trouble must not keep the others asleep.
        """
        before = self._ports.clock() - OVERDUE_MS
        handlers = {DueKind.WEBHOOK: self._wake, DueKind.JOB: self._resume}
        faults: list[OurFaultError] = []
        woken: Counter[DueKind] = Counter()
        for due in self._overdue.due(before):
            try:
                woken[due.kind] += handlers[due.kind](due.account_id, due.webhook_id, before)
            except OurFaultError as error:
                faults.append(error)
        if faults:
            raise faults[0]
        return SweepReport(woken[DueKind.WEBHOOK], woken[DueKind.JOB])

    def _wake(self, account_id: str, webhook_id: str, before: int) -> bool:
        """Take the retries from their owner, then send a wake-up, which becomes the owner.

        In this order a death between the two leaves the webhook overdue, for the next sweep.
        """
        webhook = self._ports.webhooks.get(account_id, webhook_id)
        if webhook is None or not _is_overdue(webhook, before) or not self._ports.health.disown(webhook):
            return False
        self._ports.wake_ups.send(account_id, webhook_id, 0)
        return True

    def _resume(self, account_id: str, webhook_id: str, before: int) -> bool:
        job = self._jobs.get(account_id, webhook_id)
        if job is None or job.state is JobState.DONE or job.updated_at > before:
            return False
        self._ports.wake_ups.send_job(job)
        return True


def _is_overdue(webhook: Webhook, before: int) -> bool:
    health = webhook.health
    return webhook.status is Status.ACTIVE and health.next_attempt_at is not None and health.next_attempt_at <= before
