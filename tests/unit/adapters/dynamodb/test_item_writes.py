"""Items are written and deleted in bulk: in what order, how often, and what is answered of those that are not."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, NoCredentialsError, ReadTimeoutError
from pynamodb.exceptions import PutError

from recado.adapters.dynamodb import item_writes
from recado.adapters.dynamodb.item_writes import ItemWriter, Unwritten
from recado.adapters.dynamodb.tables import DeliveryItem, SharedConnection, deliveries_table

TABLE = deliveries_table("deliveries", SharedConnection())
Key = tuple[str, str]
Answer = Callable[[list[Key]], Any]


def error(code: str) -> PutError:
    """Return what PynamoDB raises where DynamoDB answers with this code."""
    return PutError("refused", ClientError({"Error": {"Code": code, "Message": "as told"}}, "BatchWriteItem"))


def left_out(*partitions: str) -> Answer:
    """Answer that the items of these partitions were not written."""

    def answer(keys: list[Key]) -> list[Key]:
        return [key for key in keys if key[0] in partitions]

    return answer


@dataclass
class Connection:
    """Stands for PynamoDB's connection: answers in this order, and then that everything was written.

    It is its own deadline; each call takes ten milliseconds.
    """

    answers: list[Answer | Exception] = field(default_factory=list)
    seconds: float = 10.0
    calls: list[list[Key]] = field(default_factory=list)
    written: dict[Key, Any] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    def batch_write_item(self, table_name: str, put_items: Any = (), delete_items: Any = ()) -> Any:
        """Make one call."""
        assert table_name == TABLE.Meta.table_name
        puts = {(item["partition"]["S"], item["key"]["S"]): item for item in put_items}
        requests = puts | {(key["partition"], key["key"]): None for key in delete_items}
        self.seconds -= 0.01
        self.calls.append([*requests])
        answer = self.answers.pop(0) if self.answers else left_out()
        if isinstance(answer, Exception):
            raise answer
        unprocessed = answer([*requests])
        self.written |= {key: item for key, item in requests.items() if key not in unprocessed}
        return {"UnprocessedItems": {"deliveries": [self._request(key, puts) for key in unprocessed]}}

    def remaining_seconds(self) -> float:
        """Tell the time that is left."""
        return self.seconds

    def pause(self, seconds: float) -> None:
        """Let this time pass."""
        self.waits.append(seconds)
        self.seconds -= seconds

    def put(self, *items: DeliveryItem) -> Unwritten:
        """Put items over this connection."""
        return ItemWriter(TABLE, self.pause).put_all(items, self)

    def delete(self, *items: DeliveryItem) -> Unwritten:
        """Delete items over this connection."""
        return ItemWriter(TABLE, self.pause).delete_all(items, self)

    @staticmethod
    def _request(key: Key, puts: dict[Key, Any]) -> Any:
        if key in puts:
            return {"PutRequest": {"Item": puts[key]}}
        return {"DeleteRequest": {"Key": {"partition": {"S": key[0]}, "key": {"S": key[1]}}}}


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Connection:
    """Give the connection of the table."""
    made = Connection()
    monkeypatch.setattr(item_writes, "connection_of", lambda _table: made)
    return made


def items(partition: str, count: int, first: int = 0) -> list[DeliveryItem]:
    """Return so many items of a partition."""
    return [TABLE(partition, f"{number:03}", event=b"{}", expires_at=number) for number in range(first, first + count)]


def keys_of(unwritten: Unwritten) -> list[Key]:
    """Return the keys of what was not written."""
    return sorted((item.partition, item.key) for item in unwritten.items)


def test_items_are_written_25_in_a_call(connection: Connection) -> None:
    """All of them, and nothing is waited for."""
    answer = connection.put(*items("a", 60))

    assert answer == Unwritten([])
    assert [len(call) for call in connection.calls] == [25, 25, 10]
    assert len(connection.written) == 60
    assert not connection.waits


def test_nothing_to_write_is_no_call(connection: Connection) -> None:
    """Nothing is unwritten either."""
    assert connection.put() == connection.delete() == Unwritten([])
    assert not connection.calls


def test_of_two_items_with_the_same_key_the_last_is_written(connection: Connection) -> None:
    """DynamoDB refuses a call that names a key twice."""
    first, last = TABLE("a", "1", status="PENDING", expires_at=1), TABLE("a", "1", status="DELIVERED", expires_at=1)

    connection.put(first, last)

    assert connection.written["a", "1"]["status"] == {"S": "DELIVERED"}


def test_what_is_deleted_needs_a_key_only(connection: Connection) -> None:
    """What is left out is deleted later, too."""
    connection.answers = [left_out("a")]

    assert connection.delete(TABLE("a", "1"), TABLE("b", "1")) == Unwritten([])
    assert connection.calls == [[("a", "1"), ("b", "1")], [("a", "1")]]


def test_what_is_left_out_is_written_when_nothing_else_is_left(connection: Connection) -> None:
    """A full partition is left alone until the others are written and a wait is over."""
    connection.answers = [left_out("a")]

    assert connection.put(*items("a", 50), *items("b", 50)) == Unwritten([])

    partitions = [dict(Counter(partition for partition, _ in call)) for call in connection.calls]
    assert partitions == [{"a": 13, "b": 12}, {"b": 25}, {"b": 13}, {"a": 25}, {"a": 25}]
    assert len(connection.waits) == 1
    assert len(connection.written) == 100


def test_waits_grow_to_a_second_and_end_with_the_deadline(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are drawn between nothing and a bound that doubles; what is unwritten then is answered, without an error."""
    monkeypatch.setattr("random.uniform", lambda _low, high: high)
    connection.answers = [left_out("a")] * 100

    answer = connection.put(*items("a", 1), *items("b", 1))

    assert connection.waits == [0.05, 0.1, 0.2, 0.4, 0.8, *[1.0] * 7]
    assert keys_of(answer) == [("a", "000")]
    assert answer.error is None
    assert 1 < connection.seconds < 2.1


