"""One POST, ready to be sent: address, headers and the very bytes that were signed."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from recado import __version__
from recado.rules.event.event import Event
from recado.rules.sending import payload, signing
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.webhook import AuthenticationType, Webhook

USER_AGENT = f"Recado/{__version__}"
HIDDEN = "[hidden]"
_SECRET_HEADERS = ("authorization", "webhook-signature")
_SHORTEST_SECRET = 4
_BASIC = "Basic "


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A POST to a receiver, who has so many seconds to answer.

    Where `answer_decides`, the body of a success says which events were taken, and is read whole within that time.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    timeout_seconds: float
    answer_decides: bool = field(default=False, repr=False)

    @property
    def shown_headers(self) -> dict[str, str]:
        """The headers as people may see them: `[hidden]` where a value proves who sends."""
        return {name: HIDDEN if name.lower() in _SECRET_HEADERS else value for name, value in self.headers.items()}

    @property
    def proofs(self) -> list[str]:
        """What is behind `[hidden]`: nobody is to see it anywhere else either, such as in an answer that repeats it."""
        hidden = [value for name, value in self.headers.items() if name.lower() in _SECRET_HEADERS]
        basic = [value.removeprefix(_BASIC) for value in hidden if value.startswith(_BASIC)]
        passwords = [base64.b64decode(credentials).decode().partition(":")[2] for credentials in basic]
        return [*(value.removeprefix(_BASIC) for value in hidden), *passwords]

    def hiding(self, text: str) -> str:
        """The text without control characters, and with `[hidden]` in place of whatever in it proves who sends."""
        return without(self.proofs, "".join(sign for sign in text if sign.isprintable()))


def without(secrets: Iterable[str], text: str) -> str:
    """The text with `[hidden]` in place of every secret that is too long to be there by chance."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    return text


def outgoing_request(
    webhook: Webhook,
    credentials: Credentials,
    events: Sequence[Event],
    now_ms: int,
    *,
    attempt: int = 1,
    requested: bool = False,
) -> OutgoingRequest:
    """The POST that brings these events to the webhook now; `webhook-timestamp` is new at every attempt.

    `attempt` is one more than the POSTs in a row that have failed for the event that leads this one. `requested` is
    whether a person has asked for it: a receiver that keeps each event once may want to take this one again.
    """
    body = payload.body(events)
    message_id = payload.message_id(events)
    timestamp = now_ms // 1000
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "recado-attempt": str(attempt),
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
    }
    if requested:
        headers["recado-resend"] = "requested"
    if webhook.authentication is AuthenticationType.BASIC:
        headers["Authorization"] = _basic(webhook.username or "", credentials.password or "")
    elif webhook.authentication is AuthenticationType.SIGNATURE:
        valid = credentials.valid_secrets(now_ms)
        headers["webhook-signature"] = signing.signature(valid, message_id, timestamp, body)
    custom = _custom(webhook, headers)
    delivery = webhook.delivery
    return OutgoingRequest(
        webhook.target_url, custom | headers, body, delivery.timeout_seconds, delivery.partial_responses
    )


def _custom(webhook: Webhook, ours: Mapping[str, str]) -> dict[str, str]:
    """What the admin has added, and what every client says that wants any answer: firewalls refuse POSTs without it."""
    names = {name.lower() for name in ours}
    custom = {name: value for name, value in webhook.headers.items() if name.lower() not in names}
    return custom if any(name.lower() == "accept" for name in custom) else {"Accept": "*/*", **custom}


def _basic(username: str, password: str) -> str:
    # RFC 7617 section 2.1: UTF-8 is what current receivers expect.
    return _BASIC + base64.b64encode(f"{username}:{password}".encode()).decode()
