"""What is used of limits, in DynamoDB: one item for each account, kind and minute, which removes itself."""

from pynamodb.expressions.update import Action

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import WebhookItem
from recado.adapters.faults import as_our_fault
from recado.rules.limit import Window


class DynamoRequestCounts:
    """Counts in the webhooks table; fills the port `RequestCounts`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("counting a request")
    def add(self, account_id: str, window: Window, limit: int) -> bool:
        """Count one more in one conditional write, so that no number of requests at once gets past the limit.

        The SDK repeats a write whose answer was lost: that request may be counted twice, and none too few times.
        """
        table = self._table
        below_limit = table.used.does_not_exist() | (table.used < limit)
        return accepted(
            lambda: table(account_id, window.key).update(actions=self._adding(window, 1), condition=below_limit)
        )

    @as_our_fault("looking up what was read")
    def used(self, account_id: str, window: Window) -> float:
        """How much is counted, read consistently."""
        try:
            return float(self._table.get(account_id, window.key, consistent_read=True).used)
        except self._table.DoesNotExist:
            return 0.0

    @as_our_fault("counting what was read")
    def use(self, account_id: str, window: Window, amount: float) -> None:
        """Count this much more; as in `add`, it may be counted twice."""
        self._table(account_id, window.key).update(actions=self._adding(window, amount))

    def _adding(self, window: Window, amount: float) -> list[Action]:
        return [self._table.used.add(amount), self._table.expires_at.set(window.removable_at)]
