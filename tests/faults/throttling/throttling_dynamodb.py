"""DynamoDB as it is documented and as no emulator is: with limits for each partition, and calls that go wrong.

It stands where moto answers, below PynamoDB, botocore and botocore's repetitions, and lets moto do what it admits; so
what is stored is moto's, and can be looked at. What it does:

- **Partitions.** Each partition key value of a table, and each of an index, takes a thousand write units and three
  thousand read units a second (`buckets`); what things cost stands in `units`.
- **Batches.** "If DynamoDB returns any unprocessed items, …": the items of a batch are refused one by one, here in an
  order drawn at random, and come back in an answer of 200, UnprocessedItems or UnprocessedKeys; only "if none of the
  items can be processed" the call fails
  (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html,
  https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html).
- **Single calls** fail with ProvisionedThroughputExceededException, that of a limit by key range also in a table on
  demand (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TroubleshootingThrottling.html); botocore
  repeats them. A condition that does not hold costs what a write of what is stored costs.
- **Transactions** are written as a whole or cancelled, with a reason for each of their items; the SDK does not repeat
  them (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html). One that comes
  again with its token has been written, and is answered so.
- **Indexes.** A write whose item enters an index or leaves it costs a write there, one that changes its key there two
  (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, "Write capacity units"); an index that
  takes no more has the write of its table refused
  (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gsi-throttling.html). Real indexes are written a
  little later than their table; these at once, so that the refusal meets the write that is too much.
- **Trouble**, where a test says so: a call that is done and whose answer is lost, and a write that meets a transaction.

Every call of any AWS service takes 12 ms. Scans and TransactGetItems are not limited: Recado makes none.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from random import Random
from typing import Any, Self
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from tests.faults.throttling.buckets import Buckets, Place
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.faults.throttling.stored import Key, Stored
from tests.faults.throttling.troubles import SINGLE_WRITES, Trouble, Troubles
from tests.faults.throttling.units import item_size, read_units, write_units

CALL_SECONDS = 0.012
READ_TIMEOUT_SECONDS = 5.0
"""How long it takes the clients of the tables to notice that an answer is lost."""

Body = Mapping[str, Any]
PassOn = Callable[[Body], AWSResponse]

_THROTTLED = "ProvisionedThroughputExceededException"
_MESSAGE = "The level of configured provisioned throughput for the table was exceeded"


class _QueryThrottledError(Exception):
    """A partition lets no query through."""


class ThrottlingDynamoDB:
    """Limits the calls to moto's DynamoDB while it is entered, on a simulated clock that it enters too.

    `tries` counts what arrives, a call that is repeated once for each time; `refused` what fails of it, and `left_out`
    items of batches that are answered as not processed. The `buckets` tell what has been spent where, and `stored` what
    there is, for nothing. `troubles` may be set at any time.
    """

    def __init__(self, time: SimulatedTime, *, seed: int = 0, region: str = "us-east-1") -> None:
        self.time = time
        self.buckets = Buckets(lambda: time.seconds)
        self.tries: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.left_out = 0
        self.troubles: Troubles = lambda _operation, _body: None
        self._random = Random(seed)
        self.stored = Stored(region)
        self._one_at_a_time = threading.RLock()
        self._tokens: set[str] = set()
        self._consistent = False
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        answer = BotocoreStubber.__call__

        def limited(stubber: BotocoreStubber, event_name: str, request: Any, **options: Any) -> Any:
            if not stubber.enabled:
                return answer(stubber, event_name, request, **options)
            self.time.sleep(CALL_SECONDS)
            if not event_name.startswith("before-send.dynamodb."):
                return answer(stubber, event_name, request, **options)

            def pass_on(body: Body) -> AWSResponse:
                request.body = json.dumps(body).encode()
                response = answer(stubber, event_name, request, **options)
                assert response is not None
                return response

            return self._answer(event_name.rpartition(".")[2], json.loads(request.body), request.url, pass_on)

        self._entered.enter_context(self.time)
        self._entered.enter_context(patch.object(BotocoreStubber, "__call__", limited))
        self._entered.enter_context(self.stored.measured(self._admit_query))
        return self

    def __exit__(self, *_details: object) -> None:
        self._entered.close()

    def _answer(self, operation: str, body: Body, url: str, pass_on: PassOn) -> AWSResponse:
        answers = {
            "BatchWriteItem": self._batch_write,
            "BatchGetItem": self._batch_get,
            "GetItem": self._get,
            "Query": self._query,
            "TransactWriteItems": self._transaction,
            **dict.fromkeys(SINGLE_WRITES, self._write),
        }
        with self._one_at_a_time:
            self.tries[operation] += 1
            trouble = self.troubles(operation, body)
            if trouble is Trouble.CONFLICT:
                response = _conflict(operation, body)
            elif operation in answers:
                response = answers[operation](body, pass_on)
            else:
                response = pass_on(body)
            self.refused[operation] += response.status_code >= 400
        if trouble is Trouble.LOST:
            self.time.sleep(READ_TIMEOUT_SECONDS)
            raise ReadTimeoutError(endpoint_url=url, error="lost")
        return response

    # Writes

    def _write(self, body: Body, pass_on: PassOn) -> AWSResponse:
        return self._written([self._key_of(body["TableName"], {"": body})], body, pass_on) or _refusal(
            _THROTTLED, _MESSAGE
        )

    def _transaction(self, body: Body, pass_on: PassOn) -> AWSResponse:
        if body.get("ClientRequestToken") in self._tokens:
            return _response(200, {})
        parts = [(part["TableName"], item) for item in body["TransactItems"] for part in item.values()]
        keys = [self._key_of(*each) for each in parts]
        response = self._written(keys, body, pass_on, transaction=True)
        if response is None:
            return _cancelled(len(keys), "ThrottlingError")
        if response.status_code < 300 and "ClientRequestToken" in body:
            self._tokens.add(body["ClientRequestToken"])
        return response

    def _written(
        self, keys: list[Key], body: Body, pass_on: PassOn, *, transaction: bool = False
    ) -> AWSResponse | None:
        """Let moto write all of it, and take it back where that turns out too much; None where it was refused.

        What an update leaves behind is known only when it is made.
        """
        before = {key: self.stored.item(key) for key in keys}
        least = self._bill(before, before, transaction=transaction)
        if any(self.buckets.left(place) < units for place, units in least.items()):
            self.buckets.refused.update(least.keys())
            return None
        restore = self.stored.restorer(keys)
        response = pass_on(body)
        if response.status_code >= 300:
            self.buckets.charge(least)
            return response
        after = {key: self.stored.item(key) for key in keys}
        if self.buckets.pay(self._bill(before, after, transaction=transaction)):
            return response
        restore()
        return None

    def _batch_write(self, body: Body, pass_on: PassOn) -> AWSResponse:
        admitted: dict[str, list[Any]] = {}
        left_out: dict[str, list[Any]] = {}
        requests = [(table, request) for table, listed in body["RequestItems"].items() for request in listed]
        if len({self._key_of(*each) for each in requests}) < len(requests):
            return _refusal("ValidationException", "Provided list of item keys contains duplicates")
        for table, request in self._random.sample(requests, len(requests)):
            key = self._key_of(table, request)
            bill = self._bill({key: self.stored.item(key)}, {key: request.get("PutRequest", {}).get("Item")})
            (admitted if self.buckets.pay(bill) else left_out).setdefault(table, []).append(request)
        return self._batch(body, "UnprocessedItems", admitted, left_out, pass_on)

    def _key_of(self, table: str, request: Body) -> Key:
        """The key that a part of a batch or a transaction writes: {"PutRequest": {"Item": …}} and the like."""
        (content,) = request.values()
        return self.stored.key(table, content.get("Key") or content["Item"])

    def _bill(
        self, before: Mapping[Key, Any], after: Mapping[Key, Any], *, transaction: bool = False
    ) -> Mapping[Place, float]:
        bill: Counter[Place] = Counter()
        for key, old in before.items():
            new = after[key]
            place = Place(key.table, None, key.partition, "write")
            bill[place] += write_units(old, new, transaction=transaction)
            entries, then = self.stored.entries(key.table, old), self.stored.entries(key.table, new)
            for changed in set(entries.values()) ^ set(then.values()):
                bill[Place(key.table, changed.index, changed.partition, "write")] += 1
        return bill

    # Reads

    def _get(self, body: Body, pass_on: PassOn) -> AWSResponse:
        if self.buckets.pay(self._cost_of_reading(body["TableName"], body["Key"], body)):
            return pass_on(body)
        return _refusal(_THROTTLED, _MESSAGE)

    def _batch_get(self, body: Body, pass_on: PassOn) -> AWSResponse:
        admitted: dict[str, Any] = {}
        left_out: dict[str, Any] = {}
        for table, wanted in body["RequestItems"].items():
            for key in self._random.sample(wanted["Keys"], len(wanted["Keys"])):
                paid = self.buckets.pay(self._cost_of_reading(table, key, wanted))
                where = admitted if paid else left_out
                where.setdefault(table, {**wanted, "Keys": []})["Keys"].append(key)
        return self._batch(body, "UnprocessedKeys", admitted, left_out, pass_on)

    def _query(self, body: Body, pass_on: PassOn) -> AWSResponse:
        self._consistent = body.get("ConsistentRead", False)
        try:
            return pass_on(body)
        except _QueryThrottledError:
            return _refusal(_THROTTLED, _MESSAGE)

    def _admit_query(self, table: str, index: str | None, partition: str) -> Callable[[int], None]:
        """Let a query through where something is left, and have it pay what it has read when that is known."""
        place = Place(table, index, partition, "read")
        if self.buckets.left(place) < read_units(0, consistent=self._consistent):
            self.buckets.refused[place] += 1
            raise _QueryThrottledError
        return lambda size: self.buckets.charge({place: read_units(size, consistent=self._consistent)})

    def _cost_of_reading(self, table: str, key: Any, options: Body) -> Mapping[Place, float]:
        found = self.stored.key(table, key)
        units = read_units(item_size(self.stored.item(found)), consistent=options.get("ConsistentRead", False))
        return {Place(table, None, found.partition, "read"): units}

    def _batch(self, body: Body, unprocessed: str, admitted: Body, left_out: Body, pass_on: PassOn) -> AWSResponse:
        self.left_out += sum(len(each["Keys"] if isinstance(each, dict) else each) for each in left_out.values())
        if not admitted:
            return _refusal(_THROTTLED, _MESSAGE)
        response = pass_on({**body, "RequestItems": admitted})
        if not left_out or response.status_code >= 300:
            return response
        return _response(200, {**json.loads(response.content), unprocessed: left_out})


def _conflict(operation: str, body: Body) -> AWSResponse:
    if operation == "TransactWriteItems":
        return _cancelled(len(body["TransactItems"]), "TransactionConflict")
    return _refusal("TransactionConflictException", "Transaction is ongoing for the item")


def _cancelled(parts: int, code: str) -> AWSResponse:
    """The first part is well where there are others, as is common in DynamoDB's answers."""
    reasons = [{"Code": "None" if parts > 1 and number == 0 else code} for number in range(parts)]
    return _refusal("TransactionCanceledException", "Transaction cancelled", CancellationReasons=reasons)


def _refusal(code: str, message: str, **more: Any) -> AWSResponse:
    kind = f"com.amazonaws.dynamodb.v20120810#{code}"
    return _response(400, {"__type": kind, "message": message, **more})


def _response(status: int, body: Body) -> AWSResponse:
    content = MockRawResponse(json.dumps(body))
    headers = {"content-type": "application/x-amz-json-1.0"}
    return AWSResponse("https://dynamodb.us-east-1.amazonaws.com/", status, headers, content)  # type: ignore[arg-type]
