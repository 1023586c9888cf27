"""Publish an event with the SDK for Python."""

import json
import time
import uuid

import boto3

event = {
    "accountId": 1010,
    "eventId": str(uuid.uuid4()),
    "timestamp": int(time.time() * 1000),
    "data": {
        "orderId": "o-1001",
        "customerId": "c-7",
        "status": "paid",
        "total": {"amount": 59.90, "currency": "EUR"},
        "lines": [{"sku": "TEE-M", "quantity": 2, "price": 29.95}],
    },
}
entry = {
    "EventBusName": "recado",
    "Source": "recado.publisher",
    "DetailType": "order.paid",
    "Detail": json.dumps(event),
}
answer = boto3.client("events").put_events(Entries=[entry])
if answer["FailedEntryCount"] > 0:
    raise SystemExit(f"not published: {answer['Entries'][0]}")
print(event["eventId"])
