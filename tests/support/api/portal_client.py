"""The HTTP API as one who was let in by a portal session meets it."""

from dataclasses import dataclass
from typing import Any

from tests.support.api.client import ADMIN_SCOPE, NOTHING, Answer, ApiClient, route_of, token

EVERYTHING = ("read", "write", "secrets", "resend")


@dataclass
class PortalClient:
    """Calls the API by `/portal/…` with the token of a session."""

    api: ApiClient
    token: str

    @classmethod
    def opened(cls, api: ApiClient, *capabilities: str, **asked: Any) -> "PortalClient":
        """Open a session of the client's account as the platform does it."""
        return cls(api, open_session(api, capabilities=list(capabilities or EVERYTHING), **asked).json["token"])

    def call(self, method: str, path: str, body: Any = NOTHING, **options: Any) -> Answer:
        """Send a request by a path of the API, or by `/session`; the answer is what the API's document says."""
        answer = self.send(method, path, body, **options)
        known = f"/portal{path}" if path == "/session" else route_of(method, path)
        self.api.document.check(method, known, answer)
        return answer

    def send(self, method: str, path: str, body: Any = NOTHING, **options: Any) -> Answer:
        """Send a request without a look at the document, with `headers` besides."""
        headers = {"authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        text = None if body is NOTHING else self.api.text_of(body)
        event = self.api.request(method, f"/portal{path}", text, headers=headers, **options)
        event["routeKey"] = event["requestContext"]["routeKey"] = "ANY /portal/{proxy+}"
        event["pathParameters"] = {"proxy": event["rawPath"].removeprefix("/portal/")}
        del event["requestContext"]["authorizer"]
        return self.api.send(event)


def open_session(api: ApiClient, account: str | None = None, **asked: Any) -> Answer:
    """What the platform is answered that asks for a session."""
    path = f"/accounts/{account or api.account}/portal-sessions"
    return api.call("POST", path, asked, claims=token(scope=ADMIN_SCOPE))
