"""Letting customers in: sessions are opened by the platform, moved to another token, and ended."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from recado.ports.portal import PortalSessions
from recado.ports.sending import Clock
from recado.rules.account_token import AccountToken
from recado.rules.portal.session import Capability, PortalSession, new_token, text_of, token_in

_MINUTE_MS = 60_000


class NoPortalSessionError(Exception):
    """The token is none, or its session is over."""


class LacksCapabilityError(Exception):
    """The session may not do this; `capability` is what it would need."""

    def __init__(self, capability: Capability) -> None:
        super().__init__(capability)
        self.capability = capability


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session, and the one text that its token is ever seen in."""

    session: PortalSession
    token: str = field(repr=False)


class Portal:
    """Sessions of customers' own admins; `random_bytes` gives 32 that nobody guesses."""

    def __init__(
        self, sessions: PortalSessions, clock: Clock, token: Callable[[], str], random_bytes: Callable[[], bytes]
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._token = token
        self._random_bytes = random_bytes

    def open(
        self, account_id: str, capabilities: Collection[Capability], minutes: int, user: str | None
    ) -> OpenedSession:
        """Let somebody in from now on, for so many minutes; `user` is whom the platform says it is."""
        ends_at = self._clock() + minutes * _MINUTE_MS
        session = PortalSession(self._token(), account_id, frozenset(capabilities), ends_at, user)
        token = self._new_token(session)
        self._sessions.keep(session, token.digest)
        return OpenedSession(session, text_of(token))

    def admit(self, text: str) -> PortalSession:
        """The session of a token; raises `NoPortalSessionError`."""
        token = token_in(text)
        session = None if token is None else self._sessions.find(token.account_id, token.name, token.digest)
        if session is None or session.ends_at <= self._clock():
            raise NoPortalSessionError
        return session

    def renew(self, session: PortalSession, text: str) -> OpenedSession:
        """Another token in the place of this one, until the same end; raises `NoPortalSessionError`."""
        token, fresh = token_in(text), self._new_token(session)
        if token is None or not self._sessions.renew(session, token.digest, fresh.digest):
            raise NoPortalSessionError
        return OpenedSession(session, text_of(fresh))

    def end(self, session: PortalSession) -> None:
        """End the session everywhere."""
        self._sessions.end(session)

    def end_all(self, account_id: str) -> None:
        """End every session of the account."""
        self._sessions.end_all(account_id)

    def _new_token(self, session: PortalSession) -> AccountToken:
        return new_token(session.account_id, session.session_id, self._random_bytes())
