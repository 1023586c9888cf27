"""What moto keeps of a table: looked at without a call, and put back where a write is refused after all."""

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

from tests.faults.throttling.units import Item, item_size

Queried = Callable[[str, str | None, str], Callable[[int], None]]
"""Called with table, index and partition before a query; what it answers is called with the bytes that it read."""


@dataclass(frozen=True)
class Key:
    """A key of a table."""

    table: str
    partition: str
    sort: str


@dataclass(frozen=True)
class IndexEntry:
    """An item of an index: the partition key value there, what orders it, and what else it holds."""

    index: str
    partition: str
    sort: str
    more: str = ""


class Stored:
    """The tables of one region."""

    def __init__(self, region: str) -> None:
        self._backend: DynamoDBBackend = dynamodb_backends[DEFAULT_ACCOUNT_ID][region]

    def key(self, table: str, attributes: Item) -> Key:
        """Return the key among these attributes."""
        moto = self._table(table)
        return Key(table, _value(attributes[moto.hash_key_attr]), _value(attributes[moto.range_key_attr or ""]))

    def item(self, key: Key) -> Item | None:
        """Return what is stored there, as DynamoDB's JSON."""
        item = self._found(key)
        return None if item is None else item.to_json()["Attributes"]

    def partition(self, table: str, partition: str) -> dict[str, Item]:
        """Return all items of a partition, by sort key."""
        items = self._table(table).items.get(DynamoType({"S": partition}), {})
        return {str(sort.value): item.to_json()["Attributes"] for sort, item in items.items()}

    def keys(self, table: str, partition: str) -> set[str]:
        """Return the sort keys of a partition."""
        return {str(sort.value) for sort in self._table(table).items.get(DynamoType({"S": partition}), {})}

    def entries(self, table: str, item: Item | None) -> dict[str, IndexEntry]:
        """Return what the indexes hold of an item, by index: of one that has all of their keys."""
        if item is None:
            return {}
        found = {}
        for index in self._table(table).global_indexes:
            more = {name: item.get(name) for name in index.projection.get("NonKeyAttributes", ())}
            names = [part["AttributeName"] for part in index.schema]
            if all(name in item for name in names):
                partition, sort = (_value(item[name]) for name in names)
                found[index.name] = IndexEntry(index.name, partition, sort, json.dumps(more))
        return found

    def restorer(self, keys: Iterable[Key]) -> Callable[[], None]:
        """Return what puts these items back as they are now, their records in the stream taken back too."""
        before = {key: copy.deepcopy(self._found(key)) for key in keys}
        streams = {
            key.table: len(shard.items) for key in before if (shard := self._table(key.table).stream_shard) is not None
        }

        def restore() -> None:
            for key, item in before.items():
                items = self._table(key.table).items
                current = self._found(key)
                if item is not None:
                    items[item.hash_key][item.range_key] = item
                elif current is not None:
                    del items[current.hash_key][current.range_key]
            for table, length in streams.items():
                del self._table(table).stream_shard.items[length:]  # type: ignore[union-attr]  # it was there

        return restore

    @contextmanager
    def measured(self, queried: Queried) -> Iterator[None]:
        """Tell of each query what it reads: all that the key condition finds, before filter and projection.

        "DynamoDB calculates the number of read capacity units consumed based on item size, not on the amount of data
        that is returned"; a page is filtered after it was read
        (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html).
        """
        query: Callable[..., Any] = Table.query

        def measuring(table: Table, hash_key: Any, *args: Any, **options: Any) -> Any:
            *front, projection, index, consistent, filter_expression = args
            read = queried(table.name, index, str(hash_key.value))
            # moto's own order, with what it does last done here.
            items, scanned, last = query(table, hash_key, *front, None, index, consistent, None, **options)
            read(sum(item_size(item.to_json()["Attributes"]) for item in items))
            if filter_expression is not None:
                items = [item for item in items if filter_expression.expr(item)]
            if projection:
                items = [item.project(projection) for item in items]
            return items, scanned, last

        with patch.object(Table, "query", measuring):
            yield

    def _table(self, name: str) -> Table:
        return self._backend.get_table(name)

    def _found(self, key: Key) -> Any:
        table = self._table(key.table)
        names: Mapping[str, str] = {str(table.hash_key_attr): key.partition, str(table.range_key_attr): key.sort}
        return self._backend.get_item(key.table, {name: {"S": value} for name, value in names.items()})


def _value(attribute: Mapping[str, Any]) -> str:
    return str(next(iter(attribute.values())))
