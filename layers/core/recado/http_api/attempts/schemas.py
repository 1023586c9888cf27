"""Attempts in JSON."""

from pydantic import Field

from recado.http_api.shared.schemas import ErrorView, Shown, Time, error_view
from recado.ports.managing import AttemptPage
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import id_of
from recado.rules.event.timestamps import to_iso
from recado.rules.sending.answers.shown_answer import Answer


class AttemptRequestView(Shown):
    """How a POST was sent: `[hidden]` stands for a value that proves who sends, `bytes` is the size of the body."""

    url: str
    headers: dict[str, str]
    bytes: int


class AnswerView(Shown):
    """What is kept of an answer: telling headers, and of the body 1 KB where all was taken, else 16 KB.

    A sentence in brackets stands for a body that is compressed, no text, or holds a secret.
    """

    headers: dict[str, str]
    body: str
    truncated: bool


class AttemptView(Shown):
    """One POST, and the deliveries it carried: where these are several, `error` need not be about each of them."""

    attempt_id: str
    webhook_id: str
    started_at: Time
    latency_ms: int
    delivered: bool
    message_id: str
    events: int = Field(description="How many events it carried.")
    delivery_ids: list[str]
    address: str | None = Field(
        default=None, description="The IP address that it went to, where there was a connection."
    )
    request: AttemptRequestView
    status_code: int | None = None
    response: AnswerView | None = None
    error: ErrorView | None = None
    requested_by: str | None = Field(default=None, description="Who asked for it, where a person did.")


class AttemptList(Shown):
    """A page of attempts, newest first; `nextCursor` leads to the next one, and is missing on the last."""

    attempts: list[AttemptView]
    next_cursor: str | None = None


def attempt_list(page: AttemptPage, next_cursor: str | None) -> AttemptList:
    """A page as it is shown."""
    return AttemptList(attempts=[_attempt_view(attempt) for attempt in page.attempts], next_cursor=next_cursor)


def _attempt_view(attempt: Attempt) -> AttemptView:
    return AttemptView(
        attempt_id=attempt.attempt_id,
        webhook_id=attempt.webhook_id,
        started_at=to_iso(attempt.started_at),
        latency_ms=attempt.latency_ms,
        delivered=attempt.delivered,
        message_id=attempt.message_id,
        events=len(attempt.keys),
        delivery_ids=[id_of(key) for key in attempt.keys],
        address=attempt.address,
        request=AttemptRequestView(url=attempt.url, headers=dict(attempt.request_headers), bytes=attempt.request_bytes),
        status_code=attempt.status_code,
        response=None if attempt.answer is None else _answer_view(attempt.answer),
        error=error_view(attempt.failure),
        requested_by=attempt.requested_by,
    )


def _answer_view(answer: Answer) -> AnswerView:
    return AnswerView(headers=dict(answer.headers), body=answer.body, truncated=answer.truncated)
