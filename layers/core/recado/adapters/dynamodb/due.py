"""What the sweep has to look at, and when: the index of the webhooks table by `due_at`."""

import zlib
from typing import Any

from recado.adapters.dynamodb.tables import DUE_PARTITIONS, JOB_KEY_PREFIX, WebhookItem
from recado.adapters.faults import as_our_fault
from recado.ports import Due, DueKind
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX

_KINDS = {WEBHOOK_ID_PREFIX: DueKind.WEBHOOK, JOB_KEY_PREFIX: DueKind.JOB}


def due_attributes(account_id: str, key: str, due_at: int | None) -> dict[str, Any]:
    """What puts the item of this key into the index, or takes it out where it is due at no time."""
    if due_at is None:
        return {"due_partition": None, "due_at": None}
    return {"due_partition": zlib.crc32(f"{account_id}#{key}".encode()) % DUE_PARTITIONS, "due_at": due_at}


class DynamoOverdue:
    """Asks the index; fills the port `OverdueReader`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("asking for what is overdue")
    def due(self, before_ms: int) -> list[Due]:
        """What was due before then, of every kind, one partition of the index after the other."""
        until = self._table.due_at <= before_ms
        return [
            Due(kind, item.account_id, item.webhook_id.removeprefix(JOB_KEY_PREFIX))
            for partition in range(DUE_PARTITIONS)
            for item in self._table.due_index.query(partition, until)
            for prefix, kind in _KINDS.items()
            if item.webhook_id.startswith(prefix)
        ]
