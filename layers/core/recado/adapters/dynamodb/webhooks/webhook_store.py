"""Webhooks in DynamoDB, as everybody reads them."""

from typing import Any

from pynamodb.expressions.update import Action
from pynamodb.pagination import ResultIterator

from recado.adapters.dynamodb.tables import WebhookItem, connection_of
from recado.adapters.dynamodb.webhooks.webhook_items import webhook_from_item
from recado.adapters.faults import as_our_fault
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX, Webhook

_MOST_KNOWN = 1000


class DynamoWebhooks:
    """Reads webhooks; fills the port `WebhookReader`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table
        self._known: dict[tuple[str, str], tuple[Any, Webhook]] = {}

    @as_our_fault("reading an account's webhooks")
    def of_account(self, account_id: str) -> list[Webhook]:
        """All webhooks of an account, in one consistent query."""
        query = connection_of(self._table).query
        only_webhooks = self._table.webhook_id.startswith(WEBHOOK_ID_PREFIX)
        of_account = {"range_key_condition": only_webhooks, "consistent_read": True}
        return list(ResultIterator(query, (self._table.Meta.table_name, account_id), of_account, map_fn=self._webhook))

    @as_our_fault("reading a webhook")
    def get(self, account_id: str, webhook_id: str) -> Webhook | None:
        """One webhook, read consistently."""
        if not webhook_id.startswith(WEBHOOK_ID_PREFIX):
            return None
        try:
            return webhook_from_item(self._table.get(account_id, webhook_id, consistent_read=True))
        except self._table.DoesNotExist:
            return None

    def _webhook(self, raw: Any) -> Webhook:  # noqa: ANN401 - an item as DynamoDB answers it
        """The webhook that was made of this item before, if it has not changed; every event reads its account's."""
        place = (raw["account_id"]["S"], raw["webhook_id"]["S"])
        known = self._known.get(place)
        if known is None or known[0] != raw:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[place] = (raw, webhook_from_item(self._table.from_raw_data(raw)))
        return known[1]


def set_or_remove(table: type[WebhookItem], values: dict[str, Any]) -> list[Action]:
    """Update actions that give these attributes these values, and remove those whose value is None."""
    attributes = table.get_attributes()
    return [
        attributes[name].remove() if value is None else attributes[name].set(value) for name, value in values.items()
    ]
