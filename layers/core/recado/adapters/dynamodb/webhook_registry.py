"""Registrations in DynamoDB, as admins change them: every write carries its condition."""

from collections.abc import Iterator
from contextlib import contextmanager

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from recado.adapters.dynamodb.tables import COUNT_KEY, JOB_KEY_PREFIX, WebhookItem, connection_of
from recado.adapters.dynamodb.webhook_items import admin_attributes, health_attributes
from recado.adapters.dynamodb.webhook_store import DynamoWebhooks, set_or_remove
from recado.adapters.faults import as_our_fault
from recado.ports import LimitReachedError, OurFaultError, VersionConflictError
from recado.rules.webhook.webhook import Webhook


class _ConflictError(OurFaultError):
    """Another transaction held an item of ours: nothing was written, and the same write may be tried again."""


# DynamoDB cancels one of two transactions that meet on an item, here the account's count, and the SDK does not retry
# that (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html).
_again_on_conflict = retry(
    retry=retry_if_exception_type(_ConflictError),
    stop=stop_after_attempt(8),
    wait=wait_random_exponential(multiplier=0.05, max=1),
    reraise=True,
)


class DynamoRegistry(DynamoWebhooks):
    """Keeps registrations; fills the port `WebhookRegistry`."""

    def __init__(self, table: type[WebhookItem], limit: int) -> None:
        super().__init__(table)
        self._limit = limit
        self._connection = connection_of(table)

    @_again_on_conflict
    def add(self, webhook: Webhook) -> None:
        """Put the webhook and count it, if the count is below the limit; raises `LimitReachedError`."""
        table = self._table
        item = table(
            webhook.account_id,
            webhook.webhook_id,
            **admin_attributes(webhook),
            **health_attributes(webhook, webhook.health, webhook.status),
            health_version=0,
        )
        below_limit = table.webhooks.does_not_exist() | (table.webhooks < self._limit)
        with _transaction(self._connection, LimitReachedError) as transaction:
            transaction.update(
                table(webhook.account_id, COUNT_KEY), actions=[table.webhooks.add(1)], condition=below_limit
            )
            transaction.save(item, condition=table.webhook_id.does_not_exist())

    @as_our_fault("changing a webhook")
    def replace(self, current: Webhook, changed: Webhook) -> None:
        """Store the changed webhook if it still is `current`; raises `VersionConflictError`.

        The health is written only where the change concerns it, and then under the condition of its own version. When
        the secret was last shown is forgotten only with the secret itself.
        """
        table = self._table
        actions = set_or_remove(table, admin_attributes(changed))
        if changed.secret_created_at != current.secret_created_at:
            actions.append(table.secret_downloaded_at.remove())
        # The status is condition enough beside the version: senders change it (410) without touching the version.
        condition = (table.version == current.version) & (table.status == current.status.value)
        if changed.health != current.health or changed.status is not current.status:
            actions += set_or_remove(table, health_attributes(changed, changed.health, changed.status))
            actions.append(table.health_version.add(1))
            condition &= table.health_version == current.health.version
        if not self._update(current, actions, condition):
            raise VersionConflictError

    @as_our_fault("recording a download")
    def record_download(self, webhook: Webhook, at_ms: int) -> None:
        """Store when the secret is shown, if it still is this one; raises `VersionConflictError`.

        The version stays: nothing that an admin edits has changed.
        """
        same_secret = self._table.sealed == webhook.sealed
        if not self._update(webhook, [self._table.secret_downloaded_at.set(at_ms)], same_secret):
            raise VersionConflictError

    @_again_on_conflict
    def remove(self, webhook: Webhook) -> None:
        """Delete the webhook and count it no more, if it still has this version; raises `VersionConflictError`."""
        table = self._table
        with _transaction(self._connection, VersionConflictError) as transaction:
            transaction.update(table(webhook.account_id, COUNT_KEY), actions=[table.webhooks.add(-1)])
            transaction.delete(
                table(webhook.account_id, webhook.webhook_id), condition=table.version == webhook.version
            )
            transaction.delete(table(webhook.account_id, JOB_KEY_PREFIX + webhook.webhook_id))


@contextmanager
def _transaction(connection: Connection, refusal: type[Exception]) -> Iterator[TransactWrite]:
    """A transaction whose failed condition raises `refusal`, and whose conflict with another one `_ConflictError`."""
    try:
        with as_our_fault("writing a registration"), TransactWrite(connection=connection) as transaction:
            yield transaction
    except OurFaultError as error:
        cause = error.__cause__
        reasons = cause.cancellation_reasons if isinstance(cause, TransactWriteError) else []
        codes = {reason.code for reason in reasons if reason}
        if "ConditionalCheckFailed" in codes:
            raise refusal from error
        if "TransactionConflict" in codes:
            raise _ConflictError("another change of this account's webhooks was under way") from error
        raise
