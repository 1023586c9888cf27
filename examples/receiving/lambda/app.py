"""Receive Recado's webhooks with AWS Lambda behind an HTTP API: verify, keep, answer, work later. Python 3.13.

To deploy it:

    sam build
    sam deploy --guided    # asks for the webhook's secret; the output HookUrl is the target URL
"""

import base64
import json
import os
from typing import Any

import boto3
from botocore.exceptions import ClientError
from standardwebhooks import Webhook, WebhookVerificationError

WEBHOOK = Webhook(os.environ["WEBHOOK_SECRET"])
INBOX = boto3.resource("dynamodb").Table(os.environ["INBOX_TABLE"])
# API Gateway takes 10 MB, and Lambda 6 MB of it, base64 included.
MOST_BYTES = 1_000_000


def handler(request: dict[str, Any], _context: object) -> dict[str, int]:
    """Answer 202 once all events of a genuine POST are kept; `request` has the payload format 2.0."""
    body = request.get("body", "")
    # API Gateway hands JSON on as text and other content types in base64: both are the bytes as they came.
    raw = base64.b64decode(body) if request["isBase64Encoded"] else body.encode()
    if len(raw) > MOST_BYTES:
        return {"statusCode": 413}
    try:
        # Names are in lower case here. A REST API (format 1.0) leaves them as they were sent: the library takes both.
        events = WEBHOOK.verify(raw, request["headers"])["events"]
    # The library lets through what base64, UTF-8 and the header's form raise: a stranger would get a 500.
    except (WebhookVerificationError, ValueError):
        return {"statusCode": 401}
    for event in events:
        keep(event)
    return {"statusCode": 202}


def keep(event: dict[str, Any]) -> None:
    """Keep an event once: a resend (`recado-resend`) has the id that it had the first time.

    In a table, since the next POST may meet another copy of this function, and since Lambda stops it once it has
    answered. A function of yours on the table's stream does the work; the digest (`recado.digest`) is an event like
    the others.
    """
    item = {"eventId": event["eventId"], "event": json.dumps(event)}
    try:
        INBOX.put_item(Item=item, ConditionExpression="attribute_not_exists(eventId)")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
    else:
        print("kept", event["eventName"], event["eventId"])
