"""The two tables in memory, with the calls of DynamoDB that Recado makes, a hundred times as quick as an emulator.

`test_tables.py` holds it against that emulator. What is committed is told to `watchers`: the key, and the item before
and after, None where there is none.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from tests.faults.throttling.limits import Body, Limits
from tests.faults.throttling.stored import IndexEntry, Key
from tests.faults.throttling.units import SizedItem, item_size
from tests.faults.years.aws.expressions import Condition, Given, Item, condition, plain, update
from tests.faults.years.aws.partitions import Index, Partition

_PAGE_BYTES = 1024 * 1024
_FIRST, _LAST = "", "\U0010ffff"
_REFUSED = "ConditionalCheckFailedException"
INDEX = "due"
_KEPT = ("owner", "health", "slow_at", "has_aside")  # beside its keys

Watcher = Callable[[Key, Item | None, Item | None], None]


class Answer(NamedTuple):
    """An answer of DynamoDB."""

    status_code: int
    body: dict[str, Any]


class Tables(Limits[Answer]):
    """DynamoDB with two tables; `keys` are the names of their keys, and of those of the index."""

    def __init__(
        self, keys: dict[str, tuple[str, str]], index_keys: tuple[str, str], clock: Callable[[], int], seed: int
    ) -> None:
        super().__init__(self, lambda: clock() / 1000, seed)
        self._keys = keys
        self._index_keys = index_keys
        self._partitions: dict[tuple[str, str], Partition] = {}
        self._changes: list[tuple[Key, Item | None, Item | None]] = []
        self.index = Index(clock)
        self.index_is_late_ms: Callable[[], int] = lambda: 0
        self.watchers: list[Watcher] = []

    # What is there, looked at without a call

    def key(self, table: str, attributes: Item) -> Key:
        """Return the key among these attributes."""
        partition, sort = self._keys[table]
        return Key(table, attributes[partition]["S"], attributes[sort]["S"])

    def item(self, key: Key) -> Item | None:
        """Return what is stored there."""
        return self.partition(key.table, key.partition).items.get(key.sort)

    def partition(self, table: str, partition: str) -> Partition:
        """Return a partition, to be looked at."""
        found = self._partitions.get((table, partition))
        if found is None:
            found = self._partitions[table, partition] = Partition()
        return found

    def partitions(self, table: str) -> Iterator[tuple[str, Partition]]:
        """Yield all partitions of a table."""
        yield from ((name, one) for (of, name), one in self._partitions.items() if of == table)

    def entries(self, _table: str, item: Item | None) -> dict[str, IndexEntry]:
        """Return what the index holds of an item."""
        if item is None or any(name not in item for name in self._index_keys):
            return {}
        partition, sort = (str(item[name]["N"]) for name in self._index_keys)
        return {
            INDEX: IndexEntry(INDEX, partition, sort, json.dumps({name: item[name] for name in _KEPT if name in item}))
        }

    def restorer(self, keys: Iterable[Key]) -> Callable[[], None]:
        """Return what puts these items back as they are now."""
        before = {key: self.item(key) for key in keys}

        def restore() -> None:
            for key, item in before.items():
                self.partition(key.table, key.partition).put(key.sort, item)
            self._changes.clear()

        return restore

    def earliest_due(self) -> int | None:
        """Tell when the first webhook is due that the index will have."""
        return min((int(entry.sort) for entry in self.index.after_all().values()), default=None)

    # Calls

    def answer(self, operation: str, body: Body) -> Answer:
        """Answer a call, as far as the limits admit it; whoever watches is told of what it has changed."""
        assert not self._changes
        answer = self.admitted(operation, body, lambda admitted: self._make(operation, admitted))
        self.tell()
        return answer

    def tell(self) -> None:
        """Tell whoever watches of what has changed, and let it come into the index."""
        changes, self._changes = self._changes, []
        for key, before, after in changes:
            then = self.entries(key.table, after)
            if self.entries(key.table, before) != then:
                self.index.let_come(self.index_is_late_ms(), key, then.get(INDEX))
            for watch in self.watchers:
                watch(key, before, after)

    def made(self, status: int, body: Body) -> Answer:
        """Make an answer."""
        return Answer(status, dict(body))

    def with_more(self, answer: Answer, more: Body) -> Answer:
        """Make an answer that says more."""
        return Answer(answer.status_code, {**answer.body, **more})

    def forget(self, key: Key) -> None:
        """Remove an item as TTL does; nobody is told."""
        self.partition(key.table, key.partition).put(key.sort, None)

    def _make(self, operation: str, body: Body) -> Answer:
        makes: dict[str, Callable[[Body], Answer]] = {
            "GetItem": self._get_item,
            "BatchGetItem": self._batch_get_item,
            "Query": self._query_items,
            "PutItem": lambda one: self._write_one("Put", one),
            "UpdateItem": lambda one: self._write_one("Update", one),
            "DeleteItem": lambda one: self._write_one("Delete", one),
            "BatchWriteItem": self._batch_write_item,
            "TransactWriteItems": self._transact,
        }
        return makes[operation](body)

    def _store(self, key: Key, item: Item | None) -> None:
        partition = self.partition(key.table, key.partition)
        item = None if item is None else SizedItem(item)
        self._changes.append((key, partition.items.get(key.sort), item))
        partition.put(key.sort, item)

    def _write_one(self, kind: str, body: Body) -> Answer:
        if not self._allowed(body):
            return self._refusal(_REFUSED, "The conditional request failed")
        after = self._written_one(kind, body)
        return Answer(200, {"Attributes": after} if body.get("ReturnValues") == "ALL_NEW" else {})

    def _allowed(self, body: Body) -> bool:
        text = body.get("ConditionExpression")
        item = self.item(self._key_of(body["TableName"], {"": body})) or {}
        return text is None or condition(text).holds(item, _given(body))

    def _written_one(self, kind: str, body: Body) -> Item | None:
        key = self._key_of(body["TableName"], {"": body})
        after: Item | None = None
        if kind == "Put":
            after = dict(body["Item"])
        elif kind == "Update":
            after = update(body["UpdateExpression"]).applied(self.item(key) or body["Key"], _given(body))
        self._store(key, after)
        return after

    def _transact(self, body: Body) -> Answer:
        parts = [(kind, part) for each in body["TransactItems"] for kind, part in each.items()]
        allowed = [self._allowed(part) for _, part in parts]
        if not all(allowed):
            reasons = [{"Code": "None" if each else "ConditionalCheckFailed"} for each in allowed]
            return self._refusal("TransactionCanceledException", "cancelled", CancellationReasons=reasons)
        for kind, part in parts:
            if kind != "ConditionCheck":
                self._written_one(kind, part)
        return Answer(200, {})

    def _batch_write_item(self, body: Body) -> Answer:
        for table, requests in body["RequestItems"].items():
            for request in requests:
                self._store(self._key_of(table, request), request.get("PutRequest", {}).get("Item"))
        return Answer(200, {})

    def _get_item(self, body: Body) -> Answer:
        item = self.item(self.key(body["TableName"], body["Key"]))
        return Answer(200, {} if item is None else {"Item": _projected(item, body)})

    def _batch_get_item(self, body: Body) -> Answer:
        responses = {
            table: [
                _projected(item, wanted)
                for key in wanted["Keys"]
                if (item := self.item(self.key(table, key))) is not None
            ]
            for table, wanted in body["RequestItems"].items()
        }
        return Answer(200, {"Responses": responses, "UnprocessedKeys": {}})

    def _query_items(self, body: Body) -> Answer:
        table, given = body["TableName"], _given(body)
        names = self._keys[table] if "IndexName" not in body else self._index_keys
        by_key = condition(body["KeyConditionExpression"])
        partition = str(plain(given[_compared(by_key, names[0], given)]))
        charge = self.admit_query(table, body.get("IndexName"), partition)
        if "IndexName" in body:
            found = [self._index_item(*one) for one in self.index.partition(partition)]
        else:
            kept = self.partition(table, partition)
            found = [kept.items[sort] for sort in kept.between(*_bounds(by_key, names[1], given))]
        found = [item for item in found if by_key.holds(item, given)]
        if not body.get("ScanIndexForward", True):
            found.reverse()
        page, size, last = self._page(found, body, names)
        charge(size)
        if "FilterExpression" in body:
            page = [item for item in page if condition(body["FilterExpression"]).holds(item, given)]
        answer: dict[str, Any] = {"Count": len(page), "ScannedCount": len(page)}
        if body.get("Select") != "COUNT":
            answer["Items"] = [_projected(item, body) for item in page]
        if last is not None:
            answer["LastEvaluatedKey"] = {name: last[name] for name in (*self._keys[table], *names)}
        return Answer(200, answer)

    def _page(self, found: list[Item], body: Body, names: tuple[str, str]) -> tuple[list[Item], int, Item | None]:
        start = body.get("ExclusiveStartKey")
        if start is not None:
            after, forward = plain(start[names[1]]), body.get("ScanIndexForward", True)
            found = [
                one for one in found if (plain(one[names[1]]) > after if forward else plain(one[names[1]]) < after)
            ]
        page: list[Item] = []
        size = 0
        for item in found:
            page.append(item)
            size += item_size(item)
            if len(page) == body.get("Limit") or size > _PAGE_BYTES:
                return page, size, item
        return page, size, None

    def _index_item(self, key: Key, entry: IndexEntry) -> Item:
        partition, sort = self._keys[key.table]
        keys = {partition: {"S": key.partition}, sort: {"S": key.sort}}
        own = dict(zip(self._index_keys, ({"N": entry.partition}, {"N": entry.sort}), strict=True))
        return {**keys, **own, **json.loads(entry.more)}


def _given(body: Body) -> Given:
    return {**body.get("ExpressionAttributeNames", {}), **body.get("ExpressionAttributeValues", {})}


def _projected(item: Item, body: Body) -> Item:
    text = body.get("ProjectionExpression")
    if text is None:
        return item
    names = body.get("ExpressionAttributeNames", {})
    wanted = {names.get(name, name) for name in text.replace(" ", "").split(",")}
    return {name: value for name, value in item.items() if name in wanted}


def _compared(by_key: Condition, name: str, given: Given) -> str:
    """The placeholder that the partition key is to equal."""
    each = by_key.operands if by_key.operator == "AND" else (by_key,)
    return str(next(one.operands[1] for one in each if one.operator == "=" and given[one.operands[0]] == name))


def _bounds(by_key: Condition, name: str, given: Given) -> tuple[str, str]:
    """Between what the sort key lies, where it is to lie between two, or to begin so."""
    for one in by_key.operands if by_key.operator == "AND" else ():
        if one.operator == "BETWEEN" and given[one.operands[0]] == name:
            return given[one.operands[1]]["S"], given[one.operands[2]]["S"]
        if one.operator == "begins_with" and given[one.operands[0]] == name:
            return given[one.operands[1]]["S"], given[one.operands[1]]["S"] + _LAST
    return _FIRST, _LAST
