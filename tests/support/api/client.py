"""The HTTP API as a caller meets it: what API Gateway makes of a request, and of the function's answer."""

import base64
import itertools
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from tests.support.api.document import ApiDocument
from tests.support.aws.stack import API_ID, template
from tests.support.system import System

ALL_SCOPES = "recado/webhooks.read recado/webhooks.write recado/events.publish"
ADMIN_SCOPE = "recado/admin"
OF_EVERY_ANSWER = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
FOR_EVERYBODY = ("/egress.json", "/webhook-keys.json")
NOTHING = object()

_accounts = itertools.count(1010)
DOMAIN_NAME = "hooks.platform.example"
_requests = itertools.count()


def token(*accounts: str, scope: str = ALL_SCOPES, **claims: Any) -> dict[str, Any]:
    """Return the claims of a token for these accounts."""
    groups = [f"account:{account}" for account in accounts]
    return {"sub": "5f2c", "cognito:groups": groups, "scope": scope, **claims}


def bearer(claims: object) -> str:
    """Return the header with a token of these claims."""
    parts = (json.dumps(part).encode() for part in ({"kid": "example"}, claims, "signature"))
    return "Bearer " + ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def authorized(claims: dict[str, Any]) -> dict[str, str]:
    """Return the claims as the JWT authorizer hands them on: as text, and lists as `[a b]`."""
    return {name: _as_text(value) for name, value in claims.items()}


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return f"[{' '.join(_as_text(member) for member in value)}]"
    return value if isinstance(value, str) else json.dumps(value)


def draft(**changes: Any) -> dict[str, Any]:
    """Return the body that registers a webhook, with some fields changed; None takes a field out."""
    fields = {"name": "Orders", "targetUrl": "https://receiver.example/hooks", "eventNames": ["CI_STATS"], **changes}
    return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True)
class Answer:
    """An answer of the API."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.text)

    @property
    def fields(self) -> list[str]:
        """The fields that a problem names."""
        return [entry["field"] for entry in self.json["errors"]]

    @property
    def is_nothing(self) -> bool:
        """Whether this is the one answer to whatever is not there, or not for this token."""
        return (self.status, self.headers, self.json) == (
            404,
            {"Content-Type": "application/problem+json", **OF_EVERY_ANSWER},
            {
                "type": "about:blank",
                "title": "Not Found",
                "status": 404,
                "detail": "There is nothing here that this token reaches.",
            },
        )


@dataclass
class ApiClient:
    """Calls the API for one account, and holds each answer against the API's document."""

    system: System
    document: ApiDocument
    account: str = field(default_factory=lambda: str(next(_accounts)))
    answers: list[Answer] = field(default_factory=list)

    @property
    def webhooks(self) -> str:
        """The path of the account's webhooks."""
        return f"/accounts/{self.account}/webhooks"

    @property
    def events(self) -> str:
        """The path where the account's events are published."""
        return f"/accounts/{self.account}/events"

    def create(self, **changes: Any) -> Any:
        """Register a webhook, which must succeed."""
        answer = self.call("POST", self.webhooks, draft(**changes))
        assert answer.status == 201, answer.text
        return answer.json

    def path(self, webhook: Any, rest: str = "") -> str:
        """Return the path of a webhook, or of something below it."""
        return f"{self.webhooks}/{webhook['webhookId']}{rest}"

    def as_registered(self, webhook: Any) -> Any:
        """Return the webhook as it is, without what waits: as the answers to its registration and changes show it."""
        shown = self.get(self.path(webhook)).json
        del shown["waiting"]
        return shown

    def get(self, path: str, query: dict[str, str] | None = None, **options: Any) -> Answer:
        """Read."""
        return self.call("GET", path, query=query, **options)

    def call(self, method: str, path: str, body: Any = NOTHING, **options: Any) -> Answer:
        """Send a request with this JSON body; the options are those of `request`."""
        text = None if body is NOTHING else self.text_of(body)
        answer = self.send(self.request(method, path, text, **options))
        self.document.check(method, route_of(method, path), answer)
        return answer

    @staticmethod
    def text_of(body: Any) -> str:
        """Return a body as it is sent."""
        return json.dumps(body)

    def send(self, event: dict[str, Any]) -> Answer:
        """Invoke the function with an event of API Gateway's."""
        result = self.system.invoke("webhook_api", event)
        assert result["isBase64Encoded"] is False
        answer = Answer(result["statusCode"], result["headers"], result["body"])
        is_kept = result["statusCode"] == HTTPStatus.OK and str(event.get("routeKey")).endswith(FOR_EVERYBODY)
        kept = {"Cache-Control": "public, max-age=3600"} if is_kept else {}
        assert answer.headers.items() >= {**OF_EVERY_ANSWER, **kept}.items()
        self.answers.append(answer)
        return answer

    def request(
        self,
        method: str,
        path: str,
        text: str | bytes | None = None,
        *,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        claims: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Build the event (payload format 2.0) that API Gateway sends; bytes arrive in Base64, as it does it."""
        route = f"{method} {route_of(method, path)}"
        claims = token(self.account) if claims is None else claims
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": route,
            "rawPath": unquote(path.replace("%25", "%2525")),  # decoded but for the percent sign itself
            "rawQueryString": "",
            "headers": {
                "host": "api.example",
                "authorization": bearer(claims),
                **({} if text is None else {"content-type": "application/json"}),
            },
            "requestContext": {
                "apiId": API_ID,
                "domainName": DOMAIN_NAME,
                "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
                "stage": "$default",
                "requestId": f"request-{next(_requests)}",
                "routeKey": route,
                "authorizer": {"jwt": {"claims": authorized(claims), "scopes": None}},
            },
            "isBase64Encoded": isinstance(text, bytes),
        }
        event["headers"] |= headers or {}
        if query:
            event["queryStringParameters"] = query
        if text is not None:
            event["body"] = base64.b64encode(text).decode() if isinstance(text, bytes) else text
        return event


def route_of(method: str, path: str) -> str:
    """Return the template's route for a path: the one with the fewest parameters, `$default` where there is none."""
    segments = path.split("/")
    paths = template().properties("HttpApi")["Body"]["paths"]
    fitting = [
        route
        for route, operations in paths.items()
        if method.lower() in operations and len(route.split("/")) == len(segments) and _fits(route, segments)
    ]
    return min(fitting, key=lambda route: route.count("{"), default="$default")


def _fits(route: str, segments: list[str]) -> bool:
    return all(
        wanted == segment or (wanted.startswith("{") and segment)
        for wanted, segment in zip(route.split("/"), segments, strict=True)
    )
