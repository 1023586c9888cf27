"""A portal session and its token.

The token is opaque: the account it reaches, the session's id and 256 random bits. Nothing but its digest is kept, with
the session, so that whoever reads the table cannot use one (docs/adr/0045-portal-sessions.md).
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from recado.rules.account import account_key

LONGEST_MINUTES = 60
MOST_RENEWALS = 20
"""So often a session may take another token: once when its page is opened, and more for nobody who means well."""

_PREFIX = "rps_"
_TOKEN = re.compile(rf"{_PREFIX}([A-Za-z0-9_-]{{2,160}})\.([a-f0-9]{{32}})\.([A-Za-z0-9_-]{{43}})", re.ASCII)


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


def token_of(account_id: str, session_id: str, random_bytes: bytes) -> str:
    """The text of a token with these 32 random bytes; the session's id is 32 hexadecimal digits."""
    return f"{_PREFIX}{_base64url(account_id.encode())}.{session_id}.{_base64url(random_bytes)}"


def place_in(token: str) -> tuple[str, str] | None:
    """The account and the id of the session that a token says it is of; None where it is none."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    named = match[1]
    try:
        account_id = base64.b64decode(named + "=" * (-len(named) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    # One spelling alone, so that a token has one digest.
    if account_key(account_id) is None or _base64url(account_id.encode()) != named:
        return None
    return account_id, match[2]


def digest_of(token: str) -> str:
    """What is kept of a token: random as it is, it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
