"""Attempts as they are stored: as items of their own, or within their delivery."""

import json
from typing import Any

from recado.adapters.dynamodb.compressed import compressed, decompressed
from recado.adapters.dynamodb.failure_json import failure_from_json, failure_to_json
from recado.adapters.dynamodb.retention import removable_at
from recado.adapters.dynamodb.tables import ATTEMPTS_SUFFIX, DeliveryItem
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.sending.answers.shown_answer import Answer


def attempt_to_item(table: type[DeliveryItem], attempt: Attempt, retention_days: int) -> DeliveryItem:
    """The item for an attempt, among those of its webhook by when they began; it is kept for `retention_days`.

    The first and the last key of what it carried are for whoever looks for one delivery's attempts.
    """
    return table(
        attempt.webhook_id + ATTEMPTS_SUFFIX,
        f"{attempt.started_at:015d}#{attempt.message_id}#{attempt.token}",
        first_key=attempt.keys[0],
        last_key=attempt.keys[-1],
        keys=compressed("\n".join(attempt.keys)),
        attempt=attempt_to_bytes(attempt),
        expires_at=removable_at(attempt.started_at, retention_days),
    )


def attempt_from_item(item: DeliveryItem) -> Attempt:
    """The attempt that an item of its own holds."""
    webhook_id = item.partition.removesuffix(ATTEMPTS_SUFFIX)
    return attempt_from_bytes(item.attempt, webhook_id, tuple(decompressed(item.keys).split("\n")))


def carries(item: DeliveryItem, key: str) -> bool:
    """Whether the attempt of this item carried the delivery of this key."""
    return item.first_key <= key <= item.last_key and key in decompressed(item.keys).split("\n")


def attempt_to_bytes(attempt: Attempt) -> bytes:
    """All of an attempt but its webhook and what it carried, which stand beside it."""
    fields = {
        "token": attempt.token,
        "startedAt": attempt.started_at,
        "latencyMs": attempt.latency_ms,
        "messageId": attempt.message_id,
        "url": attempt.url,
        "requestHeaders": dict(attempt.request_headers),
        "requestBytes": attempt.request_bytes,
        "address": attempt.address,
        "statusCode": attempt.status_code,
        "failure": failure_to_json(attempt.failure),
        "answer": None if attempt.answer is None else _answer_to_json(attempt.answer),
        "requestedBy": attempt.requested_by,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    return compressed(json.dumps(known, ensure_ascii=False, separators=(",", ":")))


def attempt_from_bytes(stored: bytes, webhook_id: str, keys: tuple[str, ...]) -> Attempt:
    """The attempt of this webhook that carried the deliveries of these keys."""
    fields = json.loads(decompressed(stored))
    answer = fields.get("answer")
    return Attempt(
        webhook_id=webhook_id,
        token=fields["token"],
        started_at=fields["startedAt"],
        latency_ms=fields["latencyMs"],
        message_id=fields["messageId"],
        keys=keys,
        url=fields["url"],
        request_headers=fields["requestHeaders"],
        request_bytes=fields["requestBytes"],
        address=fields.get("address"),
        status_code=fields.get("statusCode"),
        failure=failure_from_json(fields.get("failure")),
        answer=None if answer is None else Answer(answer["headers"], answer["body"], answer["truncated"]),
        requested_by=fields.get("requestedBy"),
    )


def _answer_to_json(answer: Answer) -> dict[str, Any]:
    return {"headers": dict(answer.headers), "body": answer.body, "truncated": answer.truncated}
