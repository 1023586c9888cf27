"""What portal sessions need."""

from typing import Protocol

from recado.rules.portal.session import PortalSession


class PortalSessions(Protocol):
    """Keeps sessions, each with the digest of its token."""

    def keep(self, session: PortalSession, digest: str) -> None:
        """Keep a session."""
        ...

    def find(self, account_id: str, session_id: str, digest: str) -> PortalSession | None:
        """The session, if its token has this digest; read consistently: one that was ended is over at once."""
        ...

    def renew(self, session: PortalSession, digest: str, new_digest: str) -> bool:
        """Give the session another token; False where it has not the first one any more, or had too many."""
        ...

    def end(self, session: PortalSession) -> None:
        """End a session, there or not."""
        ...

    def end_all(self, account_id: str) -> None:
        """End all sessions of the account that are kept now; one that takes another token meanwhile ends, too."""
        ...
