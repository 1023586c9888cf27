"""Registrations in DynamoDB, as admins change them: every write carries its condition."""

from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.conditions import Fill
from recado.adapters.dynamodb.lanes.job_items import job_to_item
from recado.adapters.dynamodb.lanes.job_store import adding_job
from recado.adapters.dynamodb.tables import COUNT_KEY, TOKEN_KEY_PREFIX, WebhookItem
from recado.adapters.dynamodb.webhooks.digests import delete_entry, write_entry
from recado.adapters.dynamodb.webhooks.endings import ending_attributes
from recado.adapters.dynamodb.webhooks.secret_store import secret_item
from recado.adapters.dynamodb.webhooks.webhook_items import (
    OWNERSHIP,
    admin_attributes,
    health_attributes,
    lane_attributes,
)
from recado.adapters.dynamodb.webhooks.webhook_store import DynamoWebhooks, set_or_remove
from recado.adapters.faults import as_our_fault
from recado.ports.managing import LimitReachedError, VersionConflictError
from recado.ports.requests import TooManyJobsError
from recado.ports.sending import Sealed
from recado.rules.activity.activity import Activity
from recado.rules.delivery.job import Job
from recado.rules.webhook.authentication.ending import next_told_at
from recado.rules.webhook.webhook import Webhook


