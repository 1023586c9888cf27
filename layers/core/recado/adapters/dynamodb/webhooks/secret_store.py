"""What webhooks keep sealed, in items of their own beside them: `secret#<webhook id>`."""

from recado.adapters.dynamodb.tables import SECRET_KEY_PREFIX, WebhookItem
from recado.adapters.faults import as_our_fault
from recado.ports.sending import Sealed
from recado.rules.webhook.webhook import Webhook


class DynamoSecrets:
    """Reads the items; fills the port `SecretReader`. They are written with their webhooks (`webhook_registry.py`)."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("reading a webhook's secret")
    def sealed_of(self, account_id: str, webhook_id: str) -> Sealed | None:
        """What a webhook keeps sealed now, read consistently."""
        try:
            item = self._table.get(account_id, SECRET_KEY_PREFIX + webhook_id, consistent_read=True)
        except self._table.DoesNotExist:
            return None
        return Sealed(item.secret_version, item.sealed)


def secret_item(table: type[WebhookItem], webhook: Webhook) -> WebhookItem:
    """The item of a webhook's secret, to be written or deleted."""
    return table(webhook.account_id, SECRET_KEY_PREFIX + webhook.webhook_id)
