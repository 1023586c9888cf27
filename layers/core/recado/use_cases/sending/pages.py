"""Pages of a redelivery job: the owner of the webhook puts one into the backlog, and sends it before the next."""

from collections.abc import Iterable

from recado.ports import Deadline, DeliveryReader, JobStore, Page
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.job import Job, JobState
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.sending.ports import SendingPorts

MOST_IN_A_PAGE = 100
MOST_BYTES_IN_A_PAGE = 1024 * 1024


class Pages:
    """Carries jobs on."""

    def __init__(self, ports: SendingPorts, jobs: JobStore, reader: DeliveryReader) -> None:
        self._ports = ports
        self._jobs = jobs
        self._reader = reader

    def unfinished(self, webhook: Webhook) -> Job | None:
        """The job that the webhook's owner has to carry on; None where it is done."""
        if webhook.lane.job is None:
            return None
        job = self._jobs.get(webhook.account_id, webhook.webhook_id)
        return job if job is not None and job.state is JobState.RUNNING else None

    def put_next(self, job: Job, deadline: Deadline) -> None:
        """Put the next page into the backlog, confirmed; then store how far the job is, after an empty page too.

        A death between the two repeats the page, but for the copies that are there, or have been withdrawn since: one
        that is cancelled at this moment is not put back. Raises `OurFaultError`.
        """
        found, position, done = self._read(job)
        missing = [one for one in found if job.wants(one) and one.requested_at != job.created_at]
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
        self._jobs.advance(job, job.advanced(position, len(copies), self._ports.clock(), done=done))

    def _read(self, job: Job) -> tuple[list[Delivery], str | None, bool]:
        """The next deliveries, as many as are held at once, the key up to which was looked, and whether that is all."""
        now = self._ports.clock()
        if job.status is DeliveryStatus.SKIPPED:
            # Few among many that were delivered: these are not taken apart, and a page ends though it found none.
            page = self._reader.skipped(job.webhook_id, job.from_ms, job.to_ms, job.position, now)
            found, cut = _fitting(page.deliveries)
            if cut:
                return found, found[-1].event.key, False
            return found, page.looked_to or job.position, page.looked_to is None
        found, cut = _fitting(self._reader.oldest(job.webhook_id, job.from_ms, job.to_ms, job.position, now))
        return found, found[-1].event.key if found else job.position, not cut


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
