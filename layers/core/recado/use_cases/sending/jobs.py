"""Jobs: many deliveries again, or many withdrawn; their webhook's owner carries them on."""

from dataclasses import replace

from recado.ports.activity import DoneBeforeError
from recado.ports.managing import VersionConflictError
from recado.ports.requests import JobStore
from recado.rules.activity.activity import ActivityKind, Requester
from recado.rules.delivery.job import Job, JobKind, JobState, job_id_of, next_of
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.lane import asked_for, asked_to_withdraw
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.asking import TRIES, Asking, NotActiveError

_STARTED = {
    JobKind.REDELIVERY: ActivityKind.REDELIVERY_STARTED,
    JobKind.CANCELLATION: ActivityKind.CANCELLATION_STARTED,
}


class NoSuchJobError(Exception):
    """The webhook has no job of this id."""


class JobFinishedError(Exception):
    """The job has ended, or none of the webhook is unfinished: there is nothing to end."""


class Jobs:
    """Starts, ends and lists the jobs of a webhook that the admin has been shown.

    A job is stored together with the new owner of its webhook: a process that dies before the wake-up is sent leaves a
    webhook that is due.
    """

    def __init__(self, asking: Asking, store: JobStore) -> None:
        self._asking = asking
        self._store = store

    def redeliver(self, webhook: Webhook, selection: Selection, requester: Requester) -> Job:
        """Start to deliver again what is selected; raises `NotActiveError`, or `TooManyJobsError`."""
        return self._first_time(webhook, JobKind.REDELIVERY, selection, requester)

    def cancel(self, webhook: Webhook, selection: Selection, requester: Requester) -> Job:
        """Start to withdraw what is selected of what waits, also while it is off; raises `TooManyJobsError`."""
        return self._first_time(webhook, JobKind.CANCELLATION, selection, requester)

    def newest(self, webhook: Webhook) -> list[Job]:
        """The unfinished jobs and the last finished ones, newest first."""
        return self._store.newest(webhook)

    def end(self, webhook: Webhook, job_id: str | None, requester: Requester) -> Job:
        """End a job: what it has put into the backlog, and was not sent, is withdrawn.

        That is the one that is carried on where none is named; one that is named may have put all there already. One
        that is ending goes on so. Raises `NoSuchJobError`, `JobFinishedError`, or `TooManyJobsError`.
        """
        for _ in range(TRIES):
            job = self._meant(webhook, job_id)
            if job.state is JobState.ENDING:
                return job
            now = self._asking.clock()
            act = self._asking.acts.on(ActivityKind.JOB_ENDED, requester, webhook, now, job_id=job.job_id)
            ending, after = job.ending(now), self._with_owner(webhook, now, withdraws=True)
            if self._store.end(job, ending, webhook, after, act):
                self._asking.wake(after, act)
                return ending
            webhook = self._asking.as_it_is(webhook)
        raise VersionConflictError

    def _first_time(self, webhook: Webhook, kind: JobKind, selection: Selection, requester: Requester) -> Job:
        try:
            self._asking.check(webhook, requester)
            return self._start(webhook, kind, selection, requester)
        except DoneBeforeError as done:
            job = self._store.get(webhook.account_id, webhook.webhook_id, done.job_id or "")
            if job is None:
                raise NoSuchJobError from None
            return job

    def _start(self, webhook: Webhook, kind: JobKind, selection: Selection, requester: Requester) -> Job:
        for _ in range(TRIES):
            if kind is JobKind.REDELIVERY and webhook.status is not Status.ACTIVE:
                raise NotActiveError
            now = self._asking.clock()
            job = Job(
                account_id=webhook.account_id,
                webhook_id=webhook.webhook_id,
                job_id=job_id_of(now, self._asking.token()),
                kind=kind,
                selection=selection,
                created_at=now,
                updated_at=now,
                requested_by=requester.name,
            )
            after = self._with_owner(webhook, now, withdraws=job.withdraws)
            act = self._asking.acts.on(_STARTED[kind], requester, webhook, now, job_id=job.job_id)
            if self._store.start(job, webhook, after, act):
                self._asking.wake(after, act)
                return job
            webhook = self._asking.as_it_is(webhook)
        raise VersionConflictError

    def _meant(self, webhook: Webhook, job_id: str | None) -> Job:
        if job_id is None:
            job = next_of(self._store.unfinished(webhook), active=True)
        else:
            job = self._store.get(webhook.account_id, webhook.webhook_id, job_id)
            if job is None:
                raise NoSuchJobError
        if job is None or not job.can_be_ended:
            raise JobFinishedError
        return job

    def _with_owner(self, webhook: Webhook, now: int, *, withdraws: bool) -> Webhook:
        ask = asked_to_withdraw if withdraws else asked_for
        return replace(webhook, lane=ask(webhook.lane, self._asking.token(), now))
