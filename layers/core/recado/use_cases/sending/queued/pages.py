"""Pages of a job: the owner of the webhook carries one on before its next POST, and stores how far the job is.

A death before that repeats the page, and nothing is done twice by it: what is there, or was withdrawn since, is left
out. Each page is bounded, in what is looked at and in what is held.
"""

from collections.abc import Iterable

from recado.ports.managing import DeliveryReader
from recado.ports.requests import JobStore
from recado.ports.sending import Deadline, Page
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.delivery.job import Job, JobState, next_of
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.ports import SendingPorts

MOST_IN_A_PAGE = 100
MOST_BYTES_IN_A_PAGE = 1024 * 1024


class Pages:
    """Carries jobs on."""

    def __init__(self, ports: SendingPorts, jobs: JobStore, reader: DeliveryReader) -> None:
        self._ports = ports
        self._jobs = jobs
        self._reader = reader

    def next_job(self, webhook: Webhook) -> Job | None:
        """The job that the webhook's owner carries on now; None where there is none, or it waits for the webhook."""
        return next_of(self._jobs.unfinished(webhook), active=webhook.status is Status.ACTIVE)

    def put_next(self, webhook: Webhook, job: Job, deadline: Deadline) -> None:
        """Do the next page, confirmed; then store how far the job is, after an empty page too.

        Raises `OurFaultError`.
        """
        if job.withdraws:
            progressed = self._withdrawn(job, deadline)
        elif job.selection.set_aside:
            progressed = self._moved_back(job)
        else:
            progressed = self._requeued(webhook, job, deadline)
        self._jobs.advance(job, progressed)

    def _withdrawn(self, job: Job, deadline: Deadline) -> Job:
        """Withdraw what waits: what is selected or, where the job itself was ended, what that had put there."""
        ends = job.state is JobState.ENDING
        selection, requested_at = (Selection(), job.created_at) if ends else (job.selection, None)
        now = self._ports.clock()
        page = self._reader.waiting(job.webhook_id, selection, job.position, now, requested_at)
        cancelled = sum(
            take_back(self._ports, one, CancelReason.WITHDRAWN, deadline) for one in page.deliveries if job.wants(one)
        )
        return self._after(job, page.looked_to, cancelled=cancelled)

    def _moved_back(self, job: Job) -> Job:
        """Move what is set aside among the others."""
        page = self._reader.waiting(job.webhook_id, job.selection, job.position, self._ports.clock())
        wanted = filter(job.wants, page.deliveries)
        moved = sum(self._ports.aside.back(one.waiting_copy() if one.waits_again else one) for one in wanted)
        return self._after(job, page.looked_to, requeued=moved)

    def _requeued(self, webhook: Webhook, job: Job, deadline: Deadline) -> Job:
        """Put copies into the backlog, but of what has one of this job, or that the webhook does not want any more.

        One that is cancelled at this moment is not put back.
        """
        found, looked_to = self._read(job)
        missing = [one for one in found if job.wants(one) and webhook.wants(one.event.name)]
        missing = [one for one in missing if one.requested_at != job.created_at]
        # Of some nobody has noticed so far that they have expired: a copy stands beside an end in the log.
        expired = [one for one in missing if one.status is DeliveryStatus.PENDING]
        for one in expired:
            if one.is_aside:
                self._ports.aside.end(one.expired())
        waiting = [one.expired() for one in expired if not one.is_aside]
        if waiting:
            self._ports.deliveries.expire(waiting, deadline)
        copies = [one.again(job.created_at, job.requested_by) for one in missing]
        for older, copy in zip(missing, copies, strict=True):
            if older.waits_again and older.set_aside_at is not None:
                self._ports.aside.renew(copy)
        for fault in self._ports.deliveries.record(copies, [], deadline).values():
            raise fault
        return self._after(job, looked_to, requeued=len(copies))

    def _after(self, job: Job, looked_to: str | None, *, requeued: int = 0, cancelled: int = 0) -> Job:
        done, now = looked_to is None, self._ports.clock()
        return job.advanced(looked_to or job.position, now, done=done, requeued=requeued, cancelled=cancelled)

    def _read(self, job: Job) -> tuple[list[Delivery], str | None]:
        """The next deliveries, as many as are held at once, and the key up to which was looked, None at the end."""
        now, selection = self._ports.clock(), job.selection
        if selection.status is DeliveryStatus.EXPIRED:
            # Some of them wait, and nobody has noticed so far.
            whole_range = self._reader.oldest(job.webhook_id, selection.from_ms, selection.to_ms, job.position, now)
            found, cut = _fitting(whole_range)
            return found, found[-1].event.key if cut else None
        # Few among many of another status: these are not taken apart, and a page ends though it found none.
        page = self._reader.ended(job.webhook_id, selection, job.position, now)
        found, cut = _fitting(page.deliveries)
        return found, found[-1].event.key if cut else page.looked_to


def take_back(ports: SendingPorts, delivery: Delivery, because: CancelReason, deadline: Deadline) -> bool:
    """Withdraw what waits; where that has ended before, delete what whoever recorded its end died before deleting."""
    if ports.withdrawals.withdraw(delivery, ports.clock(), because):
        return True
    if delivery.status is DeliveryStatus.PENDING and not delivery.is_copy:
        ports.deliveries.forget_ended(delivery, deadline)
    return False


def _fitting(waiting: Iterable[Delivery]) -> tuple[list[Delivery], bool]:
    """The first of them, as many as a page holds, and whether there may be more."""
    found: list[Delivery] = []
    size = 0
    for delivery in waiting:
        found.append(delivery)
        size += len(delivery.event.text)
        if size >= MOST_BYTES_IN_A_PAGE or len(found) == MOST_IN_A_PAGE:
            return found, True
    return found, False


def page_of(job: Job) -> Page | None:
    """The job's last page; None before the first."""
    return None if job.position is None else (job.page_after, job.position)
