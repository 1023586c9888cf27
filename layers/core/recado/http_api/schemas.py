"""What all resources of the HTTP API share: JSON in camelCase, unknown fields refused, times in ISO 8601."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from recado.http_api.problems import Problem
from recado.rules.attempt import Failure

JSON = "application/json"
READ = [{"jwt": ["recado/webhooks.read"]}]
WRITE = [{"jwt": ["recado/webhooks.write"]}]
PUBLISH = [{"jwt": ["recado/events.publish"]}]
OPEN: list[dict[str, list[str]]] = []


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
    response_body: str | None = None


def error_view(failure: Failure | None) -> ErrorView | None:
    """A failure as it is shown."""
    if failure is None:
        return None
    return ErrorView(
        failure_class=failure.failure_class,
        detail=failure.detail,
        hint=failure.hint,
        status_code=failure.status_code,
        response_body=failure.response_body or None,
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
    400: "The body is not JSON, or a header cannot be read.",
    401: "There is no token, or it is not valid.",
    403: "The token lacks the scope.",
    404: "There is nothing here that this token reaches.",
    409: "The state of the account or webhook does not allow this.",
    412: "The webhook is no longer of the version that If-Match names.",
    415: "The body is not `application/json`.",
    422: "A field is refused; `errors` names it and says what is accepted.",
    429: "Too many requests.",
    503: "Something failed on our side; nothing was changed.",
}


def responses(success: int, model: type[BaseModel] | None, *problems: int, secured: bool = True) -> dict[int, Any]:
    """The documented responses of a route: its success, the given problems, and those that every route has."""
    always = (401, 403, 404, 422, 429, 503) if secured else (422, 429)
    answer: dict[int, Any] = {success: {"description": _DESCRIPTIONS[success]}}
    if model is not None:
        answer[success]["content"] = {JSON: {"model": model}}
    else:
        answer[success]["content"] = {}
    for status in sorted({*problems, *always}):
        by_gateway = status in (401, 403, 429)
        content = {JSON: {"model": GatewayMessage}} if by_gateway else {"application/problem+json": {"model": Problem}}
        answer[status] = {"description": _DESCRIPTIONS[status], "content": content}
    return answer
