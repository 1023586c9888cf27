"""One POST of a webhook's events: the request, the attempt, and what is kept of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from recado.ports.sending import Deadline, Opened, Sender
from recado.rules.delivery.attempt_record import Attempt, attempt_of
from recado.rules.event.event import Event
from recado.rules.sending.answers import partial_response
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest, outgoing_request
from recado.rules.shaping.formats import Writing
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.use_cases.sending.ports import SendingPorts

_TOKEN_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of one POST, and what is to be kept of it; the answer is in the latter alone.

    `refused` are the keys of the events that the receiver did not take of a POST that was delivered, each with its own
    word, where it said one.
    """

    result: AttemptResult
    attempt: Attempt
    refused: partial_response.Refused = field(default_factory=dict)


def post(
    ports: SendingPorts,
    sender: Sender,
    opened: Opened,
    events: Sequence[Event],
    *,
    deadline: Deadline,
    requested_by: str | None = None,
    number: int = 1,
    writing: Writing | None = None,
) -> Posted:
    """Send the events to the opened webhook, in one POST; raises `OurFaultError` where it cannot be made.

    Of a webhook that needs a token of a token server it may also raise `NoTokenYetError`.

    `requested_by` is who asked for it, where a person did. `number` is which attempt in a row it is for what leads it.
    `writing` has written the events, where they were measured.
    """
    webhook, now = opened.webhook, ports.clock()
    requested = requested_by is not None
    if writing is None or writing.shape != webhook.shape:
        writing = Writing(webhook.shape)
    request = outgoing_request(
        webhook, opened.credentials, events, now, attempt=number, requested=requested, writing=writing
    )
    request, answered = _answered(ports, sender, opened, request, deadline)
    result, refused = partial_response.judged(request, answered, events)
    token = ports.token()[:_TOKEN_DIGITS]
    attempt = attempt_of(
        webhook.webhook_id,
        events,
        request,
        result,
        token=token,
        made_at=now,
        requested_by=requested_by,
        events_refused=bool(refused),
        transform_errors=writing.errors,
    )
    return Posted(replace(result, response=None), attempt, refused)


def _answered(
    ports: SendingPorts, sender: Sender, opened: Opened, request: OutgoingRequest, deadline: Deadline
) -> tuple[OutgoingRequest, AttemptResult]:
    """What was sent, and what came of it."""
    if opened.webhook.authentication is not AuthenticationType.OAUTH2:
        return request, sender.send(request, deadline)
    from recado.use_cases.sending.tokens import send_with_token  # noqa: PLC0415 - few webhooks need a token

    return send_with_token(ports, sender, opened, request, deadline)
