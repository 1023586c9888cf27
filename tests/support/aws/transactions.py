"""moto's transactions at the price of what they write.

For the case that one is refused, moto copies the whole table before each, stream included: most of a test's time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy, deepcopy
from typing import Any
from unittest.mock import patch

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

Write = Callable[[DynamoDBBackend, list[dict[str, Any]]], None]


@contextmanager
def cheap_transactions() -> Iterator[None]:
    """Have only those items copied that an update changes where they are; calls must come one at a time."""
    changed: set[int] = set()
    write: Write = DynamoDBBackend.transact_write_items

    def written(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        updates = [operation["Update"] for operation in transact_items if "Update" in operation]
        changed.update(id(backend.get_item(update["TableName"], update["Key"])) for update in updates)
        try:
            write(backend, transact_items)
        finally:
            changed.clear()

    def before(table: Any, _memo: object) -> Any:
        kept = copy(table)
        kept.items = defaultdict(dict)
        for key, found in table.items.items():
            is_range = isinstance(found, dict)
            kept.items[key] = {k: _kept(v, changed) for k, v in found.items()} if is_range else _kept(found, changed)
        if table.stream_shard:
            kept.stream_shard = copy(table.stream_shard)
            kept.stream_shard.table, kept.stream_shard.items = kept, list(table.stream_shard.items)
        return kept

    with (
        patch.object(DynamoDBBackend, "transact_write_items", written),
        patch.object(Table, "__deepcopy__", before, create=True),
    ):
        yield


def _kept(item: Any, changed: set[int]) -> Any:
    return deepcopy(item) if id(item) in changed else item
