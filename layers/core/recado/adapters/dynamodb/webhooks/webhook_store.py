"""Webhooks in DynamoDB, as everybody reads them."""

from typing import Any

from pynamodb.expressions.update import Action

from recado.adapters.dynamodb.tables import WebhookItem
from recado.adapters.dynamodb.webhooks.webhook_items import webhook_from_item
from recado.adapters.faults import as_our_fault
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX, Webhook


class DynamoWebhooks:
    """Reads webhooks; fills the port `WebhookReader`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("reading an account's webhooks")
    def of_account(self, account_id: str) -> list[Webhook]:
        """All webhooks of an account, in one consistent query."""
        only_webhooks = self._table.webhook_id.startswith(WEBHOOK_ID_PREFIX)
        return [webhook_from_item(item) for item in self._table.query(account_id, only_webhooks, consistent_read=True)]

    @as_our_fault("reading a webhook")
    def get(self, account_id: str, webhook_id: str) -> Webhook | None:
        """One webhook, read consistently."""
        if not webhook_id.startswith(WEBHOOK_ID_PREFIX):
            return None
        try:
            return webhook_from_item(self._table.get(account_id, webhook_id, consistent_read=True))
        except self._table.DoesNotExist:
            return None


def set_or_remove(table: type[WebhookItem], values: dict[str, Any]) -> list[Action]:
    """Update actions that give these attributes these values, and remove those whose value is None."""
    attributes = table.get_attributes()
    return [
        attributes[name].remove() if value is None else attributes[name].set(value) for name, value in values.items()
    ]
