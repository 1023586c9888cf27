"""Events as a publisher puts them onto the bus, and as EventBridge hands them on."""

from typing import Any

ACCOUNT = 1010
NOON_MS = 1_727_438_400_000  # 2024-09-27T12:00:00Z


def detail(event_id: str = "event-1", **changes: Any) -> dict[str, Any]:
    """Return the `Detail` of an entry, with some fields changed; None takes a field out."""
    fields = {
        "accountId": ACCOUNT,
        "eventId": event_id,
        "timestamp": NOON_MS,
        "eventInfo": "",
        "data": {"userId": 4279332, "loId": "course:7374992", "loType": "course"},
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def envelope(name: object = "COURSE_ENROLLMENT", content: object = None) -> dict[str, Any]:
    """Return the EventBridge event that brings an entry with this `DetailType` and `Detail`."""
    return {
        "version": "0",
        "id": "7bf73129-1428-4cd3-a780-95db273d1602",
        "detail-type": name,
        "source": "recado.publisher",
        "account": "123456789012",
        "time": "2024-09-27T12:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail() if content is None else content,
    }


def batch_event(event_id: str, name: str = "LEARNER_PROGRESS", **changes: Any) -> dict[str, Any]:
    """Return a non-real-time event as it waits in the batch queue."""
    return envelope(name, detail(event_id, **changes))


def numbered(count: int) -> list[dict[str, Any]]:
    """Return so many non-real-time events, the latest first: `e000` is the oldest."""
    return [batch_event(f"e{number:03}", timestamp=NOON_MS + number) for number in reversed(range(count))]


def failed_invocation(payload: object) -> dict[str, Any]:
    """Return the record that Lambda sends to a failure destination after the last try of an invocation."""
    return {
        "version": "1.0",
        "timestamp": "2024-09-27T12:03:12.000Z",
        "requestContext": {
            "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
            "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:recado-RealtimeDispatcherFunction:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": payload,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "recording deliveries: throttled", "errorType": "OurFaultError"},
    }
