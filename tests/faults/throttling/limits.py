"""What DynamoDB admits of the calls that reach it: limits for each partition, whatever it is that keeps the items.

- **Partitions.** Each partition key value of a table, and each of an index, takes a thousand write units and three
  thousand read units a second (`buckets`); what things cost stands in `units`.
- **Batches.** "If DynamoDB returns any unprocessed items, …": the items of a batch are refused one by one, here in an
  order drawn at random, and come back in an answer of 200, UnprocessedItems or UnprocessedKeys; only "if none of the
  items can be processed" the call fails
  (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html,
  https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html).
- **Single calls** fail with ProvisionedThroughputExceededException, that of a limit by key range also in a table on
  demand (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TroubleshootingThrottling.html); the SDK
  repeats them. A condition that does not hold costs what a write of what is stored costs.
- **Transactions** are written as a whole or cancelled, with a reason for each of their items; the SDK does not repeat
  them (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html). One that comes
  again with its token has been written, and is answered so.
- **Indexes.** A write whose item enters an index or leaves it costs a write there, one that changes its key there two
  (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, "Write capacity units"); an index that
  takes no more has the write of its table refused
  (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gsi-throttling.html). Real indexes are written a
  little later than their table; these at once, so that the refusal meets the write that is too much.

Scans and TransactGetItems are not limited: Recado makes none.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any, Generic, Protocol, TypeVar

from tests.faults.throttling.buckets import Buckets, Place
from tests.faults.throttling.stored import IndexEntry, Key
from tests.faults.throttling.troubles import SINGLE_WRITES
from tests.faults.throttling.units import Item, item_size, read_units, write_units

Body = Mapping[str, Any]

_THROTTLED = "ProvisionedThroughputExceededException"
_MESSAGE = "The level of configured provisioned throughput for the table was exceeded"


class Kept(Protocol):
    """The items of the tables, looked at without a call."""

    def key(self, table: str, attributes: Item) -> Key:
        """Return the key among these attributes."""
        ...

    def item(self, key: Key) -> Item | None:
        """Return what is stored there."""
        ...

    def entries(self, table: str, item: Item | None, /) -> dict[str, IndexEntry]:
        """Return what the indexes hold of an item, by index."""
        ...

    def restorer(self, keys: Iterable[Key]) -> Callable[[], None]:
        """Return what puts these items back as they are now."""
        ...


class Answered(Protocol):
    """An answer of DynamoDB."""

    @property
    def status_code(self) -> int:
        """Tell the HTTP status."""
        ...


A = TypeVar("A", bound=Answered)


class QueryThrottledError(Exception):
    """A partition lets no query through."""


class Limits(ABC, Generic[A]):
    """Admits calls; `left_out` counts items of batches that were answered as not processed."""

    def __init__(self, stored: Kept, now_seconds: Callable[[], float], seed: int) -> None:
        self.buckets = Buckets(now_seconds)
        self.left_out = 0
        self._kept = stored
        self._random = Random(seed)
        self._tokens: set[str] = set()
        self._consistent = False

    @abstractmethod
    def made(self, status: int, body: Body) -> A:
        """Make an answer."""

    @abstractmethod
    def with_more(self, answer: A, more: Body) -> A:
        """Make an answer that says more."""

    def admitted(self, operation: str, body: Body, pass_on: Callable[[Body], A]) -> A:
        """Answer a call: what is admitted of it is passed on."""
        answers = {
            "BatchWriteItem": self._batch_write,
            "BatchGetItem": self._batch_get,
            "GetItem": self._get,
            "Query": self._query,
            "TransactWriteItems": self._transaction,
            **dict.fromkeys(SINGLE_WRITES, self._write),
        }
        return answers[operation](body, pass_on) if operation in answers else pass_on(body)

    def in_conflict(self, operation: str, body: Body) -> A:
        """Answer a write that meets a transaction of another."""
        if operation == "TransactWriteItems":
            return self._cancelled(len(body["TransactItems"]), "TransactionConflict")
        return self._refusal("TransactionConflictException", "Transaction is ongoing for the item")

    # Writes

    def _write(self, body: Body, pass_on: Callable[[Body], A]) -> A:
        return self._written([self._key_of(body["TableName"], {"": body})], body, pass_on) or self._refusal(
            _THROTTLED, _MESSAGE
        )

    def _transaction(self, body: Body, pass_on: Callable[[Body], A]) -> A:
        if body.get("ClientRequestToken") in self._tokens:
            return self.made(200, {})
        parts = [(part["TableName"], item) for item in body["TransactItems"] for part in item.values()]
        keys = [self._key_of(*each) for each in parts]
        response = self._written(keys, body, pass_on, transaction=True)
        if response is None:
            return self._cancelled(len(keys), "ThrottlingError")
        if response.status_code < 300 and "ClientRequestToken" in body:
            self._tokens.add(body["ClientRequestToken"])
        return response

    def _written(
        self, keys: list[Key], body: Body, pass_on: Callable[[Body], A], *, transaction: bool = False
    ) -> A | None:
        """Let all of it be written, and take it back where that turns out too much; None where it was refused.

        What an update leaves behind is known only when it is made.
        """
        before = {key: self._kept.item(key) for key in keys}
        least = self._bill(before, before, transaction=transaction)
        if any(self.buckets.left(place) < units for place, units in least.items()):
            self.buckets.refused.update(least.keys())
            return None
        restore = self._kept.restorer(keys)
        response = pass_on(body)
        if response.status_code >= 300:
            self.buckets.charge(least)
            return response
        after = {key: self._kept.item(key) for key in keys}
        if self.buckets.pay(self._bill(before, after, transaction=transaction)):
            return response
        restore()
        return None

    def _batch_write(self, body: Body, pass_on: Callable[[Body], A]) -> A:
        admitted: dict[str, list[Any]] = {}
        left_out: dict[str, list[Any]] = {}
        requests = [(table, request) for table, listed in body["RequestItems"].items() for request in listed]
        if len({self._key_of(*each) for each in requests}) < len(requests):
            return self._refusal("ValidationException", "Provided list of item keys contains duplicates")
        for table, request in self._random.sample(requests, len(requests)):
            key = self._key_of(table, request)
            bill = self._bill({key: self._kept.item(key)}, {key: request.get("PutRequest", {}).get("Item")})
            (admitted if self.buckets.pay(bill) else left_out).setdefault(table, []).append(request)
        return self._batch(body, "UnprocessedItems", admitted, left_out, pass_on)

    def _key_of(self, table: str, request: Body) -> Key:
        """The key that a part of a batch or a transaction writes: {"PutRequest": {"Item": …}} and the like."""
        (content,) = request.values()
        return self._kept.key(table, content.get("Key") or content["Item"])

    def _bill(
        self, before: Mapping[Key, Any], after: Mapping[Key, Any], *, transaction: bool = False
    ) -> Mapping[Place, float]:
        bill: Counter[Place] = Counter()
        for key, old in before.items():
            new = after[key]
            place = Place(key.table, None, key.partition, "write")
            bill[place] += write_units(old, new, transaction=transaction)
            entries, then = self._kept.entries(key.table, old), self._kept.entries(key.table, new)
            for index in entries.keys() | then.keys():
                for entry in _written(entries.get(index), then.get(index)):
                    bill[Place(key.table, index, entry.partition, "write")] += 1
        return bill

    # Reads

    def _get(self, body: Body, pass_on: Callable[[Body], A]) -> A:
        if self.buckets.pay(self._cost_of_reading(body["TableName"], body["Key"], body)):
            return pass_on(body)
        return self._refusal(_THROTTLED, _MESSAGE)

    def _batch_get(self, body: Body, pass_on: Callable[[Body], A]) -> A:
        admitted: dict[str, Any] = {}
        left_out: dict[str, Any] = {}
        for table, wanted in body["RequestItems"].items():
            for key in self._random.sample(wanted["Keys"], len(wanted["Keys"])):
                paid = self.buckets.pay(self._cost_of_reading(table, key, wanted))
                where = admitted if paid else left_out
                where.setdefault(table, {**wanted, "Keys": []})["Keys"].append(key)
        return self._batch(body, "UnprocessedKeys", admitted, left_out, pass_on)

    def _query(self, body: Body, pass_on: Callable[[Body], A]) -> A:
        self._consistent = body.get("ConsistentRead", False)
        try:
            return pass_on(body)
        except QueryThrottledError:
            return self._refusal(_THROTTLED, _MESSAGE)

    def admit_query(self, table: str, index: str | None, partition: str) -> Callable[[int], None]:
        """Let a query through where something is left, and have it pay what it has read when that is known."""
        place = Place(table, index, partition, "read")
        if self.buckets.left(place) < read_units(0, consistent=self._consistent):
            self.buckets.refused[place] += 1
            raise QueryThrottledError
        return lambda size: self.buckets.charge({place: read_units(size, consistent=self._consistent)})

    def _cost_of_reading(self, table: str, key: Any, options: Body) -> Mapping[Place, float]:
        found = self._kept.key(table, key)
        units = read_units(item_size(self._kept.item(found)), consistent=options.get("ConsistentRead", False))
        return {Place(table, None, found.partition, "read"): units}

    def _batch(self, body: Body, unprocessed: str, admitted: Body, left_out: Body, pass_on: Callable[[Body], A]) -> A:
        self.left_out += sum(len(each["Keys"] if isinstance(each, dict) else each) for each in left_out.values())
        if not admitted:
            return self._refusal(_THROTTLED, _MESSAGE)
        response = pass_on({**body, "RequestItems": admitted})
        if not left_out or response.status_code >= 300:
            return response
        return self.with_more(response, {unprocessed: left_out})

    def _cancelled(self, parts: int, code: str) -> A:
        """The first part is well where there are others, as is common in DynamoDB's answers."""
        reasons = [{"Code": "None" if parts > 1 and number == 0 else code} for number in range(parts)]
        return self._refusal("TransactionCanceledException", "Transaction cancelled", CancellationReasons=reasons)

    def _refusal(self, code: str, message: str, **more: Any) -> A:
        kind = f"com.amazonaws.dynamodb.v20120810#{code}"
        return self.made(400, {"__type": kind, "message": message, **more})


def _written(old: IndexEntry | None, new: IndexEntry | None) -> list[IndexEntry]:
    """The writes of an index: another key there is a delete and a put, another value beside the same key one write."""
    if old == new:
        return []
    if old and new and (old.partition, old.sort) == (new.partition, new.sort):
        return [new]
    return [entry for entry in (old, new) if entry]
