"""Bring the events of an outbox table onto Recado's bus: at once by the table's stream, and by a sweep what is left.

An event leaves the table only after the bus has accepted it. Whatever dies, is throttled or refused in between, it is
published again with the id and the time that it was written with, and so delivered once.
"""

import os
import time
from collections.abc import Iterator, Sequence
from typing import Any

import boto3
from botocore.exceptions import ClientError

TABLE = os.environ["OUTBOX_TABLE"]
BUS = os.environ["EVENT_BUS"]
SOURCE = os.environ["EVENT_SOURCE"]
# What is younger is still on its way through the stream.
SWEPT_AFTER_SECONDS = 60
# PutEvents takes ten.
MOST_ENTRIES = 10

dynamodb = boto3.client("dynamodb")
events = boto3.client("events")

Item = dict[str, Any]


def on_stream(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Publish what has just been written; the stream comes again from the first event that was not accepted."""
    records = [record for record in event["Records"] if record["eventName"] == "INSERT"]
    left = publish([record["dynamodb"]["NewImage"] for record in records])
    again = {item["eventId"]["S"] for item in left}
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["dynamodb"]["SequenceNumber"]}
            for record in records
            if record["dynamodb"]["NewImage"]["eventId"]["S"] in again
        ]
    }


def on_schedule(_event: object, _context: object) -> None:
    """Publish what the stream has left in the table; raises where something stays, so that an alarm can tell."""
    left = publish(list(waiting()))
    if left:
        raise RuntimeError(f"{len(left)} events cannot be published, the first is {left[0]['eventId']['S']}")


def publish(items: Sequence[Item]) -> list[Item]:
    """Put the events onto the bus, and take those that it has accepted out of the table; returns the others."""
    left: list[Item] = []
    for start in range(0, len(items), MOST_ENTRIES):
        group = items[start : start + MOST_ENTRIES]
        refused = put(group)
        for item in group:
            if item not in refused:
                dynamodb.delete_item(TableName=TABLE, Key={"eventId": item["eventId"]})
        left += refused
    return left


def put(group: Sequence[Item]) -> list[Item]:
    """Put up to ten events onto the bus; returns those that it has not accepted."""
    entries = [
        {
            "EventBusName": BUS,
            "Source": SOURCE,
            "DetailType": item["eventName"]["S"],
            "Detail": item["detail"]["S"],
        }
        for item in group
    ]
    try:
        answer = events.put_events(Entries=entries)
    except ClientError as error:
        print(f"refused: {error}")
        # Together they may be too large, or one of them is what is refused.
        return list(group) if len(group) == 1 else [item for each in group for item in put([each])]
    # The call succeeds where entries have failed: each has an answer of its own, in the same order.
    refused = [(item, one) for item, one in zip(group, answer["Entries"], strict=True) if "ErrorCode" in one]
    for item, one in refused:
        print(f"refused: {item['eventId']['S']}: {one['ErrorCode']}: {one.get('ErrorMessage')}")
    return [item for item, _ in refused]


def waiting() -> Iterator[Item]:
    """Everything that has waited for longer than the stream takes; the table is as good as empty otherwise."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=TABLE,
        ConsistentRead=True,
        FilterExpression="writtenAt <= :before",
        ExpressionAttributeValues={":before": {"N": str(int(time.time()) - SWEPT_AFTER_SECONDS)}},
    )
    for page in pages:
        yield from page["Items"]
