"""The outcome of one HTTP POST, and what its status line decides."""

from dataclasses import dataclass, field
from enum import StrEnum

ATTEMPT_SECONDS = 15.0
"""How long an attempt takes at most, from the look-up of the name to the end of the answer."""

DIRECT_ATTEMPT_SECONDS = 7.0
"""The same of an attempt that somebody else waits behind: the events of an invocation, the accounts of a drain."""

ANSWER_BYTES = 16 * 1024
"""How much of an answer's body is read at most."""

DECIDING_ANSWER_BYTES = 96 * 1024
"""The same of a success whose body decides what was taken."""


class FailureClass(StrEnum):
    """Why an attempt failed."""

    BLOCKED_TARGET = "BLOCKED_TARGET"
    DNS = "DNS"
    CONNECT = "CONNECT"
    TLS = "TLS"
    TIMEOUT = "TIMEOUT"
    CLOSED = "CLOSED"
    REDIRECT = "REDIRECT"
    CLIENT_ERROR = "CLIENT_ERROR"
    SERVER_ERROR = "SERVER_ERROR"
    PROTOCOL = "PROTOCOL"
    OAUTH2 = "OAUTH2"


HINTS = {
    FailureClass.BLOCKED_TARGET: "Use a public HTTPS address; private ones are contacted only if the operator says so.",
    FailureClass.DNS: "Check the host name in the target URL and its DNS records.",
    FailureClass.CONNECT: "Check that the receiver is up and that its firewall lets connections in.",
    FailureClass.TLS: "Check that the certificate is valid, complete, made out for the host name and of a public "
    "authority or one of `trustedCertificates`, and that the receiver speaks TLS 1.2 or 1.3.",
    FailureClass.TIMEOUT: "Answer 202 within {time} and do the work afterwards.",
    FailureClass.CLOSED: "Look into the log of the receiver, and of any proxy in front of it, at this time: "
    "a crash, a restart or a limit of the body's size ends connections so.",
    FailureClass.REDIRECT: "Redirects are never followed: enter the final address as the target URL.",
    FailureClass.CLIENT_ERROR: "Check the path, the authentication and the custom headers of the webhook.",
    FailureClass.SERVER_ERROR: "Look into the receiver's log at this time.",
    FailureClass.PROTOCOL: "The answer was not valid HTTP, or its body not of the form that names events: "
    "check what listens at the target URL.",
    FailureClass.OAUTH2: "Check the token URL, the client id and secret, the scope and the audience of the webhook, "
    "and look into the token server's log at this time.",
}
CLIENT_CERTIFICATE = "The receiver asks for a client certificate that it accepts"
"""How the detail of `TLS` begins where not the receiver's certificate is meant, but the one that we lack."""

CLIENT_CERTIFICATE_HINT = (
    "It is the sender's own certificate that the receiver misses, not its own that we refuse: "
    "enter one that it accepts (`clientCertificate`), or let it take POSTs without any."
)
REFUSED_CERTIFICATE = "The receiver does not accept the webhook's client certificate"
"""The same where it is the one that we have shown."""

REFUSED_CERTIFICATE_HINT = (
    "It is the sender's own certificate that the receiver refuses: let it trust the authority that has issued it, "
    "or enter another (`clientCertificate`), with all that leads to its authority."
)
HINTS_BY_STATUS = {
    **dict.fromkeys(range(200, 300), "Ask the receiver why, or look into its log; it is tried again alone."),
    **dict.fromkeys((400, 415, 422), "The receiver could not use the body: check its answer and its log."),
    **dict.fromkeys(
        (401, 403, 407),
        "Check the authentication, the signing secret, and any firewall or proxy in front of the receiver.",
    ),
    **dict.fromkeys((404, 405), "Check the path of the target URL, and that the receiver accepts POST there."),
    **dict.fromkeys((408, 429), "The receiver cannot keep up: send fewer POSTs a minute (`maxPostsPerMinute`)."),
    410: "The receiver wants no more events: enter its new address, or remove the webhook.",
    413: "The body is too large for the receiver: raise its limit, or lower the webhook's `maxBytes`.",
}
"""Of `CLIENT_ERROR`, what to do about the statuses that say more than their class; a 2xx has named the event."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed: a class, one sentence of detail, and the status where there was an answer.

    `timeout_seconds` is how long the receiver had to answer, where it took longer (`TIMEOUT`).
    """

    failure_class: FailureClass
    detail: str
    status_code: int | None = None
    timeout_seconds: int | None = None

    @property
    def hint(self) -> str:
        """What to do about it."""
        if self.failure_class is FailureClass.CLIENT_ERROR and self.status_code in HINTS_BY_STATUS:
            return HINTS_BY_STATUS[self.status_code]
        if self.failure_class is FailureClass.TLS:
            hints = {CLIENT_CERTIFICATE: CLIENT_CERTIFICATE_HINT, REFUSED_CERTIFICATE: REFUSED_CERTIFICATE_HINT}
            return hints.get(self.detail.partition(":")[0], HINTS[FailureClass.TLS])
        time = "the webhook's timeout" if self.timeout_seconds is None else in_seconds(self.timeout_seconds)
        return HINTS[self.failure_class].format(time=time)


@dataclass(frozen=True, slots=True)
class Response:
    """What a receiver answered: its headers in their order, what was read of its body, and whether there was more.

    Of a body 16 KB are read at most, or 96 KB of a success where it decides.

    None of it is to be logged or stored: a receiver may repeat what it was sent, secrets included.
    """

    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    truncated: bool


MOST_IDS = 10
"""How many of the events of a POST a log line names: they are paid by the byte, and the attempt is kept whole."""


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """What came of one POST: delivered where `failure` is None. `started_ms` is a time, `latency_ms` a duration.

    There is an `address`, that of the machine, wherever a connection was made, and a `response` wherever there was a
    status line.
    """

    started_ms: int
    latency_ms: int
    status_code: int | None = None
    failure: Failure | None = None
    retry_after_seconds: int | None = None
    address: str | None = None
    response: Response | None = None

    @property
    def delivered(self) -> bool:
        """Whether the receiver acknowledged."""
        return self.failure is None

    @property
    def gone(self) -> bool:
        """Whether the receiver wants no more (410: Standard Webhooks 1.0.0 asks to disable the endpoint)."""
        return self.status_code == GONE


GONE = 410
_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = 5
_MOST_OF_LOCATION = 300
_CLASSES = {3: FailureClass.REDIRECT, 4: FailureClass.CLIENT_ERROR, 5: FailureClass.SERVER_ERROR}


def failure_of_status(status_code: int, location: str | None = None) -> Failure | None:
    """None for 2xx; every other status is a failure. `location` is where a redirect leads, as it may be shown."""
    if 200 <= status_code < 300:  # noqa: PLR2004 - the range is HTTP's own
        return None
    failure_class = _CLASSES.get(status_code // 100, FailureClass.PROTOCOL)
    detail = f"The receiver answered with status {status_code}"
    if failure_class is FailureClass.REDIRECT and location:
        detail += f", which leads to {location[:_MOST_OF_LOCATION]}{'…' * (len(location) > _MOST_OF_LOCATION)}"
    return Failure(failure_class, f"{detail}.", status_code)


def in_seconds(seconds: int) -> str:
    """A duration in words."""
    return f"{seconds} second" if seconds == 1 else f"{seconds} seconds"


def honours_retry_after(status_code: int) -> bool:
    """Whether `Retry-After` counts with this status."""
    return status_code == _TOO_MANY_REQUESTS or status_code // 100 == _SERVER_ERRORS
