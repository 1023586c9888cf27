"""When it is told of client certificates that they end: beside them, in the items of what webhooks keep sealed.

They are in the sweep's index by `due_at`, in a partition of their own: there are few, and they seldom change.
"""

from collections.abc import Iterator
from typing import Any

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import ENDINGS_PARTITION, SECRET_KEY_PREFIX, WebhookItem
from recado.adapters.dynamodb.webhooks.webhook_store import set_or_remove
from recado.adapters.faults import as_our_fault
from recado.ports.endings import Ending


def ending_attributes(told_at: int | None) -> dict[str, Any]:
    """What puts a certificate into the index, or takes it out where nothing is to be told of it."""
    return {"due_partition": None if told_at is None else ENDINGS_PARTITION, "due_at": told_at}


class DynamoEndings:
    """Asks the index, and moves what it answers; fills the port `Endings`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    def due(self, before_ms: int) -> Iterator[Ending]:
        """What was to be told before then."""
        with as_our_fault("asking for certificates that end"):
            for item in self._table.due_index.query(ENDINGS_PARTITION, self._table.due_at <= before_ms):
                yield Ending(item.account_id, item.webhook_id.removeprefix(SECRET_KEY_PREFIX), int(item.due_at))

    @as_our_fault("noting that it was told of a certificate")
    def move(self, ending: Ending, told_at: int | None) -> bool:
        """Note when it is told next, on the condition that it was due as it was read.

        The SDK repeats a write whose answer was lost, and is refused what it has done: then nobody tells.
        """
        table = self._table
        item = table(ending.account_id, SECRET_KEY_PREFIX + ending.webhook_id)
        actions = set_or_remove(table, ending_attributes(told_at))
        return accepted(lambda: item.update(actions=actions, condition=table.due_at == ending.told_at))
