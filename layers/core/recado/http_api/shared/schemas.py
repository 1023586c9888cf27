"""What all resources of the HTTP API share: JSON in camelCase, unknown fields refused, times in RFC 3339."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from recado.http_api.shared.access import ADMIN_SCOPE
from recado.http_api.shared.problems import CONTENT_TYPE as PROBLEM
from recado.http_api.shared.problems import Problem
from recado.rules.event.timestamps import to_iso
from recado.rules.sending.attempt import Failure

JSON = "application/json"
OPEN: list[dict[str, list[str]]] = []


def _either(scope: str) -> list[dict[str, list[str]]]:
    return [{"jwt": [scope]}, {"jwt": [ADMIN_SCOPE]}]


READ = _either("recado/webhooks.read")
WRITE = _either("recado/webhooks.write")
PUBLISH = _either("recado/events.publish")
ADMIN: list[dict[str, list[str]]] = [{"jwt": [ADMIN_SCOPE]}]
OF_PORTAL: list[dict[str, list[str]]] = [{"portal": []}]
OF_RECEIVER: list[dict[str, list[str]]] = [{"receiver": []}]

Time = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""A point in time in an answer."""

TimeEntered = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})]
"""A point in time in a request: the rules check it in one sentence, pydantic would have one for each type."""


def iso_or_none(milliseconds: int | None) -> str | None:
    """A time as it is shown, where there is one."""
    return None if milliseconds is None else to_iso(milliseconds)


def lengths(least: int, most: int) -> JsonDict:
    """How many characters a text has, as the document says it.

    Pydantic is not told: the rules check it, with one sentence for all that is wrong with a field.
    """
    return {"minLength": least, "maxLength": most}


def nullable(schema: JsonDict) -> None:
    """Say `oneOf` with null: what is entered as null is taken away."""
    schema["oneOf"] = schema.pop("anyOf")


def new_router() -> APIGatewayHttpRouter:
    """A router, for the routes of one resource."""
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # Powertools leaves it untyped


class Entered(BaseModel):
    """A request body, or a part of one."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True)


class Shown(BaseModel):
    """A response body, or a part of one."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class GatewayMessage(BaseModel):
    """An error of API Gateway's own: the request did not come as far as the API."""

    message: str


class ErrorView(Shown):
    """Why an attempt failed."""

    failure_class: str
    detail: str
    hint: str
    status_code: int | None = None
    timeout_seconds: Annotated[int | None, Field(description="How long the receiver had to answer; of `TIMEOUT`.")] = (
        None
    )


def error_view(failure: Failure | None) -> ErrorView | None:
    """A failure as it is shown."""
    if failure is None:
        return None
    return ErrorView(
        failure_class=failure.failure_class,
        detail=failure.detail,
        hint=failure.hint,
        status_code=failure.status_code,
        timeout_seconds=failure.timeout_seconds,
    )


def shown(body: Shown, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Response[str]:
    """A JSON response; fields without a value are left out."""
    text = body.model_dump_json(by_alias=True, exclude_none=True)
    return Response(status_code=status, content_type=JSON, body=text, headers=dict(headers or {}))


_DESCRIPTIONS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "Removed",
    400: "The `accountId` cannot be one, the body is not JSON, or a header cannot be read.",
    401: "There is no token, or it is not valid.",
    403: "The token lacks the scope.",
    404: "There is nothing here that this token reaches.",
    409: "The state of the account or webhook does not allow this.",
    410: "The link is over.",
    412: "The webhook is no longer of the version that If-Match names.",
    415: "The body is not declared as `application/json`.",
    422: "A field is refused; `errors` names it and says what is accepted.",
    429: "Too many requests of all accounts together.",
    500: "An error that should not be; it is logged, and sets off an alarm.",
    503: "Something failed on our side: try again in a moment.",
}
_BY_GATEWAY = (401, 403, 429, 500)
_HEADERS = {
    "ETag": "The version of the webhook, for `If-Match`.",
    "Location": "The address of what was made.",
    "Content-Disposition": "A file name: the answer is an attachment.",
    "Retry-After": "Seconds to wait.",
}


FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600"}
"""The header of an answer that is for everybody, and may be kept for an hour."""


def responses(
    success: int, model: type[BaseModel] | None, *problems: int, headers: tuple[str, ...] = (), secured: bool = True
) -> dict[int, Any]:
    """The documented responses of a route: its success, the given problems, and those that every route has."""
    always = (401, 403, 404, 429, 500, 503) if secured else (429, 500)
    content = {} if model is None else {JSON: {"model": model}}
    answers: dict[int, Any] = {success: _response(success, content, headers)}
    for status in sorted({*problems, *always}):
        by_gateway = status in _BY_GATEWAY and status not in problems
        content = {JSON: {"model": GatewayMessage}} if by_gateway else {PROBLEM: {"model": Problem}}
        answers[status] = _response(
            status, content, ("Retry-After",) if status == HTTPStatus.SERVICE_UNAVAILABLE else ()
        )
    return answers


def _response(status: int, content: dict[str, Any], headers: tuple[str, ...]) -> dict[str, Any]:
    documented = {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in headers}
    return {"description": _DESCRIPTIONS[status], "content": content, "headers": documented}
