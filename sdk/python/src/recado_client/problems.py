"""Refusals of the API, as errors: RFC 9457 problem documents, and whatever else answers in its place."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

_LONGEST_DETAIL = 300
_LEAST_ERROR = 400


@dataclass(frozen=True)
class FieldError:
    """One field that was refused: its place in the request, and what is accepted there."""

    field: str
    message: str


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """The API refused a request, or could not answer it.

    `status` is the HTTP status, `type` the problem's own name (`about:blank` where there is none), `errors` the fields
    that were refused, `retry_after` the seconds that the answer asks to wait, `document` the whole of it.
    """

    status: int
    title: str
    detail: str = ""
    type: str = "about:blank"
    errors: tuple[FieldError, ...] = ()
    retry_after: float | None = None
    document: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let it travel between processes: an exception is made again of what it was made of."""
        super().__init__(self.status, self.title, self.detail, self.type, self.errors, self.retry_after, self.document)

    @property
    def is_foreign(self) -> bool:
        """Whether something else has answered than the API, which sends no redirects and no pages."""
        return self.status < _LEAST_ERROR

    def __str__(self) -> str:
        """One line for people: status, what it is, and which fields."""
        fields = "; ".join(f"{error.field}: {error.message}" for error in self.errors)
        return " ".join(filter(None, (f"{self.status} {self.title}.".replace("..", "."), self.detail, fields)))


def problem_of(response: httpx.Response) -> Problem:
    """What a response of status 400 or more says; the body may be a problem, a gateway's message, or any text."""
    document = _object(response)
    title = _text(document.get("title")) or response.reason_phrase or "Error"
    detail = _text(document.get("detail")) or _text(document.get("message"))
    return Problem(
        status=response.status_code,
        title=title,
        detail=detail or ("" if document else _readable(response)),
        type=_text(document.get("type")) or "about:blank",
        errors=tuple(_field_errors(document.get("errors"))),
        retry_after=retry_after_seconds(response),
        document=document,
    )


def retry_after_seconds(response: httpx.Response) -> float | None:
    """The seconds of `Retry-After`; None where it is missing or is a date, which the API never sends."""
    try:
        return max(0.0, float(response.headers["retry-after"]))
    except (KeyError, ValueError):
        return None


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        content = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _readable(response: httpx.Response) -> str:
    """A proxy's page says little; its first words at least."""
    return " ".join(response.text.split())[:_LONGEST_DETAIL]


def _field_errors(errors: object) -> list[FieldError]:
    found = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return [FieldError(_text(error.get("field")), _text(error.get("message"))) for error in found]
