"""Values that tests are about, with everything filled in that a test does not care for."""

import json
from collections.abc import Sequence
from typing import Any

from recado.rules.delivery.attempt_record import Attempt, attempt_of
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.job import Job, JobKind
from recado.rules.delivery.selection import Selection
from recado.rules.event.event import Event, parse_event
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.sending.outgoing import outgoing_request
from recado.rules.shaping.formats import Shape, Writing
from recado.rules.webhook.authentication.authentication import CertificateFacts
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Health, HealthState, Webhook

NOW = 1_727_438_400_000  # 2024-09-27T12:00:00Z
NAME = "COURSE_ENROLLMENT"
OTHER_NAME = "COURSE_COMPLETED"
OWNER = "owner"


def detail(**changes: Any) -> dict[str, Any]:
    """Return the `Detail` of a sound event, with some fields changed."""
    return {"accountId": 1010, "eventId": "e1", "timestamp": NOW, "data": {"userId": 1}} | changes


def event(event_id: str = "e1", *, name: str = NAME, **changes: Any) -> Event:
    """Build an event of account 1010."""
    return parse_event(name, detail(eventId=event_id, **changes))


def events(count: int) -> list[Event]:
    """Build events a millisecond apart, in order."""
    return [event(f"e{number}", timestamp=NOW + number) for number in range(count)]


def body_of(events: Sequence[Event]) -> bytes:
    """Return the body of a POST of these events, as a webhook without a format gets it."""
    return Writing(Shape()).body(events)


def sized_event(size: int, event_id: str = "e1", **changes: Any) -> Event:
    """Build an event whose JSON text has exactly this many bytes."""
    empty = event(event_id, **{**changes, "data": {"text": ""}})
    return event(event_id, **{**changes, "data": {"text": "x" * (size - len(empty.text))}})


def webhook(webhook_id: str = "wh_1", **changes: Any) -> Webhook:
    """Build an active, healthy webhook of account 1010 that wants every event built here."""
    values: dict[str, Any] = {
        "account_id": "1010",
        "name": "Receiver",
        "target_url": "https://receiver.example/hooks",
        "event_names": (NAME, OTHER_NAME),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Webhook(webhook_id=webhook_id, **(values | changes))


def owned(next_at: int = NOW, owner: str = OWNER, **changes: Any) -> Lane:
    """Build the lane of a webhook that has an owner, which is due now."""
    return Lane(owner=owner, next_at=next_at, **changes)


def failing(**changes: Any) -> Health:
    """Build the health of a webhook that has failed once; its lane is `owned`."""
    values: dict[str, Any] = {"failing_since": NOW - 5_000, "attempts": 1, "last_error": failure()}
    return Health(HealthState.FAILING, **(values | changes))


def failure(status: int = 500) -> Failure:
    """Build the failure that a status means."""
    return Failure(FailureClass.SERVER_ERROR, f"The receiver answered with status {status}.", status)


def delivered(started_ms: int = NOW, latency_ms: int = 20) -> AttemptResult:
    """Build the result of an attempt that was acknowledged after 20 ms."""
    return AttemptResult(started_ms, latency_ms, 202)


def failed(status: int = 500, *, retry_after: int | None = None, latency_ms: int = 20) -> AttemptResult:
    """Build the result of an attempt that was answered with that status."""
    return AttemptResult(NOW, latency_ms, status, failure(status), retry_after)


def attempt(
    *carried: Event,
    result: AttemptResult | None = None,
    requested_by: str | None = None,
    token: str = "0badcafe",  # noqa: S107 - no password
) -> Attempt:
    """Build what is kept of a POST of these events, acknowledged unless another result is given."""
    request = outgoing_request(webhook(), Credentials(), carried, NOW)
    made = result or delivered()
    return attempt_of("wh_1", carried, request, made, token=token, made_at=made.started_ms, requested_by=requested_by)


def pending(one: Event, webhook_id: str = "wh_1", created_at: int = NOW) -> Delivery:
    """Build a delivery that waits in a backlog."""
    return Delivery(webhook_id, one, DeliveryStatus.PENDING, created_at)


def job(kind: JobKind = JobKind.REDELIVERY, **changes: Any) -> Job:
    """Build a job that was asked for at noon, about all that waits unless another selection is given."""
    values: dict[str, Any] = {
        "job_id": "job_1",
        "selection": Selection(),
        "created_at": NOW,
        "updated_at": NOW,
        "requested_by": "an admin",
    }
    return Job("1010", "wh_1", kind=kind, **(values | changes))


def nested(levels: int) -> dict[str, Any]:
    """Build JSON objects inside each other, that many levels deep."""
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def nested_text(levels: int) -> str:
    """Write lists inside each other, that many levels deep."""
    return "[" * levels + "]" * levels


def envelope(name: object = NAME, content: object = None, **changes: Any) -> dict[str, Any]:
    """Return the EventBridge event that brings an entry with this `DetailType` and `Detail`."""
    return {"version": "0", "detail-type": name, "source": "recado.publisher"} | {
        "detail": detail(**changes) if content is None else content
    }


def envelope_text(**changes: Any) -> str:
    """Return the body of a batch queue's message with an event."""
    return json.dumps(envelope(**changes))


def certificate(ends_in_days: float, fingerprint: str = "a1") -> CertificateFacts:
    """Build what is known of a client certificate that ends so many days from now."""
    ends = NOW + round(ends_in_days * 24 * 60 * 60 * 1000)
    return CertificateFacts("CN=client", "CN=Root", fingerprint, NOW - 1, ends)
