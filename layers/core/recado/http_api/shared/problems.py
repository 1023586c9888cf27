"""Errors as RFC 9457 problem details, and which exception becomes which."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field

from recado.http_api.shared.field_problems import FieldProblem, field_problems, sentences
from recado.ports.activity import KeyReusedError
from recado.ports.alerting import AddressesChangedError
from recado.ports.managing import LimitReachedError, VersionConflictError
from recado.ports.repeating import StillUnderWayError
from recado.ports.requests import TooManyJobsError
from recado.ports.sending import OurFaultError
from recado.rules.delivery.job import MOST_UNFINISHED
from recado.rules.event.event import InvalidEventError
from recado.rules.event.timestamps import to_iso
from recado.rules.limit import LimitKind
from recado.rules.webhook.authentication.credentials import MAX_EARLIER_SECRETS, TooManySecretsError
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.use_cases.managing.alert_addresses import LinkOverError, MailsOffError, UnknownLinkError
from recado.use_cases.managing.delivery_log import NoSuchDeliveryError
from recado.use_cases.managing.limiting import TooManyRequestsError
from recado.use_cases.managing.portal import LacksCapabilityError, NoPortalSessionError
from recado.use_cases.managing.receiving import NotProvenError
from recado.use_cases.managing.rewriting import NoSignatureError, NoSuchWebhookError, StaleVersionError
from recado.use_cases.sending.asking import NotActiveError
from recado.use_cases.sending.jobs import JobFinishedError, NoSuchJobError
from recado.use_cases.sending.requests import NotWaitingError, NotWantedError

CONTENT_TYPE = "application/problem+json"
KEY_HEADER = "Idempotency-Key"
_SOON: dict[str, str | list[str]] = {"Retry-After": "2"}
_KEY_REUSED = "belongs to another request: with the same key send the same bytes, or send a new key"
_STILL_UNDER_WAY = "The first request with this Idempotency-Key is still under way: repeat it in a moment."
_NO_SESSION = "The portal session is over, or there is none: the platform opens another."
_NOT_PROVEN = (
    "The request is not signed by a secret of this webhook, or not lately, or there is no such webhook: sign the first "
    "line and the body as /console/receiving, the receivers' handbook, says, with a clock that is right to five "
    "minutes."
)
NOT_FOUND = "There is nothing here that this token reaches."


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


def refusal(error: InvalidRequestError) -> Response[str]:
    """The response that names the part of the request that is refused."""
    return _refused_field(error.field, error.message, error.status)


def _refused_field(field: str, message: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> Response[str]:
    errors = [FieldProblem(field=field, message=message)]
    return problem(status, sentences(errors), errors)


def try_again(detail: str) -> Response[str]:
    """A response that asks to repeat the request."""
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers=_SOON)


def not_found() -> Response[str]:
    """The response to whatever the token does not reach, there or not."""
    return problem(HTTPStatus.NOT_FOUND, NOT_FOUND)


class Problems:
    """Which exception becomes which problem."""

    def __init__(self, logger: Logger, webhook_limit: int) -> None:
        self._logger = logger
        self._webhook_limit = webhook_limit
        self._handlers: dict[type[Exception], Callable[[Any], Response[str]]] = {
            OurFaultError: self._our_fault,
            LimitReachedError: self._limit_reached,
            TooManyRequestsError: _too_many_requests,
            TooManySecretsError: _too_many_secrets,
            AddressesChangedError: lambda _: try_again(
                "Others are changing these alert addresses too: try again in a moment."
            ),
            VersionConflictError: lambda _: try_again("Others are changing this webhook too: try again in a moment."),
            InvalidRequestError: refusal,
            KeyReusedError: lambda _: _refused_field(KEY_HEADER, _KEY_REUSED),
            StillUnderWayError: lambda _: problem(HTTPStatus.CONFLICT, _STILL_UNDER_WAY, headers=_SOON),
            InvalidRegistrationError: _invalid_registration,
            InvalidEventError: _invalid_event,
            RequestValidationError: _invalid_fields,
            LacksCapabilityError: _lacks_capability,
            NoPortalSessionError: _no_session,
            NotProvenError: _not_proven,
            **{error_class: _always(*answer) for error_class, answer in _ALWAYS_THE_SAME.items()},
        }

    def register(self, app: APIGatewayHttpResolver) -> None:
        """Make every exception that a route lets through a problem."""
        for error_class, handler in self._handlers.items():
            app.exception_handler(error_class)(handler)

    def of(self, error: Exception) -> Response[str]:
        """The problem of an exception that was raised before any route; raises it again where there is none."""
        for error_class, handler in self._handlers.items():
            if isinstance(error, error_class):
                return handler(error)
        raise error

    def _our_fault(self, error: OurFaultError) -> Response[str]:
        self._logger.error("request failed on our side", exc_info=error)
        return try_again(
            "Something failed on our side. Try again in a moment; a change that was asked for may have been made."
        )

    def _limit_reached(self, _error: LimitReachedError) -> Response[str]:
        detail = f"The account may have {self._webhook_limit} webhooks at most, and has them: remove one first."
        return problem(HTTPStatus.CONFLICT, detail)


_ALWAYS_THE_SAME = {
    NoSuchWebhookError: (HTTPStatus.NOT_FOUND, NOT_FOUND),
    NoSuchDeliveryError: (HTTPStatus.NOT_FOUND, NOT_FOUND),
    NoSuchJobError: (HTTPStatus.NOT_FOUND, NOT_FOUND),
    NotFoundError: (HTTPStatus.NOT_FOUND, NOT_FOUND),
    StaleVersionError: (
        HTTPStatus.PRECONDITION_FAILED,
        "The webhook has been changed meanwhile: read it again, and send its ETag as If-Match.",
    ),
    NoSignatureError: (
        HTTPStatus.CONFLICT,
        "The webhook has no signature: change its authentication to type SIGNATURE first.",
    ),
    NotActiveError: (
        HTTPStatus.CONFLICT,
        "The webhook is switched off, so nothing would be sent: switch it on first.",
    ),
    NotWaitingError: (
        HTTPStatus.CONFLICT,
        "The delivery does not wait any more: there is nothing to withdraw.",
    ),
    NotWantedError: (
        HTTPStatus.CONFLICT,
        "The webhook does not want events of this name any more: add it to eventNames first.",
    ),
    TooManyJobsError: (
        HTTPStatus.CONFLICT,
        f"{MOST_UNFINISHED} jobs of this webhook are unfinished, and more there may not be: wait until one is DONE, or "
        "end one with DELETE …/redeliver?jobId=… . Where the webhook is off, switching it on without catchUp carries "
        "on those that send.",
    ),
    JobFinishedError: (
        HTTPStatus.CONFLICT,
        "There is no unfinished job to end.",
    ),
    MailsOffError: (
        HTTPStatus.CONFLICT,
        "This deployment mails nobody: its operator has set no address to mail from (MailFrom).",
    ),
    UnknownLinkError: (
        HTTPStatus.NOT_FOUND,
        "This link is not known: it was not copied as a whole, or its address was removed from the account.",
    ),
    LinkOverError: (
        HTTPStatus.GONE,
        "This link is over: it is too old, or its address has unsubscribed since. An admin of the account can have "
        "the address asked anew.",
    ),
}


def _always(status: HTTPStatus, detail: str) -> Callable[[Any], Response[str]]:
    return lambda _error: problem(status, detail)


_LIMITED = {
    LimitKind.MUTATION: ("make", "requests that change something or show a secret", "made"),
    LimitKind.TEST_SEND: ("make", "test sends", "made"),
    LimitKind.PUBLISH: ("make", "requests that publish events", "made"),
    LimitKind.READ: ("use", "read units of the database", "used"),
}
_LIMITED_FOR_RECEIVERS = {
    LimitKind.RECEIVER: "make {limit} requests",
    LimitKind.RECEIVER_READ: "use {limit} read units of the database",
}


def _too_many_requests(error: TooManyRequestsError) -> Response[str]:
    limit, seconds = error.limit, error.retry_after_seconds
    if error.kind in _LIMITED_FOR_RECEIVERS:
        what = _LIMITED_FOR_RECEIVERS[error.kind].format(limit=limit)
        detail = f"The webhook's receiver may {what} a minute: try again in {seconds} s."
    else:
        do, what, done = _LIMITED[error.kind]
        detail = f"The account may {do} {limit} {what} a minute, and has {done} them: try again in {seconds} s."
    return problem(HTTPStatus.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(seconds)})


def _lacks_capability(error: LacksCapabilityError) -> Response[str]:
    detail = f"This portal session may not do that: it lacks the capability {error.capability.value}."
    return problem(HTTPStatus.FORBIDDEN, detail)


def _no_session(_error: NoPortalSessionError) -> Response[str]:
    return problem(HTTPStatus.UNAUTHORIZED, _NO_SESSION, headers={"WWW-Authenticate": "Bearer"})


def _not_proven(_error: NotProvenError) -> Response[str]:
    return problem(HTTPStatus.UNAUTHORIZED, _NOT_PROVEN, headers={"WWW-Authenticate": "Webhook-Signature"})


def _too_many_secrets(error: TooManySecretsError) -> Response[str]:
    detail = (
        f"{MAX_EARLIER_SECRETS} earlier secrets still sign along, and more there may not be: the next ends at "
        f"{to_iso(error.next_ends_at)}, or end them all now with DELETE …/signature/previous."
    )
    return problem(HTTPStatus.CONFLICT, detail)


def _invalid_registration(error: InvalidRegistrationError) -> Response[str]:
    errors = [FieldProblem(field=field, message=message) for field, message in error.problems]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentences(errors), errors)


def _invalid_event(error: InvalidEventError) -> Response[str]:
    errors = [FieldProblem(field=each.path, message=each.message) for each in error.problems]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentences(errors), errors)


def _invalid_fields(error: RequestValidationError) -> Response[str]:
    errors = field_problems(error.errors())
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentences(errors), errors)
