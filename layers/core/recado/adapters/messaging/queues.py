"""The SQS queues: batch queue, redelivery queue and dead-letter queue."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from recado.adapters.faults import as_our_fault
from recado.ports import OurFaultError, QueueMessage
from recado.rules.delivery.job import Job
from recado.rules.sending.wake_up import wake_up_body

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_MOST_IN_A_CALL = 10  # of every SQS batch operation
_LONG_POLL_SECONDS = 1  # long enough to ask all of SQS's servers, so that an empty answer means an empty queue
_MOST_REASON_CHARACTERS = 1000
_MOST_MESSAGE_BYTES = 1024 * 1024  # body and attributes together, names and types of the attributes included


class SqsBatchQueue:
    """A queue of events; fills the port `BatchQueue`."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    @as_our_fault("sending to the batch queue")
    def send(self, body: str) -> None:
        """Put one message."""
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)

    @as_our_fault("asking for the batch queue's depth")
    def depth(self) -> int:
        """About how many messages wait."""
        answer = self._client.get_queue_attributes(
            QueueUrl=self._queue_url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    @as_our_fault("receiving from the batch queue")
    def receive(self) -> list[QueueMessage]:
        """Up to ten messages; none when the queue is empty."""
        answer = self._client.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=_MOST_IN_A_CALL, WaitTimeSeconds=_LONG_POLL_SECONDS
        )
        return [QueueMessage(m["MessageId"], m["ReceiptHandle"], m["Body"]) for m in answer.get("Messages", [])]

    @as_our_fault("deleting from the batch queue")
    def delete(self, messages: Sequence[QueueMessage]) -> None:
        """Delete messages; those that SQS refused are reported as our fault, once all have been tried."""
        refused: list[Any] = []
        for entries in _entries(messages):
            answer = self._client.delete_message_batch(QueueUrl=self._queue_url, Entries=entries)
            refused += answer.get("Failed", [])
        if refused:
            raise OurFaultError(f"{len(refused)} messages were not deleted: {refused[0].get('Code')}")

    @as_our_fault("handing back to the batch queue")
    def hand_back(self, messages: Sequence[QueueMessage]) -> None:
        """Make messages visible at once; one that SQS refuses comes back when its visibility timeout is over."""
        for entries in _entries(messages):
            visible: list[Any] = [{**entry, "VisibilityTimeout": 0} for entry in entries]
            self._client.change_message_visibility_batch(QueueUrl=self._queue_url, Entries=visible)


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
    def send(self, account_id: str, webhook_id: str, delay_seconds: int) -> str:
        """Send a wake-up that becomes visible after the delay (at most 900 s); the answer is its message id."""
        body = wake_up_body(account_id, webhook_id)
        answer = self._client.send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=delay_seconds)
        return answer["MessageId"]

    @as_our_fault("sending a job on")
    def send_job(self, job: Job) -> None:
        """Send a message that lets the job be carried on at once."""
        body = wake_up_body(job.account_id, job.webhook_id, job.job_id)
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)

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
