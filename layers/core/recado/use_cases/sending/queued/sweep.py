"""Sweep: on a schedule, what is due and nobody comes for is woken, and what needs nobody leaves the index.

A wake-up goes missing when a queue is purged, when SQS refuses it, or when a process dies before it has sent one. The
index that is asked may be stale: it proposes, a consistent reading decides, and the write is made on the condition of
what was read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from recado.ports.overdue import Due, OverdueReader
from recado.ports.sending import Expect, OurFaultError
from recado.rules.webhook.lane import emptied, left
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.joining import hand_over
from recado.use_cases.sending.ports import SendingPorts

OVERDUE_MS = 60_000
MOST_VISIBLE = 100


@dataclass(slots=True)
class Standing:
    """How many of the webhooks in the index have an owner, fail, are slow, and have events set aside."""

    owned: int = 0
    failing: int = 0
    slow: int = 0
    with_aside: int = 0

    def note(self, due: Due) -> None:
        """Count one more."""
        self.owned += due.owned
        self.failing += due.failing
        self.slow += due.slow
        self.with_aside += due.has_aside


@dataclass(slots=True)
class SweepReport:
    """How many webhooks got a new wake-up, how many left the index, and how those stand that are in it."""

    woken: int = 0
    left: int = 0
    standing: Standing = field(default_factory=Standing, compare=False)


class Sweep:
    """Wakes what nobody else will wake, and does what is `beside`: what else is due from time to time."""

    def __init__(self, ports: SendingPorts, *, overdue: OverdueReader, beside: Sequence[Callable[[], None]]) -> None:
        self._ports = ports
        self._overdue = overdue
        self._beside = beside

    def __call__(self) -> SweepReport:
        """Look at every webhook that is due; a repeated or concurrent sweep does no harm.

        What our own side failed at is raised at the end: one webhook's trouble must not keep the others asleep.
        """
        report = SweepReport()
        faults: list[OurFaultError] = []
        # While wake-ups wait to be received they are late, not lost, and a new one would be later still.
        are_late = self._ports.wake_ups.visible() > MOST_VISIBLE
        now = self._ports.clock()
        for due in self._overdue.all():
            report.standing.note(due)
            if due.due_at > now:
                continue
            try:
                webhook = self._ports.webhooks.get(due.account_id, due.webhook_id)
                if webhook is not None and webhook.lane.next_at is not None:
                    self._look_at(webhook, report, are_late=are_late)
            except OurFaultError as error:
                faults.append(error)
        for other in self._beside:
            try:
                other()
            except OurFaultError as error:
                faults.append(error)
        if faults:
            raise faults[0]
        return report

    def _look_at(self, webhook: Webhook, report: SweepReport, *, are_late: bool) -> None:
        late_ms = self._ports.clock() - (webhook.lane.next_at or 0)
        if webhook.status is not Status.ACTIVE and not webhook.lane.jobs:
            # It was carrying on a job that cancels, and died before it left.
            self._leave(webhook, report)
        elif webhook.lane.owner is not None:
            if late_ms >= OVERDUE_MS and not are_late:
                report.woken += hand_over(self._ports, webhook, Expect.UNCHANGED)
        elif late_ms < 0:
            return
        elif self._is_needed(webhook):
            report.woken += hand_over(self._ports, webhook, Expect.UNCHANGED)
        elif webhook.lane.has_aside:
            # It was due sooner than others: what was under way with it may not have ended.
            lane = emptied(webhook.lane, self._ports.clock())
            self._ports.lanes.change(webhook, replace(webhook, lane=lane), Expect.UNCHANGED)
        else:
            self._leave(webhook, report)

    def _leave(self, webhook: Webhook, report: SweepReport) -> None:
        gone = replace(webhook, lane=left(webhook.lane))
        report.left += self._ports.lanes.change(webhook, gone, Expect.UNCHANGED)

    def _is_needed(self, webhook: Webhook) -> bool:
        """Whether somebody has to send a webhook that nobody owns."""
        if webhook.lane.jobs:
            return True
        if next(self._ports.deliveries.backlog(webhook.webhook_id, 1), None) is not None:
            return True
        return self._ports.aside.next(webhook.webhook_id, None) is not None
