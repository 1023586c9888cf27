"""The way to AWS: each call takes time, may go wrong, and is repeated as the SDK repeats it."""

from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from recado.adapters.dynamodb.tables import SharedConnection
from tests.faults.simulation import Simulation
from tests.faults.throttling.stored import Key
from tests.faults.years.aws.invocations import LOOKED_UP, Invocation
from tests.faults.years.aws.tables import Tables
from tests.faults.years.faults import Fate, Faults

_READ_TIMEOUT_SECONDS = 5.0
_TRIES_OF_TABLES, _TRIES_OF_OTHERS = 5, 3
_REFUSED_CONDITIONS = {"ConditionalCheckFailedException", "ConditionalCheckFailed"}
_REPEATED = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "InternalServerError",
    "ServiceUnavailable",
    "InternalError",
}


def refused(operation: str, code: str, **more: Any) -> ClientError:
    """Return the SDK's error."""
    return ClientError({"Error": {"Code": code, "Message": "simulated"}, **more}, operation)  # type: ignore[typeddict-item]


class Calls:
    """Makes calls for whoever is at work."""

    def __init__(self, simulation: Simulation, faults: Faults, random: Random) -> None:
        self._simulation = simulation
        self._faults = faults
        self._random = random
        self.made: Counter[str] = Counter()

    def make(self, operation: str, do: Callable[[], Any], tries: int = _TRIES_OF_OTHERS) -> Any:
        """Make a call, again where the SDK would."""
        for left in reversed(range(tries)):
            try:
                return self._once(operation, do)
            except ReadTimeoutError:
                if not left:
                    raise
            except ClientError as error:
                if not left or error.response["Error"]["Code"] not in _REPEATED:
                    raise
            self._simulation.sleep(self._random.uniform(0, min(20, 2 ** (tries - left) / 2)))
        raise AssertionError

    def hurt(self, name: str) -> None:
        """Note that whoever is at work has suffered this."""
        owner: Invocation | None = self._simulation.owner
        if owner is not None:
            owner.hurt.add(name)

    def _once(self, operation: str, do: Callable[[], Any]) -> Any:
        invocation: Invocation | None = self._simulation.owner
        self._simulation.sleep(self._random.uniform(0.003, 0.02))
        self.made[operation] += 1
        fate = self._faults.of_call(operation, invocation)
        if fate is Fate.REFUSED:
            raise refused(operation, "InternalServerError")
        if fate is Fate.CONFLICT:
            raise _in_conflict(operation)
        if invocation is not None:
            if fate is Fate.FROZEN:
                invocation.freeze(self._faults.frozen_seconds())
            if fate is Fate.DIES_BEFORE:
                invocation.die()
        answer = do()
        if fate is Fate.DIES_AFTER and invocation is not None:
            invocation.die()
        if fate is Fate.LOST:
            self._simulation.sleep(_READ_TIMEOUT_SECONDS)
            raise ReadTimeoutError(endpoint_url="https://aws.example/", error="lost")
        return answer


def _in_conflict(operation: str) -> ClientError:
    if operation == "TransactWriteItems":
        return refused(operation, "TransactionCanceledException", CancellationReasons=[{"Code": "TransactionConflict"}])
    return refused(operation, "TransactionConflictException")


def _takes_a_lease(body: Mapping[str, Any]) -> bool:
    """Whether this is the one update whose answer is read: no other compares times."""
    return "<=" in body.get("ConditionExpression", "") and "UpdateExpression" in body


class TableClient:
    """What PynamoDB takes for botocore's client."""

    def __init__(self, calls: Calls, tables: Tables, simulation: Simulation) -> None:
        self._calls = calls
        self._tables = tables
        self._simulation = simulation

    def _make_api_call(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
        def do() -> dict[str, Any]:
            answer = self._tables.answer(operation, body)
            if answer.status_code >= 400:
                code = answer.body["__type"].rpartition("#")[2]
                reasons = answer.body.get("CancellationReasons", [])
                if not {code, *(each["Code"] for each in reasons)} & _REFUSED_CONDITIONS:
                    self._calls.hurt("throttled")
                raise refused(operation, code, CancellationReasons=reasons)
            if answer.body.get("UnprocessedItems") or answer.body.get("UnprocessedKeys"):
                self._calls.hurt("throttled")
            self._note_what_was_read(operation, body)
            return answer.body

        tries = 1 if operation == "BatchWriteItem" else _TRIES_OF_TABLES
        answer: dict[str, Any] = self._calls.make(operation, do, tries)
        return answer

    def _note_what_was_read(self, operation: str, body: Mapping[str, Any]) -> None:
        invocation: Invocation | None = self._simulation.owner
        if invocation is None:
            return
        now = self._simulation.now_ms
        if operation == "BatchGetItem":
            for table, wanted in body["RequestItems"].items():
                keys = [self._tables.key(table, one) for one in wanted["Keys"]]
                invocation.saw |= dict.fromkeys(((LOOKED_UP, key.partition) for key in keys), now)
        elif operation == "Query":
            values = body["ExpressionAttributeValues"]
            invocation.saw |= {(body["TableName"], one["S"]): now for one in values.values() if "S" in one}
        elif operation == "GetItem" or _takes_a_lease(body):
            key: Key = self._tables.key(body["TableName"], body["Key"])
            invocation.saw[key.table, key.sort] = now


class SimulatedConnection(SharedConnection):
    """A connection whose calls stay in this process."""

    def __init__(self, client: TableClient) -> None:
        super().__init__()
        self._stand_in = client

    @property
    def client(self) -> Any:
        """Return the stand-in."""
        return self._stand_in
