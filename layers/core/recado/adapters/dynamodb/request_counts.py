"""Counts of requests in DynamoDB: one item for each account, kind and minute, which removes itself."""

from pynamodb.expressions.update import Action

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import WebhookItem
from recado.adapters.faults import as_our_fault
from recado.rules.limit import Window


class DynamoRequestCounts:
    """Counts requests in the webhooks table; fills the port `RequestCounts`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("counting a request")
    def add(self, account_id: str, window: Window, limit: int) -> bool:
        """Count one more in one conditional write, so that no number of requests at once gets past the limit.

        The SDK repeats a write whose answer was lost: that request may be counted twice, and none too few times.
        """
        table = self._table
        below_limit = table.requests.does_not_exist() | (table.requests < limit)
        actions: list[Action] = [table.requests.add(1), table.expires_at.set(window.removable_at)]
        return accepted(lambda: table(account_id, window.key).update(actions=actions, condition=below_limit))
