"""When each webhook's next digest is due: an item beside the webhook, `digest#<webhook id>`.

They are in the sweep's index by `due_at`, in a partition of their own, from the change of the webhook that asks for
digests to the one that does so no more, or its removal.
"""

from collections.abc import Iterator

from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import DIGEST_KEY_PREFIX, DIGESTS_PARTITION, WebhookItem
from recado.adapters.dynamodb.webhooks.webhook_store import set_or_remove
from recado.adapters.faults import as_our_fault
from recado.ports.digests import DueDigest
from recado.rules.delivery.digest import first_due
from recado.rules.webhook.webhook import Webhook


class DynamoDigests:
    """Asks the index, and moves what it answers; fills the port `Digests`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    def due(self, before_ms: int, most: int) -> Iterator[DueDigest]:
        """Those that were due before then, the longest first."""
        table = self._table
        with as_our_fault("asking for digests that are due"):
            for item in table.due_index.query(DIGESTS_PARTITION, table.due_at <= before_ms, limit=most):
                yield DueDigest(item.account_id, item.webhook_id.removeprefix(DIGEST_KEY_PREFIX), int(item.due_at))

    @as_our_fault("noting when a digest is due next")
    def move(self, digest: DueDigest, due_at: int | None) -> bool:
        """Note when it is due next, on the condition that it was due as it was read."""
        table = self._table
        item = table(digest.account_id, DIGEST_KEY_PREFIX + digest.webhook_id)
        partition = None if due_at is None else DIGESTS_PARTITION
        actions = set_or_remove(table, {"due_partition": partition, "due_at": due_at})
        return accepted(lambda: item.update(actions=actions, condition=table.due_at == digest.due_at))


def write_entry(
    transaction: TransactWrite, table: type[WebhookItem], current: Webhook | None, changed: Webhook
) -> None:
    """Put what a change of a webhook does to its entry: into the index, out of it, or nothing."""
    before, after = current is not None and current.delivery.digest, changed.delivery.digest
    if after and not before:
        due_at = first_due(changed.account_id, changed.webhook_id, changed.updated_at)
        key = DIGEST_KEY_PREFIX + changed.webhook_id
        transaction.save(table(changed.account_id, key, due_partition=DIGESTS_PARTITION, due_at=due_at))
    elif before and not after:
        delete_entry(transaction, table, changed)


def delete_entry(transaction: TransactWrite, table: type[WebhookItem], webhook: Webhook) -> None:
    """Put the deletion of a webhook's entry."""
    transaction.delete(table(webhook.account_id, DIGEST_KEY_PREFIX + webhook.webhook_id))
