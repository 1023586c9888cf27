"""The SQS queues: what comes back when, and what a message tells of itself."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import HTTPClientError

from recado.adapters.messaging.queues import SqsBatchQueue, SqsWakeUps
from recado.ports.sending import OurFaultError, QueueMessage
from recado.rules.sending.wake_up import wake_up_body
from tests.unit.builders import NOW, owned, webhook


class Client:
    """Notes the calls, and answers each with what it was given, or with what that makes."""

    def __init__(self, make: Callable[[], dict[str, Any]] | None = None, **answer: Any) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._make = make or (lambda: answer)

    def __getattr__(self, name: str) -> Any:
        """Give the call of that name."""

        def call(**given: Any) -> dict[str, Any]:
            assert given.pop("QueueUrl") == "https://sqs/queue"
            self.calls.append((name, given))
            return self._make()

        return call


def batch_queue(client: Client) -> SqsBatchQueue:
    """Build a batch queue over that client."""
    return SqsBatchQueue(client, "https://sqs/queue", ThreadPoolExecutor(4))  # type: ignore[arg-type]  # a fake


def wake_ups(client: Client) -> SqsWakeUps:
    """Build a redelivery queue over that client."""
    return SqsWakeUps(client, "https://sqs/queue")  # type: ignore[arg-type]  # a fake


def test_a_message_that_was_handed_back_comes_back_later_each_time() -> None:
    """Half a minute, doubled to six hours, by how often it was received; ten in a call."""
    client = Client()
    messages = [QueueMessage(f"m{n}", f"r{n}", "", receives=n) for n in range(1, 13)]

    batch_queue(client).hand_back(messages)

    assert [name for name, _ in client.calls] == ["change_message_visibility_batch"] * 2
    entries = [entry for _, given in client.calls for entry in given["Entries"]]
    assert [entry["ReceiptHandle"] for entry in entries] == [f"r{n}" for n in range(1, 13)]
    waits = [entry["VisibilityTimeout"] for entry in entries]
    assert waits == [30, 60, 120, 240, 480, 960, 1_920, 3_840, 7_680, 15_360, 21_600, 21_600]


def test_nothing_costs_no_call() -> None:
    """Neither to hand it back nor to delete it."""
    client = Client()

    batch_queue(client).hand_back([])
    batch_queue(client).delete([])

    assert client.calls == []


def test_a_message_tells_how_often_it_was_received_and_since_when_it_waits() -> None:
    """Both are asked for."""
    attributes = {"ApproximateReceiveCount": "3", "SentTimestamp": str(NOW)}
    client = Client(Messages=[{"MessageId": "m1", "ReceiptHandle": "r1", "Body": "b", "Attributes": attributes}])

    assert batch_queue(client).receive() == [QueueMessage("m1", "r1", "b", receives=3, sent_at=NOW)]
    [(_, given)] = client.calls
    assert set(given["MessageSystemAttributeNames"]) == attributes.keys()


class Store:
    """A queue of so many messages, ten in a call; the calls of these numbers fail."""

    def __init__(self, count: int, *failing: int) -> None:
        self.left = [f"m{number}" for number in range(count)]
        self.failing = failing
        self.calls = 0

    def receive(self) -> dict[str, Any]:
        """Answer a call."""
        self.calls += 1
        if self.calls in self.failing:
            raise HTTPClientError(error="no answer")
        ten, self.left = self.left[:10], self.left[10:]
        attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": str(NOW)}
        return {"Messages": [{"MessageId": m, "ReceiptHandle": m, "Body": "b", "Attributes": attributes} for m in ten]}


def test_a_deep_queue_is_received_by_four_calls_at_once() -> None:
    """Twice as many as before while they are full, and one again when they are not: a queue that is nearly empty."""
    store = Store(115)
    queue = batch_queue(Client(store.receive))

    counts = [len(queue.receive()) for _ in range(6)]

    assert counts == [10, 20, 40, 40, 5, 0]
    assert store.calls == 1 + 2 + 4 + 4 + 4 + 1


def test_what_one_of_four_calls_fails_at_is_told_after_what_the_others_brought() -> None:
    """No message that was received is forgotten, and no fault either."""
    queue = batch_queue(Client(Store(30, 3).receive))

    counts = [len(queue.receive()), len(queue.receive())]
    with pytest.raises(OurFaultError):
        queue.receive()
    counts.append(len(queue.receive()))

    assert counts == [10, 10, 10]


def test_a_queue_that_cannot_be_asked_is_our_fault() -> None:
    """At once, where nothing was received."""
    with pytest.raises(OurFaultError):
        batch_queue(Client(Store(60, 1).receive)).receive()


def test_messages_that_are_not_deleted_are_our_fault() -> None:
    """After all have been tried: SQS refuses one by one."""
    client = Client(Failed=[{"Code": "InternalError"}])

    with pytest.raises(OurFaultError, match="2 messages were not deleted"):
        batch_queue(client).delete([QueueMessage(f"m{n}", f"r{n}", "") for n in range(11)])
    assert len(client.calls) == 2


@pytest.mark.parametrize(("wait", "delay"), [(0, 0), (6, 6), (900, 900), (3_600, 900)])
def test_a_wake_up_is_delayed_by_a_quarter_of_an_hour_at_most(wait: int, delay: int) -> None:
    """It carries the token of the owner, and comes early where it is to wait for longer."""
    client = Client()

    wake_ups(client).send(webhook(lane=owned()), wait)

    assert client.calls == [
        ("send_message", {"MessageBody": wake_up_body("1010", "wh_1", "owner"), "DelaySeconds": delay})
    ]


def test_a_wake_up_waits_by_its_visibility() -> None:
    """It is not sent anew: no hop is counted against it."""
    client = Client()

    wake_ups(client).postpone("r1", 3_600)

    assert client.calls == [("change_message_visibility", {"ReceiptHandle": "r1", "VisibilityTimeout": 3_600})]


def test_wake_ups_that_wait_to_be_received_are_counted() -> None:
    """Those that are hidden are not among them."""
    client = Client(Attributes={"ApproximateNumberOfMessages": "101"})

    assert wake_ups(client).visible() == 101
    assert client.calls == [("get_queue_attributes", {"AttributeNames": ["ApproximateNumberOfMessages"]})]
