"""Place an order, and say so: both writes are made, or neither is."""

import json
import time
from typing import Any

import boto3


def place(order: dict[str, Any], orders: str, outbox: str) -> None:
    """Write the order and its event in one transaction; id and time of the event are decided here, once."""
    now = time.time()
    event = {
        "accountId": 1010,
        "eventId": f"{order['orderId']}-paid",
        "timestamp": int(now * 1000),
        "data": order,
    }
    waiting = {
        "eventId": {"S": event["eventId"]},
        "eventName": {"S": "order.paid"},
        "detail": {"S": json.dumps(event)},
        "writtenAt": {"N": str(int(now))},
    }
    item = {"orderId": {"S": order["orderId"]}, "order": {"S": json.dumps(order)}}
    # Neither may take the place of another: what waits in the outbox is deleted by its id.
    new_order, new_event = "attribute_not_exists(orderId)", "attribute_not_exists(eventId)"
    boto3.client("dynamodb").transact_write_items(
        TransactItems=[
            {"Put": {"TableName": orders, "Item": item, "ConditionExpression": new_order}},
            {"Put": {"TableName": outbox, "Item": waiting, "ConditionExpression": new_event}},
        ]
    )
