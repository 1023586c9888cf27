"""Errors as RFC 9457 problem details, and which exception becomes which."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from pydantic import BaseModel, Field

from recado.ports import LimitReachedError, OurFaultError
from recado.rules.event import InvalidEventError
from recado.rules.registration import InvalidRegistrationError
from recado.rules.strict_json import InvalidJsonError
from recado.rules.webhook import AuthenticationType
from recado.use_cases.administration import NoSignatureError, NoSuchWebhookError, StaleVersionError
from recado.use_cases.delivery_log import NoSuchDeliveryError

CONTENT_TYPE = "application/problem+json"
NOT_FOUND = "There is nothing here that this token reaches."


class FieldProblem(BaseModel):
    """One field that was refused."""

    field: str
    message: str


class Problem(BaseModel):
    """An error, as RFC 9457 describes them."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = Field(default=None, description="The fields that were refused, and why.")


class InvalidRequestError(Exception):
    """A part of the request that is refused: `field` names it."""

    def __init__(self, field: str, message: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.status = status


def problem(
    status: HTTPStatus,
    detail: str,
    errors: list[FieldProblem] | None = None,
    headers: dict[str, str | list[str]] | None = None,
) -> Response[str]:
    """A response with a problem."""
    body = Problem(title=status.phrase, status=status, detail=detail, errors=errors)
    return Response(
        status_code=status, content_type=CONTENT_TYPE, body=body.model_dump_json(exclude_none=True), headers=headers
    )


def refused_field(field: str, message: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> Response[str]:
    """A response that names one refused field."""
    return problem(status, f"{field} {message}.", [FieldProblem(field=field, message=message)])


def register_problems(app: APIGatewayHttpResolver, logger: Logger, webhook_limit: int) -> None:
    """Make every exception that a route lets through a problem."""

    def our_fault(error: OurFaultError) -> Response[str]:
        logger.error("request failed on our side", exc_info=error)
        detail = "Something failed on our side, and nothing was changed: try again in a moment."
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "2"})

    def limit_reached(_error: LimitReachedError) -> Response[str]:
        detail = f"The account has {webhook_limit} webhooks already, and may not have more: remove one first."
        return problem(HTTPStatus.CONFLICT, detail)

    handlers: dict[type[Exception], Callable[[Any], Response[str]]] = {
        OurFaultError: our_fault,
        LimitReachedError: limit_reached,
        NoSuchWebhookError: _not_found,
        NoSuchDeliveryError: _not_found,
        NotFoundError: _not_found,
        StaleVersionError: _stale_version,
        NoSignatureError: _no_signature,
        InvalidRequestError: lambda error: refused_field(error.field, error.message, error.status),
        InvalidRegistrationError: lambda error: refused_field(error.field, error.reason),
        InvalidEventError: lambda error: refused_field(error.field, error.reason),
        InvalidJsonError: lambda error: _unreadable_body(str(error)),
        UnicodeDecodeError: lambda _error: _unreadable_body("not UTF-8"),
        RequestUnsupportedContentType: _unsupported_content_type,
        RequestValidationError: _invalid_fields,
    }
    for error_class, handler in handlers.items():
        app.exception_handler(error_class)(handler)


def _not_found(_error: Exception) -> Response[str]:
    return problem(HTTPStatus.NOT_FOUND, NOT_FOUND)


def _unreadable_body(reason: str) -> Response[str]:
    return refused_field("body", f"cannot be read: {reason}", HTTPStatus.BAD_REQUEST)


def _stale_version(_error: StaleVersionError) -> Response[str]:
    detail = "The webhook has been changed meanwhile: read it again, and send its ETag as If-Match."
    return problem(HTTPStatus.PRECONDITION_FAILED, detail)


def _no_signature(_error: NoSignatureError) -> Response[str]:
    detail = "The webhook has no signature: change its authentication to type SIGNATURE first."
    return problem(HTTPStatus.CONFLICT, detail)


def _unsupported_content_type(_error: RequestUnsupportedContentType) -> Response[str]:
    return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json.")


def _invalid_fields(error: RequestValidationError) -> Response[str]:
    errors = [_field_problem(entry) for entry in error.errors()]
    detail = " ".join(f"{entry.field}: {entry.message}." for entry in errors)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors)


_PLACES = ("body", "query", "path", "header")
_UNION_TAGS = tuple(AuthenticationType)


def _field_problem(entry: dict[str, Any]) -> FieldProblem:
    """Pydantic's error, with the field as the API names it."""
    location = [part for part in entry["loc"] if part not in _PLACES + _UNION_TAGS] or ["body"]
    if entry["type"].startswith("union_tag"):
        location.append("type")
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")
    return FieldProblem(field=field, message=_message(entry))


def _message(entry: dict[str, Any]) -> str:
    messages = {
        "extra_forbidden": "is not a field of this request",
        "missing": "is required",
        "union_tag_not_found": "is required",
        "union_tag_invalid": f"must be one of {', '.join(AuthenticationType)}",
        "value_error": entry["msg"].removeprefix("Value error, "),
    }
    own_words = entry["msg"][:1].lower() + entry["msg"][1:]
    return str(messages.get(entry["type"], own_words))
