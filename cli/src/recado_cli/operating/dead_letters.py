"""Dead letters: looked at without taking any away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from recado_cli.operating.batches import in_batches
from recado_cli.operating.stack import Client, Stack, refusals_told

# Longer than a look takes; if it dies, they are there again after that.
_HIDDEN_SECONDS = 60
_AT_ONCE = 10
_NOT_VISIBLE = "ApproximateNumberOfMessagesNotVisible"
_ROUNDS_WITHOUT_NEWS = 3
MOST = 200


@dataclass(frozen=True)
class DeadLetter:
    """A message of the dead-letter queue, as far as it can be read.

    `reason` says why it could not be delivered; without one our own side failed at it, and it can be put back.
    """

    message_id: str
    sent_at: datetime
    reason: str = ""
    account: str = ""
    event_id: str = ""
    event_name: str = ""
    timestamp: str = ""

    @property
    def goes_back(self) -> bool:
        """Whether a redrive may put it back as things stand; in the end the function decides, which reads it anew."""
        return not self.reason

    def to_json(self) -> dict[str, Any]:
        """As `--json` shows it."""
        fields = {
            "messageId": self.message_id,
            "sentAt": self.sent_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "reason": self.reason,
            "accountId": self.account,
            "eventId": self.event_id,
            "eventName": self.event_name,
            "timestamp": self.timestamp,
        }
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True)
class Look:
    """What was seen, oldest first, and how many others a redrive or somebody else's look hides just now."""

    letters: list[DeadLetter]
    hidden: int = 0


def dead_letters(stack: Stack, most: int = MOST) -> Look:
    """What lies in the dead-letter queue, about `most` at the most; all of it is there for others again afterwards."""
    sqs, url = stack.client("sqs"), stack.queue_url(stack.named("DeadLetterQueue"))
    found: dict[str, DeadLetter] = {}
    receipts: dict[str, str] = {}
    with refusals_told():
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[_NOT_VISIBLE])
        try:
            _look(sqs, url, most, found, receipts)
        finally:
            _shown_again(sqs, url, list(receipts.values()))
    letters = sorted(found.values(), key=lambda one: one.sent_at)
    return Look(letters[:most], int(told["Attributes"].get(_NOT_VISIBLE, 0)))


def _look(sqs: Client, url: str, most: int, found: dict[str, DeadLetter], receipts: dict[str, str]) -> None:
    """Receive until there is nothing new; what was received is hidden meanwhile, so that others come."""
    without_news = 0
    while len(found) < most and without_news < _ROUNDS_WITHOUT_NEWS:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=_AT_ONCE,
            VisibilityTimeout=_HIDDEN_SECONDS,
            MessageAttributeNames=["reason"],
            AttributeNames=["SentTimestamp"],
        )
        messages = answer.get("Messages", [])
        without_news = 0 if any(one["MessageId"] not in found for one in messages) else without_news + 1
        receipts |= {one["MessageId"]: one["ReceiptHandle"] for one in messages}
        found |= {one["MessageId"]: _read(one) for one in messages}


def _shown_again(sqs: Client, url: str, receipts: list[str]) -> None:
    for some in in_batches(receipts, _AT_ONCE):
        entries = [
            {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": 0} for number, receipt in enumerate(some)
        ]
        sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)


def _read(message: dict[str, Any]) -> DeadLetter:
    detail = _detail(message.get("Body", ""))
    sent_ms = int(message.get("Attributes", {}).get("SentTimestamp", 0))
    return DeadLetter(
        message["MessageId"],
        datetime.fromtimestamp(sent_ms / 1000, UTC),
        message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", ""),
        account=_text(detail.get("accountId")),
        event_id=_text(detail.get("eventId")),
        event_name=_text(detail.get("eventName") or detail.get("detail-type")),
        timestamp=_text(detail.get("timestamp")),
    )


def _detail(body: str) -> dict[str, Any]:
    """What an EventBridge event says of ours, also one that a function has failed at; nothing where there is none."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if isinstance(event, dict):
        event = event.get("requestPayload", event)
    if not isinstance(event, dict) or not isinstance(event.get("detail"), dict):
        return {}
    return {"detail-type": event.get("detail-type"), **event["detail"]}


def _text(value: object) -> str:
    """An id or a time as it was written; of anything else nothing is shown."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
