"""A POST that needs a token: who fetches it, who waits for it, and what a refusal means.

Of many who need one at once, the holder of a lease asks the token server. The others look for what it gets, and where
that takes too long their events join the backlog: nobody asks twice, and a refusal counts once against the webhook,
when who was refused says so. Imported only where a webhook needs a token (docs/adr/0034-tokens.md).
"""

from dataclasses import dataclass, field, replace

from recado.deadline import Until, Within
from recado.ports.sending import Clock, Deadline, Opened, OurFaultError, Sender
from recado.ports.tokens import NoTokenYetError
from recado.rules.oauth2.token_answer import Token, read_answer
from recado.rules.oauth2.token_request import TOKEN_SECONDS, token_request
from recado.rules.sending.attempt import ATTEMPT_SECONDS, AttemptResult, Failure
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.sending.tls_identity import TlsIdentity
from recado.rules.webhook.webhook import LONGEST_DIRECT_SECONDS
from recado.use_cases.sending.ports import SendingPorts

PAUSES_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.4, 0.4)
"""So a sender waits for a token that another fetches: less than the two seconds after which a receiver is slow."""

_REFUSED = 401


@dataclass(frozen=True, slots=True)
class _Held:
    """A token to be sent; `version` names it where it is kept."""

    text: str = field(repr=False)
    version: str | None


@dataclass(frozen=True, slots=True)
class _NoToken:
    """The token server gave none: what is told of it, and how long it asks to be left alone."""

    failure: Failure
    retry_after_seconds: int | None


def send_with_token(
    ports: SendingPorts, sender: Sender, opened: Opened, request: OutgoingRequest, deadline: Deadline
) -> tuple[OutgoingRequest, AttemptResult]:
    """POST with a token, and once more with a fresh one where the first is refused; answers what was sent last.

    All of it is one attempt, in its time. Where the token server gives no token nothing is sent, and its answer is the
    failure. Raises `NoTokenYetError` and `OurFaultError`.
    """
    limit = Until(deadline, ATTEMPT_SECONDS, ports.clock)
    tokens, began = _Tokens(ports, opened, request.tls, limit), ports.clock()
    token = tokens.get()
    if isinstance(token, _NoToken):
        return request, _not_sent(token, began, ports.clock)
    if not _is_time_for(request, limit):
        # Cut short by the time that the token took, the attempt would count against the receiver.
        raise NoTokenYetError
    first = request.bearing(token.text)
    result = sender.send(first, limit)
    if result.status_code != _REFUSED:
        return first, result
    if not _is_time_for(request, limit):
        # Nobody asks in what is left; but as long as this token is kept, the next attempt begins with it.
        tokens.forget(token)
        return first, result
    fresh = tokens.instead_of(token)
    if fresh is None or not _is_time_for(request, limit):
        return first, result
    second = first.bearing(fresh.text)  # whose answer may repeat the first token, too
    result = sender.send(second, limit)
    if result.status_code == _REFUSED:
        # Nobody is to use it any more, which was fresh and is refused all the same, nor to ask at once again.
        tokens.forget(fresh)
    return second, result


def send_with_new_token(
    sender: Sender, opened: Opened, request: OutgoingRequest, deadline: Deadline, clock: Clock
) -> tuple[OutgoingRequest, AttemptResult]:
    """POST with a token that was fetched for it alone and is not kept, as a test send does: it tries that, too."""
    limit, began = Until(deadline, ATTEMPT_SECONDS, clock), clock()
    token = _fetched(sender, opened, request.tls, limit)
    if isinstance(token, _NoToken):
        return request, _not_sent(token, began, clock)
    request = request.bearing(token.text)
    return request, sender.send(request, limit)


class _Tokens:
    """The tokens of one attempt."""

    def __init__(self, ports: SendingPorts, opened: Opened, tls: TlsIdentity | None, limit: Deadline) -> None:
        self._ports = ports
        self._store = ports.tokens()
        self._opened = opened
        self._tls = tls
        self._limit = limit

    def get(self) -> _Held | _NoToken:
        """A token that is kept, or a new one; raises `NoTokenYetError` where it would come too late."""
        known = self._store.remembered(self._opened.webhook)
        return self._kept_or_fetched(None) if known is None else _Held(known.text, known.version)

    def instead_of(self, refused: _Held) -> _Held | None:
        """Another token than the one that the receiver refuses; None where there is none now."""
        try:
            token = self._kept_or_fetched(refused)
        except NoTokenYetError:
            return None
        return None if isinstance(token, _NoToken) or token.text == refused.text else token

    def forget(self, refused: _Held) -> None:
        """Let nobody use a token that the receiver refuses, nor ask for another at once."""
        if refused.version is not None:
            self._store.refuse(self._opened.webhook, refused.version)

    def _kept_or_fetched(self, instead_of: _Held | None) -> _Held | _NoToken:
        webhook, holder = self._opened.webhook, self._ports.token()
        version = None if instead_of is None else instead_of.version
        for pause in (*PAUSES_SECONDS, None):
            found = self._store.read(webhook)
            if found.token is not None and found.token.version != version:
                return _Held(found.token.text, found.token.version)
            if found.is_refused:
                break
            if not found.is_fetched and self._store.take_lease(webhook, holder, version):
                return self._fetch(holder, instead_of)
            if pause is not None:
                self._ports.pause(pause)
        raise NoTokenYetError

    def _fetch(self, holder: str, instead_of: _Held | None) -> _Held | _NoToken:
        """Ask the token server under the lease, which ends with what came of it, whatever that is."""
        webhook, version, refused = self._opened.webhook, None, False
        try:
            token = _fetched(self._ports.sender, self._opened, self._tls, self._limit)
            if isinstance(token, _NoToken) or (instead_of is not None and token.text == instead_of.text):
                refused = True
            elif token.kept_until is not None:
                version = self._store.keep(webhook, holder, token.text, token.kept_until)
        finally:
            if version is None:
                self._store.end_lease(webhook, holder, refused=refused)
        return token if isinstance(token, _NoToken) else _Held(token.text, version)


def _fetched(sender: Sender, opened: Opened, tls: TlsIdentity | None, limit: Deadline) -> Token | _NoToken:
    """Ask the token server; of `tls`, which is that of the POST to the receiver, its authorities count there, too."""
    oauth2, secret = opened.webhook.oauth2, opened.credentials.client_secret
    if oauth2 is None or secret is None:
        raise OurFaultError("fetching a token: the webhook is kept without its token server, or without a secret")
    request = replace(token_request(oauth2, secret), tls=_authorities(tls))
    result = sender.send(request, Within(limit, TOKEN_SECONDS))
    token = read_answer(request, result)
    return token if isinstance(token, Token) else _NoToken(token, result.retry_after_seconds)


def _authorities(tls: TlsIdentity | None) -> TlsIdentity | None:
    """Whom the webhook trusts beside the public authorities; who we are to its receiver is none of the server's."""
    return None if tls is None or tls.authorities is None else replace(tls, certificate=None)


def _not_sent(no_token: _NoToken, began: int, clock: Clock) -> AttemptResult:
    """What came of an attempt without a token: no status is the receiver's, so no 410 of another switches it off."""
    return AttemptResult(
        began, clock() - began, failure=no_token.failure, retry_after_seconds=no_token.retry_after_seconds
    )


def _is_time_for(request: OutgoingRequest, limit: Deadline) -> bool:
    return limit.remaining_seconds() >= min(request.timeout_seconds, LONGEST_DIRECT_SECONDS)
