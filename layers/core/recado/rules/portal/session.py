"""A portal session and its token.

The token is opaque: the account it reaches, the session's id and 256 random bits. Nothing but its digest is kept, with
the session, so that whoever reads the table cannot use one (docs/adr/0045-portal-sessions.md).
"""

import base64
from dataclasses import dataclass
from enum import StrEnum

from recado.rules.account_token import AccountToken

LONGEST_MINUTES = 60
MOST_RENEWALS = 20
"""So often a session may take another token: once when its page is opened, and more for nobody who means well."""

_PREFIX = "rps_"


class Capability(StrEnum):
    """What a session may do in its account."""

    READ = "read"
    WRITE = "write"
    SECRETS = "secrets"
    RESEND = "resend"


@dataclass(frozen=True, slots=True)
class PortalSession:
    """Who was let into an account; `ends_at` is in milliseconds since 1970, `user` whom the platform says it is."""

    session_id: str
    account_id: str
    capabilities: frozenset[Capability]
    ends_at: int
    user: str | None = None

    @property
    def sorted_capabilities(self) -> list[str]:
        """The capabilities in the order in which they are documented."""
        return [each.value for each in Capability if each in self.capabilities]


def new_token(account_id: str, session_id: str, random_bytes: bytes) -> AccountToken:
    """A token with these 32 random bytes; the session's id is 32 hexadecimal digits."""
    random = base64.urlsafe_b64encode(random_bytes).rstrip(b"=").decode()
    return AccountToken(account_id, session_id, random)


def text_of(token: AccountToken) -> str:
    """The text by which a token is sent."""
    return _PREFIX + token.text


def token_in(text: str) -> AccountToken | None:
    """The token of a text, named by the id of its session; None where it is none."""
    return AccountToken.read(text.removeprefix(_PREFIX)) if text.startswith(_PREFIX) else None
