"""Which webhooks have something waiting: from the index that the sweep looks through, and the webhooks themselves.

The index is sparse, so that this reads what waits and not all webhooks. What its attributes mean is the stack's own
business, of which this is the only place that knows: `recado/adapters/dynamodb/tables.py` has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from recado_cli.operating.batches import in_batches
from recado_cli.operating.stack import Stack, refusals_told

INDEX = "due"
PARTITIONS = 16
BACKLOG_SUFFIX = "#backlog"
READ = (
    "account_id",
    "webhook_id",
    "name",
    "status",
    "ordered",
    "delivery",
    "health",
    "failing_since",
    "last_error",
    "owner",
    "lease_until",
    "due_at",
    "slow_at",
    "has_aside",
)
"""The attributes of a webhook that are read: nothing that is secret, nor where it sends to."""

_KEYS_AT_ONCE = 100
_MOST_COUNTED = 1000


@dataclass(frozen=True)
class Waiting:
    """A webhook of the index: why its events leave through its backlog, when it is next looked at, what waits.

    `count` is of what waits in order, at most 1,000 (`more` says that there may be others); what is set aside comes
    beside it.
    """

    account: str
    webhook_id: str
    name: str
    reasons: tuple[str, ...]
    next_at: datetime
    is_sending: bool
    failing_since: datetime | None
    last_error: str
    has_aside: bool
    count: int = 0
    more: bool = False
    oldest: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """As `--json` shows it."""
        fields = {
            "accountId": self.account,
            "webhookId": self.webhook_id,
            "name": self.name,
            "reasons": list(self.reasons),
            "nextAttemptAt": _iso(self.next_at),
            "sending": self.is_sending,
            "failingSince": _iso(self.failing_since),
            "lastError": self.last_error or None,
            "setAside": self.has_aside,
            "count": self.count,
            "more": self.more,
            "oldestTimestamp": _iso(self.oldest),
        }
        return {name: value for name, value in fields.items() if value is not None}


def backlog(stack: Stack, account: str, most: int, now: datetime) -> Iterator[Waiting]:
    """The webhooks of the index, of one account where it is named, those that are due first; `most` at the most."""
    keys = sorted(_due(stack, account))[:most]
    for some in in_batches(keys, _KEYS_AT_ONCE):
        for item in _webhooks(stack, [(account_id, webhook_id) for _, account_id, webhook_id in some]):
            waiting = _waiting(stack, item, now)
            # Once everything has left, a webhook stays in the index for one late look.
            if waiting.count or waiting.has_aside or item.get("owner"):
                yield waiting


def _due(stack: Stack, account: str) -> Iterator[tuple[int, str, str]]:
    """When, account and webhook, of all partitions of the index."""
    dynamodb = stack.client("dynamodb")
    for partition in range(PARTITIONS):
        with refusals_told():
            pages = dynamodb.get_paginator("query").paginate(
                TableName=stack.named("WebhooksTable"),
                IndexName=INDEX,
                KeyConditionExpression="due_partition = :partition",
                ExpressionAttributeValues={":partition": {"N": str(partition)}},
                ProjectionExpression="account_id, webhook_id, due_at",
            )
            for item in (_plain(item) for page in pages for item in page["Items"]):
                if not account or item["account_id"] == account:
                    yield int(item["due_at"]), item["account_id"], item["webhook_id"]


def _webhooks(stack: Stack, keys: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """The webhooks as they stand now, in this order; one that has left the index meanwhile is left out."""
    table = stack.named("WebhooksTable")
    names = {f"#{number}": name for number, name in enumerate(READ)}
    wanted = [{"account_id": {"S": account}, "webhook_id": {"S": webhook}} for account, webhook in keys]
    found: dict[tuple[str, str], dict[str, Any]] = {}
    while wanted:
        asked = {
            "Keys": wanted,
            "ConsistentRead": True,
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": names,
        }
        with refusals_told():
            answer = stack.client("dynamodb").batch_get_item(RequestItems={table: asked})
        items = [_plain(item) for item in answer["Responses"].get(table, [])]
        found |= {(item["account_id"], item["webhook_id"]): item for item in items}
        wanted = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
    return (found[key] for key in keys if key in found and "due_at" in found[key])


def _waiting(stack: Stack, item: dict[str, Any], now: datetime) -> Waiting:
    count, more, oldest = _backlog_of(stack, item["webhook_id"])
    lease = item.get("lease_until")
    return Waiting(
        account=item["account_id"],
        webhook_id=item["webhook_id"],
        name=item.get("name", ""),
        reasons=tuple(_reasons(item)),
        next_at=_moment(item["due_at"]),
        is_sending=lease is not None and _moment(lease) > now,
        failing_since=None if item.get("failing_since") is None else _moment(item["failing_since"]),
        last_error=_error(item.get("last_error")),
        has_aside=bool(item.get("has_aside")),
        count=count,
        more=more,
        oldest=oldest,
    )


def _reasons(item: dict[str, Any]) -> Iterator[str]:
    """Why, in the words of the API's `lane.reasons`; `OFF` for what is switched off and has a job under way."""
    if item.get("status") != "ACTIVE":
        yield "OFF"
    if item.get("ordered"):
        yield "ORDERED"
    if "max_posts_per_minute" in (item.get("delivery") or ""):
        yield "PACED"
    if item.get("slow_at") is not None:
        yield "SLOW"
    if item.get("health") == "FAILING":
        yield "FAILING"
    elif item.get("owner"):
        yield "CATCHING_UP"
    if item.get("has_aside"):
        yield "SET_ASIDE"


def _backlog_of(stack: Stack, webhook_id: str) -> tuple[int, bool, datetime | None]:
    """How much waits in order, whether there may be more, and the time of the oldest event."""
    query = {
        "TableName": stack.named("DeliveriesTable"),
        "KeyConditionExpression": "#partition = :partition",
        "ExpressionAttributeNames": {"#partition": "partition"},
        "ExpressionAttributeValues": {":partition": {"S": webhook_id + BACKLOG_SUFFIX}},
    }
    dynamodb = stack.client("dynamodb")
    with refusals_told():
        first = dynamodb.query(
            **{**query, "ExpressionAttributeNames": {"#partition": "partition", "#key": "key"}},
            Limit=1,
            ProjectionExpression="#key",
        )
        if not first["Items"]:
            return 0, False, None
        counted = dynamodb.query(**query, Select="COUNT", Limit=_MOST_COUNTED)
    milliseconds = int(first["Items"][0]["key"]["S"].partition("#")[0])
    return counted["Count"], "LastEvaluatedKey" in counted, _moment(milliseconds)


def _error(stored: str | None) -> str:
    """The last error: its class, and what the sender has said of it."""
    if not stored:
        return ""
    error = json.loads(stored)
    return f"{error.get('class', '')}: {error.get('detail', '')}"


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    from boto3.dynamodb.types import TypeDeserializer  # noqa: PLC0415 - only operators need it

    read = TypeDeserializer().deserialize
    return {name: read(value) for name, value in item.items()}


def _moment(milliseconds: Any) -> datetime:  # noqa: ANN401 - a number as DynamoDB has it
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
