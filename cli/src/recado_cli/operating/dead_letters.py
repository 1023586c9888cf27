"""Dead letters: looked at without taking any away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from recado_cli.operating.stack import Stack, refusals_told

# As short as a look takes: what is looked at is hidden from others meanwhile, a redrive among them.
_HIDDEN_SECONDS = 10
_ROUNDS_WITHOUT_NEWS = 3
MOST = 200


@dataclass(frozen=True)
class DeadLetter:
    """A message of the dead-letter queue, as far as it can be read.

    `reason` says why it cannot be delivered; without one our own side failed at it, and it can be put back.
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
        """Whether a redrive may put it back; in the end the function decides, which reads it."""
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


def dead_letters(stack: Stack, most: int = MOST) -> list[DeadLetter]:
    """What lies in the dead-letter queue, oldest first, `most` at the most; hidden for ten seconds after that."""
    sqs, url = stack.client("sqs"), stack.queue_url(stack.named("DeadLetterQueue"))
    found: dict[str, DeadLetter] = {}
    without_news = 0
    while len(found) < most and without_news < _ROUNDS_WITHOUT_NEWS:
        with refusals_told():
            answer = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=_HIDDEN_SECONDS,
                MessageAttributeNames=["reason"],
                AttributeNames=["SentTimestamp"],
            )
        letters = [_read(message) for message in answer.get("Messages", [])]
        without_news = 0 if any(one.message_id not in found for one in letters) else without_news + 1
        found |= {one.message_id: one for one in letters}
    return sorted(found.values(), key=lambda one: one.sent_at)[:most]


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
    """What an EventBridge event says of ours; nothing where the message holds none, or half of one."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    detail = event.get("detail") if isinstance(event, dict) else None
    return {"detail-type": event.get("detail-type"), **detail} if isinstance(detail, dict) else {}


def _text(value: object) -> str:
    """An id or a time as it was written; of anything else nothing is shown."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
