"""A webhook's receiver that asks Recado, as its developer would write it: it signs with the public library."""

import itertools
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from standardwebhooks import Webhook as StandardWebhook

from tests.support.api.client import Answer, ApiClient, route_of

_ids = itertools.count()


@dataclass
class ReceiverClient:
    """Asks for one webhook; `secret` is what it signs with, `seconds` how far its clock is ahead."""

    api: ApiClient
    webhook_id: str
    secret: str
    account: str
    seconds: float = 0

    @classmethod
    def of(cls, api: ApiClient, webhook: Any) -> "ReceiverClient":
        """Return the receiver of this webhook, with the secret that its developer was given."""
        secret = api.get(api.path(webhook, "/signature")).json["secret"]
        return cls(api, webhook["webhookId"], secret, api.account)

    def events(self, query: str = "", **changes: str) -> Answer:
        """Ask what has arrived."""
        return self.call("GET", "events", query=query, **changes)

    def resend(self, *delivery_ids: str, **changes: str) -> Answer:
        """Ask for these again."""
        return self.call("POST", "resend", body=json.dumps({"deliveryIds": delivery_ids}), **changes)

    def call(self, method: str, tail: str, *, query: str = "", body: str | None = None, **changes: str) -> Answer:
        """Send a signed request; `changes` replace headers, or what is signed (`payload`)."""
        path = f"/receive/{self.account}/{self.webhook_id}/{tail}"
        line = f"{method} {path}{'?' if query else ''}{query}"
        payload = changes.pop("payload", line if body is None else f"{line}\n{body}")
        event = self.api.request(method, path, body, headers=self.signed(payload) | _headers(changes), claims={})
        del event["headers"]["authorization"], event["requestContext"]["authorizer"]
        event["rawQueryString"] = query
        event["queryStringParameters"] = dict(parse_qsl(query))
        answer = self.api.send(event)
        self.api.document.check(method, route_of(method, path), answer)
        return answer

    def signed(self, payload: str) -> dict[str, str]:
        """Return the headers of a request that is signed now."""
        message_id = f"msg_{next(_ids)}"
        now = datetime.fromtimestamp(int(self.api.system.clock.milliseconds() / 1000 + self.seconds), UTC)
        signature = StandardWebhook(self.secret).sign(message_id, now, payload)
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }


def _headers(changes: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in changes.items()}
