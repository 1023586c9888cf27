"""What requests about deliveries need: jobs, what is asked for at once, and what is taken back."""

from typing import Protocol

from recado.rules.activity.activity import Activity
from recado.rules.delivery.delivery import CancelReason, Delivery
from recado.rules.delivery.job import Job
from recado.rules.webhook.webhook import Webhook


class JobStore(Protocol):
    """Keeps the jobs of webhooks: the unfinished ones, which their webhook names, and the last finished ones."""

    def start(self, job: Job, before: Webhook, after: Webhook, activity: Activity) -> bool:
        """Keep a new job, name it in its webhook, and change that one's lane, in one transaction with the act.

        False where the webhook is gone, or was switched meanwhile, and of a job that withdraws also where the lane has
        another owner or is due at another time: how long what waits is to go on waiting follows from what was read.
        Raises `TooManyJobsError` where five are unfinished.
        """
        ...

    def end(self, job: Job, ending: Job, before: Webhook, after: Webhook, activity: Activity) -> bool:
        """Store that a job is ending, and change the lane of its webhook, in one transaction with the act.

        False where the job or the lane is not as it was read, or the webhook is gone or was switched meanwhile. Raises
        `TooManyJobsError` where a finished one is to be named again, and five are unfinished.
        """
        ...

    def get(self, account_id: str, webhook_id: str, job_id: str) -> Job | None:
        """One job of a webhook."""
        ...

    def unfinished(self, webhook: Webhook) -> list[Job]:
        """The unfinished jobs of a webhook, in no order."""
        ...

    def newest(self, webhook: Webhook) -> list[Job]:
        """The unfinished jobs and the last finished ones, newest first."""
        ...

    def advance(self, current: Job, progressed: Job) -> bool:
        """Store the progress if the job still is `current`, else False; its webhook names a finished one no more."""
        ...


class TooManyJobsError(Exception):
    """The webhook has as many unfinished jobs as it may have."""


class RequestStore(Protocol):
    """Stores requests for sending."""

    def ask(
        self,
        before: Webhook,
        after: Webhook,
        activity: Activity,
        *,
        back: Delivery | None = None,
        copy: Delivery | None = None,
    ) -> bool:
        """Change the lane of a webhook in one transaction with the act, and with what is to be sent.

        That is a delivery that is moved `back` from aside, or a `copy` that is put into the backlog. False where the
        webhook is gone or was switched meanwhile, or the delivery is set aside no more.
        """
        ...


class Withdrawals(Protocol):
    """Takes back what waits."""

    def withdraw(
        self, delivery: Delivery, now_ms: int, because: CancelReason, activity: Activity | None = None
    ) -> bool:
        """Withdraw a pending delivery, or the copy that waits of one that has ended, in one transaction with the act.

        False where it does not wait any more.
        """
        ...

    def note_expired(self, delivery: Delivery) -> None:
        """Log that a delivery has expired that is in a backlog still, unless somebody ends it at this moment."""
        ...