def test_no_wait_ends_where_no_call_may_follow(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second before the deadline is the last that a call is begun."""
    monkeypatch.setattr("random.uniform", lambda _low, _high: 0.5)
    connection.answers, connection.seconds = [left_out("a")], 1.51

    assert keys_of(connection.put(*items("a", 1))) == [("a", "000")]
    assert not connection.waits


def test_unless_told_otherwise_it_sleeps(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is replaced at that time, by a simulated clock."""
    connection.answers = [left_out("a")]
    writer = ItemWriter(TABLE)
    monkeypatch.setattr("time.sleep", connection.pause)

    assert writer.put_all(items("a", 1), connection) == Unwritten([])
    assert len(connection.waits) == 1


@pytest.mark.parametrize("seconds", [1.01, 0.5, -3.0])
def test_one_call_is_made_however_little_time_is_left(connection: Connection, seconds: float) -> None:
    """All that it does not hold is answered."""
    connection.seconds = seconds

    answer = connection.put(*items("a", 30))

    assert len(connection.calls) == 1
    assert keys_of(answer) == [("a", f"{number:03}") for number in range(25, 30)]


@pytest.mark.parametrize(
    "passing",
    [
        error("ProvisionedThroughputExceededException"),
        error("ThrottlingException"),
        error("RequestLimitExceeded"),
        error("InternalServerError"),
        error("503"),
        PutError("lost", ReadTimeoutError(endpoint_url="https://dynamodb")),
        PutError("lost", ConnectTimeoutError(endpoint_url="https://dynamodb")),
    ],
    ids=repr,
)
def test_a_call_that_fails_for_the_moment_is_made_again(connection: Connection, passing: PutError) -> None:
    """Its items come after the others, and nothing is told of it."""
    connection.answers = [passing]

    assert connection.put(*items("a", 25), *items("b", 25), *items("c", 10)) == Unwritten([])
    assert len(connection.written) == 60
    assert len(connection.waits) == 1


def test_what_fails_for_the_moment_until_the_deadline_is_answered_with_its_error(connection: Connection) -> None:
    """Who reads the log sees why."""
    connection.answers = [error("ThrottlingException") for _ in range(1000)]
    first = connection.answers[0]

    answer = connection.put(*items("a", 2))

    assert len(answer.items) == 2
    assert answer.error is first


@pytest.mark.parametrize(
    "lasting", [error("AccessDeniedException"), PutError("no", NoCredentialsError())], ids=["refused", "not sent"]
)
def test_what_fails_for_good_is_not_tried_again(connection: Connection, lasting: PutError) -> None:
    """Its items are answered with the error, although another was first; the others are written."""
    connection.answers = [error("ThrottlingException"), lasting]

    answer = connection.put(*items("a", 25), *items("b", 5))

    assert len(answer.items) == 25
    assert answer.error is lasting
    assert len(connection.written) == 5
    assert len(connection.calls) == 3


def test_an_item_that_is_not_valid_keeps_no_other_from_being_written(connection: Connection) -> None:
    """DynamoDB refuses the whole call for it."""
    bad = ("b", "003")

    def answer(keys: list[Key]) -> list[Key]:
        if bad in keys:
            raise error("ValidationException")
        return []

    connection.answers = [answer] * 100

    unwritten = connection.put(*items("a", 30), *items("b", 10))

    assert keys_of(unwritten) == [bad]
    assert isinstance(unwritten.error, PutError)
    assert len(connection.written) == 39
    assert not connection.waits
