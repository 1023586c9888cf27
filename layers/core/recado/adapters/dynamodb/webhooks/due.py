"""What the sweep has to look at, and when: the index of the webhooks table by `due_at`."""

import zlib
from collections.abc import Iterator
from typing import Any

from recado.adapters.dynamodb.tables import DUE_PARTITIONS, WebhookItem
from recado.adapters.faults import as_our_fault
from recado.ports.overdue import Due
from recado.rules.webhook.webhook import HealthState


def due_attributes(account_id: str, webhook_id: str, due_at: int | None) -> dict[str, Any]:
    """What puts the webhook into the index, or takes it out where it is due at no time."""
    if due_at is None:
        return {"due_partition": None, "due_at": None}
    return {"due_partition": zlib.crc32(f"{account_id}#{webhook_id}".encode()) % DUE_PARTITIONS, "due_at": due_at}


class DynamoOverdue:
    """Asks the index; fills the port `OverdueReader`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    def all(self) -> Iterator[Due]:
        """The webhooks in the index, one of its partitions after the other."""
        with as_our_fault("asking for what is overdue"):
            for partition in range(DUE_PARTITIONS):
                for item in self._table.due_index.query(partition):
                    yield Due(
                        item.account_id,
                        item.webhook_id,
                        int(item.due_at),
                        owned=item.owner is not None,
                        failing=item.health == HealthState.FAILING.value,
                        slow=item.slow_at is not None,
                        has_aside=bool(item.has_aside),
                    )
