"""CloudFormation as a custom resource meets it: requests with an address for the answer, and what is answered there."""

import itertools
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.support.api.client import ApiClient
from tests.support.system import System

STACK_ID = "arn:aws:cloudformation:us-east-1:123456789012:stack/shop/9d5d1c3a-0b1e-4a7c-8f5e-2b1c3d4e5f60"
LOGICAL_ID = "OrdersWebhook"
FUNCTION = "webhook_resource"


class AnswerPlace:
    """A server on loopback that answers of custom resources are PUT to."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.statuses: list[int] = []
        place = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                place.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                place.headers.append(dict(self.headers.items()))
                place.paths.append(self.path)
                self.send_response(place.statuses.pop(0) if place.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/answers?X-Amz-Signature=s1gn%2Fed"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def listed(api: ApiClient) -> list[Any]:
    """Return the webhooks of the account."""
    found: list[Any] = api.get(api.webhooks).json["webhooks"]
    return found


@dataclass
class CloudFormation:
    """Asks the function for what a template says of one resource."""

    system: System
    place: AnswerPlace
    account: str
    _requests: Any = field(default_factory=itertools.count)

    def ask(self, kind: str, properties: dict[str, Any] | None = None, **fields: Any) -> Any:
        """Ask, and return the answer: `physical_id`, `old`, `request_id` and the rest by name."""
        event = self.event(kind, properties, **fields)
        self.system.invoke(FUNCTION, event)
        return json.loads(self.place.bodies[-1])

    def made(self, **changes: Any) -> str:
        """Make the webhook, which must succeed, and return its id."""
        answer = self.ask("Create", self.properties(**changes))
        assert answer["Status"] == "SUCCESS", answer
        return str(answer["PhysicalResourceId"])

    def event(
        self,
        kind: str,
        properties: dict[str, Any] | None = None,
        *,
        physical_id: str | None = None,
        old: dict[str, Any] | None = None,
        request_id: str | None = None,
    ) -> dict[str, Any]:
        """Return a request."""
        event = {
            "RequestType": kind,
            "ResponseURL": self.place.url,
            "StackId": STACK_ID,
            "RequestId": request_id or f"request-{next(self._requests)}",
            "ResourceType": "Custom::RecadoWebhook",
            "LogicalResourceId": LOGICAL_ID,
            "ResourceProperties": {"ServiceToken": "arn:aws:lambda:…", **(properties or self.properties())},
        }
        given = {"PhysicalResourceId": physical_id, "OldResourceProperties": old}
        return event | {name: value for name, value in given.items() if value is not None}

    def properties(self, **changes: Any) -> dict[str, Any]:
        """Return the properties of a webhook; None takes one out."""
        usual = {
            "AccountId": self.account,
            "Name": "Orders",
            "TargetUrl": "https://receiver.example/hooks",
            "EventNames": ["CI_STATS"],
        }
        return {name: value for name, value in {**usual, **changes}.items() if value is not None}
