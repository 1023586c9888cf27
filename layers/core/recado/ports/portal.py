"""What portal sessions need."""

from typing import Protocol

from recado.rules.portal.session import PortalSession


class PortalSessions(Protocol):
    """Keeps sessions, each under the digest of its token."""

    def keep(self, session: PortalSession, digest: str) -> None:
        """Keep a session."""
        ...

    def find(self, account_id: str, digest: str) -> PortalSession | None:
        """The session of a token, read consistently: one that was ended is over at once."""
        ...

    def move(self, session: PortalSession, digest: str, new_digest: str) -> bool:
        """Keep the session under another digest instead; False where it is not kept under the first any more."""
        ...

    def end(self, account_id: str, digest: str) -> None:
        """End a session, there or not."""
        ...

    def end_all(self, account_id: str) -> None:
        """End all sessions of the account that are kept now."""
        ...
