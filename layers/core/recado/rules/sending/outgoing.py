"""One POST, ready to be sent: address, headers and the very bytes that were signed."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from recado import __version__
from recado.rules.event.event import Event
from recado.rules.event.trace_context import shared_traceparent
from recado.rules.sending import payload
from recado.rules.sending.answers.proofs import HIDDEN, NO_PROOFS, Proofs, of_custom_headers
from recado.rules.sending.signing import signing, signing_secret
from recado.rules.sending.tls_identity import TlsIdentity
from recado.rules.shaping.formats import Writing
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Webhook

USER_AGENT = f"Recado/{__version__}"
_SECRET_HEADERS = frozenset({"authorization", "webhook-signature"})
_BASIC = "Basic "
_BEARER = "Bearer "


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A POST to a receiver, who has so many seconds to answer.

    Where `answer_decides`, the body of a success says which events were taken, and is read whole within that time.
    `proofs` are the secrets that are behind `[hidden]`, and whatever else is to be seen in no answer; `secret_headers`
    are the lower names of the headers that hold one. `tls` is what the connection needs of the webhook's own.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    timeout_seconds: float
    answer_decides: bool = field(default=False, repr=False)
    proofs: Proofs = field(default=NO_PROOFS, repr=False, compare=False)
    secret_headers: frozenset[str] = field(default=_SECRET_HEADERS, repr=False)
    tls: TlsIdentity | None = field(default=None, repr=False)

    @property
    def shown_headers(self) -> dict[str, str]:
        """The headers as people may see them: `[hidden]` where a value proves who sends."""
        return {name: HIDDEN if name.lower() in self.secret_headers else value for name, value in self.headers.items()}

    def hiding(self, text: str) -> str:
        """The text without control characters, or `[hidden]` where anything can be read in it that proves who sends."""
        shown = "".join(sign for sign in text if sign.isprintable())
        return shown if self.proofs.read_in(shown.encode(errors="replace")) is None else HIDDEN

    def bearing(self, token: str) -> "OutgoingRequest":
        """The POST with this token (RFC 6750 section 2.1), which is to be seen in no answer."""
        headers = {**self.headers, "Authorization": _BEARER + token}
        return replace(self, headers=headers, proofs=self.proofs.beside([("the access token", token)]))


def outgoing_request(
    webhook: Webhook,
    credentials: Credentials,
    events: Sequence[Event],
    now_ms: int,
    *,
    attempt: int = 1,
    requested: bool = False,
    writing: Writing | None = None,
) -> OutgoingRequest:
    """The POST that brings these events to the webhook now; `webhook-timestamp` is new at every attempt.

    `attempt` is one more than the POSTs in a row that have failed for the event that leads this one. `requested` is
    whether a person has asked for it: a receiver that keeps each event once may want to take this one again. `writing`
    has written them already, where somebody has measured them.
    """
    writing = writing or Writing(webhook.shape)
    body = writing.body(events)
    message_id = payload.message_id(events)
    headers = {
        "Content-Type": writing.shape.content_type,
        "User-Agent": USER_AGENT,
        "recado-attempt": str(attempt),
        "webhook-id": message_id,
        "webhook-timestamp": str(now_ms // 1000),
        **dict(_sometimes(events, requested=requested)),
    }
    proving = _proving(webhook, credentials, (message_id, now_ms // 1000, body), now_ms)
    headers |= proving
    custom = _custom(webhook, headers)
    return OutgoingRequest(
        webhook.target_url,
        custom | headers,
        body,
        webhook.delivery.timeout_seconds,
        webhook.delivery.partial_responses,
        Proofs([*_proofs(webhook, credentials, headers), *of_custom_headers(custom)]),
        _SECRET_HEADERS | {name.lower() for name in proving},
        _tls(webhook, credentials),
    )


def _sometimes(events: Sequence[Event], *, requested: bool) -> Iterator[tuple[str, str]]:
    """The headers that only some requests have."""
    if requested:
        yield "recado-resend", "requested"
    traceparent = shared_traceparent(event.traceparent for event in events)
    if traceparent is not None:
        yield "traceparent", traceparent


def _proving(webhook: Webhook, credentials: Credentials, signed: tuple[str, int, bytes], now_ms: int) -> dict[str, str]:
    """The headers that prove who sends."""
    match webhook.authentication:
        case AuthenticationType.BASIC:
            return {"Authorization": _basic(webhook.username or "", credentials.password or "")}
        case AuthenticationType.BEARER:
            return {"Authorization": _BEARER + (credentials.token or "")}
        case AuthenticationType.HEADER:
            return {webhook.header_name or "": credentials.header_value or ""}
        case AuthenticationType.SIGNATURE:
            secrets, keys = credentials.valid_secrets(now_ms), credentials.valid_keys(now_ms)
            return {"webhook-signature": signing.signature(secrets, *signed, keys)}
        case _:
            return {}


def _tls(webhook: Webhook, credentials: Credentials) -> TlsIdentity | None:
    certificate, authorities = credentials.client_certificate, credentials.trusted_certificates
    if webhook.secret_version is None or (certificate is None and authorities is None):
        return None
    return TlsIdentity(webhook.secret_version, certificate, authorities)


def _custom(webhook: Webhook, ours: Mapping[str, str]) -> dict[str, str]:
    """What the admin has added, and what every client says that wants any answer: firewalls refuse POSTs without it."""
    names = {name.lower() for name in ours}
    custom = {name: value for name, value in webhook.headers.items() if name.lower() not in names}
    known = names | {name.lower() for name in custom}
    return custom if "accept" in known else {"Accept": "*/*", **custom}


def _proofs(
    webhook: Webhook, credentials: Credentials, headers: Mapping[str, str]
) -> Iterator[tuple[str, str | bytes]]:
    """The secrets of a request with these headers of ours, keys and signatures as bytes, too."""
    yield from _sent_proofs(webhook, credentials)
    basic = headers.get("Authorization", "")
    if basic.startswith(_BASIC):
        # A password that is too short to be told from chance is long enough with its user name.
        encoded = basic.removeprefix(_BASIC)
        yield "the user name and the password", base64.b64decode(encoded).decode()
        yield "the user name and the password", encoded.rstrip("=")
    for signature in headers.get("webhook-signature", "").split():
        digest = signature.partition(",")[2]
        yield "a signature of the request", base64.b64decode(digest)
        yield "a signature of the request", digest.rstrip("=")


def _sent_proofs(webhook: Webhook, credentials: Credentials) -> Iterator[tuple[str, str | bytes]]:
    """The secrets that a webhook keeps."""
    if credentials.password:
        yield "the password", credentials.password
    if credentials.token:
        yield "the token", credentials.token
        # With its scheme, too, one is long enough that is too short to be told from chance.
        yield "the token", _BEARER + credentials.token
    if credentials.client_secret:
        yield "the client secret", credentials.client_secret
    if credentials.header_value:
        yield f"the value of the header {webhook.header_name}", credentials.header_value
        yield from of_custom_headers({webhook.header_name or "": credentials.header_value})
    earlier = [each.secret for each in credentials.previous]
    for secret in [*([credentials.secret] if credentials.secret else []), *earlier]:
        yield from _key_proofs("a signing secret", signing_secret.key_of(secret))
    earlier = [each.secret for each in credentials.previous_keys]
    for key in [*([credentials.signing_key] if credentials.signing_key else []), *earlier]:
        yield from _key_proofs("a signing key", base64.b64decode(key))


def _key_proofs(what: str, key: bytes) -> Iterator[tuple[str, str | bytes]]:
    yield what, key
    yield what, base64.b64encode(key).decode().rstrip("=")


def _basic(username: str, password: str) -> str:
    # RFC 7617 section 2.1: UTF-8 is what current receivers expect.
    return _BASIC + base64.b64encode(f"{username}:{password}".encode()).decode()
