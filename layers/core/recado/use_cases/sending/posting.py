"""One POST of a webhook's events: the request, the attempt, and what is kept of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from recado.ports import Deadline, Opened, Sender
from recado.rules.delivery.attempt_record import Attempt, attempt_of
from recado.rules.delivery.delivery import Delivery
from recado.rules.event.event import Event
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.sending.outgoing import outgoing_request
from recado.use_cases.sending.ports import SendingPorts

_TOKEN_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of one POST, and what is to be kept of it; the answer is in the latter alone.

    `refused` are the events that the receiver did not take, though it took the others: by key, in its own words where
    it has some.
    """

    result: AttemptResult
    attempt: Attempt
    refused: Mapping[str, str | None] = field(default_factory=dict)


def post(
    ports: SendingPorts,
    sender: Sender,
    opened: Opened,
    events: Sequence[Event],
    *,
    deadline: Deadline,
    requested_by: str | None = None,
) -> Posted:
    """Send the events to the opened webhook, in one POST; raises `OurFaultError` where it cannot be made."""
    webhook = opened.webhook
    request = outgoing_request(webhook, opened.credentials, events, ports.clock())
    result = sender.send(request, deadline)
    token = ports.token()[:_TOKEN_DIGITS]
    attempt = attempt_of(webhook.webhook_id, events, request, result, token=token, requested_by=requested_by)
    return Posted(replace(result, response=None), attempt)


def named_as_failed(delivery: Delivery, posted: Posted) -> Delivery:
    """The delivery as it stands that the receiver named as one that it did not take."""
    attempt, word = posted.attempt, posted.refused[delivery.event.key]
    detail = (
        "The receiver did not take this event." if word is None else f"The receiver did not take this event: {word}"
    )
    return replace(
        delivery,
        message_id=attempt.message_id,
        last_attempt_at=attempt.started_at,
        latency_ms=attempt.latency_ms,
        status_code=attempt.status_code,
        error=Failure(FailureClass.CLIENT_ERROR, detail, attempt.status_code),
    )
