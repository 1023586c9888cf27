"""Requests with an `Idempotency-Key`, and what is kept of their answers."""

from typing import Any

import boto3

from tests.support.api.client import NOTHING, Answer, ApiClient, draft

KEY = "0b6f9c1e-6a7c-4b0f-9f6e-2d1b1c1f0a55"


def post(api: ApiClient, body: Any = NOTHING, *, key: str = KEY, path: str = "") -> Answer:
    """Register a webhook, or POST elsewhere, with a key."""
    return api.call(
        "POST", path or api.webhooks, draft() if body is NOTHING else body, headers={"Idempotency-Key": key}
    )


def names(api: ApiClient) -> list[str]:
    """Return the names of the account's webhooks."""
    return [webhook["name"] for webhook in api.get(api.webhooks).json["webhooks"]]


def kept(api: ApiClient) -> list[dict[str, Any]]:
    """Return all that is kept of answers."""
    table = boto3.resource("dynamodb").Table(api.system.stack.physical_id("IdempotencyTable"))
    items: list[dict[str, Any]] = table.scan()["Items"]
    return items


def again(answer: Answer) -> Answer:
    """Return an answer as it is when it comes again."""
    return Answer(answer.status, {**answer.headers, "Idempotent-Replayed": "true"}, answer.text)