class DynamoRegistry(DynamoWebhooks):
    """Keeps registrations; fills the port `WebhookRegistry`."""

    def __init__(self, table: type[WebhookItem], limit: int, activities: DynamoActivities) -> None:
        super().__init__(table)
        self._limit = limit
        self._activities = activities

    @as_our_fault("adding a webhook")
    def add(self, webhook: Webhook, sealed: Sealed | None, activity: Activity) -> None:
        """Put the webhook and its secret and count it, if the count is below the limit; raises `LimitReachedError`."""
        table = self._table
        item = table(
            webhook.account_id,
            webhook.webhook_id,
            **admin_attributes(webhook),
            **health_attributes(webhook.health),
        )
        below_limit = table.webhooks.does_not_exist() | (table.webhooks < self._limit)

        def fill(transaction: TransactWrite) -> None:
            transaction.update(
                table(webhook.account_id, COUNT_KEY), actions=[table.webhooks.add(1)], condition=below_limit
            )
            transaction.save(item, condition=table.webhook_id.does_not_exist())
            if sealed is not None:
                transaction.update(secret_item(table, webhook), actions=_secret_actions(table, None, webhook, sealed))
            write_entry(transaction, table, None, webhook)

        if not self._activities.together(activity, fill) and not self._is_stored(webhook):
            raise LimitReachedError

    @as_our_fault("changing a webhook")
    def replace(
        self,
        current: Webhook,
        changed: Webhook,
        activity: Activity,
        *,
        sealed: Sealed | None = None,
        job: Job | None = None,
    ) -> None:
        """Store the changed webhook if it still is `current`; raises `VersionConflictError` or `TooManyJobsError`.

        A secret that changes is written in the same transaction, and so are a job and the digests' entry; a secret that
        stays is not touched.
        The SDK repeats a write whose answer was lost: what is stored already as it was to be is a success.
        """
        fill = self._parts(current, changed, sealed, job)
        if not self._activities.together(activity, fill) and not self._is_stored(changed):
            if job is not None and self._is(current):
                raise TooManyJobsError
            raise VersionConflictError

    @as_our_fault("recording a download")
    def record_download(self, webhook: Webhook, activity: Activity) -> None:
        """Store when the secret is shown, if it still is this one; raises `VersionConflictError`.

        The version stays: nothing that an admin edits has changed.
        """
        table = self._table
        same_secret = table.secret_version == webhook.secret_version

        def fill(transaction: TransactWrite) -> None:
            item, shown_at = table(webhook.account_id, webhook.webhook_id), table.secret_downloaded_at.set(activity.at)
            transaction.update(item, actions=[shown_at], condition=same_secret)

        if not self._activities.together(activity, fill):
            raise VersionConflictError

    @as_our_fault("removing a webhook")
    def remove(self, webhook: Webhook, activity: Activity) -> None:
        """Delete the webhook with its secret, its token and its digests' entry, if it still has this version.

        It is counted no more. Raises `VersionConflictError`.
        """
        table = self._table

        def fill(transaction: TransactWrite) -> None:
            transaction.update(table(webhook.account_id, COUNT_KEY), actions=[table.webhooks.add(-1)])
            transaction.delete(
                table(webhook.account_id, webhook.webhook_id), condition=table.version == webhook.version
            )
            transaction.delete(secret_item(table, webhook))
            transaction.delete(table(webhook.account_id, TOKEN_KEY_PREFIX + webhook.webhook_id))
            if webhook.delivery.digest:  # as it is in this version, which the webhook must still have
                delete_entry(transaction, table, webhook)

        if not self._activities.together(activity, fill):
            raise VersionConflictError

    def _change(self, current: Webhook, changed: Webhook) -> tuple[list[Action], Condition]:
        """What to write, and on what condition.

        Health is written only where the change concerns it, the owner wherever the webhook is switched, since somebody
        may have become the owner meanwhile. When the secret was last shown is forgotten only with the secret itself.
        """
        table = self._table
        actions = set_or_remove(table, admin_attributes(changed))
        if changed.secret_created_at != current.secret_created_at:
            actions.append(table.secret_downloaded_at.remove())
        if changed.lane.cut != current.lane.cut:
            actions.append(table.cut.remove())
        if changed.health != current.health:
            actions += set_or_remove(table, health_attributes(changed.health))
        if changed.status is not current.status or changed.lane.owner != current.lane.owner:
            lane = lane_attributes(changed)
            actions += set_or_remove(table, {name: lane[name] for name in OWNERSHIP})
        # The status is condition enough beside the version: senders change it (410) without touching the version.
        condition = (table.version == current.version) & (table.status == current.status.value)
        if changed.status is not current.status and changed.lane.owner is None:
            # A job that began meanwhile would be left to nobody: whoever is refused reads again, and finds it.
            condition &= table.jobs.does_not_exist()
        return actions, condition

    def _parts(self, current: Webhook, changed: Webhook, sealed: Sealed | None, job: Job | None) -> Fill:
        """The webhook names the version of its secret, so its condition is that of both."""
        table = self._table
        actions, condition = self._change(current, changed)
        if job is not None:
            adding, has_room = adding_job(table, job)
            actions, condition = [*actions, adding], condition & has_room

        def fill(transaction: TransactWrite) -> None:
            transaction.update(table(changed.account_id, changed.webhook_id), actions=actions, condition=condition)
            if job is not None:
                transaction.save(job_to_item(table, job, self._activities.retention_days))
            write_entry(transaction, table, current, changed)
            if changed.secret_version == current.secret_version:
                return
            if sealed is None:
                transaction.delete(secret_item(table, changed))
            else:
                kept = _secret_actions(table, current, changed, sealed)
                transaction.update(secret_item(table, changed), actions=kept)

        return fill

    def _is(self, read: Webhook) -> bool:
        """Whether the webhook is what was read: what refused a change was not the webhook."""
        now = self.get(read.account_id, read.webhook_id)
        return now is not None and (now.version, now.status) == (read.version, read.status)

    def _is_stored(self, wanted: Webhook) -> bool:
        """Whether the webhook is as it was to be: a write was repeated that had been made, and its answer lost."""
        stored = self.get(wanted.account_id, wanted.webhook_id)
        return stored is not None and admin_attributes(stored) == admin_attributes(wanted)


def _secret_actions(
    table: type[WebhookItem], current: Webhook | None, changed: Webhook, sealed: Sealed
) -> list[Action]:
    """What to write of a secret; when its certificate is told of begins anew with the certificate, and only so."""
    values: dict[str, Any] = {"secret_version": sealed.version, "sealed": sealed.ciphertext}
    if current is None or changed.client_certificate != current.client_certificate:
        values |= ending_attributes(next_told_at(changed.client_certificate, changed.updated_at))
    return set_or_remove(table, values)
