"""The one way in which items of the deliveries table are written and deleted in bulk.

BatchWriteItem has no order and no atomicity: a call that answers 200 may have left out any of its items, since a
partition takes a thousand write units a second and refuses the others one by one
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html). Whoever needs an order makes
two calls here, the second for what the first has confirmed.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError
from pynamodb.exceptions import PutError

from recado.adapters.aws_client import PASSING
from recado.adapters.dynamodb.tables import DeliveryItem, connection_of
from recado.adapters.waits import waits
from recado.ports.sending import Deadline

Pause = Callable[[float], object]
"""Waits so many seconds."""

_MOST_IN_A_CALL = 25
_MARGIN_SECONDS = 1.0  # for the call that is under way when time is up
_INVALID = "ValidationException"
_PASSING = PASSING | {"TransactionConflictException", *("500", "502", "503", "504")}  # answers without a code


@dataclass(frozen=True)
class Unwritten:
    """What was not written, or not confirmed to be; nothing, and without an error, where all went well.

    `error` is the first that a repetition does not mend, else the first of all; None too where DynamoDB did nothing but
    leave items out until the time was up.
    """

    items: list[DeliveryItem]
    error: PutError | None = None


class ItemWriter:
    """Writes items of one table, and pauses with `time.sleep`; may be used by several threads at once."""

    def __init__(self, table: type[DeliveryItem], pause: Pause | None = None) -> None:
        self._table = table
        self._pause = pause or _pause

    def put_all(self, items: Sequence[DeliveryItem], deadline: Deadline) -> Unwritten:
        """Put items, of two with the same key the last, until all are confirmed or the deadline is a second away.

        What DynamoDB refuses for the moment comes last, after a wait that grows with each round. What is refused for
        good is not tried again, and keeps no other item from being put. However little time is left, one call is made.
        """
        return self._write(items, deadline, lambda batch: {"put_items": [item.serialize() for item in batch]})

    def delete_all(self, items: Sequence[DeliveryItem], deadline: Deadline) -> Unwritten:
        """Delete items, of which only the keys need be known, as `put_all` puts them."""
        return self._write(
            items, deadline, lambda batch: {"delete_items": [{"partition": i.partition, "key": i.key} for i in batch]}
        )

    def _write(
        self, items: Sequence[DeliveryItem], deadline: Deadline, requests: Callable[[Sequence[DeliveryItem]], Any]
    ) -> Unwritten:
        connection, name = connection_of(self._table), self._table.Meta.table_name
        writing = _Writing(lambda batch: connection.batch_write_item(name, **requests(batch)), deadline, self._pause)
        return writing.write(items)


@dataclass
class _Writing:
    send: Callable[[Sequence[DeliveryItem]], Any]
    deadline: Deadline
    pause: Pause
    called: bool = False
    failed: list[DeliveryItem] = field(default_factory=list)
    errors: list[PutError] = field(default_factory=list)

    def write(self, items: Sequence[DeliveryItem]) -> Unwritten:
        # DynamoDB refuses a call that names a key twice.
        waiting = self._once(_in_turns({_key(item): item for item in items}.values()))
        pauses = waits()
        while waiting and (seconds := next(pauses)) < self._left():
            self.pause(seconds)
            waiting = self._once(waiting)
        unwritten = self.failed + waiting
        lasting = [error for error in self.errors if not _passes(error)]
        return Unwritten(unwritten, next(iter(lasting or self.errors), None) if unwritten else None)

    def _once(self, waiting: list[DeliveryItem]) -> list[DeliveryItem]:
        """Try each item once, but no more of a partition that has refused one; answer what is to be tried again."""
        again: list[DeliveryItem] = []
        while waiting and (self._left() > 0 or not self.called):
            self.called = True
            refused = self._refused(waiting[:_MOST_IN_A_CALL])
            full = {item.partition for item in refused}
            rest = waiting[_MOST_IN_A_CALL:]
            again += refused + [item for item in rest if item.partition in full]
            waiting = [item for item in rest if item.partition not in full]
        return again + waiting

    def _refused(self, batch: list[DeliveryItem]) -> list[DeliveryItem]:
        """Make one call; answer what is to be tried again."""
        try:
            answer = self.send(batch)
        except PutError as error:
            if _code(error) == _INVALID and len(batch) > 1:  # the whole call is refused for one item
                half = len(batch) // 2
                return self._refused(batch[:half]) + self._refused(batch[half:])
            self.errors.append(error)
            if _passes(error):
                return batch
            self.failed += batch
            return []
        left_out = {
            _key_of(request) for requests in answer.get("UnprocessedItems", {}).values() for request in requests
        }
        return [item for item in batch if _key(item) in left_out]

    def _left(self) -> float:
        return self.deadline.remaining_seconds() - _MARGIN_SECONDS


def _pause(seconds: float) -> None:
    time.sleep(seconds)  # looked up at each pause, so that a simulation may put its clock in its place


def _in_turns(items: Iterable[DeliveryItem]) -> list[DeliveryItem]:
    """The first of each partition, then the second of each …: what several share out, none has too much of at once."""
    turns: defaultdict[str, Iterator[int]] = defaultdict(count)
    return sorted(items, key=lambda item: next(turns[item.partition]))


def _key(item: DeliveryItem) -> tuple[str, str]:
    return item.partition, item.key


def _key_of(request: Any) -> tuple[str, str]:  # noqa: ANN401 - as the SDK answers
    found = request["PutRequest"]["Item"] if "PutRequest" in request else request["DeleteRequest"]["Key"]
    return found["partition"]["S"], found["key"]["S"]


def _code(error: PutError) -> str | None:
    # PynamoDB's own property breaks on a time-out, whose error has a response too, which is None.
    return error.cause.response["Error"]["Code"] if isinstance(error.cause, ClientError) else None


def _passes(error: PutError) -> bool:
    """Whether the call may succeed later: too much at once, or no answer."""
    return _code(error) in _PASSING or isinstance(error.cause, ConnectionError | HTTPClientError)
