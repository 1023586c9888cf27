"""The SQS queues: batch queue, redelivery queue and dead-letter queue."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from functools import partial
from typing import TYPE_CHECKING, Any

from recado.adapters.faults import as_our_fault
from recado.ports.sending import OurFaultError, QueueMessage
from recado.rules.sending import retry
from recado.rules.sending.wake_up import wake_up_body
from recado.rules.webhook.webhook import Webhook

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_MOST_IN_A_CALL = 10  # of every SQS batch operation
_AT_ONCE = 4
_LONG_POLL_SECONDS = 1  # long enough to ask all of SQS's servers, so that an empty answer means an empty queue
_LONGEST_DELAY_SECONDS = 900
_MOST_REASON_CHARACTERS = 1000
_MOST_MESSAGE_BYTES = 1024 * 1024  # body and attributes together, names and types of the attributes included


class SqsBatchQueue:
    """A queue of events; fills the port `BatchQueue`. A call takes ten messages: many are taken by several at once."""

    def __init__(self, client: "SQSClient", queue_url: str, executor: Executor) -> None:
        self._client = client
        self._queue_url = queue_url
        self._executor = executor
        self._calls = 1
        self._trouble: BaseException | None = None

    @as_our_fault("sending to the batch queue")
    def send(self, body: str) -> None:
        """Put one message."""
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)

    @as_our_fault("asking for the batch queue's depth")
    def depth(self) -> int:
        """About how many messages wait."""
        return _visible(self._client, self._queue_url)

    @as_our_fault("receiving from the batch queue")
    def receive(self) -> list[QueueMessage]:
        """Up to ten messages, or, where all were there last time, twice as many, forty at most; none of an empty queue.

        What one of several calls fails at is raised by the next: what the others have brought is handed out first.
        """
        if self._trouble is not None:
            trouble, self._trouble = self._trouble, None
            raise trouble
        answers = _all([partial(self._receive_ten)] * self._calls, self._executor)
        tens = [answer.result() for answer in answers if answer.exception() is None]
        self._trouble = next((answer.exception() for answer in answers if answer.exception() is not None), None)
        if self._trouble is not None and not any(tens):
            return self.receive()
        messages = [message for ten in tens for message in ten]
        full = len(messages) == _MOST_IN_A_CALL * self._calls
        self._calls = min(_AT_ONCE, 2 * self._calls) if full else 1
        return messages

    def _receive_ten(self) -> list[QueueMessage]:
        answer = self._client.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=_MOST_IN_A_CALL,
            WaitTimeSeconds=_LONG_POLL_SECONDS,
            MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
        )
        return [_message(message) for message in answer.get("Messages", [])]

    @as_our_fault("deleting from the batch queue")
    def delete(self, messages: Sequence[QueueMessage]) -> None:
        """Delete messages; those that SQS refused are reported as our fault, once all have been tried."""
        calls = [
            partial(self._client.delete_message_batch, QueueUrl=self._queue_url, Entries=entries)
            for entries in _entries(messages)
        ]
        refused = [one for answer in _all(calls, self._executor) for one in answer.result().get("Failed", [])]
        if refused:
            raise OurFaultError(f"{len(refused)} messages were not deleted: {refused[0].get('Code')}")

    @as_our_fault("handing back to the batch queue")
    def hand_back(self, messages: Sequence[QueueMessage]) -> None:
        """Let messages come back after a wait; one that SQS refuses does when its visibility timeout is over."""
        waits = iter([retry.fault_wait_seconds(message.receives) for message in messages])
        for entries in _entries(messages):
            later: list[Any] = [{**entry, "VisibilityTimeout": next(waits)} for entry in entries]
            self._client.change_message_visibility_batch(QueueUrl=self._queue_url, Entries=later)


def _all(calls: Sequence[partial[Any]], executor: Executor) -> list[Future[Any]]:
    """Make these calls at once, and wait for all."""
    answers = [executor.submit(call) for call in calls]
    wait(answers)
    return answers


def _message(message: "MessageTypeDef") -> QueueMessage:
    attributes = message["Attributes"]
    return QueueMessage(
        message["MessageId"],
        message["ReceiptHandle"],
        message["Body"],
        receives=int(attributes["ApproximateReceiveCount"]),
        sent_at=int(attributes["SentTimestamp"]),
    )


def _visible(client: "SQSClient", queue_url: str) -> int:
    answer = client.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def _entries(messages: Sequence[QueueMessage]) -> Iterator[list[Any]]:
    for start in range(0, len(messages), _MOST_IN_A_CALL):
        yield [
            {"Id": str(position), "ReceiptHandle": message.receipt_handle}
            for position, message in enumerate(messages[start : start + _MOST_IN_A_CALL])
        ]


class SqsWakeUps:
    """The redelivery queue; fills the port `WakeUps`."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    @as_our_fault("sending a wake-up")
    def send(self, webhook: Webhook, delay_seconds: int) -> None:
        """Send the wake-up that owns the webhook; it comes after the delay, at most 15 minutes."""
        body = wake_up_body(webhook.account_id, webhook.webhook_id, webhook.lane.owner or "")
        delay_seconds = min(delay_seconds, _LONGEST_DELAY_SECONDS)
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=delay_seconds)

    @as_our_fault("asking how many wake-ups wait")
    def visible(self) -> int:
        """About how many wake-ups wait to be received."""
        return _visible(self._client, self._queue_url)

    @as_our_fault("postponing a wake-up")
    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Let a received wake-up come back after that many seconds; its function must report it as failed."""
        self._client.change_message_visibility(
            QueueUrl=self._queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )


class SqsDeadLetters:
    """The dead-letter queue; fills the port `DeadLetters`."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    @as_our_fault("moving a message to the dead-letter queue")
    def put(self, body: str, reason: str) -> None:
        """Keep the message, or as much of it as a message can hold, with the reason as a message attribute."""
        reason = reason[:_MOST_REASON_CHARACTERS]
        room = _MOST_MESSAGE_BYTES - len(f"reasonString{reason}".encode())
        self._client.send_message(
            QueueUrl=self._queue_url,
            MessageBody=body.encode()[:room].decode(errors="ignore"),
            MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
        )
