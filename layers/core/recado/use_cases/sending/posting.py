"""One POST of a webhook's events: the request, the attempt, and what is kept of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from recado.ports import Deadline, Opened, Sender
from recado.rules.delivery.attempt_record import Attempt, attempt_of
from recado.rules.event.event import Event
from recado.rules.sending import partial_response
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import outgoing_request
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
) -> Posted:
    """Send the events to the opened webhook, in one POST; raises `OurFaultError` where it cannot be made.

    `requested_by` is who asked for it, where a person did. `number` is which attempt in a row it is for what leads it.
    """
    webhook, now = opened.webhook, ports.clock()
    requested = requested_by is not None
    request = outgoing_request(webhook, opened.credentials, events, now, attempt=number, requested=requested)
    result, refused = partial_response.judged(request, sender.send(request, deadline), events)
    token = ports.token()[:_TOKEN_DIGITS]
    attempt = attempt_of(
        webhook.webhook_id,
        events,
        request,
        result,
        token=token,
        requested_by=requested_by,
        events_refused=bool(refused),
    )
    return Posted(replace(result, response=None), attempt, refused)
