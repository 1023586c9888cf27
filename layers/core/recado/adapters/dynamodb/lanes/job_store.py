"""Jobs in DynamoDB: an item each, and in their webhook's item the ids of the unfinished ones."""

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.conditions import Fill, accepted, accepted_together
from recado.adapters.dynamodb.lanes.job_items import job_from_item, job_key, job_to_item, progress_attributes
from recado.adapters.dynamodb.lanes.lane_items import has, lane_change, number_of
from recado.adapters.dynamodb.tables import JOB_KEY_PREFIX, WebhookItem, connection_of
from recado.adapters.dynamodb.webhooks.webhook_store import DynamoWebhooks, set_or_remove
from recado.adapters.faults import as_our_fault
from recado.ports.requests import TooManyJobsError
from recado.ports.sending import Expect
from recado.rules.activity.activity import Activity
from recado.rules.delivery.job import MOST_FINISHED, MOST_UNFINISHED, Job
from recado.rules.webhook.webhook import Webhook


class DynamoJobs:
    """Keeps jobs; fills the port `JobStore`."""

    def __init__(self, table: type[WebhookItem], activities: DynamoActivities) -> None:
        self._table = table
        self._activities = activities
        self._webhooks = DynamoWebhooks(table)
        self._connection = connection_of(table)

    @as_our_fault("starting a job")
    def start(self, job: Job, before: Webhook, after: Webhook, activity: Activity) -> bool:
        """Put the job, name it in the webhook unless that has five, and give that its new owner; in one transaction."""
        table = self._table
        expected = Expect.UNCHANGED if job.withdraws else Expect.ANYTHING
        actions, condition = lane_change(table, before, after, expected)
        adding, has_room = adding_job(table, job)

        def fill(transaction: TransactWrite) -> None:
            transaction.save(job_to_item(table, job, self._activities.retention_days))
            item = table(job.account_id, job.webhook_id)
            transaction.update(item, actions=[*actions, adding], condition=condition & has_room)

        if self._activities.together(activity, fill):
            return True
        now = self._webhooks.get(job.account_id, job.webhook_id)
        if now is not None and job.job_id in now.lane.jobs:
            return True  # a write was repeated that had been made, and its answer lost
        _check_room(now)
        return False

    @as_our_fault("ending a job")
    def end(self, job: Job, ending: Job, before: Webhook, after: Webhook, activity: Activity) -> bool:
        """Store that the job is ending, if it is as it was read, and give the webhook its new owner; together.

        One that was finished is named by its webhook again, unless that has five.
        """
        table = self._table
        actions, condition = lane_change(table, before, after, Expect.UNCHANGED)
        if not job.is_unfinished:
            adding, has_room = adding_job(table, job)
            actions, condition = [*actions, adding], condition & has_room
        item = table(job.account_id, job_key(job.webhook_id, job.job_id))

        def fill(transaction: TransactWrite) -> None:
            ended = set_or_remove(table, progress_attributes(ending))
            transaction.update(item, actions=ended, condition=self._is_still(job))
            transaction.update(table(job.account_id, job.webhook_id), actions=actions, condition=condition)

        if self._activities.together(activity, fill) or self.get(job.account_id, job.webhook_id, job.job_id) == ending:
            return True
        if not job.is_unfinished:
            _check_room(self._webhooks.get(job.account_id, job.webhook_id))
        return False

    @as_our_fault("reading a job")
    def get(self, account_id: str, webhook_id: str, job_id: str) -> Job | None:
        """One job, read consistently."""
        try:
            return job_from_item(self._table.get(account_id, job_key(webhook_id, job_id), consistent_read=True))
        except self._table.DoesNotExist:
            return None

    @as_our_fault("reading the unfinished jobs")
    def unfinished(self, webhook: Webhook) -> list[Job]:
        """Those that the webhook names, in one consistent batch read; none is read where it names none."""
        keys = [(webhook.account_id, job_key(webhook.webhook_id, job_id)) for job_id in webhook.lane.jobs]
        found = [job_from_item(item) for item in self._table.batch_get(keys, consistent_read=True)] if keys else []
        self._forget(webhook, webhook.lane.jobs - {job.job_id for job in found})
        return [job for job in found if job.is_unfinished]

    @as_our_fault("listing jobs")
    def newest(self, webhook: Webhook) -> list[Job]:
        """The unfinished jobs and the last finished ones, newest first."""
        of_webhook = self._table.webhook_id.startswith(f"{JOB_KEY_PREFIX}{webhook.webhook_id}#")
        found = self._table.query(
            webhook.account_id,
            of_webhook,
            scan_index_forward=False,
            consistent_read=True,
            limit=MOST_UNFINISHED + MOST_FINISHED,
        )
        known = {job.job_id: job for job in map(job_from_item, found)}
        finished = [job for job in known.values() if not job.is_unfinished][:MOST_FINISHED]
        unfinished = {job.job_id: job for job in (*known.values(), *self.unfinished(webhook)) if job.is_unfinished}
        return sorted([*finished, *unfinished.values()], key=lambda job: job.job_id, reverse=True)

    @as_our_fault("storing a job's progress")
    def advance(self, current: Job, progressed: Job) -> bool:
        """Store the progress if the job still is `current`: a run whose lease has ended may carry it on, too.

        One that is finished is named by its webhook no more, in the same transaction.
        """
        table = self._table
        item = table(current.account_id, job_key(current.webhook_id, current.job_id))
        actions, unchanged = set_or_remove(table, progress_attributes(progressed)), self._is_still(current)
        if progressed.is_unfinished:
            stored = accepted(lambda: item.update(actions=actions, condition=unchanged))
        else:
            stored = accepted_together(self._connection, self._finished(progressed, item, actions, unchanged))
        return stored or self.get(current.account_id, current.webhook_id, current.job_id) == progressed

    def _forget(self, webhook: Webhook, removed: frozenset[str]) -> None:
        """Name jobs no more that the table has removed, and with them all that they were about."""
        table = self._table
        if removed:
            item = table(webhook.account_id, webhook.webhook_id)
            accepted(lambda: item.update(actions=[table.jobs.delete(set(removed))], condition=table.version.exists()))

    def _finished(self, job: Job, item: WebhookItem, actions: list[Action], unchanged: Condition) -> Fill:
        table = self._table

        def fill(transaction: TransactWrite) -> None:
            transaction.update(item, actions=actions, condition=unchanged)
            transaction.update(
                table(job.account_id, job.webhook_id),
                actions=[table.jobs.delete({job.job_id})],
                condition=table.version.exists(),
            )

        return fill

    def _is_still(self, job: Job) -> Condition:
        table = self._table
        still: Condition = (table.state == job.state.value) & has(table.position, job.position)
        return still


def adding_job(table: type[WebhookItem], job: Job) -> tuple[Action, Condition]:
    """What names a new job in its webhook, and on what condition: so many unfinished ones it may have."""
    has_room = table.jobs.does_not_exist() | (number_of(table.jobs) < MOST_UNFINISHED)
    return table.jobs.add({job.job_id}), has_room


def _check_room(webhook: Webhook | None) -> None:
    if webhook is not None and len(webhook.lane.jobs) >= MOST_UNFINISHED:
        raise TooManyJobsError
